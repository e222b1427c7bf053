// Percent-encoding (RFC 3986, section 2.1), and + for a blank as in forms (URL standard).
#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"

namespace aegis::detectors {
namespace {

struct Byte {
  std::size_t end = 0;  // 0: none
  unsigned value = 0;
};

// The encoded byte at `at`; "%25" again and again counts as one percent sign.
Byte byte_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '%') return {};
  std::size_t digits = at + 1;
  const auto value_at = [&](std::size_t i) -> int {
    if (i + 1 >= text.size()) return -1;
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  };
  while (value_at(digits) == '%' && value_at(digits + 2) >= 0) digits += 2;
  const int value = value_at(digits);
  if (value < 0) return {};
  return {digits + 2, static_cast<unsigned>(value)};
}

// Text: no control character, and bytes of other characters come at least in twos.
bool is_worth_decoding(std::string_view text, const Byte& byte) {
  if (byte.end == 0 || byte.value == 0x7F) return false;
  if (byte.value < 0x20) return byte.value == '\n' || byte.value == '\r' || byte.value == '\t';
  return byte.value < 0x80 || (byte.end < text.size() && text[byte.end] == '%');
}

bool ends_word(char c) {
  return is_blank(c) || c == '\n' || c == '\r' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

// Decodes the word [at, end).
void decode_word(std::string_view text, std::size_t at, std::size_t end, ViewBuilder& out) {
  for (std::size_t i = at; i < end;) {
    if (const Byte byte = byte_at(text, i); byte.end != 0 && (byte.value >= 0x20 || byte.value == '\n')) {
      const char decoded = static_cast<char>(byte.value);
      out.replace(i, byte.end, {&decoded, 1});
      i = byte.end;
      continue;
    }
    if (text[i] == '+' && i > at && i + 1 < end && text[i + 1] != '+' && text[i - 1] != '+') {
      out.overwrite(i, " ");
    }
    ++i;
  }
}

}  // namespace

bool is_percent(std::string_view text, std::size_t at) { return is_worth_decoding(text, byte_at(text, at)); }

std::optional<Rewritten> unescape_percent(std::string_view text) {
  ViewBuilder out(text);
  std::size_t done = 0;
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at)) {
    if (!is_percent(text, at)) {
      ++at;
      continue;
    }
    std::size_t start = at;
    while (start > done && !ends_word(text[start - 1])) --start;
    std::size_t end = at;
    while (end < text.size() && !ends_word(text[end])) ++end;
    decode_word(text, start, end, out);
    at = done = end;
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
