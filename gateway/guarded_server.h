// GuardedServer: one server behind the guard: the proxy that judges, the bridge between eras, the connection,
// and its supervision.
//
//   client → McpProxy → Bridge → ServerPort → server, and back
//
// The guard stands on the client's side of the bridge: what it judged is what the client sent and will read.
// Used by one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/backend.h"
#include "gateway/server_port.h"
#include "mcp/bridge.h"

namespace aegis::gateway {

// After something that is no message, how long a server's waiting requests are given: little if it never sent
// a valid message (it is no MCP server at all), longer if it did (a stray print before a slow answer).
inline constexpr int kJunkGraceMs = 5'000;
inline constexpr int kStrayTextGraceMs = 10'000;

// A server that ended is started again: at once, then after 1, 2, 4 … seconds, and not any more after so many
// times in a row; one that ran for kStableMs starts a new row.
inline constexpr int kMaxRestarts = 6;
inline constexpr int kFirstBackOffMs = 1'000;
inline constexpr int kMaxBackOffMs = 30'000;
inline constexpr int kStableMs = 60'000;
// A server that is asked something and has not sent one valid message so long after it was started is ended.
// Package runners may download first.
inline constexpr int kStartTimeoutMs = 120'000;

struct ServerPolicy {
  bool restart = false;     // when it ends by itself; else its end is the backend's
  int call_timeout_ms = 0;  // for an answer; 0: as long as the client waits
};

class GuardedServer : public Backend {
 public:
  struct Options {
    guard::Session session;
    const guard::KnownServer* known_server = nullptr;
    std::string principal;  // who the client is, for what is sealed to it
    mcp::ServerInfo about_us;
    ServerPolicy policy;
    // A connection to the server, not opened yet.
    std::function<Result<std::unique_ptr<ServerPort>>()> connect;
    // For a client that starts over with a new server by itself (empty: the bridge tells a new server what
    // the old one was told): another instance has taken the server's place, and nothing was said to it yet.
    std::function<void()> replaced;
    // Called where `replaced` is: the server is down, for good or for longer than a moment.
    std::function<void(const std::string& why)> down;
  };

  // The Guard must outlive it.
  GuardedServer(guard::Guard* guard, Options options);
  ~GuardedServer() override;

  Result<void> start(ClientSink to_client) override;
  void from_client(std::string_view line) override;
  void oversized_from_client() override;
  void finish() override;
  [[nodiscard]] bool ends_by_itself() const override { return port_ != nullptr && port_->ends_by_itself(); }
  [[nodiscard]] std::size_t queued() const override;
  [[nodiscard]] std::size_t waiting() const override { return proxy_->waiting(); }
  void fail_waiting(const std::string& why) override { proxy_->fail_waiting(why); }
  void descriptors(bool may_read, std::vector<pollfd>* fds) override;
  void ready(std::span<const pollfd> fds) override;
  [[nodiscard]] std::int64_t deadline_us() const override;
  void tick() override;
  [[nodiscard]] std::optional<std::string> ended() const override { return ended_; }
  [[nodiscard]] std::optional<int> exit_code() override;
  void interrupt(int signal) override;
  void shut() override;

 private:
  std::unique_ptr<mcp::Bridge> make_bridge();
  Result<void> open_port();
  void port_closed(const std::string& why);
  void schedule_restart(const std::string& why);
  void restart();
  void respawn();
  void to_server(std::string_view line);
  void watch_junk();
  void watch_overdue();
  void fail_undelivered();

  Options options_;
  ClientSink to_client_;
  std::unique_ptr<McpProxy> proxy_;
  std::unique_ptr<mcp::Bridge> bridge_;
  std::unique_ptr<ServerPort> port_;     // null while the server waits to be started again
  std::unique_ptr<ServerPort> retired_;  // the one before, kept while its own callback runs
  bool finishing_ = false;
  bool undelivered_ = false;           // a line had no server to go to
  bool heard_ = false;                 // this instance has sent a line
  int restarts_ = 0;                   // in a row
  std::int64_t started_us_ = 0;        // monotonic, this instance
  std::int64_t restart_us_ = 0;        // monotonic; 0: none is due
  std::int64_t overdue_check_us_ = 0;  // monotonic; 0: nothing waits, or may wait for ever
  std::int64_t junk_deadline_us_ = 0;  // monotonic; 0: none
  std::string down_because_;           // why there is no server now
  std::optional<std::string> ended_;
};

}  // namespace aegis::gateway
