#include "mcp/sse.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace aegis::mcp {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kFieldNameBytes = std::string_view("data: ").size();

int milliseconds(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return -1;
  int value = 0;
  for (const char c : digits) {
    const int digit = c - '0';
    if (value > (std::numeric_limits<int>::max() - digit) / 10) return std::numeric_limits<int>::max();
    value = value * 10 + digit;
  }
  return value;
}

Error too_long(std::size_t limit) {
  return limit_reached("an event has more than the limit of " + std::to_string(limit) + " bytes");
}

}  // namespace

std::string sse_event(std::string_view data, std::string_view id, std::string_view type) {
  std::string event;
  event.reserve(data.size() + id.size() + type.size() + 32);
  if (!type.empty()) event.append("event: ").append(type).append("\n");
  if (!id.empty()) event.append("id: ").append(id).append("\n");
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    event.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(data.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
  }
  return event += "\n";
}

void SseDecoder::append(std::string_view bytes) {
  if (read_ > 0) {
    buffer_.erase(0, read_);
    scanned_ -= read_;
    read_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<std::string_view> SseDecoder::next_line() {
  if (after_return_ && read_ < buffer_.size()) {
    if (buffer_[read_] == '\n') scanned_ = ++read_;
    after_return_ = false;
  }
  scanned_ = std::max(scanned_, read_);
  const std::size_t end = buffer_.find_first_of("\r\n", scanned_);
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    return std::nullopt;
  }
  const std::string_view line(buffer_.data() + read_, end - read_);
  after_return_ = buffer_[end] == '\r';  // a line feed may belong to it, perhaps not here yet
  read_ = scanned_ = end + 1;
  return line;
}

void SseDecoder::take(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  if (field == "data") {
    if (has_data_) data_ += '\n';
    data_.append(value);
    has_data_ = true;
  } else if (field == "event") {
    type_ = value.substr(0, kMaxSseFieldBytes);
  } else if (field == "id") {
    if (value.size() <= kMaxSseFieldBytes && value.find('\0') == std::string_view::npos) last_id_ = value;
  } else if (field == "retry") {
    if (const int asked = milliseconds(value); asked >= 0) retry_ms_ = asked;
  }  // Comments have an empty field name; unknown fields are ignored.
}

Result<std::optional<SseEvent>> SseDecoder::next() {
  if (at_start_) {
    const std::string_view begin = std::string_view(buffer_).substr(0, kByteOrderMark.size());
    if (begin != kByteOrderMark && kByteOrderMark.substr(0, begin.size()) == begin)
      return std::optional<SseEvent>();
    if (begin == kByteOrderMark) read_ = scanned_ = kByteOrderMark.size();
    at_start_ = false;
  }
  while (const auto line = next_line()) {
    if (!line->empty()) {
      take(*line);
      if (line->size() > max_event_bytes_ + kFieldNameBytes || data_.size() > max_event_bytes_)
        return too_long(max_event_bytes_);
      continue;
    }
    SseEvent event{type_.empty() ? "message" : std::move(type_), std::move(data_), last_id_};
    type_.clear();
    data_.clear();
    if (std::exchange(has_data_, false)) return std::optional<SseEvent>(std::move(event));
  }
  if (buffer_.size() - read_ > max_event_bytes_ + kFieldNameBytes) return too_long(max_event_bytes_);
  return std::optional<SseEvent>();
}

}  // namespace aegis::mcp
