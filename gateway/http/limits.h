// Limits and times of the MCP endpoint. docs/limits.md has their reasons.
#pragma once

#include <cstddef>

namespace aegis::gateway {

inline constexpr std::size_t kMaxSessions = 1'000;  // legacy sessions; as many modern conversations
inline constexpr int kSessionIdleMs = 30 * 60'000;  // a session nobody uses or listens to
// At the limit of sessions, one without a connection, and unused for so long, gives way to a new one. Clients
// that come back are told to begin again.
inline constexpr int kEvictableMs = 10'000;
inline constexpr std::size_t kReplayEvents = 250;  // kept per session for Last-Event-ID
inline constexpr std::size_t kReplayBytes = std::size_t{4} << 20;
inline constexpr int kFirstWordMs = 2'000;  // an answer within this goes out as JSON, else a stream begins
// The same in a legacy session, whose streams can be taken up again after a lost connection: at once.
inline constexpr int kLegacyFirstWordMs = 0;
inline constexpr int kKeepAliveMs = 15'000;  // comments on a silent stream
// Requests of one legacy session that wait for their answers, whether their clients are there or not.
inline constexpr std::size_t kMaxWaiting = 1'000;
// GET streams one session may hold open; messages go to the newest.
inline constexpr std::size_t kMaxListening = 8;
// How long messages for a broken GET stream are kept for its return before the conversation is told that
// nobody listens. Clients come back after kRetryMs.
inline constexpr int kListenGraceMs = 5'000;
// Modern conversations of one principal: a client has one set of capabilities, so more are many clients (or
// somebody who makes them up).
inline constexpr std::size_t kMaxCapabilitySets = 32;
inline constexpr std::size_t kMaxCapabilityBytes = std::size_t{16} << 10;
inline constexpr int kHousekeepingMs = 1'000;

// The same as values; tests shorten them.
struct EndpointLimits {
  std::size_t max_sessions = kMaxSessions;
  std::size_t max_waiting = kMaxWaiting;
  std::size_t max_listening = kMaxListening;
  std::size_t max_capability_sets = kMaxCapabilitySets;
  std::size_t replay_events = kReplayEvents;
  std::size_t replay_bytes = kReplayBytes;
  int session_idle_ms = kSessionIdleMs;
  int evictable_ms = kEvictableMs;
  int first_word_ms = kFirstWordMs;
  int legacy_first_word_ms = kLegacyFirstWordMs;
  int keep_alive_ms = kKeepAliveMs;
  int listen_grace_ms = kListenGraceMs;
  int housekeeping_ms = kHousekeepingMs;
};

}  // namespace aegis::gateway
