#include "app/client_session.h"

#include <sys/types.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "base/hash.h"

namespace aegis::app {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Field 22 of proc_pid_stat(5): when the process was started, in clock ticks since boot. The second field,
// the program's name in parentheses, may hold anything.
std::string start_of(pid_t process) {
  const std::string stat = content_of("/proc/" + std::to_string(process) + "/stat");
  std::size_t at = stat.rfind(')');
  if (at == std::string::npos) return {};
  constexpr int kBlanksBefore = 20;
  for (int i = 0; i < kBlanksBefore && at != std::string::npos; ++i) at = stat.find(' ', at + 1);
  if (at == std::string::npos) return {};
  return stat.substr(at + 1, stat.find(' ', at + 1) - at - 1);
}

}  // namespace

std::string client_session_identity() {
  const pid_t parent = ::getppid();
  const std::string boot = content_of("/proc/sys/kernel/random/boot_id");
  const std::string start = start_of(parent);
  // Started by init, or where there is no /proc to tell a process from an earlier one with its number.
  if (parent <= 1 || boot.empty() || start.empty()) return random_hex(16);
  return boot + ' ' + std::to_string(parent) + ' ' + start + ' ' + std::to_string(::getuid());
}

}  // namespace aegis::app
