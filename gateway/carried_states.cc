#include "gateway/carried_states.h"

#include <utility>

#include "mcp/message.h"
#include "mcp/sealed_state.h"

namespace aegis::gateway {
namespace {

// Ours are plain ASCII: one that has to be unescaped was never ours.
std::string_view content(std::string_view token) {
  return token.size() < 2 ? std::string_view() : token.substr(1, token.size() - 2);
}

// The second part of a state (mcp/sealed_state.h).
std::string nonce_of(std::string_view state) {
  const auto begin = state.find('.');
  if (begin == std::string_view::npos) return {};
  return std::string(state.substr(begin + 1, state.find('.', begin + 1) - begin - 1));
}

}  // namespace

Result<std::string> CarriedStates::seal(std::string_view state, std::string_view method,
                                        std::string_view params, std::int64_t now_us, bool approved) {
  if (state.size() > kMaxCarriedBytes)
    return limit_reached("the server's requestState is too long to be kept");
  while (!order_.empty() && (order_.size() >= kMaxCarried || bytes_ + state.size() > kMaxCarriedBytes)) {
    forget(order_.front());
    order_.pop_front();
  }
  const std::string nonce = mcp::state_nonce();
  states_.emplace(nonce, Kept{std::string(state), approved});
  order_.push_back(nonce);
  bytes_ += state.size();
  return mcp::json_quote(mcp::seal_state(
      nonce, now_us + kCarriedMs * 1000,
      {.principal = principal_, .method = method, .params_digest = mcp::params_digest(params)}));
}

Result<CarriedState> CarriedStates::open(std::string_view state, std::string_view method,
                                         std::string_view params, std::int64_t now_us) const {
  const auto nonce = mcp::open_state(
      content(state),
      {.principal = principal_, .method = method, .params_digest = mcp::params_digest(params)}, now_us);
  const auto found = nonce ? states_.find(*nonce) : states_.end();
  if (found == states_.end())
    return invalid_input(
        "params.requestState is not valid (any more) for this request; ask again without it");
  return CarriedState{found->second.text, found->second.approved};
}

void CarriedStates::use(std::string_view state) { forget(nonce_of(content(state))); }

void CarriedStates::forget(const std::string& nonce) {
  const auto found = states_.find(nonce);
  if (found == states_.end()) return;
  bytes_ -= found->second.text.size();
  states_.erase(found);
}

}  // namespace aegis::gateway
