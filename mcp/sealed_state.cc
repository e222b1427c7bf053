#include "mcp/sealed_state.h"

#include <array>
#include <charconv>

#include "base/canonical_json.h"
#include "base/hash.h"
#include "mcp/splice.h"

namespace aegis::mcp {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::size_t kNonceSize = kNonceBytes * 2;
constexpr std::size_t kMacSize = 64;
constexpr std::string_view kVersion = "1.";

const std::string& process_key() {
  static const std::string key = random_hex(32);
  return key;
}

std::string hex(std::int64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return std::string(digits.data(), end.ptr);
}

// Each part is preceded by its length, so that no two lists of parts give the same text.
std::string mac(std::string_view nonce, std::string_view expiry, const SealedFor& good_for) {
  std::string text;
  for (const auto part : {nonce, expiry, good_for.principal, good_for.method, good_for.params_digest}) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  }
  return hmac_sha256_hex(process_key(), text);
}

}  // namespace

std::string state_nonce() { return random_hex(kNonceBytes); }

std::string seal_state(std::string_view nonce, std::int64_t expires_us, const SealedFor& good_for) {
  const std::string expiry = hex(expires_us);
  return std::string(kVersion) + std::string(nonce) + "." + expiry + "." + mac(nonce, expiry, good_for);
}

std::optional<std::string> open_state(std::string_view state, const SealedFor& good_for,
                                      std::int64_t now_us) {
  if (!state.starts_with(kVersion)) return std::nullopt;
  state.remove_prefix(kVersion.size());
  if (state.size() < kNonceSize + 1 + 1 + 1 + kMacSize) return std::nullopt;
  const auto nonce = state.substr(0, kNonceSize);
  const auto given = state.substr(state.size() - kMacSize);
  const auto middle = state.substr(kNonceSize, state.size() - kNonceSize - kMacSize);
  if (middle.front() != '.' || middle.back() != '.') return std::nullopt;
  const auto expiry = middle.substr(1, middle.size() - 2);
  if (!equal_secrets(given, mac(nonce, expiry, good_for))) return std::nullopt;
  std::int64_t expires_us = 0;
  const auto read = std::from_chars(expiry.data(), expiry.data() + expiry.size(), expires_us, 16);
  if (read.ec != std::errc() || read.ptr != expiry.data() + expiry.size()) return std::nullopt;
  if (now_us >= expires_us) return std::nullopt;
  return std::string(nonce);
}

std::string params_digest(std::string_view params) {
  std::string rest(params);
  for (const auto* key : {"_meta", "inputResponses", "requestState"}) rest = without_value(rest, {key});
  return sha256_hex(canonical_json(rest));
}

}  // namespace aegis::mcp
