// CarriedStates: what a server has its client carry between the halves of one call (requestState,
// 2026-07-28), sealed on its way through.
//
// A client, or an agent that got hold of its messages, could send a state again, with other arguments, or
// under another name. So the client is given a state of ours, good once, for the request it came with and for
// the same principal; the server gets its own back, unread and unchanged. Part of one conversation; not
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace aegis::gateway {

// A person may be asked in between; servers forget what waits after minutes.
inline constexpr std::int64_t kCarriedMs = 3'600'000;
// States that clients did not bring back yet; beyond it the oldest is forgotten.
inline constexpr std::size_t kMaxCarried = 1'000;
inline constexpr std::size_t kMaxCarriedBytes = std::size_t{16} << 20;

struct CarriedState {
  std::string_view text;  // as it was given to seal()
  bool approved = false;
};

class CarriedStates {
 public:
  explicit CarriedStates(std::string principal) : principal_(std::move(principal)) {}

  // A JSON string for the client in the place of the server's (`state`, a JSON string token). `params`: JSON
  // text of the request's parameters. `approved`: a person approved the request, and so its other half.
  // Errors: limit, a state longer than all of them may be.
  Result<std::string> seal(std::string_view state, std::string_view method, std::string_view params,
                           std::int64_t now_us, bool approved = false);

  // The server's state for what the client brought back, both JSON string tokens. Valid until the next call.
  // Errors (invalid_input): not one of ours, used, expired, or for another request.
  Result<CarriedState> open(std::string_view state, std::string_view method, std::string_view params,
                            std::int64_t now_us) const;
  // It was passed on: not good any more. REQUIRES: open() took it.
  void use(std::string_view state);

 private:
  void forget(const std::string& nonce);

  std::string principal_;
  struct Kept {
    std::string text;
    bool approved = false;
  };
  std::unordered_map<std::string, Kept> states_;  // by nonce
  std::deque<std::string> order_;                 // nonces, oldest first; some are gone already
  std::size_t bytes_ = 0;
};

}  // namespace aegis::gateway
