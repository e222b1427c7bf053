// What the user configured, and where each value came from: flag > environment variable > configuration file
// > default.
//
// Plain values, read once at start.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/detection_settings.h"
#include "app/http_settings.h"
#include "app/policy_settings.h"
#include "app/settings_reader.h"
#include "base/log.h"
#include "guard/approvals.h"
#include "guard/event.h"

namespace aegis::app {

// The flags every command takes, as given; nothing where a flag was not given.
struct GlobalFlags {
  std::optional<std::string> config, store, mode, policy, log_level;
};

struct Settings {
  Setting<std::string> store;     // path of the SQLite file
  Setting<guard::Mode> mode;      // default: balanced
  Setting<log::Level> log_level;  // default: warn
  std::string config_file;        // the file that was looked for
  bool config_file_exists = false;
  bool production = false;             // AEGIS_ENV=prod
  std::string environment;             // AEGIS_ENV as policies see it: production, development, …
  bool fail_closed = false;            // AEGIS_FAIL_CLOSED=true
  std::optional<std::string> api_key;  // AEGIS_API_KEY: the agent this process speaks for
  HttpSettings http;                   // used by commands that listen
  guard::ApprovalRules approvals;      // used by commands that guard
  DetectionSettings detection;         // used by commands that look at texts
  PolicySettings policy;               // used by commands that guard
};

// Nothing was changed on disk. On problems, `settings` must not be used.
SettingsProblems read_settings(const GlobalFlags& flags, const Environment& environment, Settings* settings);

std::optional<guard::Mode> mode_from_name(std::string_view name);

}  // namespace aegis::app
