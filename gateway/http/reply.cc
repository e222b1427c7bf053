#include "gateway/http/reply.h"

#include <exception>
#include <utility>

#include "base/log.h"

namespace aegis::gateway {

Attachment::Attachment(std::shared_ptr<Outbox> outbox, std::uint64_t after, bool prime, int keep_alive_ms,
                       OnEnd on_end)
    : outbox_(std::move(outbox)),
      on_end_(std::move(on_end)),
      number_(outbox_->attach(after, prime, keep_alive_ms)) {}

bool Attachment::step(const Outbox::Write& write) {
  // Half of what the listener allows, so that a hang-up is noticed soon even where waiting takes longer.
  return outbox_->step(number_, kStreamStepMs / 2, write);
}

void Attachment::end() {
  if (ended_.exchange(true)) return;
  try {
    const bool last = outbox_->detach(number_);
    if (on_end_) on_end_(last);
  } catch (const std::exception& e) {
    log::error("an event stream could not be ended cleanly: " + std::string(e.what()));
  }
}

HttpResponse stream_response(const std::shared_ptr<Attachment>& attachment) {
  HttpResponse response;
  response.content_type = "text/event-stream";
  // X-Accel-Buffering: no is the listener's.
  response.headers = {{"Cache-Control", "no-cache, no-transform"}};
  response.stream = [attachment](const Outbox::Write& write) {
    try {
      return attachment->step(write);
    } catch (const std::exception&) {
      return false;  // out of memory: this stream ends, the others go on
    }
  };
  response.on_stream_end = [attachment] { attachment->end(); };
  return response;
}

HttpResponse json_response(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

}  // namespace aegis::gateway
