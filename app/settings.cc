#include "app/settings.h"

#include <string>
#include <string_view>

#include "app/approval_settings.h"

namespace aegis::app {
namespace {

constexpr std::string_view kModes = "observe, balanced or strict";
constexpr std::string_view kLevels = "debug, info, warn, error or off";

// XDG Base Directory Specification: a variable that is empty or not absolute counts as unset.
std::string xdg_folder(const Environment& environment, const char* variable, const std::string& below_home) {
  const auto set = environment(variable);
  if (set && set->starts_with('/')) return *set;
  return environment("HOME").value_or("") + "/" + below_home;
}

// The short names people use are long in policies.
std::string environment_name(const std::optional<std::string>& value) {
  if (!value || value->empty() || *value == "dev") return "development";
  return *value == "prod" ? "production" : *value;
}

bool is_true(const std::optional<std::string>& value) { return value && (*value == "true" || *value == "1"); }

}  // namespace

std::optional<guard::Mode> mode_from_name(std::string_view name) {
  for (const auto mode : {guard::Mode::observe, guard::Mode::balanced, guard::Mode::strict}) {
    if (guard::name(mode) == name) return mode;
  }
  return std::nullopt;
}

SettingsProblems read_settings(const GlobalFlags& flags, const Environment& environment, Settings* settings) {
  SettingsProblems problems;
  SettingsReader reader(environment, &problems);

  const auto config_variable = reader.variable("AEGIS_CONFIG");
  const bool asked_for = flags.config || config_variable;
  const std::string config =
      flags.config      ? *flags.config
      : config_variable ? *config_variable
                        : xdg_folder(environment, "XDG_CONFIG_HOME", ".config") + "/aegis-mcp/config.json";
  settings->config_file = config;
  settings->config_file_exists = reader.read_file(config, asked_for);

  settings->store = {xdg_folder(environment, "XDG_STATE_HOME", ".local/state") + "/aegis-mcp/aegis.db",
                     "default"};
  if (auto store = reader.strongest("--store", flags.store, "AEGIS_STORE", "", "store")) {
    if (store->value.empty()) reader.problem(store->origin, "the path of the store is empty");
    if (store->value.starts_with("postgres://") || store->value.starts_with("postgresql://")) {
      reader.problem(store->origin, "this version keeps its store in a SQLite file; give a path");
    }
    settings->store = *store;
  }
  settings->mode = {guard::Mode::balanced, "default"};
  if (auto text = reader.strongest("--mode", flags.mode, "AEGIS_MODE", "", "mode")) {
    if (const auto mode = mode_from_name(text->value))
      settings->mode = {*mode, text->origin};
    else
      reader.problem(text->origin, "unknown mode; it must be " + std::string(kModes));
  }
  settings->log_level = {log::Level::warn, "default"};
  if (auto text = reader.strongest("--log-level", flags.log_level, "AEGIS_LOG_LEVEL", "", "log_level")) {
    if (const auto level = log::level_from_name(text->value))
      settings->log_level = {*level, text->origin};
    else
      reader.problem(text->origin, "unknown level; it must be " + std::string(kLevels));
  }
  settings->production = environment("AEGIS_ENV") == "prod";
  settings->environment = environment_name(environment("AEGIS_ENV"));
  settings->fail_closed = is_true(environment("AEGIS_FAIL_CLOSED"));
  settings->api_key = reader.variable("AEGIS_API_KEY");
  settings->http = read_http_settings(&reader);
  settings->approvals = read_approval_settings(&reader);
  settings->detection = read_detection_settings(&reader);
  settings->policy = read_policy_settings(&reader, flags.policy);
  return problems;
}

}  // namespace aegis::app
