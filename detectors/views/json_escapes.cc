// Escapes of JSON (RFC 8259, section 7) and of the string literals of most programming languages. A text
// inside JSON inside JSON has its backslashes doubled each time; a run of them is taken as one.
#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"
#include "detectors/views/utf8.h"

namespace aegis::detectors {
namespace {

struct Escape {
  std::size_t end = 0;  // 0: no escape
  char letter = 0;      // what follows the backslashes
  char32_t code = 0;
  bool byte = false;  // `code` is a byte, not a character
};

// The value of `digits` hex digits at `at`, -1 if they are not there.
long hex_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  long value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = hex_value(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

std::size_t after_backslashes(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == '\\') ++at;
  return at;
}

Escape unicode_escape(std::string_view text, std::size_t letter) {
  if (letter + 1 < text.size() && text[letter + 1] == '{') {
    constexpr std::size_t kMostDigits = 6;
    long value = 0;
    std::size_t at = letter + 2;
    for (; at < text.size() && at < letter + 2 + kMostDigits && hex_value(text[at]) >= 0; ++at) {
      value = value * 16 + hex_value(text[at]);
    }
    if (at == letter + 2 || at >= text.size() || text[at] != '}') return {};
    return {at + 1, 'u', static_cast<char32_t>(value)};
  }
  const long high = hex_at(text, letter + 1, 4);
  if (high < 0) return {};
  if (high >= 0xD800 && high < 0xDC00 && letter + 5 < text.size() && text[letter + 5] == '\\') {
    const std::size_t second = after_backslashes(text, letter + 5);
    const long low = second < text.size() && text[second] == 'u' ? hex_at(text, second + 1, 4) : -1;
    if (low >= 0xDC00 && low < 0xE000) {
      return {second + 5, 'u', static_cast<char32_t>(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00))};
    }
  }
  return {letter + 5, 'u', static_cast<char32_t>(high)};
}

// The escape whose backslashes start at `at`.
Escape escape_at(std::string_view text, std::size_t at) {
  const std::size_t letter = after_backslashes(text, at);
  if (letter == text.size()) return {};
  switch (const char c = text[letter]; c) {
    case 'n':
    case 'r': return {letter + 1, c, '\n'};
    case 't': return {letter + 1, c, '\t'};
    case '"':
    case '\'':
    case '/': return {letter + 1, c, static_cast<unsigned char>(c)};
    case 'u': return unicode_escape(text, letter);
    case 'x':
      if (const long value = hex_at(text, letter + 1, 2); value >= 0) {
        return {letter + 3, c, static_cast<char32_t>(value), true};
      }
      return {};
    default: return {};
  }
}

bool is_text(char c) { return is_alnum(c) || !is_ascii(c); }

// Whether a blank between what precedes `at` and what follows `end` would make one sentence of two words.
bool separates_words(std::string_view text, std::size_t at, std::size_t end) {
  while (end + 1 < text.size() && text[end] == '\\' &&
         (text[end + 1] == 'n' || text[end + 1] == 'r' || text[end + 1] == 't')) {
    end += 2;
  }
  while (end < text.size() && is_blank(text[end])) ++end;
  return at > 0 && end < text.size() && is_text(text[end]) && text[at - 1] != '"' && text[at - 1] != '\'';
}

}  // namespace

bool hides_text(std::string_view text, std::size_t at) {
  if (at > 0 && text[at - 1] == '\\') return false;  // looked at from its first backslash
  const Escape escape = escape_at(text, at);
  if (escape.end == 0) return false;
  switch (escape.letter) {
    case 'u':
    case 'x': return escape.code >= 0x20 && escape.code != 0x7F;
    case 'n':
    case 'r':
    case 't': return separates_words(text, at, escape.end);
    case '"':  // of a member: \"name\": \"value\"
      return (escape.end < text.size() && text[escape.end] == ':') || (at > 0 && text[at - 1] == ':');
    default: return false;
  }
}

std::optional<Rewritten> unescape_json(std::string_view text) {
  ViewBuilder out(text);
  std::string decoded;
  for (std::size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const Escape escape = escape_at(text, at);
    if (escape.end == 0) {
      at = after_backslashes(text, at);
      continue;
    }
    decoded.clear();
    if (escape.byte) {
      decoded += static_cast<char>(escape.code);
    } else {
      append_utf8(decoded, escape.code);
    }
    out.replace(at, escape.end, decoded);
    at = escape.end;
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
