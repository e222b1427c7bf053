// Text in characters that nobody sees: tag characters (U+E0020 to U+E007E, one for each of ASCII), and
// variation selectors that stand for bytes (U+FE00 to U+FE0F for 0 to 15, U+E0100 to U+E01EF for 16 to 255).
#include <string>

#include "detectors/views/runs.h"
#include "detectors/views/transforms.h"
#include "detectors/views/utf8.h"

namespace aegis::detectors {
namespace {

constexpr char32_t kBlackFlag = 0x1F3F4;     // with tags it is the flag of a region: "gbeng"
constexpr std::size_t kLongestRegion = 6;    // tags
constexpr std::size_t kNear = 16;            // bytes between tags that are still one text
constexpr std::size_t kFewestSelectors = 4;  // one or two are part of an emoji

bool is_tag(char32_t code) { return code >= 0xE0020 && code < 0xE007F; }

// Tags and selectors begin with one of two bytes in UTF-8.
std::size_t next_candidate(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '\xF3' && text[at] != '\xEF') ++at;
  return at;
}

// The byte a variation selector stands for, -1 for other characters.
int selector_byte(char32_t code) {
  if (code >= 0xFE00 && code < 0xFE10) return static_cast<int>(code - 0xFE00);
  if (code >= 0xE0100 && code < 0xE01F0) return static_cast<int>(code - 0xE0100 + 16);
  return -1;
}

}  // namespace

std::optional<Rewritten> decode_hidden(const Source& source) {
  const std::string_view text = source.text;
  ViewBuilder out(text);
  std::size_t last_tag = 0;
  std::string bytes;
  char32_t before = 0;
  for (std::size_t at = next_candidate(text, 0); at < text.size(); at = next_candidate(text, at)) {
    const std::size_t start = at;
    if (is_tag(decode_at(text, at).code)) {
      before = start >= 4 ? decode_at(text, start - 4).code : 0;
      while (at < text.size() && is_tag(decode_at(text, at).code)) at += 4;
      if (before == kBlackFlag && (at - start) / 4 <= kLongestRegion) continue;
      if (!source.fresh(start, at)) continue;
      if (last_tag == 0 || start - last_tag > kNear) out.separate();
      for (std::size_t tag = start; tag < at; tag += 4) {
        const char letter = static_cast<char>(decode_at(text, tag).code - 0xE0000);
        out.block(tag, tag + 4, {&letter, 1});
      }
      last_tag = at;
      continue;
    }
    bytes.clear();
    for (; at < text.size(); at += decode_at(text, at).size) {
      const int byte = selector_byte(decode_at(text, at).code);
      if (byte < 0) break;
      bytes += static_cast<char>(byte);
    }
    if (at == start) {
      ++at;
      continue;
    }
    if (bytes.size() < kFewestSelectors || !source.fresh(start, at)) continue;
    if (const std::string decoded = text_inside(bytes); !decoded.empty()) {
      out.separate();
      out.block(start, at, decoded);
    }
  }
  return std::move(out).pieces();
}

}  // namespace aegis::detectors
