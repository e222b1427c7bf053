// ServeFactory: conversations with our own tools, for `serve --http`.
//
// Everything is answered inside receive(), on the thread that brought the request. There is nothing a server
// of tools says on its own, so a conversation's stream stays silent; what stays open are subscriptions
// (modern), until their client hangs up or the conversation ends.
//
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "gateway/conversation.h"
#include "mcp/tool_server.h"

namespace aegis::gateway {

class ServeFactory : public ConversationFactory {
 public:
  // The tools as one principal may call them. Called once for each conversation, from any thread. Null: they
  // cannot be had now.
  using ToolsFor = std::function<std::shared_ptr<mcp::ToolProvider>(const Principal&)>;

  ServeFactory(mcp::ServerInfo info, ToolsFor tools_for);

  // Errors: unavailable (no tools for this principal). How many conversations there are is the endpoint's to
  // limit.
  Result<std::shared_ptr<Conversation>> open(const Principal& principal, mcp::Era era,
                                             std::string_view capabilities) override;

 private:
  mcp::ServerInfo info_;
  ToolsFor tools_for_;
};

}  // namespace aegis::gateway
