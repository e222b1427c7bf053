#include "gateway/auth/credential_cache.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace aegis::gateway::auth {
namespace {

std::uint64_t key_of(const CredentialCache::Digest& digest) {
  std::uint64_t key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

}  // namespace

std::optional<CredentialCache::Digest> CredentialCache::digest_of(std::string_view credential) {
  Digest digest{};
  if (EVP_Digest(credential.data(), credential.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    return std::nullopt;
  return digest;
}

std::optional<Principal> CredentialCache::find(const Digest& digest, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key_of(digest));
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) != 0) return std::nullopt;
  if (now_us >= entry.until_us) {
    entries_.erase(found);
    return std::nullopt;
  }
  return entry.principal;
}

void CredentialCache::put(const Digest& digest, Principal principal, std::int64_t now_us,
                          std::int64_t until_us) {
  until_us = std::min(until_us, now_us + std::int64_t{kCredentialLifeMs} * 1000);
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMaxCredentials) entries_.clear();
  entries_[key_of(digest)] = {digest, std::move(principal), until_us};
}

}  // namespace aegis::gateway::auth
