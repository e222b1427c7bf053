// Base64 (RFC 4648, section 4), strictly: one text for one value, so that nobody else decodes it to another.
// Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aegis {

std::string base64_encode(std::string_view bytes);

// Nothing for anything but the one canonical encoding: no blanks, no missing padding, no stray bits before
// it.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace aegis
