// ModernPosts: POSTs of the 2026-07-28 era. No sessions; each request stands for itself, its headers are
// checked against its body, and a client that hangs up cancels it.
//
// Behind it, one conversation per principal and set of client capabilities, opened when first needed,
// replaced when it ended, ended when nobody used it for long.
//
// Thread-safe; no lock is held while a conversation or the factory is called.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "gateway/conversation.h"
#include "gateway/http/inbound.h"
#include "gateway/http/limits.h"
#include "gateway/http/listener.h"
#include "gateway/http/outbox.h"

namespace aegis::gateway {

class ModernPosts {
 public:
  ModernPosts(ConversationFactory* factory, const EndpointLimits& limits);

  HttpResponse post(const HttpRequest& request, const Principal& principal, const Inbound& inbound);

  // Ends conversations nobody used for long. Called from time to time.
  void expire();
  // Ends all; later posts are refused.
  void stop();

 private:
  struct Link {
    std::shared_ptr<Conversation> conversation;  // null while it is being opened
    std::size_t waiting = 0;                     // requests
    std::int64_t used_us = 0;
    std::set<std::shared_ptr<Outbox>> outboxes;  // of those requests
  };
  using Key = std::pair<std::string, std::string>;  // principal, capabilities

  // One request's hold on a link.
  class Lease;

  std::shared_ptr<Lease> lease(const HttpRequest& request, const Principal& principal,
                               std::string capabilities, Refusal* refusal);
  bool make_room(const std::string& principal, std::shared_ptr<Conversation>* idle);  // with the lock held
  HttpResponse answer(const HttpRequest& request, const std::shared_ptr<Lease>& lease,
                      const Inbound& inbound);

  ConversationFactory* const factory_;
  const EndpointLimits limits_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable opened_;
  std::map<Key, std::shared_ptr<Link>> links_;
  bool stopping_ = false;
};

// The client capabilities of a request in a fixed form: keys sorted, nothing but the values.
std::string canonical_capabilities(simdjson::dom::element capabilities);

// The factory's open(), with exceptions as errors.
Result<std::shared_ptr<Conversation>> open_conversation(ConversationFactory* factory,
                                                        const Principal& principal, mcp::Era era,
                                                        std::string_view capabilities);

// The HTTP status of an answer: errors of the protocol itself have their own.
int status_of(std::string_view answer);

}  // namespace aegis::gateway
