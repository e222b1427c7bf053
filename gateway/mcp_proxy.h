// McpProxy: one client's session with one guarded server, message by message.
//
// Knows MCP and the guard; knows nothing of pipes or sockets: lines come in, lines go out through two sinks.
// Everything is relayed, known or not, byte for byte unless the guard changed it. Not thread-safe: one
// session, one thread at a time. The Guard must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "gateway/server_tools.h"
#include "guard/catalogue.h"
#include "guard/guard.h"
#include "mcp/message.h"
#include "mcp/version.h"

namespace aegis::gateway {

// Requests waiting for an answer; a client that never takes its answers cannot make us grow without end. As
// many cancelled ones are remembered, for answers that come late; beyond that such an answer is dropped.
inline constexpr std::size_t kMaxPending = 10'000;
// The guard did not let a request through that has no tool result to say it in (resources, prompts).
inline constexpr int kBlocked = -31002;

class McpProxy {
 public:
  using Sink = std::function<void(std::string_view line)>;  // one message, without its newline

  struct Options {
    guard::Session session;
    const guard::KnownServer* known_server = nullptr;
    Sink to_client;
    Sink to_server;
  };

  McpProxy(guard::Guard* guard, Options options);

  void from_client(std::string_view line);
  void from_server(std::string_view line);
  // A line over the size limit, of which nothing is known.
  void oversized_from_client();
  void oversized_from_server();

  // Answers every waiting request with an error that says why there will be no other.
  void fail_waiting(const std::string& why);

  [[nodiscard]] std::size_t waiting() const { return pending_.size() - cancelled_; }
  // The server wrote something that is no message since its last valid one.
  [[nodiscard]] bool server_talks_junk() const { return server_talks_junk_; }
  // It has sent a valid message.
  [[nodiscard]] bool server_speaks_mcp() const { return server_speaks_mcp_; }

 private:
  struct Pending {
    std::string operation;
    std::string target;
    guard::ToolLabels labels;
    guard::Call call;
    std::string notice;      // what was done to its arguments; empty: nothing
    bool guarded = false;    // its answer is judged
    bool cancelled = false;  // the client does not wait for it any more; a late answer is judged all the same
  };
  // What became of one message.
  struct Handled {
    bool forward = false;  // pass it on: `changed` where there is one, else as it came
    std::optional<std::string> changed;
    std::string reply;  // to its sender; empty: none
  };

  Handled client_message(const ParsedJson& parsed);
  Handled server_message(const ParsedJson& parsed);
  void client_batch(std::string_view text);
  void server_batch(std::string_view text);

  Handled guarded_request(const mcp::Message& message, std::string_view text);
  Handled answer(const mcp::Message& message, std::string_view text);
  Handled guarded_answer(const mcp::Message& message, std::string_view text, const Pending& pending);
  Handled initialized(const mcp::Message& message, std::string_view text);
  void cancel(const mcp::Message& message);
  std::string changed_answer(const mcp::Message& message, std::string_view text, const Pending& pending,
                             guard::Verdict* verdict);
  std::string denial(const std::string& id, std::string_view operation, const guard::Verdict& verdict) const;
  std::string unaddressed_error(int code, std::string_view text) const;
  std::unordered_map<std::string, Pending>::iterator find_pending(const std::string& id);
  void junk(const std::string& what, bool broken_message);

  guard::Guard* guard_;
  guard::Session session_;
  Sink to_client_;
  Sink to_server_;
  const mcp::Revision* revision_;  // nullptr until `initialize` was answered
  JsonParser client_parser_;
  JsonParser server_parser_;
  JsonParser batch_parser_;  // one message of a batch at a time
  std::vector<std::string_view> fields_;
  std::unordered_map<std::string, Pending> pending_;
  std::size_t cancelled_ = 0;  // of pending_
  ServerTools tools_;
  bool server_talks_junk_ = false;
  bool server_speaks_mcp_ = false;
};

}  // namespace aegis::gateway
