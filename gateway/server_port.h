// ServerPort: a link's connection to one guarded server, whatever carries it.
//
// Used by the link's thread alone. Nothing blocks: a port offers descriptors to poll, and is told which are
// ready.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aegis::gateway {

class ServerPort {
 public:
  // Called from ready() and tick() only.
  struct Events {
    // A line as the server sent it. `related` as in mcp::Bridge: the id of the request on whose stream it
    // came; empty over stdio.
    std::function<void(std::string_view line, std::string_view related)> line;
    std::function<void()> oversized;  // a message over kMaxMessageBytes; what it was is not known
    std::function<void(const std::string& why)> closed;  // no more lines come; called once
  };

  virtual ~ServerPort() = default;

  // REQUIRES: called once, before anything else. Errors name the server and why it cannot be used.
  virtual Result<void> open(Events events) = 0;

  // One message; queued if it cannot go out now.
  virtual void send(std::string_view line) = 0;
  // Bytes waiting to go out.
  [[nodiscard]] virtual std::size_t queued() const = 0;

  // Appends the descriptors to poll (at most kMaxDescriptors, always the same number). `may_read` false: the
  // other side takes no more for now.
  static constexpr std::size_t kMaxDescriptors = 3;
  virtual void descriptors(bool may_read, std::vector<pollfd>* fds) = 0;
  // The same descriptors with their results.
  virtual void ready(std::span<const pollfd> fds) = 0;

  // Monotonic; 0: none.
  [[nodiscard]] virtual std::int64_t deadline_us() const { return 0; }
  virtual void tick() {}

  // Nothing more will be sent: a child's stdin is closed once everything queued went out.
  virtual void finish() {}
  // Whether finish() makes it end: a child does, a server somewhere else has no reason to.
  [[nodiscard]] virtual bool ends_by_itself() const { return false; }
  // Ends the server as gently as it lets us; blocks for a bounded time.
  virtual void shut() = 0;

  // A child process only. The signal goes to its whole group.
  virtual void interrupt(int signal) { (void)signal; }
  // How it ended, once it has: its exit code, or 128 + the number of the signal that ended it.
  [[nodiscard]] virtual std::optional<int> exit_code() { return std::nullopt; }
};

}  // namespace aegis::gateway
