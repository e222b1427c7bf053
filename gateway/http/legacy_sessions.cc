#include "gateway/http/legacy_sessions.h"

#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "gateway/http/modern_posts.h"
#include "gateway/http/reply.h"

namespace aegis::gateway {
namespace {

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::size_t kSessionIdBytes = 32;  // 256 random bits, as hex

HttpResponse accepted() {
  HttpResponse response;
  response.status = 202;
  return response;
}

HttpResponse no(int status, std::string text, std::string_view id, const mcp::Revision* revision) {
  return refuse({.status = status, .text = std::move(text), .id = std::string(id)}, revision);
}

HttpResponse busy(std::string text, std::string_view id) {
  return refuse({.status = 503, .code = mcp::kServerGone, .text = std::move(text), .id = std::string(id)},
                nullptr);
}

// Asked before a message counts: what was carried out must be answered.
bool may_stream(const HttpRequest& request) { return !request.reserve_stream || request.reserve_stream(); }

const mcp::Revision* header_revision(const HttpRequest& request) {
  const auto version = request.header("MCP-Protocol-Version");
  return version ? mcp::find_revision(*version) : nullptr;
}

}  // namespace

LegacySessions::LegacySessions(ConversationFactory* factory, const EndpointLimits& limits)
    : factory_(factory), limits_(limits) {}

LegacySessions::Session LegacySessions::find(const HttpRequest& request, const Principal& principal,
                                             std::string_view request_id, HttpResponse* response) {
  const auto* revision = header_revision(request);
  const auto id = request.header(kSessionHeader);
  if (!id || id->empty()) {
    *response = no(400, "Mcp-Session-Id is missing; send initialize first", request_id, revision);
    return nullptr;
  }
  const std::string key = sha256_hex(*id);
  Session session;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sessions_.find(key);
    if (found != sessions_.end() && found->second->principal() == principal.name) session = found->second;
  }
  if (session != nullptr && (session->refused() || session->conversation().ended())) {
    forget(session, "its server is gone");
    session = nullptr;
  }
  if (session == nullptr) {
    *response = no(404, "there is no such session; send initialize for a new one", request_id, revision);
    return nullptr;
  }
  const auto version = request.header("MCP-Protocol-Version");
  if (version && (revision == nullptr || revision->modern)) {
    *response = no(400, "MCP-Protocol-Version names no version this session can speak", request_id,
                   session->revision());
    return nullptr;
  }
  session->touch();
  return session;
}

void LegacySessions::forget(const Session& session, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second == session; });
  }
  session->end(why);
}

HttpResponse LegacySessions::post(const HttpRequest& request, const Principal& principal,
                                  const Inbound& inbound) {
  const auto& message = inbound.message;
  const bool is_request = !inbound.batch && message.kind == mcp::MessageKind::request;
  const bool opens = is_request && message.method == "initialize";
  if (opens && !request.header(kSessionHeader)) return initialize(request, principal, inbound);

  HttpResponse response;
  const std::string_view id = is_request ? std::string_view(message.id) : std::string_view();
  const auto session = find(request, principal, id, &response);
  if (session == nullptr) return response;
  if (opens) return no(400, "the session is initialized already", id, session->revision());
  if (inbound.batch) return batch(request, session, inbound);
  if (!is_request) {
    const bool taken = session->conversation().receive(inbound.line, nullptr, {});
    return taken ? accepted() : busy("too much waits for the server behind this session already", {});
  }
  if (!may_stream(request)) return busy(kNoStreamFree, id);
  const auto outbox = session->outbox(1, false);
  if (outbox == nullptr) return busy("too many requests of this session wait for their answers", id);
  session->conversation().receive(inbound.line, outbox, {});
  return respond(request, session, outbox, id, false);
}

HttpResponse LegacySessions::respond(const HttpRequest& request, const Session& session,
                                     const std::shared_ptr<Outbox>& outbox, std::string_view request_id,
                                     bool as_array) {
  switch (outbox->first_word(limits_.legacy_first_word_ms, request.hung_up)) {
    case Outbox::Word::stream: return session->stream(outbox);
    case Outbox::Word::answer: session->drop(outbox); return json_response(200, outbox->json(as_array));
    // No cancellation: the client may only have lost its connection. But without an event id it cannot come
    // back for the answer.
    case Outbox::Word::gone: session->drop(outbox); return busy("the client has gone", request_id);
    case Outbox::Word::closed: break;
  }
  session->drop(outbox);
  return no(404, "the session has ended", request_id, session->revision());
}

HttpResponse LegacySessions::initialize(const HttpRequest& request, const Principal& principal,
                                        const Inbound& inbound) {
  const auto& message = inbound.message;
  const auto room = [&] {
    const std::lock_guard lock(mutex_);
    if (stopping_ || sessions_.size() + opening_ >= limits_.max_sessions) return false;
    ++opening_;
    return true;
  };
  if (!may_stream(request)) return busy(kNoStreamFree, message.id);
  bool reserved = room();
  if (!reserved) {
    expire();
    reserved = room() || (evict(principal) && room());
  }
  if (!reserved) return busy("too many sessions are open and in use, or the server is stopping", message.id);

  simdjson::dom::element capabilities;
  const bool has_capabilities = message.has_body &&
                                message.body["capabilities"].get(capabilities) == simdjson::SUCCESS &&
                                capabilities.is_object();
  const auto open = [&] {
    return open_conversation(factory_, principal, mcp::Era::legacy,
                             has_capabilities ? canonical_capabilities(capabilities) : std::string("{}"));
  };
  auto conversation = open();
  // What is behind the conversations may have a limit of its own: of processes, say.
  if (!conversation && conversation.error().code == ErrorCode::limit && evict(principal))
    conversation = open();
  const std::string id = random_hex(kSessionIdBytes);
  Session session;
  bool stopped = false;
  {
    const std::lock_guard lock(mutex_);
    --opening_;
    if (conversation) {
      stopped = stopping_;
      session = std::make_shared<LegacySession>(principal.name, *conversation, limits_);
      if (!stopped) sessions_[sha256_hex(id)] = session;
    }
  }
  if (session == nullptr) return busy(conversation.error().message, message.id);
  if (stopped) {
    session->end("the server is stopping");
    return busy("the server is stopping", message.id);
  }

  const auto outbox = session->outbox(1, true);
  session->conversation().receive(inbound.line, outbox, {});
  auto response = respond(request, session, outbox, message.id, false);
  // A client that was refused, or never learnt the id, has no session.
  if (session->refused() || response.status != 200) {
    forget(session, "initialize did not succeed");
  } else {
    response.headers.emplace_back(kSessionHeader, id);
  }
  return response;
}

HttpResponse LegacySessions::batch(const HttpRequest& request, const Session& session,
                                   const Inbound& inbound) {
  const auto* revision = session->revision();
  if (revision == nullptr || !revision->batches) {
    return no(400,
              revision == nullptr ? "a batch is not allowed before initialize was answered"
                                  : "protocol revision " + std::string(revision->name) + " has no batches",
              {}, revision);
  }
  // All of it is read before any of it counts.
  std::vector<bool> is_request;
  std::size_t requests = 0;
  for (const auto item : inbound.items) {
    JsonParser parser;
    const auto parsed = parser.parse(item);
    if (!parsed) return no(400, parsed.error().message, {}, revision);
    std::string id;
    const auto message = mcp::read_message(parsed->root, &id);
    if (!message) return no(400, "within the batch: " + message.error().message, {}, revision);
    if (message->method == "initialize") {
      return no(400, "initialize must not be part of a batch", {}, revision);
    }
    if (mcp::is_modern_request(*message)) {
      return no(400, "protocol revision " + std::string(mcp::kModernRevision) + " has no batches", {},
                revision);
    }
    is_request.push_back(message->kind == mcp::MessageKind::request);
    requests += is_request.back() ? 1 : 0;
  }
  if (requests > 0 && !may_stream(request)) return busy(kNoStreamFree, {});
  const auto outbox = requests == 0 ? nullptr : session->outbox(requests, false);
  if (requests > 0 && outbox == nullptr) {
    return busy("too many requests of this session wait for their answers", {});
  }
  for (std::size_t i = 0; i < inbound.items.size(); ++i) {
    session->conversation().receive(inbound.items[i], is_request[i] ? Outbox::item(outbox) : nullptr, {});
  }
  return outbox == nullptr ? accepted() : respond(request, session, outbox, {}, true);
}

HttpResponse LegacySessions::get(const HttpRequest& request, const Principal& principal) {
  if (!accepts(request.header("Accept"), "text/event-stream")) {
    return no(406, "Accept must list text/event-stream", {}, header_revision(request));
  }
  HttpResponse response;
  const auto session = find(request, principal, {}, &response);
  if (session == nullptr) return response;
  const auto last_event_id = request.header("Last-Event-ID");
  if (!last_event_id || last_event_id->empty()) return session->listen();
  if (session->resume(*last_event_id, &response)) return response;
  return no(400, "Last-Event-ID names no event this session keeps", {}, session->revision());
}

HttpResponse LegacySessions::remove(const HttpRequest& request, const Principal& principal) {
  HttpResponse response;
  const auto session = find(request, principal, {}, &response);
  if (session == nullptr) return response;
  forget(session, "its client ended it");
  response.status = 204;
  return response;
}

void LegacySessions::expire() {
  std::vector<Session> all, over;
  {
    const std::lock_guard lock(mutex_);
    const auto limit = monotonic_us() - std::int64_t{limits_.session_idle_ms} * 1'000;
    for (auto entry = sessions_.begin(); entry != sessions_.end();) {
      const bool ends = entry->second->refused() || entry->second->idle_since(limit);
      (ends ? over : all).push_back(entry->second);
      entry = ends ? sessions_.erase(entry) : std::next(entry);
    }
  }
  for (const auto& session : over) session->end("nobody used it");
  for (const auto& session : all) session->tidy();
}

bool LegacySessions::evict(const Principal& principal) {
  Session victim;
  {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::size_t> held;
    for (const auto& [key, session] : sessions_) ++held[session->principal()];
    // The own ones first; then those of whoever has most.
    const auto rank = [&](const Session& session) {
      const auto& owner = session->principal();
      return owner == principal.name ? std::numeric_limits<std::size_t>::max() : held[owner];
    };
    const auto limit = monotonic_us() - std::int64_t{limits_.evictable_ms} * 1'000;
    std::int64_t oldest = 0;
    for (const auto& [key, session] : sessions_) {
      const auto unused = session->unused_since();
      if (!unused || *unused > limit) continue;
      if (victim == nullptr || rank(session) > rank(victim) ||
          (rank(session) == rank(victim) && *unused < oldest)) {
        victim = session;
        oldest = *unused;
      }
    }
  }
  if (victim == nullptr) return false;
  forget(victim, "another session needed its place");
  return true;
}

void LegacySessions::stop() {
  std::unordered_map<std::string, Session> sessions;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    sessions.swap(sessions_);
  }
  for (const auto& [key, session] : sessions) session->end("the server is stopping");
}

}  // namespace aegis::gateway
