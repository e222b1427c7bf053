// Bytes written as pairs of hex digits with something between them: "69 67 6e", "69:67:6e", "0x69, 0x67".
#include <string>

#include "detectors/views/ascii.h"
#include "detectors/views/runs.h"
#include "detectors/views/transforms.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t kWidestGap = 5;  // ", 0x" and one more

bool is_gap(char c) { return is_blank(c) || c == '\n' || c == '\r' || c == ':' || c == '-' || c == ','; }

// Whether two hex digits, and no third, stand at `at`.
bool is_pair(std::string_view text, std::size_t at) {
  return at + 1 < text.size() && hex_value(text[at]) >= 0 && hex_value(text[at + 1]) >= 0 &&
         (at + 2 == text.size() || !is_alnum(text[at + 2]));
}

// The start of the pair after the one at `at`; npos if there is none.
std::size_t next_pair(std::string_view text, std::size_t at) {
  std::size_t next = at + 2;
  while (next < text.size() && next - at < 2 + kWidestGap && is_gap(text[next])) ++next;
  if (next == at + 2) return npos;
  if (next + 1 < text.size() && text[next] == '0' && lower(text[next + 1]) == 'x') next += 2;
  return is_pair(text, next) ? next : npos;
}

}  // namespace

std::optional<Rewritten> decode_hex_pairs(const Source& source) {
  const std::string_view text = source.text;
  ViewBuilder out(text);
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_pair(text, at) || (at > 0 && is_alnum(text[at - 1]) && lower(text[at - 1]) != 'x')) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    std::size_t end = at;
    bytes.clear();
    for (std::size_t pair = at; pair != npos; pair = next_pair(text, pair)) {
      bytes += static_cast<char>(hex_value(text[pair]) * 16 + hex_value(text[pair + 1]));
      end = pair + 2;
    }
    at = end;
    if (bytes.size() < kShortestText || !source.fresh(start, end)) continue;
    if (const std::string decoded = text_inside(bytes); !decoded.empty()) {
      out.separate();
      out.block(start, end, decoded);
    }
  }
  return std::move(out).pieces();
}

}  // namespace aegis::detectors
