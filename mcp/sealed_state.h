// requestState: what a client is given to bring back with its answers, sealed so that nothing can be made of
// it but what it was made for.
//
// Format (ASCII): "1" "." nonce "." expiry "." mac
//   nonce   32 hex digits, random: names what is waiting; whoever keeps that forgets it at its first use
//   expiry  hexadecimal, microseconds of the monotonic clock
//   mac     64 hex digits, HMAC-SHA-256 over nonce, expiry, principal, method and params digest, by a key
//   that
//           is random per process: what is waiting lives no longer than the process either
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aegis::mcp {

// What a state is good for.
struct SealedFor {
  std::string_view principal;
  std::string_view method;
  std::string_view params_digest;
};

std::string seal_state(std::string_view nonce, std::int64_t expires_us, const SealedFor& good_for);

// The nonce. Nothing: not ours, changed, expired, or sealed for something else; which of them is nobody's
// business.
std::optional<std::string> open_state(std::string_view state, const SealedFor& good_for, std::int64_t now_us);

// A fresh nonce.
std::string state_nonce();

// Digest of a request's params (JSON text) without what may differ between a call and its retry: _meta,
// inputResponses and requestState. The order of keys does not count: a client may write them anew.
std::string params_digest(std::string_view params);

}  // namespace aegis::mcp
