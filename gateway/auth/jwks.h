// Sets of public keys (RFC 7517) and which of them may verify a token.
//
// Immutable once parsed, so shared between threads. Errors never quote key material.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/auth/jwt.h"

namespace aegis::gateway::auth {

inline constexpr std::size_t kMaxKeySetBytes =
    std::size_t{256} * 1024;                  // the sets of large issuers hold some 20 KB
inline constexpr std::size_t kMaxKeys = 100;  // large issuers publish fewer than ten
inline constexpr int kMinRsaBits = 2048;      // NIST SP 800-131A
inline constexpr int kMaxRsaBits = 8192;      // a verification costs the square of the size
// Keys tried for a token that names none: each costs a verification, which anybody may ask for.
inline constexpr std::size_t kMaxKeysTried = 8;

struct Key {
  enum class Kind { rsa, p256, p384, ed25519 };
  std::optional<std::string> id;  // `kid`
  Kind kind = Kind::rsa;
  std::optional<JwsAlgorithm> algorithm;  // `alg`: the key is for this one alone
  std::shared_ptr<EVP_PKEY> key;          // public
};

struct KeySet {
  std::vector<Key> keys;
  // Keys that were left out and why ("key 2: …"): a set may well hold some for other purposes.
  std::vector<std::string> left_out;
};

// Errors: no strict JSON, no key set, a limit. A set without a usable key is none.
Result<KeySet> parse_key_set(std::string_view text);

// Whether the key is of the kind the algorithm needs and is not kept for another one.
bool fits(const Key& key, JwsAlgorithm algorithm);

enum class Verification {
  holds,
  fails,        // the key it names, or each that fits, says no
  unknown_key,  // no key of the set fits: a newer set may have it
  ambiguous,    // it names no key, and more than kMaxKeysTried fit
};
Verification verify(const Jwt& jwt, const KeySet& set);

}  // namespace aegis::gateway::auth
