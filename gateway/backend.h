// Backend: what a conversation's client talks to through the guard: one guarded server, or many as one.
//
// Used by one thread, the conversation's, which polls the backend's descriptors together with its client's.
// Nothing blocks, except shut().
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/mcp_proxy.h"

namespace aegis::gateway {

// Bytes waiting for a peer that does not read; the other side is not read meanwhile. One message of the
// largest size fits; memory is bounded by this, twice.
inline constexpr std::size_t kMaxQueuedBytes = kMaxMessageBytes;

class Backend {
 public:
  virtual ~Backend() = default;

  // REQUIRES: called once, before anything else. What goes to the client goes to `to_client` from now on.
  virtual Result<void> start(ClientSink to_client) = 0;

  // One message, or a batch where the revision has them.
  virtual void from_client(std::string_view line) = 0;
  virtual void oversized_from_client() = 0;
  // The client sends nothing more.
  virtual void finish() = 0;
  // Whether it is worth waiting for ended() after finish().
  [[nodiscard]] virtual bool ends_by_itself() const = 0;

  // Bytes that wait for a server which does not read: the client is not read while it is too much.
  [[nodiscard]] virtual std::size_t queued() const = 0;
  // Requests a client waits for.
  [[nodiscard]] virtual std::size_t waiting() const = 0;
  // Answers them with an error that says why there will be no other answer.
  virtual void fail_waiting(const std::string& why) = 0;

  // Appends the descriptors to poll; ready() is given the same ones with their results.
  virtual void descriptors(bool may_read, std::vector<pollfd>* fds) = 0;
  virtual void ready(std::span<const pollfd> fds) = 0;
  // Monotonic, when tick() wants to be called at the latest; 0: no matter.
  [[nodiscard]] virtual std::int64_t deadline_us() const = 0;
  virtual void tick() = 0;

  // Why it is over for good; nothing while it is not.
  [[nodiscard]] virtual std::optional<std::string> ended() const = 0;
  // Of a single server that is a child process and was not replaced: how it ended.
  [[nodiscard]] virtual std::optional<int> exit_code() { return std::nullopt; }

  // What it is made from may have changed (a gateway's servers); what has not goes on undisturbed.
  virtual void reload() {}

  virtual void interrupt(int signal) = 0;
  // Ends every server; blocks for a bounded time.
  virtual void shut() = 0;
};

// The earlier of two deadlines, where 0 means none.
constexpr std::int64_t earlier(std::int64_t a, std::int64_t b) {
  return a == 0 ? b : b == 0 ? a : a < b ? a : b;
}

}  // namespace aegis::gateway
