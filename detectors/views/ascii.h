// Questions about ASCII bytes that do not depend on the locale, unlike <cctype>. Pure, thread-safe.
#pragma once

namespace aegis::detectors {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
inline bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
inline bool is_alnum(char c) { return is_letter(c) || is_digit(c); }
inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// The value of a hex digit, -1 for anything else.
inline int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace aegis::detectors
