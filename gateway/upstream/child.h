// ChildServer: a guarded MCP server run as a child process over stdio.
//
// Owned and used by one thread. The child leads a process group of its own, so that what it started itself
// (npx, a shell) ends with it. The destructor ends the group and reaps the child: no orphans, no zombies.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace aegis::gateway {

// How a child's environment differs from ours.
struct ChildEnvironment {
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::string> unset;
};

class ChildServer {
 public:
  // Starts `command` (found along PATH) in `folder` (empty: ours) with our stderr and pipes for stdin and
  // stdout. Errors (not_found, unavailable) name the command and the
  // system's reason.
  // REQUIRES: the calling thread outlives the child: on Linux it is ended when the thread that started it
  // dies.
  static Result<ChildServer> start(std::vector<std::string> command, const ChildEnvironment& environment = {},
                                   const std::string& folder = {});

  ~ChildServer();
  ChildServer(ChildServer&& other) noexcept;
  ChildServer& operator=(ChildServer&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }      // -1 once it has been reaped by end()
  [[nodiscard]] int input() const { return input_; }    // we write; non-blocking; -1 once closed
  [[nodiscard]] int output() const { return output_; }  // we read; non-blocking
  void close_input();

  // How it ended, once it has: its exit code, or 128 + the signal's number. Does not wait.
  std::optional<int> exit_code();

  // Whether a signal ended it. REQUIRES: exit_code() gave a value.
  [[nodiscard]] bool killed() const { return killed_; }

  // Waits for its exit; false: not within `limit`.
  bool wait(std::chrono::milliseconds limit);

  // To the whole group; nothing if the child has been reaped.
  void signal_group(int signal) const;

  // Waits up to `grace` for an exit, then SIGTERM, as long again, then SIGKILL.
  int end(std::chrono::milliseconds grace);

 private:
  ChildServer(pid_t pid, int input, int output) : pid_(pid), input_(input), output_(output) {}
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  bool killed_ = false;
  std::optional<int> exit_code_;
};

}  // namespace aegis::gateway
