// Diagnostics on stderr, one write per line so that lines of several processes do not mix.
//
// Thread-safe. Never given scanned text, secrets or raw arguments: callers log names, counts and reasons.
#pragma once

#include <optional>
#include <string_view>

namespace aegis::log {

enum class Level { debug, info, warn, error, off };

// Default: warn, so that a guarded server is as quiet as an unguarded one.
void set_level(Level level);
std::optional<Level> level_from_name(std::string_view name);

void debug(std::string_view message);
void info(std::string_view message);
void warn(std::string_view message);
void error(std::string_view message);

}  // namespace aegis::log
