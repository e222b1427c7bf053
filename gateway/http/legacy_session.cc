#include "gateway/http/legacy_session.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "gateway/http/inbound.h"
#include "gateway/http/reply.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

// The revision that tells clients to take events without data (SEP-1699). Older ones would read them as JSON.
constexpr std::string_view kFirstWithPriming = "2025-11-25";

// A string of the answer; empty when it is none or holds an escape, which no revision's name does.
std::string_view plain_string(std::string_view text, std::initializer_list<std::string_view> path) {
  const auto span = mcp::find_value(text, path);
  if (!span || span->end - span->begin < 2 || text[span->begin] != '"') return {};
  return text.substr(span->begin + 1, span->end - span->begin - 2);
}

}  // namespace

LegacySession::LegacySession(std::string principal, std::shared_ptr<Conversation> conversation,
                             const EndpointLimits& limits)
    : principal_(std::move(principal)),
      conversation_(std::move(conversation)),
      limits_(limits),
      tag_(random_hex(4)),
      ledger_(std::make_shared<ReplayLedger>(limits.replay_events, limits.replay_bytes)),
      used_us_(monotonic_us()) {}

std::shared_ptr<Outbox> LegacySession::outbox(std::size_t requests, bool initialize) {
  if (answers_->waiting.fetch_add(requests) + requests > limits_.max_waiting) {
    answers_->waiting -= requests;
    return nullptr;
  }
  auto box = Outbox::make(requests, [answers = answers_, initialize](std::string_view answer) {
    answers->take(answer, initialize);
  });
  const std::lock_guard lock(mutex_);
  if (ended_) box->close();
  first_words_.push_back(box);
  return box;
}

void LegacySession::Answers::take(std::string_view answer, bool initialize) {
  --waiting;
  if (!initialize) return;
  if (const auto version = plain_string(answer, {"result", "protocolVersion"}); !version.empty()) {
    revision = mcp::find_revision(version);
  } else {
    refused = true;
  }
}

void LegacySession::drop(const std::shared_ptr<Outbox>& outbox) {
  const std::lock_guard lock(mutex_);
  std::erase(first_words_, outbox);
}

std::uint64_t LegacySession::add_stream(const std::shared_ptr<Outbox>& outbox, bool listening) {
  const std::lock_guard lock(mutex_);
  std::erase(first_words_, outbox);
  if (ended_) outbox->close();
  const auto number = ++last_stream_;
  streams_[number] = {.outbox = outbox, .listening = listening};
  if (listening) listening_.push_back(number);
  return number;
}

HttpResponse LegacySession::attach(std::uint64_t number, const std::shared_ptr<Outbox>& outbox,
                                   std::uint64_t after, bool prime) {
  {
    const std::lock_guard lock(mutex_);
    ++connections_;
  }
  const auto attachment = std::make_shared<Attachment>(
      outbox, after, prime, limits_.keep_alive_ms,
      [self = shared_from_this(), number](bool last) { self->connection_ended(number, last); });
  return stream_response(attachment);
}

HttpResponse LegacySession::stream(const std::shared_ptr<Outbox>& outbox) {
  const auto number = add_stream(outbox, false);
  outbox->keep(ledger_, tag_, number);
  const auto* settled = revision();
  return attach(number, outbox, 0, settled != nullptr && settled->name >= kFirstWithPriming);
}

HttpResponse LegacySession::listen() {
  {
    const std::lock_guard lock(mutex_);
    if (listening_.size() >= limits_.max_listening) {
      return refuse({.status = 409, .text = "this session has too many open streams"}, revision());
    }
  }
  const auto outbox = Outbox::make(0);
  const auto number = add_stream(outbox, true);
  outbox->keep(ledger_, tag_, number);
  const auto* settled = revision();
  auto response = attach(number, outbox, 0, settled != nullptr && settled->name >= kFirstWithPriming);
  route();
  return response;
}

bool LegacySession::resume(std::string_view last_event_id, HttpResponse* response) {
  const auto id = parse_event_id(last_event_id);
  if (!id || id->tag != tag_) return false;
  std::shared_ptr<Outbox> outbox;
  bool listening = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id->stream);
    if (found == streams_.end() || !found->second.outbox->knows(id->number)) return false;
    outbox = found->second.outbox;
    listening = found->second.listening;
    if (listening) {
      std::erase(listening_, id->stream);
      listening_.push_back(id->stream);
    }
  }
  *response = attach(id->stream, outbox, id->number, false);
  if (listening) route();
  return true;
}

void LegacySession::connection_ended(std::uint64_t number, bool last) {
  bool listening = false;
  {
    const std::lock_guard lock(mutex_);
    --connections_;
    used_us_ = monotonic_us();
    const auto found = streams_.find(number);
    // The client may have come back before this connection's end was noticed.
    if (!last || found == streams_.end() || found->second.outbox->attached()) return;
    found->second.lost_us = used_us_;
    listening = found->second.listening;
    if (listening) std::erase(listening_, number);
  }
  if (listening) route();
}

// Messages that belong to no request go to the newest stream that has a connection; to the one that had the
// last connection for as long as it may come back; to none then.
void LegacySession::route() {
  const std::lock_guard order(routing_);
  std::shared_ptr<Outbox> target;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (!listening_.empty()) {
      target = streams_.at(listening_.back()).outbox;
    } else {
      const auto limit = monotonic_us() - std::int64_t{limits_.listen_grace_ms} * 1'000;
      const auto kept = std::find_if(streams_.begin(), streams_.end(),
                                     [&](const auto& one) { return one.second.outbox == routed_; });
      if (routed_ != nullptr && kept != streams_.end() && kept->second.lost_us > limit) return;
    }
  }
  if (target == routed_) return;
  routed_ = target;
  conversation_->set_stream(target);
}

void LegacySession::touch() {
  const std::lock_guard lock(mutex_);
  used_us_ = monotonic_us();
}

bool LegacySession::idle_since(std::int64_t before_us) const {
  const std::lock_guard lock(mutex_);
  return connections_ == 0 && used_us_ < before_us;
}

std::optional<std::int64_t> LegacySession::unused_since() const {
  const std::lock_guard lock(mutex_);
  if (connections_ > 0 || answers_->waiting > 0) return std::nullopt;
  return used_us_;
}

void LegacySession::tidy() {
  route();
  const std::lock_guard order(routing_);
  const std::lock_guard lock(mutex_);
  // What is complete is kept as long as its events are. GET streams, which have no end, are kept for clients
  // that come back with the id of their first, empty event. Both have a number they must not exceed.
  std::size_t complete = 0, listeners = 0;
  for (auto stream = streams_.end(); stream != streams_.begin();) {
    --stream;
    const auto& outbox = stream->second.outbox;
    if (outbox->attached() || outbox == routed_) continue;
    bool gone = outbox->spent();
    if (stream->second.listening) {
      gone = gone || ++listeners > limits_.max_listening;
    } else if (outbox->complete()) {
      gone = gone || ++complete > limits_.replay_events;
    }
    if (gone) stream = streams_.erase(stream);
  }
}

void LegacySession::end(const std::string& why) {
  std::vector<std::shared_ptr<Outbox>> outboxes;
  {
    const std::lock_guard order(routing_);  // no set_stream() after end()
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    outboxes = first_words_;
    for (const auto& [number, stream] : streams_) outboxes.push_back(stream.outbox);
  }
  conversation_->end(why);
  for (const auto& outbox : outboxes) outbox->close();
}

}  // namespace aegis::gateway
