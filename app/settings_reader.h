// SettingsReader: the sources a setting may come from, and the mistakes found in them.
//
// Used by one thread, once, at start.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace aegis::app {

template <class T>
struct Setting {
  T value{};
  std::string origin;  // "--store", "AEGIS_STORE", "/home/…/config.json: /store", "default"
};

using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// Every mistake at once, one line each: file or variable, place within it, what is wrong and what follows
// from it.
struct SettingsProblems {
  std::vector<std::string> lines;
};

// The keys the configuration file may hold; schemas/config.json describes the same ones (a test compares).
struct KnownKey {
  // list: of strings. objects: a list of them; names: an object of strings; who reads these looks into them.
  // A section is an object of keys.
  enum class Type { text, list, yes_no, section, objects, names };
  std::string_view section;  // empty: at the top
  std::string_view key;
  Type type = Type::text;
};
std::span<const KnownKey> known_keys();

class SettingsReader {
 public:
  // Both must outlive it.
  SettingsReader(const Environment& environment, SettingsProblems* problems)
      : environment_(environment), problems_(problems) {}

  void problem(const std::string& where, const std::string& what);
  // How many there are so far.
  [[nodiscard]] std::size_t problems() const { return problems_->lines.size(); }

  // False: there is no such file, which is a problem only when it was asked for. Keys that are unknown or of
  // the wrong type are problems; what is right beside them is kept.
  bool read_file(const std::string& path, bool asked_for);

  // The variable's value; nothing when unset or empty.
  [[nodiscard]] std::optional<std::string> variable(const char* name) const;

  // Whether the file holds the key, with whatever value.
  [[nodiscard]] bool has(std::string_view section, std::string_view key) const;
  // Whether it holds that section as an object.
  [[nodiscard]] bool has_section(std::string_view section) const;
  // The place of a key in the file, for messages.
  [[nodiscard]] std::string place(std::string_view section, std::string_view key) const;

  // From the file; nothing when absent or of another type.
  [[nodiscard]] std::optional<Setting<std::string>> text(std::string_view section,
                                                         std::string_view key) const;
  [[nodiscard]] std::optional<Setting<std::vector<std::string>>> list(std::string_view section,
                                                                      std::string_view key) const;
  [[nodiscard]] std::optional<Setting<bool>> yes_no(std::string_view section, std::string_view key) const;

  // Empty when absent or of another type.
  [[nodiscard]] std::vector<Json> objects(std::string_view section, std::string_view key) const;
  [[nodiscard]] std::map<std::string, std::string> names(std::string_view section,
                                                         std::string_view key) const;

  // The strongest source that says anything: flag, variable, file.
  [[nodiscard]] std::optional<Setting<std::string>> strongest(const char* flag,
                                                              const std::optional<std::string>& given,
                                                              const char* variable_name,
                                                              std::string_view section,
                                                              std::string_view key) const;

 private:
  void check_object(const Json& object, std::string_view section);
  void check_type(const Json& value, const KnownKey& known);
  [[nodiscard]] const Json* find(std::string_view section, std::string_view key) const;

  const Environment& environment_;
  SettingsProblems* problems_;
  std::string path_;
  Json file_ = Json::object();
};

}  // namespace aegis::app
