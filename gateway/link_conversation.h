// LinkConversation: a conversation over HTTP with a backend of its own, driven by a thread of its own.
//
// Thread contract: as Conversation; the backend is used by the conversation's thread alone. Destroying it
// ends the backend and joins the thread (bounded by the backend's shut()).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/backend.h"
#include "gateway/conversation.h"

namespace aegis::gateway {

// Bytes of messages the conversation's thread has not come to yet; more is refused.
inline constexpr std::size_t kMaxInboxBytes = std::size_t{64} << 20;

// The Mcp-Param-* headers clients sent along, by the id the backend knows the request by. Filled and read in
// the conversation's thread.
using ClientHeaders = std::unordered_map<std::string, mcp::HeaderList>;

class Link : public Conversation {
 public:
  // Has the backend reload, in its own thread.
  virtual void reload() = 0;
};

// `headers` may be null (nobody asks for them). Errors: the thread or its descriptors cannot be had.
Result<std::shared_ptr<Link>> open_link(std::unique_ptr<Backend> backend, mcp::Era era,
                                        std::shared_ptr<ClientHeaders> headers);

}  // namespace aegis::gateway
