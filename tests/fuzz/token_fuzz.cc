// A token and a key set as strangers send them: a line of token, then the set. What is accepted has one
// spelling, its key kinds are right, and whoever it speaks for has a valid name.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/auth/base64url.h"
#include "gateway/auth/claims.h"
#include "gateway/auth/http_url.h"
#include "gateway/auth/jwks.h"
#include "gateway/auth/jwt.h"
#include "store/agent_name.h"

namespace {

using namespace aegis::gateway;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_spelling(std::string_view text) {
  const auto bytes = auth::base64url_decode(text);
  if (bytes) require(auth::base64url_encode(*bytes) == text);
  const auto url = auth::parse_http_url(text);
  if (!url) return;
  const auto again = auth::parse_http_url(url->origin() + url->target);
  require(again && again->origin() == url->origin() && again->target == url->target);
}

void check_token(std::string_view token, const auth::KeySet* set) {
  auto jwt = auth::parse_jwt(token);
  if (!jwt) {
    // It goes into a header between quotes.
    for (const char c : jwt.error().message) require(c >= 0x20 && c < 0x7F && c != '"' && c != '\\');
    return;
  }
  require(std::string(jwt->signed_part) + "." + auth::base64url_encode(jwt->signature) == token);
  static const OAuthOptions options{
      .issuers = {"joe"}, .audience = "https://guard.example.com/mcp", .jwks_file = "unused"};
  const auto identity = auth::check_claims(jwt->claims, options, 1'300'000'000);
  if (identity) {
    const std::string name = auth::agent_name(identity->issuer, identity->subject);
    const auto valid = aegis::store::valid_agent_name(name);
    require(valid && *valid == name);
  }
  auth::has_scopes(jwt->claims, {"mcp:tools"});
  if (set == nullptr || auth::verify(*jwt, *set) != auth::Verification::holds) return;
  jwt->signature.back() = static_cast<char>(jwt->signature.back() ^ 1);
  require(auth::verify(*jwt, *set) != auth::Verification::holds);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Heap copies of the exact size, so that the address sanitizer sees a read past the end.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::vector<char> token(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(line));
  const std::vector<char> keys(input.begin() + static_cast<std::ptrdiff_t>(std::min(line + 1, size)),
                               input.end());
  const auto set = auth::parse_key_set({keys.data(), keys.size()});
  if (set) {
    for (const auto& key : set->keys) require(key.key && (!key.algorithm || auth::fits(key, *key.algorithm)));
  }
  check_spelling({token.data(), token.size()});
  check_token({token.data(), token.size()}, set ? &*set : nullptr);
  return 0;
}
