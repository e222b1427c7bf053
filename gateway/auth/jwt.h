// Signed tokens: JSON Web Tokens in compact serialisation (RFC 7519, RFC 7515), parsed and verified.
//
// Only signatures by a public key are known. `none` and the HMAC family are not in the list at all, so a
// token cannot choose them, and a public key can never be taken for a shared secret. Keys a token brings
// along (jwk, jku, x5c, x5u) are never looked at. Pure functions, thread-safe; errors never quote a token.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace aegis::gateway::auth {

// The largest tokens of real issuers (hundreds of groups) stay below 8 KiB; servers refuse longer headers.
inline constexpr std::size_t kMaxTokenBytes = std::size_t{16} * 1024;

enum class JwsAlgorithm { rs256, rs384, rs512, ps256, es256, es384, eddsa };

// By its registered name, which is case-sensitive. Nothing: not accepted here.
std::optional<JwsAlgorithm> jws_algorithm(std::string_view name);

struct Jwt {  // NOLINT(bugprone-exception-escape): moving a Json is noexcept, though not visibly so
  JwsAlgorithm algorithm = JwsAlgorithm::rs256;
  std::optional<std::string> key_id;  // the header's `kid`
  Json claims;                        // an object; nothing in it is checked yet
  std::string_view signed_part;       // of the token given to parse_jwt()
  std::string signature;              // bytes
};

// REQUIRES: `token` outlives the result. Errors: limit, invalid_input, in words that are safe in a header.
Result<Jwt> parse_jwt(std::string_view token);

// REQUIRES: `key` is of the kind `jwt.algorithm` needs (see fits() in jwks.h).
bool signature_holds(const Jwt& jwt, EVP_PKEY* key);

}  // namespace aegis::gateway::auth
