// SHA-256 (FIPS 180-4) and random bytes, by OpenSSL. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis {

// Lowercase hex, 64 characters.
std::string sha256_hex(std::string_view bytes);

// `bytes` bytes from the operating system's generator, as lowercase hex. Ends the process if there is none:
// a guessable key is worse than no key.
std::string random_hex(std::size_t bytes);

}  // namespace aegis
