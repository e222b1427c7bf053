// Bridge: lets a client of one era talk to a server of either.
//
// A pure state machine between one client (as one conversation) and one server: lines in, lines out, no I/O,
// no threads, no clock of its own. Which era the server speaks is found with the client's first request:
//
//   client begins with `initialize`: it is passed on as it is. A server that takes it is a legacy server and
//     from then on every line passes untouched (as it does for a server nobody can make sense of). A server
//     that does not take it is asked `server/discover`; if it answers that, the client is bridged to it.
//   client begins with a modern request: the server is asked `server/discover` (the client's own, if that is
//     what it sent). A result, or one of the modern error codes, means a modern server: every line passes
//     untouched. Any other error, kProbeMs of silence, or the end of the server (old ones exit) means
//     `initialize` is tried, on a server started anew if it is gone.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "mcp/meta.h"
#include "mcp/server.h"

namespace aegis::mcp {

// How long a server is given to answer `server/discover` before `initialize` is tried as well; a later answer
// to either still counts.
inline constexpr int kProbeMs = 5'000;
// Question rounds of one call before it is given up.
inline constexpr int kMaxInputRounds = 16;
// How long a call that waits for its client's answer (input_required) is kept, and how many of them.
inline constexpr int kParkedMs = 600'000;
inline constexpr std::size_t kMaxParked = 256;
// Messages of the client that wait until it is known how to pass them on, and their bytes.
inline constexpr std::size_t kMaxQueuedMessages = 1'000;
inline constexpr std::size_t kMaxQueuedMessageBytes = kMaxMessageBytes;

// `related` is the id (JSON text) of the client's request that a line belongs to: an answer's own id, or that
// of the request on whose stream the server sent a notification or a request of its own; empty when it
// belongs to none, or nobody knows (stdio does not say).
using RelatedSink = std::function<void(std::string_view line, std::string_view related)>;

class Bridge {
 public:
  struct Options {
    RelatedSink to_client;
    std::function<void(std::string_view line)> to_server;
    // Start the server anew: what is sent from now on goes to the new one. May be empty (cannot be done).
    std::function<void()> respawn;
    // Who the client is, as the front knows it; sealed into requestState.
    std::string principal;
    ServerInfo proxy_info;                 // `clientInfo` towards the server when the client gave none
    std::function<std::int64_t()> now_us;  // monotonic
  };

  explicit Bridge(Options options);
  ~Bridge();
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  // Valid JSON-RPC messages, one each (batches are taken apart before).
  void from_client(std::string_view line);
  // Whatever the server wrote; what cannot be read is passed on as it is.
  void from_server(std::string_view line, std::string_view related);

  // The server is gone. True: the bridge wants a new one (respawn was called) and the conversation goes on.
  bool server_ended();
  // Another instance of the server has taken its place: what the old one was told (initialize, subscriptions,
  // log level) is told to the new one. Requests that were waiting for the old one are the caller's to fail.
  void server_replaced();

  // When tick() wants to be called next, monotonic; 0: never.
  [[nodiscard]] std::int64_t deadline_us() const;
  void tick();

  // Known once the first exchange is through.
  [[nodiscard]] bool decided() const;
  [[nodiscard]] Era server_era() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aegis::mcp
