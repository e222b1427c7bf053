// LegacySessions: GET, POST and DELETE of clients of the handshake eras (2025-03-26 … 2025-11-25).
//
// A session is found by the SHA-256 of its id, so that the time a look-up takes says nothing about ids, and
// belongs to the principal that opened it. Thread-safe; no lock is held while a conversation is called.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/conversation.h"
#include "gateway/http/inbound.h"
#include "gateway/http/legacy_session.h"
#include "gateway/http/limits.h"
#include "gateway/http/listener.h"

namespace aegis::gateway {

class LegacySessions {
 public:
  LegacySessions(ConversationFactory* factory, const EndpointLimits& limits);

  HttpResponse post(const HttpRequest& request, const Principal& principal, const Inbound& inbound);
  HttpResponse get(const HttpRequest& request, const Principal& principal);
  HttpResponse remove(const HttpRequest& request, const Principal& principal);

  // Ends sessions nobody used for long, or whose `initialize` failed. Called from time to time.
  void expire();
  // Ends all; later requests are refused.
  void stop();

 private:
  // Ends a session that is not in use, so that there is room for one of `principal`. False: all are in use.
  bool evict(const Principal& principal);
  using Session = std::shared_ptr<LegacySession>;

  // What a request with a session id needs. Null fills *response.
  Session find(const HttpRequest& request, const Principal& principal, std::string_view request_id,
               HttpResponse* response);
  void forget(const Session& session, const std::string& why);
  HttpResponse initialize(const HttpRequest& request, const Principal& principal, const Inbound& inbound);
  HttpResponse batch(const HttpRequest& request, const Session& session, const Inbound& inbound);
  HttpResponse respond(const HttpRequest& request, const Session& session,
                       const std::shared_ptr<Outbox>& outbox, std::string_view request_id, bool as_array);

  ConversationFactory* const factory_;
  const EndpointLimits limits_;

  std::mutex mutex_;                                   // guards what follows
  std::unordered_map<std::string, Session> sessions_;  // by the hash of their ids
  std::size_t opening_ = 0;
  bool stopping_ = false;
};

}  // namespace aegis::gateway
