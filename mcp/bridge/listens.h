// Listens: the `subscriptions/listen` requests of a modern client, served from what a legacy server sends
// unasked (list changes) and what it is asked for by resources/subscribe, once per resource whoever wants it.
//
// Not thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "mcp/bridge/outbox.h"

namespace aegis::mcp {

// Open listen requests of one conversation. A client needs one, and another while it changes its wishes; over
// HTTP all clients of a principal share a conversation, and the listener has fewer streams than this.
inline constexpr std::size_t kMaxListens = 2'000;
// Resources subscribed to with one server, and the bytes of one's URI; what is beyond is not acknowledged.
inline constexpr std::size_t kMaxSubscribedResources = 1'000;
inline constexpr std::size_t kMaxSubscribedUri = 8'192;

class Listens {
 public:
  Listens(Outbox* out, OwnIds* ids) : out_(out), ids_(ids) {}

  // `wanted`: params.notifications. Acknowledges what the server can do of it, or answers with an error.
  void open(const std::string& id, const Json& wanted, const Json& server_capabilities);
  // False: no such request.
  bool close(const std::string& id);
  [[nodiscard]] bool has(const std::string& id) const;

  // A notification from the server; `text` is the whole message.
  void list_changed(std::string_view method, std::string_view text);
  void updated(std::string_view uri, std::string_view text);

  // Tells a new server what the old one was asked for.
  void subscribe_again();

 private:
  struct Listen {
    std::string id;  // JSON text
    bool tools = false, prompts = false, resources = false;
    std::set<std::string> uris;
  };

  void send(const Listen& listen, std::string_view text);
  void ask_server(const char* method, const std::string& uri);

  Outbox* out_;
  OwnIds* ids_;
  std::vector<Listen> listens_;
  std::map<std::string, int, std::less<>> users_;  // of each resource
};

}  // namespace aegis::mcp
