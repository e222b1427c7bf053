// How an Outbox becomes an HTTP response: JSON when the answer is the first word, an event stream otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/listener.h"
#include "gateway/http/outbox.h"

namespace aegis::gateway {

// A connection to an outbox. Ends once: when the stream is over, or when nobody holds it any more, should a
// response be dropped before its stream began.
class Attachment {
 public:
  // `on_end` is called once, with whether this connection was the last to attach (no other took over).
  using OnEnd = std::function<void(bool last)>;
  Attachment(std::shared_ptr<Outbox> outbox, std::uint64_t after, bool prime, int keep_alive_ms,
             OnEnd on_end);
  ~Attachment() { end(); }
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  bool step(const Outbox::Write& write);
  void end();

 private:
  const std::shared_ptr<Outbox> outbox_;
  const OnEnd on_end_;
  const std::uint64_t number_;
  std::atomic<bool> ended_{false};
};

// An event stream fed by `attachment`.
HttpResponse stream_response(const std::shared_ptr<Attachment>& attachment);

HttpResponse json_response(int status, std::string body);

// Why a request is refused that might be answered by a stream (HttpRequest::reserve_stream).
inline constexpr const char* kNoStreamFree = "too many event streams are open; try again later";

}  // namespace aegis::gateway
