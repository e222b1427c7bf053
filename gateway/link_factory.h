// LinkFactory: opens conversations over HTTP, each with a backend of its own, up to a limit.
//
// Thread-safe, if the function it is given is.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/link_conversation.h"

namespace aegis::gateway {

// Conversations at once where each runs a child process (an idle node server takes some 60 MB), and where
// none does.
inline constexpr std::size_t kMaxChildLinks = 256;
inline constexpr std::size_t kMaxLinks = 1'000;

class LinkFactory : public ConversationFactory {
 public:
  using MakeBackend = std::function<Result<std::unique_ptr<Backend>>(
      const Principal& principal, const std::shared_ptr<ClientHeaders>& headers)>;

  LinkFactory(MakeBackend make_backend, std::size_t max_links)
      : make_backend_(std::move(make_backend)), max_links_(max_links) {}

  Result<std::shared_ptr<Conversation>> open(const Principal& principal, mcp::Era era,
                                             std::string_view capabilities) override;

  // Has every open conversation's backend reload.
  void reload();

 private:
  MakeBackend make_backend_;
  std::size_t max_links_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::weak_ptr<Link>> open_;
};

}  // namespace aegis::gateway
