#include "gateway/link_factory.h"

#include <string>
#include <utility>

namespace aegis::gateway {

Result<std::shared_ptr<Conversation>> LinkFactory::open(const Principal& principal, mcp::Era era,
                                                        std::string_view /*capabilities*/) {
  // Starting a process takes milliseconds; conversations are opened one at a time, so that the limit holds.
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [](const auto& link) { return link.expired(); });
  if (open_.size() >= max_links_) {
    return limit_reached("there are " + std::to_string(max_links_) +
                         " conversations already, which is the limit; end one, or try again later");
  }
  auto headers = std::make_shared<ClientHeaders>();
  auto backend = make_backend_(principal, headers);
  if (!backend) return backend.error();
  auto link = open_link(std::move(*backend), era, std::move(headers));
  if (!link) return link.error();
  open_.push_back(*link);
  return std::shared_ptr<Conversation>(std::move(*link));
}

void LinkFactory::reload() {
  const std::lock_guard lock(mutex_);
  for (const auto& one : open_) {
    if (const auto link = one.lock()) link->reload();
  }
}

}  // namespace aegis::gateway
