// LegacyServer: a modern client (2026-07-28) served by a server that wants the handshake.
//
// What `initialize` settled is answered here from what the server said then; requests are stripped of what
// the older era does not know, results get what the newer one requires. Every result may be stale the moment
// it is sent as far as anybody here knows, so ttlMs is 0 and cacheScope `private`: a guard's lists depend on
// its policy besides.
//
// Not thread-safe. Lines go to the outbox; whoever calls flushes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "mcp/bridge/calls.h"
#include "mcp/bridge/listens.h"
#include "mcp/bridge/outbox.h"
#include "mcp/bridge/waiting_lines.h"
#include "mcp/message.h"
#include "mcp/meta.h"
#include "mcp/server.h"

namespace aegis::mcp {

// What both ways of bridging are given.
struct BridgeContext {
  Outbox* out = nullptr;
  OwnIds* ids = nullptr;
  std::string principal;
  ServerInfo proxy_info;
  std::function<std::int64_t()> now_us;
};

class LegacyServer {
 public:
  // `client_capabilities` and `client_info` (null: none) are those of the client's first request; the
  // server is told no others, since it asks only once.
  LegacyServer(BridgeContext context, const Json& client_capabilities, const Json& client_info);

  // The handshake: the request to send, with an id of ours,
  [[nodiscard]] std::string initialize_request(std::string_view id) const;
  // and the message that answered it. False: it is no InitializeResult.
  bool begin(std::string_view answer);

  void from_client(const Message& message, std::string_view text);
  void from_server(const Message& message, std::string_view text, std::string_view related);

  void server_replaced();
  [[nodiscard]] std::int64_t deadline_us() const { return calls_.deadline_us(); }
  void tick() { calls_.tick(); }

  // What the server answered to initialize, as JSON text.
  [[nodiscard]] const std::string& initialize_result() const { return initialize_result_; }

 private:
  void request(const Message& message, std::string_view text);
  void discover(const std::string& id);
  void forward(const Message& message, std::string_view text, const RequestMeta& meta);
  void set_log_level();

  void answer(const Message& message, std::string_view text);
  void error_answer(const Message& message, std::string_view text);
  std::string modern_result(std::string_view method, std::string_view text) const;
  void server_request(const Message& message, std::string_view text, std::string_view related);
  void notification(const Message& message, std::string_view text, std::string_view related);
  void progress(const Message& message, std::string_view text);
  void log_message(const Message& message, std::string_view text, std::string_view related);
  void handshake_answer(const Message& message, std::string_view text);

  BridgeContext context_;
  Json legacy_capabilities_;
  Json client_info_;
  std::string initialize_result_;
  Json server_capabilities_ = Json::object();  // in the modern form
  Json server_info_;
  std::string instructions_;
  bool logs_ = false;   // the server declared logging
  int log_level_ = -1;  // what it was told last
  Calls calls_;
  Listens listens_;
  // A new server: the id of our initialize, and what the client sends until that is answered.
  std::string handshake_id_;
  WaitingLines queue_;
  bool lost_ = false;  // that failed: the next request tries again
};

}  // namespace aegis::mcp
