// McpEndpoint: Streamable HTTP, both eras on one path, decided per request.
//
// Legacy (2025-03-26 … 2025-11-25): sessions by Mcp-Session-Id, answers as JSON or as a resumable event
// stream, GET for the stream of what belongs to no request, DELETE, batches where the revision has them.
// Modern (2026-07-28): POST only, no sessions, headers checked against the body, closing a stream cancels.
// A session belongs to the principal that opened it; anybody else is told it does not exist.
//
// Thread-safe. The factory and authenticator must outlive it and the listener it was added to.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "gateway/auth/authenticator.h"
#include "gateway/conversation.h"
#include "gateway/http/limits.h"
#include "gateway/http/listener.h"

namespace aegis::gateway {

class McpEndpoint {
 public:
  McpEndpoint(ConversationFactory* factory, Authenticator* authenticator, EndpointLimits limits = {});
  ~McpEndpoint();
  McpEndpoint(const McpEndpoint&) = delete;
  McpEndpoint& operator=(const McpEndpoint&) = delete;

  // Adds /mcp, /api/mcp and the RFC 9728 metadata below /.well-known/.
  void add_to(Listener* listener);

  // Ends every session and conversation. What waits is answered; later requests get 503.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace aegis::gateway
