// Server-Sent Events, as the HTML standard defines the stream (section 9.2.6) and Streamable HTTP uses it:
// one JSON-RPC message in the data of each event.
//
// SseDecoder is not thread-safe. Bytes in, events out; memory is bounded by the limit given.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis::mcp {

// Ids and types are short; a longer id is no id, a longer type is cut (and so is none we know).
inline constexpr std::size_t kMaxSseFieldBytes = 1024;

struct SseEvent {
  std::string type = "message";
  std::string data;
  std::string id;  // last event id, as of this event
};

// One event on the wire. `id` and `type` may be empty (left out). `data` may hold newlines; each becomes a
// line feed for the reader. REQUIRES: `id` and `type` hold no line breaks.
std::string sse_event(std::string_view data, std::string_view id = {}, std::string_view type = {});

// A line clients ignore, sent so that proxies and dead peers show themselves.
inline constexpr std::string_view kSseKeepAlive = ": keep-alive\n\n";

class SseDecoder {
 public:
  explicit SseDecoder(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

  // To be followed by calls of next() until it gives nothing: that is what keeps memory bounded.
  void append(std::string_view bytes);

  // The next whole event that has a data field (which may be empty), or nothing. An event the stream ends
  // within is none. Errors (limit): an event over the limit; the decoder must not be used afterwards.
  Result<std::optional<SseEvent>> next();

  // The id to resume after: that of the last event, or of a later one that had no data.
  [[nodiscard]] const std::string& last_id() const { return last_id_; }

  // The reconnection time the server asked for ("retry:"), in milliseconds; -1: none.
  [[nodiscard]] int retry_ms() const { return retry_ms_; }

 private:
  std::optional<std::string_view> next_line();  // valid until the next append()
  void take(std::string_view line);

  std::size_t max_event_bytes_;  // of data; lines of any kind are not longer either
  std::string buffer_;
  std::size_t read_ = 0;     // what is before was taken
  std::size_t scanned_ = 0;  // no line ends between read_ and this
  std::string data_, type_, last_id_;
  bool has_data_ = false;
  bool at_start_ = true;       // a byte order mark may stand here
  bool after_return_ = false;  // the last line ended with a carriage return
  int retry_ms_ = -1;
};

}  // namespace aegis::mcp
