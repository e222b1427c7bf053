// UTF-8 that may be broken, one character at a time. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace aegis::detectors {

// Stands for a byte that is part of no well-formed character (RFC 3629).
inline constexpr char32_t kMalformed = 0xFFFFFFFF;

struct Decoded {
  char32_t code = kMalformed;
  std::size_t size = 1;  // bytes
};

// The character at `at`. REQUIRES: at < text.size().
inline Decoded decode_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const auto tail = [](unsigned value) { return (value & 0xC0U) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const unsigned second = byte(1);
  if (lead < 0xC2 || lead > 0xF4 || !tail(second)) return {};
  if (lead < 0xE0) return {((lead & 0x1FU) << 6U) | (second & 0x3FU), 2};
  const unsigned third = byte(2);
  if (!tail(third)) return {};
  if (lead < 0xF0) {
    const char32_t code = ((lead & 0x0FU) << 12U) | ((second & 0x3FU) << 6U) | (third & 0x3FU);
    if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return {};
    return {code, 3};
  }
  const unsigned fourth = byte(3);
  if (!tail(fourth)) return {};
  const char32_t code =
      ((lead & 0x07U) << 18U) | ((second & 0x3FU) << 12U) | ((third & 0x3FU) << 6U) | (fourth & 0x3FU);
  if (code < 0x10000 || code > 0x10FFFF) return {};
  return {code, 4};
}
}  // namespace aegis::detectors
