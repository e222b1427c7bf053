#include "gateway/upstream/event_stream.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "gateway/upstream/answer_reader.h"

namespace aegis::gateway {
namespace {

// Bytes to events to `take`. False: enough, or an event over the limit, which is logged.
bool feed(PortCore* core, mcp::SseDecoder* decoder, std::string_view bytes,
          const std::function<bool(const mcp::SseEvent&)>& take) {
  decoder->append(bytes);
  for (;;) {
    const auto event = decoder->next();
    if (!event) {
      log::warn(core->sentence("sent an event that is too long; the stream is closed"));
      return false;
    }
    if (!*event) return true;
    if (!take(**event)) return false;
  }
}

}  // namespace

int retry_delay_ms(int attempt, int servers_retry_ms) {
  if (servers_retry_ms >= 0) return std::clamp(servers_retry_ms, kMinRetryMs, kMaxRetryMs);
  return std::min(kFirstRetryMs << std::min(attempt, 10), kMaxRetryMs);
}

StreamEnd read_event_stream(PortCore* core, const Cutter& cutter, HttpConnection* connection,
                            std::string_view last_event_id,
                            const std::function<bool(std::string_view bytes)>& bytes) {
  StreamEnd end;
  HttpCall call;
  call.method = "GET";
  call.target = core->url.target;
  call.headers = core->headers("text/event-stream");
  for (auto& header : core->session.headers()) call.headers.push_back(std::move(header));
  if (!last_event_id.empty()) call.headers.emplace_back("Last-Event-ID", last_event_id);
  call.cancelled = [&] { return cutter.stopped(); };
  call.head = [&](const HttpReply& reply) {
    end.status = reply.status;
    end.opened = reply.status == 200 && reply.media_type == "text/event-stream" && reply.encoding.empty();
    return end.opened;
  };
  call.data = bytes;
  const auto outcome = connection->run(call);
  end.why = end.status != 0 && !end.opened ? "answered HTTP " + std::to_string(end.status) : outcome.why;
  return end;
}

void SessionStream::run() {
  HttpConnection connection(core_->endpoint(kStreamSilenceMs));
  int attempt = 0;
  while (cutter_.attach(&connection)) {
    mcp::SseDecoder decoder(kMaxMessageBytes);
    progressed_ = false;
    const auto end =
        read_event_stream(core_, cutter_, &connection, last_event_id_, [&](std::string_view bytes) {
          const bool wanted = feed(core_, &decoder, bytes, [&](const auto& event) { return take(event); });
          if (decoder.retry_ms() >= 0) retry_ms_ = decoder.retry_ms();
          return wanted;
        });
    cutter_.detach();
    const bool for_now = end.status == 0 || end.opened || end.status == 429 || end.status >= 500;
    if (cutter_.stopped() || !for_now) break;  // 405: the server has no such stream
    attempt = progressed_ ? 0 : attempt + 1;
    if (!core_->pause(retry_delay_ms(attempt, retry_ms_), [this] { return cutter_.stopped(); })) break;
  }
  cutter_.detach();
}

bool SessionStream::take(const mcp::SseEvent& event) {
  progressed_ = true;
  if (!event.id.empty()) last_event_id_ = is_visible_ascii(event.id) ? event.id : std::string();
  if (event.type != "message" || event.data.empty()) return true;
  auto read = read_line(event.data);
  if (!read) {
    log::warn(core_->sentence("sent a message that is refused: " + read.error().message));
    return true;
  }
  const auto kind = read->message.kind;
  if (kind == mcp::MessageKind::request || kind == mcp::MessageKind::notification) {
    return core_->post(std::move(read->line), {});
  }
  log::warn(core_->sentence("sent an answer on the stream for what belongs to no request; dropped"));
  return true;
}

void OldStream::run() {
  HttpConnection connection(core_->endpoint(kStreamSilenceMs));
  if (cutter_.attach(&connection)) {
    mcp::SseDecoder decoder(kMaxMessageBytes);
    read_event_stream(core_, cutter_, &connection, {}, [&](std::string_view bytes) {
      return feed(core_, &decoder, bytes, [&](const auto& event) { return take(event); });
    });
  }
  cutter_.detach();
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    changed_.notify_all();
    if (!has_endpoint_) return;
  }
  if (!cutter_.stopped()) core_->close(core_->sentence("ended its stream; the session is over"));
}

bool OldStream::take(const mcp::SseEvent& event) {
  if (event.type == "endpoint") {
    const auto url = resolve_url(core_->url, event.data);
    const std::scoped_lock lock(mutex_);
    if (has_endpoint_) return true;
    if (!url || !same_origin(*url, core_->url)) {
      log::warn(core_->sentence("names an endpoint of another origin; it is not used"));
      return false;
    }
    core_->session.fell_back(url->target);
    has_endpoint_ = true;
    changed_.notify_all();
    return true;
  }
  if (event.type != "message" || event.data.empty()) return true;
  auto read = read_line(event.data);
  if (!read) {
    log::warn(core_->sentence("sent a message that is refused: " + read.error().message));
    return true;
  }
  const bool answer =
      read->message.kind == mcp::MessageKind::result || read->message.kind == mcp::MessageKind::error;
  return core_->post(std::move(read->line), answer ? read->message.id : std::string());
}

bool OldStream::wait_for_endpoint(int milliseconds) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return has_endpoint_ || over_; });
  return has_endpoint_;
}

}  // namespace aegis::gateway
