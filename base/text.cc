#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>

namespace aegis {
namespace {

// The length of the unwanted character at `at`, 0 if it is fine.
std::size_t unwanted(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0u;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;  // U+0080 … U+009F
  if (byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE) return 3;  // U+2028 … U+202E
  if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9) return 3;  // U+2066 … U+2069
  return 0;
}

struct Range {
  char32_t first, last;
};
// Unicode's Default_Ignorable_Code_Point, and what moves the cursor or turns the text round.
constexpr Range kShowNothing[] = {{0x00, 0x1F},      {0x7F, 0x9F},     {0xAD, 0xAD},     {0x34F, 0x34F},
                                  {0x61C, 0x61C},    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
                                  {0x200B, 0x200F},  {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
                                  {0xFE00, 0xFE0F},  {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
                                  {0xE0000, 0xE0FFF}};

struct Decoded {
  char32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

Decoded decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {lead};
  char32_t code = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {lead};
    code = code << 6 | (byte & 0x3Fu);
  }
  return {code, length, true};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = unwanted(text, i);
    out += length == 0 ? text[i] : ' ';
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    const bool shows =
        next.valid && std::none_of(std::begin(kShowNothing), std::end(kShowNothing), [&](Range range) {
          return next.code >= range.first && next.code <= range.last;
        });
    if (shows) {
      out += text.substr(0, next.length);
    } else {
      char digits[8];
      const auto end =
          std::to_chars(std::begin(digits), std::end(digits), static_cast<unsigned>(next.code), 16).ptr;
      (out += next.valid ? "\\u{" : "\\x{").append(digits, end) += '}';
    }
    text.remove_prefix(next.length);
  }
  return out;
}

}  // namespace aegis
