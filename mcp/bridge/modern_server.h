// ModernServer: a client that speaks the handshake, served by a server that knows 2026-07-28 alone.
//
// `initialize`, `ping`, `logging/setLevel` and subscriptions are answered here; every other request goes out
// with what the client said in its handshake in _meta. What the server answers `input_required` becomes the
// requests of the older era, and their answers a retry.
//
// Not thread-safe. Lines go to the outbox; whoever calls flushes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "mcp/bridge/capabilities.h"
#include "mcp/bridge/held_listen.h"
#include "mcp/bridge/legacy_server.h"
#include "mcp/bridge/outbox.h"
#include "mcp/message.h"
#include "mcp/version.h"

namespace aegis::mcp {

// Requests kept in case the server asks back, together; a request over that cannot be asked back.
inline constexpr std::size_t kMaxRequestsKeptBytes = kMaxMessageBytes;

class ModernServer {
 public:
  // `initialize`: the client's request, whole.
  ModernServer(BridgeContext context, std::string_view initialize);

  // The server's first question, asked on the client's behalf: is this a modern server?
  [[nodiscard]] std::string discover_request(std::string_view id) const;
  // The message that answered it. False: it is no DiscoverResult, or of a version we do not speak. Else the
  // client's initialize has been answered.
  bool begin(std::string_view answer);

  void from_client(const Message& message, std::string_view text);
  void from_server(const Message& message, std::string_view text, std::string_view related);

  void server_replaced();
  [[nodiscard]] std::int64_t deadline_us() const;
  void tick();

 private:
  struct Asked {
    std::string key;  // in inputRequests
    std::string id;   // of our request to the client; empty: answered
    std::string method;
    std::string answer;  // JSON text
  };
  // A request of the client's that is not answered yet.
  struct Call {
    std::string method;
    std::string attempt;  // the id it has with the server now; empty: the client is being asked
    std::string token;    // its progress token
    std::string request;  // as sent, for a retry; empty: not kept
    int rounds = 0;
    std::vector<Asked> asked;
    std::string state;  // requestState as JSON text; empty: none
    std::int64_t expires_us = 0;
  };
  using Entry = std::unordered_map<std::string, Call>::iterator;

  void request(const Message& message, std::string_view text);
  void forward(const Message& message, std::string_view text);
  void subscribe(const Message& message, bool wanted);
  void update_listen();
  void cancel(const Message& message, std::string_view text);
  void client_answer(const Message& message, std::string_view text);

  void answer(Entry call, const Message& message, std::string_view text);
  void input_required(Entry call, std::string_view text);
  void retry(Entry call);
  void fail(Entry call, int code, std::string_view why);
  void drop_questions(Call* call, const std::string& client_id);
  void erase(Entry call);
  void reply(const std::string& id, const Json& result);
  void notification(const Message& message, std::string_view text, std::string_view related);
  [[nodiscard]] std::string request_meta(bool with_log_level) const;

  BridgeContext context_;
  std::string initialize_id_;
  const Revision* revision_;  // settled with the client
  Json client_info_;
  Json client_capabilities_;  // in the modern form
  Abilities abilities_;
  Json server_capabilities_ = Json::object();  // in the legacy form
  bool initialized_ = false;
  int log_level_ = -1;  // what the client set
  std::set<std::string> subscribed_;
  HeldListen listen_;
  std::unordered_map<std::string, Call> calls_;            // by the client's id
  std::unordered_map<std::string, std::string> attempts_;  // id with the server → the client's
  std::unordered_map<std::string, std::string> asked_;     // id of a request to the client → the call's
  std::size_t kept_bytes_ = 0;
};

}  // namespace aegis::mcp
