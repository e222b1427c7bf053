// Where the public keys of an authorization server come from, and how they stay current.
//
// Thread-safe. What a request gets is the set known now: a file is read in the calling thread, a URL by a
// thread of the source, so that a slow or dead server costs requests nothing. Only a token that names an
// unknown key waits, for one fetch, and not more often than kKeysRetryMs allows.
// A source that fails later keeps the keys it has, says so in the log, and tries again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "gateway/auth/jwks.h"

namespace aegis::gateway::auth {

// A key withdrawn without an unknown one taking its place is noticed after this.
inline constexpr int kKeysRefreshMs = 10 * 60'000;
// Between two fetches that failed, and between two that tokens with unknown keys ask for: anybody can send
// such a token.
inline constexpr int kKeysRetryMs = 10'000;
// One fetch, from name look-up to last byte.
inline constexpr int kKeysFetchMs = 5'000;
// Keys nobody could confirm for so long are used no more: they may have been withdrawn.
inline constexpr std::int64_t kKeysMaxAgeMs = 24LL * 3600 * 1000;
// A file changed this recently is read again at the next look: a second change within the clock's tick would
// leave the same time stamp.
inline constexpr int kFileSettlesMs = 1'000;

struct KeyTiming {
  int refresh_ms = kKeysRefreshMs;
  int retry_ms = kKeysRetryMs;
  int fetch_ms = kKeysFetchMs;
  std::int64_t max_age_ms = kKeysMaxAgeMs;
};

class KeySource {
 public:
  // Both read the set once. Errors name file or URL and what is wrong; a set without a usable key is an error
  // here, and later the end of all tokens.
  static Result<std::unique_ptr<KeySource>> from_file(std::string path);
  // https, or http to this machine. Redirects are not followed.
  static Result<std::unique_ptr<KeySource>> from_url(const std::string& url, KeyTiming timing = {});

  virtual ~KeySource() = default;

  // Null: those there were have grown too old.
  virtual std::shared_ptr<const KeySet> keys() = 0;

  // For a token whose key is not in keys(): what a new look at the source gives. Waits for it, but returns at
  // once what is known when the last such look is too recent.
  virtual std::shared_ptr<const KeySet> newer_keys() = 0;
};

}  // namespace aegis::gateway::auth
