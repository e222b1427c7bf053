#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <string>

#include "base/text.h"

namespace aegis::log {
namespace {

std::atomic<Level> threshold{Level::warn};

void write_line(Level level, std::string_view name, std::string_view message) {
  if (level < threshold.load(std::memory_order_relaxed)) return;
  std::string line = "aegis-mcp: ";
  line += name;
  line += ": ";
  line += printable(message);  // names in it may come from a server
  line += '\n';
  // A full or closed stderr must not stop the guard; there is nowhere else to complain.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_level(Level level) { threshold.store(level, std::memory_order_relaxed); }

std::optional<Level> level_from_name(std::string_view name) {
  if (name == "debug") return Level::debug;
  if (name == "info") return Level::info;
  if (name == "warn") return Level::warn;
  if (name == "error") return Level::error;
  if (name == "off") return Level::off;
  return std::nullopt;
}

void debug(std::string_view message) { write_line(Level::debug, "debug", message); }
void info(std::string_view message) { write_line(Level::info, "info", message); }
void warn(std::string_view message) { write_line(Level::warn, "warning", message); }
void error(std::string_view message) { write_line(Level::error, "error", message); }

}  // namespace aegis::log
