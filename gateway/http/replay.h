// ReplayLedger: what a legacy session keeps of its event streams, so that a client whose connection broke can
// have what it missed (Last-Event-ID), and how much that may be.
//
// Event ids are "<tag>-<stream>-<number>": the tag is the session's, random and no secret, so that an id of
// another session is told apart; numbers count from 1 within a stream; 0 is its very beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace aegis::gateway {

class Outbox;

struct EventId {
  std::string tag;
  std::uint64_t stream = 0;
  std::uint64_t number = 0;
};

std::string event_id(std::string_view tag, std::uint64_t stream, std::uint64_t number);
// Nothing when it cannot be one of ours.
std::optional<EventId> parse_event_id(std::string_view text);

// First in, first out over all streams of a session. Thread-safe; calls outboxes with no lock held.
class ReplayLedger {
 public:
  ReplayLedger(std::size_t max_events, std::size_t max_bytes)
      : max_events_(max_events), max_bytes_(max_bytes) {}

  // The outbox keeps an event; those over the limits are forgotten, the oldest first.
  void add(std::weak_ptr<Outbox> outbox, std::uint64_t number, std::size_t bytes);

 private:
  struct Entry {
    std::weak_ptr<Outbox> outbox;
    std::uint64_t number = 0;
    std::size_t bytes = 0;
  };

  const std::size_t max_events_, max_bytes_;
  std::mutex mutex_;  // guards what follows
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace aegis::gateway
