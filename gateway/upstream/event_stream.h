// Event streams a port opens with GET: one read to its end, the stream of a legacy session, and the old
// HTTP+SSE transport.
//
// run() blocks its thread until the stream is over for good; stop() may be called from any other.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/upstream/port_core.h"
#include "mcp/sse.h"

namespace aegis::gateway {

// Between attempts to open a stream again: doubled each time up to the cap, unless the server's `retry` says
// otherwise, which is kept within the bounds.
inline constexpr int kFirstRetryMs = 500;
inline constexpr int kMinRetryMs = 50;
inline constexpr int kMaxRetryMs = 60'000;
int retry_delay_ms(int attempt, int servers_retry_ms);

// How one GET ended.
struct StreamEnd {
  int status = 0;       // 0: there was no answer
  bool opened = false;  // it was an event stream
  std::string why;      // a predicate for "the server '…' "
};

// `bytes` false: enough. The cutter must be attached to the connection.
StreamEnd read_event_stream(PortCore* core, const Cutter& cutter, HttpConnection* connection,
                            std::string_view last_event_id,
                            const std::function<bool(std::string_view bytes)>& bytes);

// The stream of what belongs to no request (revisions 2025-03-26 to 2025-11-25). A server need not have one.
class SessionStream {
 public:
  explicit SessionStream(PortCore* core) : core_(core) {}
  void run();
  void stop() { cutter_.stop(); }

 private:
  bool take(const mcp::SseEvent& event);

  PortCore* core_;
  Cutter cutter_;
  std::string last_event_id_;
  int retry_ms_ = -1;
  bool progressed_ = false;
};

// HTTP+SSE (2024-11-05): the stream names the URL to post to, and brings every answer. Its end is the end of
// the session.
class OldStream {
 public:
  explicit OldStream(PortCore* core) : core_(core) {}
  void run();
  void stop() { cutter_.stop(); }
  // Waits for the `endpoint` event. False: there will be none; this is no such server.
  bool wait_for_endpoint(int milliseconds);

 private:
  bool take(const mcp::SseEvent& event);

  PortCore* core_;
  Cutter cutter_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_endpoint_ = false, over_ = false;
};

}  // namespace aegis::gateway
