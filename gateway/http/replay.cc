#include "gateway/http/replay.h"

#include <charconv>
#include <utility>
#include <vector>

#include "gateway/http/outbox.h"

namespace aegis::gateway {
namespace {

// Digits only, at most 19 of them, so that the number fits.
std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  if (digits.empty() || digits.size() > 19 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::string event_id(std::string_view tag, std::uint64_t stream, std::uint64_t number_) {
  return std::string(tag) + '-' + std::to_string(stream) + '-' + std::to_string(number_);
}

std::optional<EventId> parse_event_id(std::string_view text) {
  const auto first = text.find('-');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('-', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto stream = number(text.substr(first + 1, second - first - 1));
  const auto event = number(text.substr(second + 1));
  if (!stream || !event) return std::nullopt;
  return EventId{std::string(text.substr(0, first)), *stream, *event};
}

void ReplayLedger::add(std::weak_ptr<Outbox> outbox, std::uint64_t number, std::size_t bytes) {
  std::vector<Entry> over;
  {
    const std::lock_guard lock(mutex_);
    entries_.push_back({std::move(outbox), number, bytes});
    bytes_ += bytes;
    while (entries_.size() > max_events_ || (bytes_ > max_bytes_ && !entries_.empty())) {
      bytes_ -= entries_.front().bytes;
      over.push_back(std::move(entries_.front()));
      entries_.pop_front();
    }
  }
  for (const auto& entry : over) {
    if (const auto box = entry.outbox.lock()) box->forget(entry.number);
  }
}

}  // namespace aegis::gateway
