// What stands behind an MCP endpoint: conversations with clients, whatever carries them.
//
// Thread contract: everything here may be called from any thread. Nothing blocks for longer than it takes to
// queue a message, except where a conversation answers at once (its own tools).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mcp/http_headers.h"
#include "mcp/meta.h"
#include "store/store.h"

namespace aegis::gateway {

// Who is asking, as the credential says.
struct Principal {
  store::AgentId agent = 0;
  std::string name;  // unique; "local" for a client that needs no key
};

// The way back of one HTTP request (or of a stream a client opened to listen). Called by the conversation.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // A message that belongs to it: a notification, or a request of the server's.
  virtual void send(std::string_view line) = 0;
  // The answer; nothing follows.
  virtual void finish(std::string_view line) = 0;
  // No answer will come (it was cancelled); nothing after an answer.
  virtual void close() = 0;
};

class Conversation {
 public:
  virtual ~Conversation() = default;

  // One valid JSON-RPC message. `exchange` takes the answer of a request; it is null for notifications and
  // responses. Legacy conversations (sessions) belong to one client, whose ids are unique; in a modern one
  // several clients of a principal may use the same id at once.
  // `headers`: the request's own Mcp-Param-* (those the tool does not declare are passed on).
  // False: it was not taken (too much waits, or the conversation has ended), and `exchange`, if there is one,
  // has got an error.
  virtual bool receive(std::string_view line, std::shared_ptr<Exchange> exchange,
                       mcp::HeaderList headers) = 0;

  // Modern only: its client hung up, so the request is cancelled. (A legacy client that went away cancels
  // nothing, and may come back for the answer.)
  virtual void hung_up(const std::shared_ptr<Exchange>& exchange) = 0;

  // Legacy: where messages go that belong to no request (the GET stream). Null: nowhere for now; they are
  // dropped (notifications) or go to a waiting request's exchange (requests).
  virtual void set_stream(std::shared_ptr<Exchange> stream) = 0;

  // The annotated arguments of a tool, once its definition passed by; empty otherwise.
  virtual std::vector<mcp::ParamHeader> param_headers(std::string_view tool) = 0;

  // Ends it; waiting exchanges are answered with an error. Called once.
  virtual void end(const std::string& why) = 0;

  // It cannot go on by itself (its server is gone for good).
  [[nodiscard]] virtual bool ended() const = 0;
};

class ConversationFactory {
 public:
  virtual ~ConversationFactory() = default;
  // `capabilities`: the client's, as JSON text in a fixed form; a modern conversation serves one set of them.
  // Errors: limit (too many), unavailable.
  virtual Result<std::shared_ptr<Conversation>> open(const Principal& principal, mcp::Era era,
                                                     std::string_view capabilities) = 0;
};

}  // namespace aegis::gateway
