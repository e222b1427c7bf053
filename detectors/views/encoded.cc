// Text inside base64 (RFC 4648, sections 4 and 5, with or without padding and line breaks), base32 (section
// 6) and hex (section 8).
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "detectors/views/ascii.h"
#include "detectors/views/runs.h"
#include "detectors/views/transforms.h"
#include "detectors/views/utf8.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kShortestLine = 32;  // of an encoded text that goes on in the next line
constexpr std::size_t kMostIndent = 16;
// In longer runs a start inside the run is not looked for: this bounds the work to some four decodings.
constexpr std::size_t kLongestShifted = 8192;

constexpr std::uint8_t kNoDigit = 0xFF;

using Digits = std::array<std::uint8_t, 256>;

constexpr Digits make_digits(std::string_view alphabet) {
  Digits digits{};
  for (std::uint8_t& digit : digits) digit = kNoDigit;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}

constexpr Digits make_digits64() {
  Digits digits = make_digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  digits[static_cast<unsigned char>('-')] = 62;  // the alphabet for URLs
  digits[static_cast<unsigned char>('_')] = 63;
  return digits;
}

constexpr Digits make_digits16() {
  Digits digits = make_digits("0123456789abcdef");
  for (char c = 'A'; c <= 'F'; ++c)
    digits[static_cast<unsigned char>(c)] = static_cast<std::uint8_t>(c - 'A' + 10);
  return digits;
}

constexpr Digits kDigits64 = make_digits64();
constexpr Digits kDigits32 = make_digits("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
constexpr Digits kDigits16 = make_digits16();

bool has_digit(const Digits& digits, char c) { return digits[static_cast<unsigned char>(c)] != kNoDigit; }

// The bytes that `run` stands for, with what is no digit left out; bits that make no byte are dropped.
std::string decode(std::string_view run, const Digits& digits, unsigned bits_each) {
  std::string bytes(run.size() * bits_each / 8 + 1, '\0');
  std::size_t size = 0;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : run) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) continue;
    buffer = (buffer << bits_each) | digit;
    bits += bits_each;
    if (bits >= 8) {
      bits -= 8;
      bytes[size++] = static_cast<char>(buffer >> bits);
    }
  }
  bytes.resize(size);
  return bytes;
}

// Whether the line at `at` belongs to the encoded text of the line before: nothing else stands in it.
bool goes_on(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  while (at < text.size() && at - start < kShortestLine && has_digit(kDigits64, text[at])) ++at;
  return at > start && (at - start == kShortestLine || at == text.size() ||
                        !(is_blank(text[at]) || text[at] == ',' || text[at] == '.'));
}

// The end of the run of digits of base64 at `at`, over line breaks if its lines are long.
std::size_t run_end(std::string_view text, std::size_t at) {
  for (std::size_t line = at;;) {
    while (at < text.size() && has_digit(kDigits64, text[at])) ++at;
    if (at - line < kShortestLine || at >= text.size()) return at;
    std::size_t next = at;
    if (text[next] == '\r') ++next;
    if (next >= text.size() || text[next] != '\n') return at;
    ++next;
    const std::size_t indent = next;
    while (next < text.size() && next - indent < kMostIndent && is_blank(text[next])) ++next;
    if (!goes_on(text, next)) return at;
    line = at = next;
  }
}

// The longest stretch of `run` that has digits of one kind only, over line breaks.
std::string_view longest(std::string_view run, const Digits& digits) {
  std::string_view best;
  for (std::size_t at = 0; at < run.size();) {
    const std::size_t start = at;
    while (at < run.size() && (has_digit(digits, run[at]) || run[at] <= ' ')) ++at;
    if (at - start > best.size()) best = run.substr(start, at - start);
    ++at;
  }
  return best;
}

std::string text_in(std::string_view run) {
  if (const std::string_view hex = longest(run, kDigits16); hex.size() >= kShortestEncoded) {
    if (std::string text = text_inside(decode(hex, kDigits16, 4)); !text.empty()) return text;
  }
  if (const std::string_view upper = longest(run, kDigits32); upper.size() >= kShortestEncoded) {
    if (std::string text = text_inside(decode(upper, kDigits32, 5)); !text.empty()) return text;
  }
  // What stands before an encoded text may belong to the alphabet: a path, a name.
  const std::size_t starts = run.size() <= kLongestShifted ? 4 : 1;
  for (std::size_t start = 0; start < starts; ++start) {
    if (std::string text = text_inside(decode(run.substr(start), kDigits64, 6)); !text.empty()) return text;
  }
  return {};
}

bool is_printable(char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t' || c == '\r'; }

// Chance makes short stretches of printable bytes, with fewer letters and blanks in them than text has.
bool is_likely_text(std::string_view text) {
  if (text.size() >= 2 * kShortestText) return true;
  const auto usual = static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return is_alnum(c) || c == ' ' || c == '%' || !is_ascii(c); }));
  return usual * 4 >= text.size() * 3;
}

}  // namespace

std::string text_inside(std::string_view bytes) {
  std::string ascii;
  // UTF-16 of ASCII has a zero in every other byte.
  const std::size_t zeros = std::min<std::size_t>(bytes.size(), 64);
  std::size_t odd = 0;
  std::size_t even = 0;
  for (std::size_t i = 0; i < zeros; ++i) {
    if (bytes[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  if (odd * 3 > zeros || even * 3 > zeros) {
    for (std::size_t i = odd > even ? 0 : 1; i < bytes.size(); i += 2) ascii += bytes[i];
    bytes = ascii;
  }

  std::string out;
  std::size_t start = 0;
  const auto end_stretch = [&](std::size_t end) {
    if (end - start < kShortestText || !is_likely_text(bytes.substr(start, end - start))) return;
    if (!out.empty()) out += '\n';
    out.append(bytes, start, end - start);
  };
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t size = 1;
    if (!is_printable(bytes[at])) {
      const Decoded c = decode_at(bytes, at);
      size = c.size;
      if (c.code < 0xA0 || c.code == kMalformed) {
        end_stretch(at);
        start = at + size;
      }
    }
    at += size;
  }
  end_stretch(bytes.size());
  return out;
}

std::optional<Rewritten> decode_runs(const Source& source) {
  const std::string_view text = source.text;
  ViewBuilder out(text);
  for (std::size_t at = 0; at < text.size();) {
    // Every kShortestEncoded-th byte decides whether a run can be here.
    if (text.size() - at < kShortestEncoded) break;
    if (!has_digit(kDigits64, text[at + kShortestEncoded - 1])) {
      at += kShortestEncoded;
      continue;
    }
    std::size_t start = at + kShortestEncoded - 1;
    while (start > at && has_digit(kDigits64, text[start - 1])) --start;
    const std::size_t end = run_end(text, start);
    at = end + 1;
    if (end - start < kShortestEncoded) continue;
    std::size_t padded = end;
    while (padded < text.size() && padded - end < 2 && text[padded] == '=') ++padded;
    if (!source.fresh(start, padded)) continue;
    if (const std::string decoded = text_in(text.substr(start, end - start)); !decoded.empty()) {
      out.separate();
      out.block(start, padded, decoded);
    }
  }
  return std::move(out).pieces();
}

}  // namespace aegis::detectors
