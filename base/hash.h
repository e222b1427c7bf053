// SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and random bytes, by OpenSSL. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis {

// Lowercase hex, 64 characters.
std::string sha256_hex(std::string_view bytes);

// Lowercase hex, 64 characters.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Whether the two are the same, in a time that depends on their lengths alone.
bool equal_secrets(std::string_view a, std::string_view b);

// `bytes` bytes from the operating system's generator, as lowercase hex. Ends the process if there is none:
// a guessable key is worse than no key.
std::string random_hex(std::size_t bytes);

}  // namespace aegis
