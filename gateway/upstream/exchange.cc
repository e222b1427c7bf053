#include "gateway/upstream/exchange.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/upstream/event_stream.h"
#include "mcp/meta.h"

namespace aegis::gateway {
namespace {

std::string http_status(int status) { return "HTTP " + std::to_string(status); }

// Says nothing about the request itself: the server, or what stands before it, does not serve us now.
bool says_gone(int status) {
  return status < 400 || status >= 500 || status == 401 || status == 403 || status == 407 || status == 408 ||
         status == 429;
}

std::int64_t error_code(std::string_view body) {
  const auto read = read_line(body);
  std::int64_t code = 0;
  if (read && read->message.kind == mcp::MessageKind::error &&
      read->message.body["code"].get(code) == simdjson::SUCCESS) {
    return code;
  }
  return 0;
}

// The specification wants 404 for a session the server does not know (any more); many servers, those written
// after the SDKs' own examples among them, answer 400 and say so in words. They are read for this alone.
bool says_session_unknown(int status, std::string_view body) {
  if (status != 400) return false;
  std::string words(body);
  std::transform(words.begin(), words.end(), words.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  for (const std::string_view phrase :
       {"no valid session id", "session not found", "invalid session id", "unknown session"}) {
    if (words.find(phrase) != std::string::npos) return true;
  }
  return false;
}

// Only a server of the modern era answers so; HTTP+SSE is not worth a try.
bool is_modern_refusal(std::int64_t code) {
  return code == mcp::kHeaderMismatch || code == mcp::kMissingClientCapability ||
         code == mcp::kUnsupportedProtocolVersion || code == mcp::kMethodNotFound;
}

}  // namespace

void Exchange::run(HttpConnection& connection) {
  if (cutter_.attach(&connection) && !core_->closed()) converse(&connection);
  cutter_.detach();
  deadline_us_ = 0;
  mark_sent();
  owner_->settled(this);
}

void Exchange::converse(HttpConnection* connection) {
  AnswerReader reader(core_, {.id = outgoing_.id,
                              .modern = outgoing_.modern,
                              .on_answer = [this](const mcp::Message& message, std::string* line) {
                                on_answer(message, line);
                              }});
  std::string target =
      outgoing_.modern ? core_->url.target : core_->session.old_target().value_or(core_->url.target);
  Attempt attempt;
  int hops = 0;
  do {
    attempt = post(connection, target, &reader);
  } while (redirected(&attempt, hops++, &target));
  conclude(connection, attempt, &reader);
}

Exchange::Attempt Exchange::post(HttpConnection* connection, const std::string& target,
                                 AnswerReader* reader) {
  Attempt attempt;
  HttpCall call;
  call.method = "POST";
  call.target = target;
  call.headers = core_->headers("application/json, text/event-stream");
  call.headers.emplace_back("Content-Type", "application/json");
  // A server of the modern era may be asked this too, and looks for its header before it looks at the method.
  const auto own = outgoing_.modern                   ? outgoing_.headers
                   : outgoing_.method == "initialize" ? mcp::HeaderList{{"Mcp-Method", "initialize"}}
                                                      : core_->session.headers();
  call.headers.insert(call.headers.end(), own.begin(), own.end());
  call.body = outgoing_.line;
  call.cancelled = [this] { return cutter_.stopped(); };
  call.sent = [this] { mark_sent(); };
  call.head = [&](const HttpReply& reply) { return head(reply, &attempt, reader); };
  call.data = [&](std::string_view bytes) { return data(bytes, &attempt, reader); };
  expect_head();
  attempt.outcome = connection->run(call);
  return attempt;
}

bool Exchange::head(const HttpReply& reply, Attempt* attempt, AnswerReader* reader) {
  using Body = Attempt::Body;
  attempt->reply = reply;
  attempt->begun_us = monotonic_us();
  session_id_ = reply.session;
  clear_deadline();
  if (!reply.encoding.empty() && reply.encoding != "identity") {
    attempt->problem = "sent a compressed answer, which it was asked not to do";
    return false;
  }
  if (session_id_.size() > kMaxSessionIdBytes || (!session_id_.empty() && !is_visible_ascii(session_id_))) {
    attempt->problem = "sent a session id that no header may hold";
    return false;
  }
  const bool good = reply.status >= 200 && reply.status < 300;
  if (good && outgoing_.is_request() && (outgoing_.modern || !core_->session.old_target())) {
    if (reply.media_type == "text/event-stream") {
      attempt->body = Body::stream;
      reader->begin_stream();
    } else if (reply.media_type == "application/json") {
      attempt->body = Body::json;
    }
  }
  if (good && !outgoing_.is_request()) {
    owner_->settled(this);  // it was taken; nothing that follows matters
    return reply.media_type != "text/event-stream";
  }
  return true;
}

bool Exchange::data(std::string_view bytes, Attempt* attempt, AnswerReader* reader) {
  using Body = Attempt::Body;
  if (attempt->body == Body::stream) {
    const bool before = reader->answered();
    if (!reader->stream(bytes)) return false;
    if (reader->answered() && !before) {
      set_deadline(kLingerMs);  // its end is worth waiting for: the connection can be used again
      owner_->settled(this);
    }
    return true;
  }
  const std::size_t limit = attempt->body == Body::json ? kMaxMessageBytes : kMaxIdleBodyBytes;
  if (bytes.size() > limit - attempt->text.size()) {
    if (attempt->body == Body::json) {
      attempt->problem = "sent an answer of more than " + std::to_string(kMaxMessageBytes) + " bytes";
    }
    return false;
  }
  // A byte now and then is no silence, but no answer either.
  if (monotonic_us() - attempt->begun_us > std::int64_t{core_->options.read_timeout_ms} * 1000) {
    attempt->problem = "did not complete its answer in time";
    return false;
  }
  attempt->text += bytes;
  return true;
}

bool Exchange::redirected(Attempt* attempt, int hops, std::string* target) {
  const int status = attempt->reply.status;
  if (status < 300 || status >= 400 || cutter_.stopped() || !attempt->problem.empty()) return false;
  const auto url = resolve_url(core_->url, attempt->reply.location);
  if (status != 307 && status != 308) {
    attempt->problem = "answered " + http_status(status) + ", a redirect that is not followed";
  } else if (attempt->reply.location.empty() || !url) {
    attempt->problem = "answered " + http_status(status) + " without a URL to go to";
  } else if (!same_origin(*url, core_->url)) {
    attempt->problem = "redirects to another origin (" + http_status(status) + "), which is not followed";
  } else if (hops >= kMaxRedirects) {
    attempt->problem = "redirects again and again (" + http_status(status) + ")";
  } else {
    *target = url->target;
    return true;
  }
  return false;
}

void Exchange::conclude(HttpConnection* connection, const Attempt& attempt, AnswerReader* reader) {
  using End = HttpOutcome::End;
  using Body = Attempt::Body;
  if (reader->answered()) return;
  if (cutter_.stopped()) {
    if (expired_) fail("did not answer in time");
    return;
  }
  if (!reader->problem().empty()) return fail(reader->problem());
  if (!attempt.problem.empty()) return fail(attempt.problem);
  const int status = attempt.reply.status;
  if (status == 0) return fail(attempt.outcome.why);
  if (status < 200 || status >= 300) return refused(connection, attempt, reader);
  if (!outgoing_.is_request()) {
    if (outgoing_.method == "notifications/initialized" && !outgoing_.modern) owner_->session_ready();
    return;
  }
  if (attempt.body == Body::stream) {
    if (attempt.outcome.end == End::silent) return fail(attempt.outcome.why);
    return resume(connection, attempt, reader);
  }
  if (attempt.body == Body::json) {
    if (attempt.outcome.end != End::complete) return fail(attempt.outcome.why);
    if (!reader->json(attempt.text)) fail(reader->problem());
    return;
  }
  // Over HTTP+SSE the answer comes on the stream.
  if (!outgoing_.modern && core_->session.old_target()) return;
  fail("took the request but gave no answer (" + http_status(status) +
       (attempt.reply.media_type.empty() ? ")" : ", neither JSON nor an event stream)"));
}

void Exchange::refused(HttpConnection* connection, const Attempt& attempt, AnswerReader* reader) {
  const int status = attempt.reply.status;
  if (!outgoing_.modern) {
    const auto code = error_code(attempt.text);
    if (outgoing_.method == "initialize") {
      const bool may_be_old = !fell_back_ && !says_gone(status) && !is_modern_refusal(code);
      if (may_be_old && owner_->fall_back()) {
        fell_back_ = true;
        return converse(connection);
      }
    } else if (core_->session.has_id() && ((status == 404 && code != mcp::kMethodNotFound) ||
                                           says_session_unknown(status, attempt.text))) {
      return core_->close("the session is over");
    }
  }
  if (outgoing_.is_request() && reader->error_body(attempt.text)) return;
  fail("answered " + http_status(status), says_gone(status) ? mcp::kServerGone : mcp::kInvalidRequest);
}

void Exchange::resume(HttpConnection* connection, const Attempt& broken, AnswerReader* reader) {
  int attempts = 0;
  while (attempts < kMaxResumes) {
    if (outgoing_.modern || !is_visible_ascii(reader->last_event_id())) {
      return fail(broken.outcome.end == HttpOutcome::End::complete
                      ? "ended its stream before it answered"
                      : "broke off its stream before it answered");
    }
    StreamEnd end;
    const std::size_t messages = reader->messages();
    if (core_->pause(retry_delay_ms(attempts, reader->retry_ms()), [this] { return cutter_.stopped(); })) {
      expect_head();
      bool begun = false;
      end =
          read_event_stream(core_, cutter_, connection, reader->last_event_id(), [&](std::string_view bytes) {
            deadline_us_ = 0;
            if (!std::exchange(begun, true)) reader->begin_stream();
            const bool wanted = reader->stream(bytes);
            if (reader->answered() && deadline_us_ == 0) {
              set_deadline(kLingerMs);
              owner_->settled(this);
            }
            return wanted;
          });
    }
    if (reader->answered()) return;
    if (cutter_.stopped()) {
      if (expired_) fail("did not answer in time");
      return;
    }
    if (!reader->problem().empty()) return fail(reader->problem());
    if (end.status == 404 && core_->session.has_id()) return core_->close("the session is over");
    if (end.status >= 400 && end.status < 500) {
      return fail("broke off its stream and does not resume it (" + http_status(end.status) + ")");
    }
    attempts = reader->messages() > messages ? 0 : attempts + 1;
  }
  fail("broke off its stream and did not resume it");
}

void Exchange::on_answer(const mcp::Message& message, std::string* line) {
  if (message.kind != mcp::MessageKind::result) return;
  if (outgoing_.modern && outgoing_.method == "tools/list") {
    for (const auto& tool : core_->tools.learn(message, line)) {
      log::warn(
          core_->sentence("offers the tool '" + tool +
                          "' with an x-mcp-header annotation that is not allowed; the tool is dropped"));
    }
  } else if (!outgoing_.modern && outgoing_.method == "initialize") {
    std::string_view version;
    if (message.body["protocolVersion"].get(version) != simdjson::SUCCESS || !is_visible_ascii(version))
      version = {};
    core_->session.opened(session_id_, std::string(version));
  }
}

void Exchange::fail(std::string_view predicate, int code) {
  if (cancelled_ || core_->closed()) return;  // nobody waits, or everybody is told at once
  if (outgoing_.is_request()) {
    core_->fail(outgoing_.id, code, predicate);
  } else if (!core_->stopping()) {
    const auto what = outgoing_.method.empty() ? "an answer" : "'" + outgoing_.method + "'";
    log::info(core_->sentence(std::string(predicate) + " when it was sent " + what));
  }
}

void Exchange::set_deadline(int milliseconds) {
  const std::int64_t at = monotonic_us() + std::int64_t{milliseconds} * 1000;
  deadline_us_ = at;
  owner_->watch(at);
}

// From here to the end of the headers there is one deadline, however they drip. A cancellation may come at
// any time; its own, shorter deadline stays.
void Exchange::expect_head() {
  set_deadline(core_->options.connect_timeout_ms + core_->options.read_timeout_ms);
  if (cancelled_) set_deadline(kCancelGraceMs);
}

void Exchange::clear_deadline() {
  deadline_us_ = 0;
  if (cancelled_) set_deadline(kCancelGraceMs);
}

void Exchange::mark_sent() {
  if (!sent_.exchange(true)) owner_->sent(this);
}

void Exchange::cancel(bool at_once) {
  cancelled_ = true;
  if (at_once) {
    cutter_.stop();
    core_->notify();
  } else {
    set_deadline(kCancelGraceMs);
  }
}

void Exchange::expire_if_due(std::int64_t now_us) {
  const std::int64_t deadline = deadline_us_;
  if (deadline == 0 || now_us < deadline) return;
  expired_ = true;
  cutter_.stop();
  core_->notify();
}

}  // namespace aegis::gateway
