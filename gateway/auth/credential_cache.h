// Credentials that were found good a moment ago, so that a busy client costs neither a read of the store nor
// a signature check per request.
//
// Thread-safe; one short lock. Holds SHA-256 digests, never a credential. Full, it forgets everything: that
// costs one check per credential, while choosing whom to forget would cost each request.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "gateway/conversation.h"

namespace aegis::gateway::auth {

// A revoked key, and a token whose signing key was withdrawn, stop working within this. (A killed agent stops
// at once: the guard asks for its status before each call.)
inline constexpr int kCredentialLifeMs = 5'000;
inline constexpr std::size_t kMaxCredentials = 10'000;  // some 200 bytes each

class CredentialCache {
 public:
  using Digest = std::array<unsigned char, 32>;
  // Nothing when the library fails: a digest that is made up could be another credential's.
  static std::optional<Digest> digest_of(std::string_view credential);

  // `now_us` is monotonic.
  std::optional<Principal> find(const Digest& digest, std::int64_t now_us);
  // Held until `until_us`, which is at most kCredentialLifeMs away.
  void put(const Digest& digest, Principal principal, std::int64_t now_us, std::int64_t until_us);

 private:
  struct Entry {
    Digest digest{};
    Principal principal;
    std::int64_t until_us = 0;
  };
  std::mutex mutex_;
  // By the digest's first eight bytes; a hit is confirmed by a comparison that takes the same time wherever
  // the digests differ. Two credentials with one key evict each other, which is harmless.
  std::unordered_map<std::uint64_t, Entry> entries_;
};

}  // namespace aegis::gateway::auth
