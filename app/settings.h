// What the user configured, and where each value came from: flag > environment variable > configuration file
// > default.
//
// Plain values, read once at start.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "guard/event.h"

namespace aegis::app {

// The flags every command takes, as given; nothing where a flag was not given.
struct GlobalFlags {
  std::optional<std::string> config, store, mode, log_level;
};

template <class T>
struct Setting {
  T value{};
  std::string origin;  // "--store", "AEGIS_STORE", "/home/…/config.json", "default"
};

struct Settings {
  Setting<std::string> store;     // path of the SQLite file
  Setting<guard::Mode> mode;      // default: balanced
  Setting<log::Level> log_level;  // default: warn
  std::string config_file;        // the file that was looked for
  bool config_file_exists = false;
  bool production = false;             // AEGIS_ENV=prod
  bool fail_closed = false;            // AEGIS_FAIL_CLOSED=true
  std::optional<std::string> api_key;  // AEGIS_API_KEY: the agent this process speaks for
};

using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// Every mistake at once, one line each: file or variable, place within it, what is wrong and what follows
// from it.
struct SettingsProblems {
  std::vector<std::string> lines;
};

// Nothing was changed on disk. On problems, `settings` must not be used.
SettingsProblems read_settings(const GlobalFlags& flags, const Environment& environment, Settings* settings);

std::optional<guard::Mode> mode_from_name(std::string_view name);

}  // namespace aegis::app
