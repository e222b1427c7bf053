#include "app/settings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace aegis::app {
namespace {

// A configuration is written by hand; one of a megabyte is a mistake.
constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

constexpr std::string_view kModes = "observe, balanced or strict";
constexpr std::string_view kLevels = "debug, info, warn, error or off";

// XDG Base Directory Specification: a variable that is empty or not absolute counts as unset.
std::string xdg_folder(const Environment& environment, const char* variable, const std::string& below_home) {
  const auto set = environment(variable);
  if (set && set->starts_with('/')) return *set;
  return environment("HOME").value_or("") + "/" + below_home;
}

class Reader {
 public:
  Reader(const Environment& environment, SettingsProblems* problems)
      : environment_(environment), problems_(problems) {}

  void problem(const std::string& where, const std::string& what) {
    problems_->lines.push_back(where + ": " + what);
  }

  // The file's members by name; no file is no problem unless it was asked for.
  void read_file(const std::string& path, bool asked_for, Settings* settings) {
    std::error_code ignored;
    settings->config_file = path;
    settings->config_file_exists = std::filesystem::is_regular_file(path, ignored);
    if (!settings->config_file_exists) {
      if (asked_for) problem(path, "there is no such file; leave --config out to use the defaults");
      return;
    }
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.good() && !file.eof()) return problem(path, "cannot be read; nothing of it is used");
    auto parsed = parse_json(text, kMaxConfigBytes);
    if (!parsed) return problem(path, parsed.error().message + "; nothing of it is used");
    if (!parsed->is_object()) return problem(path, "must hold a JSON object; nothing of it is used");
    file_ = std::move(*parsed);
    for (const auto& [key, value] : file_.items()) {
      std::string where = path;
      where.append(": /").append(key);
      if (key != "store" && key != "mode" && key != "log_level") {
        problem(where, "unknown setting; known are store, mode and log_level");
      } else if (!value.is_string()) {
        problem(where, std::string("must be a string, not ") + value.type_name());
      }
    }
  }

  // The strongest source that says anything.
  std::optional<Setting<std::string>> text(const char* flag, const std::optional<std::string>& given,
                                           const char* variable, const char* key, const std::string& file) {
    if (given) return Setting<std::string>{*given, flag};
    if (auto value = environment_(variable); value && !value->empty())
      return Setting<std::string>{*value, variable};
    const auto found = file_.find(key);
    if (found != file_.end() && found->is_string()) {
      return Setting<std::string>{found->get<std::string>(), file + ": /" + key};
    }
    return std::nullopt;
  }

 private:
  const Environment& environment_;
  SettingsProblems* problems_;
  Json file_ = Json::object();
};

bool is_true(const std::optional<std::string>& value) { return value && (*value == "true" || *value == "1"); }

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

std::optional<guard::Mode> mode_from_name(std::string_view name) {
  for (const auto mode : {guard::Mode::observe, guard::Mode::balanced, guard::Mode::strict}) {
    if (guard::name(mode) == name) return mode;
  }
  return std::nullopt;
}

SettingsProblems read_settings(const GlobalFlags& flags, const Environment& environment, Settings* settings) {
  SettingsProblems problems;
  Reader reader(environment, &problems);

  auto config_variable = environment("AEGIS_CONFIG");
  if (config_variable && config_variable->empty()) config_variable.reset();
  const bool asked_for = flags.config || config_variable;
  const std::string config =
      flags.config      ? *flags.config
      : config_variable ? *config_variable
                        : xdg_folder(environment, "XDG_CONFIG_HOME", ".config") + "/aegis-mcp/config.json";
  reader.read_file(config, asked_for, settings);

  settings->store = {xdg_folder(environment, "XDG_STATE_HOME", ".local/state") + "/aegis-mcp/aegis.db",
                     "default"};
  if (auto store = reader.text("--store", flags.store, "AEGIS_STORE", "store", config)) {
    if (store->value.empty()) reader.problem(store->origin, "the path of the store is empty");
    if (store->value.starts_with("postgres://") || store->value.starts_with("postgresql://")) {
      reader.problem(store->origin, "this version keeps its store in a SQLite file; give a path");
    }
    settings->store = *store;
  }
  settings->mode = {guard::Mode::balanced, "default"};
  if (auto text = reader.text("--mode", flags.mode, "AEGIS_MODE", "mode", config)) {
    if (const auto mode = mode_from_name(text->value))
      settings->mode = {*mode, text->origin};
    else
      reader.problem(text->origin, "unknown mode; it must be " + std::string(kModes));
  }
  settings->log_level = {log::Level::warn, "default"};
  if (auto text = reader.text("--log-level", flags.log_level, "AEGIS_LOG_LEVEL", "log_level", config)) {
    if (const auto level = log::level_from_name(text->value))
      settings->log_level = {*level, text->origin};
    else
      reader.problem(text->origin, "unknown level; it must be " + std::string(kLevels));
  }
  settings->production = environment("AEGIS_ENV") == "prod";
  settings->fail_closed = is_true(environment("AEGIS_FAIL_CLOSED"));
  settings->api_key = environment("AEGIS_API_KEY");
  if (settings->api_key && settings->api_key->empty()) settings->api_key.reset();
  return problems;
}

}  // namespace aegis::app
