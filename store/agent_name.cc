#include "store/agent_name.h"

#include <cstdint>
#include <optional>

namespace aegis::store {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

// Takes one code point off the front; none when the bytes are not UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF).
std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return std::nullopt;
  char32_t point = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return std::nullopt;
    point = (point << 6) | (byte & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || (point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF)
    return std::nullopt;
  text.remove_prefix(length);
  return point;
}

bool is_invisible(char32_t point) {
  struct Range {
    char32_t first, last;
  };
  constexpr Range kRanges[] = {
      {0x0000, 0x001F},   {0x007F, 0x009F},    // C0, DEL, C1
      {0x00AD, 0x00AD},   {0x061C, 0x061C},    // soft hyphen, Arabic letter mark
      {0x180E, 0x180E},   {0x200B, 0x200F},    // zero width, direction marks
      {0x2028, 0x202E},   {0x2060, 0x206F},    // line separators, embeddings, overrides, isolates
      {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},    // variation selectors, byte order mark
      {0xFFF0, 0xFFFF},   {0xE0000, 0xE0FFF},  // specials, tags
      {0xF0000, 0x10FFFF}                      // private use planes
  };
  for (const Range& range : kRanges) {
    if (point >= range.first && point <= range.last) return true;
  }
  return false;
}

}  // namespace

std::string_view trimmed(std::string_view name) {
  const std::size_t first = name.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(kWhiteSpace) - first + 1);
}

Result<std::string> valid_agent_name(std::string_view name) {
  const std::string_view kept = trimmed(name);
  if (kept.empty()) return invalid_input("an agent's name must not be empty");
  if (kept.size() > kAgentNameBytes) {
    return invalid_input("an agent's name has at most " + std::to_string(kAgentNameBytes) +
                         " bytes; this one has " + std::to_string(kept.size()));
  }
  std::string_view rest = kept;
  while (!rest.empty()) {
    const std::size_t at = kept.size() - rest.size();
    const std::optional<char32_t> point = take_code_point(rest);
    if (!point) return invalid_input("an agent's name must be UTF-8; byte " + std::to_string(at) + " is not");
    if (is_invisible(*point)) {
      return invalid_input("an agent's name must be printable; the character at byte " + std::to_string(at) +
                           " is a control character or invisible");
    }
  }
  return std::string(kept);
}

}  // namespace aegis::store
