#include "app/settings_reader.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace aegis::app {
namespace {

// A configuration is written by hand; one of a megabyte is a mistake.
constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

using Type = KnownKey::Type;
constexpr std::array<KnownKey, 27> kKnownKeys{{
    {"", "store", Type::text},
    {"", "mode", Type::text},
    {"", "policy", Type::text},
    {"", "log_level", Type::text},
    {"", "http", Type::section},
    {"", "oauth", Type::section},
    {"http", "allowed_hosts", Type::list},
    {"http", "cors_origins", Type::list},
    {"http", "tls_certificate", Type::text},
    {"http", "tls_key", Type::text},
    {"http", "require_key", Type::yes_no},
    {"oauth", "issuers", Type::list},
    {"oauth", "audience", Type::text},
    {"oauth", "jwks_file", Type::text},
    {"oauth", "jwks_url", Type::text},
    {"oauth", "scopes", Type::list},
    {"", "approvals", Type::section},
    {"approvals", "expires_after", Type::text},
    {"approvals", "out_of_band", Type::list},
    {"", "lists", Type::section},
    {"lists", "allow", Type::objects},
    {"lists", "block", Type::objects},
    {"lists", "review", Type::objects},
    {"", "detection", Type::section},
    {"detection", "rules", Type::objects},
    {"detection", "allow", Type::objects},
    {"detection", "severities", Type::names},
}};

// "store, mode and log_level".
std::string names_of(std::string_view section) {
  std::vector<std::string_view> names;
  for (const KnownKey& known : kKnownKeys) {
    if (known.section == section) names.push_back(known.key);
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

bool is_type(const Json& value, Type type) {
  switch (type) {
    case Type::text: return value.is_string();
    case Type::list: return value.is_array();
    case Type::yes_no: return value.is_boolean();
    case Type::section: return value.is_object();
    case Type::objects: return value.is_array();
    case Type::names: return value.is_object();
  }
  return false;
}

std::string_view name_of(Type type) {
  switch (type) {
    case Type::text: return "a string";
    case Type::list: return "a list of strings";
    case Type::yes_no: return "true or false";
    case Type::section: return "an object";
    case Type::objects: return "a list of objects";
    case Type::names: return "an object of strings";
  }
  return "";
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

std::span<const KnownKey> known_keys() { return kKnownKeys; }

void SettingsReader::problem(const std::string& where, const std::string& what) {
  problems_->lines.push_back(where + ": " + what);
}

bool SettingsReader::read_file(const std::string& path, bool asked_for) {
  std::error_code ignored;
  path_ = path;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    if (asked_for) problem(path, "there is no such file; leave --config out to use the defaults");
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) {
    problem(path, "cannot be read; nothing of it is used");
    return true;
  }
  auto parsed = parse_json(text, kMaxConfigBytes);
  if (!parsed) {
    problem(path, parsed.error().message + "; nothing of it is used");
  } else if (!parsed->is_object()) {
    problem(path, "must hold a JSON object; nothing of it is used");
  } else {
    file_ = std::move(*parsed);
    check_object(file_, "");
  }
  return true;
}

void SettingsReader::check_object(const Json& object, std::string_view section) {
  for (const auto& [key, value] : object.items()) {
    const std::string& name = key;
    const auto known = std::find_if(kKnownKeys.begin(), kKnownKeys.end(), [&](const KnownKey& one) {
      return one.section == section && one.key == name;
    });
    if (known == kKnownKeys.end())
      problem(place(section, key), "unknown setting; known are " + names_of(section));
    else
      check_type(value, *known);
  }
}

void SettingsReader::check_type(const Json& value, const KnownKey& known) {
  const std::string where = place(known.section, known.key);
  if (!is_type(value, known.type)) {
    problem(where, "must be " + std::string(name_of(known.type)) + ", not " + value.type_name());
  } else if (known.type == Type::section) {
    check_object(value, known.key);
  } else if (known.type == Type::list || known.type == Type::objects) {
    const bool objects = known.type == Type::objects;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (objects ? !value[i].is_object() : !value[i].is_string()) {
        problem(where + "/" + std::to_string(i),
                std::string(objects ? "must be an object, not " : "must be a string, not ") +
                    value[i].type_name());
      }
    }
  } else if (known.type == Type::names) {
    for (const auto& [name, named] : value.items()) {
      if (!named.is_string())
        problem(where + "/" + name, std::string("must be a string, not ") + named.type_name());
    }
  }
}

const Json* SettingsReader::find(std::string_view section, std::string_view key) const {
  const Json* object = &file_;
  if (!section.empty()) {
    const auto found = file_.find(std::string(section));
    if (found == file_.end() || !found->is_object()) return nullptr;
    object = &*found;
  }
  const auto found = object->find(std::string(key));
  return found == object->end() ? nullptr : &*found;
}

std::optional<std::string> SettingsReader::variable(const char* name) const {
  auto value = environment_(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

bool SettingsReader::has(std::string_view section, std::string_view key) const {
  return find(section, key) != nullptr;
}

bool SettingsReader::has_section(std::string_view section) const {
  const Json* found = find("", section);
  return found != nullptr && found->is_object();
}

std::string SettingsReader::place(std::string_view section, std::string_view key) const {
  std::string where = path_ + ": ";
  if (!section.empty()) where.append("/").append(section);
  return where.append("/").append(key);
}

std::optional<Setting<std::string>> SettingsReader::text(std::string_view section,
                                                         std::string_view key) const {
  const Json* found = find(section, key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return Setting<std::string>{found->get<std::string>(), place(section, key)};
}

std::optional<Setting<std::vector<std::string>>> SettingsReader::list(std::string_view section,
                                                                      std::string_view key) const {
  const Json* found = find(section, key);
  if (found == nullptr || !found->is_array()) return std::nullopt;
  Setting<std::vector<std::string>> setting{{}, place(section, key)};
  for (const Json& item : *found) {
    if (!item.is_string()) return std::nullopt;
    setting.value.push_back(item.get<std::string>());
  }
  return setting;
}

std::vector<Json> SettingsReader::objects(std::string_view section, std::string_view key) const {
  std::vector<Json> objects;
  const Json* found = find(section, key);
  if (found == nullptr || !found->is_array()) return objects;
  std::copy_if(found->begin(), found->end(), std::back_inserter(objects),
               [](const Json& item) { return item.is_object(); });
  return objects;
}

std::map<std::string, std::string> SettingsReader::names(std::string_view section,
                                                         std::string_view key) const {
  std::map<std::string, std::string> names;
  const Json* found = find(section, key);
  if (found == nullptr || !found->is_object()) return names;
  for (const auto& [name, value] : found->items()) {
    if (value.is_string()) names.emplace(name, value.get<std::string>());
  }
  return names;
}

std::optional<Setting<bool>> SettingsReader::yes_no(std::string_view section, std::string_view key) const {
  const Json* found = find(section, key);
  if (found == nullptr || !found->is_boolean()) return std::nullopt;
  return Setting<bool>{found->get<bool>(), place(section, key)};
}

std::optional<Setting<std::string>> SettingsReader::strongest(const char* flag,
                                                              const std::optional<std::string>& given,
                                                              const char* variable_name,
                                                              std::string_view section,
                                                              std::string_view key) const {
  if (given) return Setting<std::string>{*given, flag};
  if (auto value = variable(variable_name)) return Setting<std::string>{std::move(*value), variable_name};
  return text(section, key);
}

}  // namespace aegis::app
