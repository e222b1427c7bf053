#include "detectors/rules/surroundings.h"

#include <algorithm>

namespace aegis::detectors {
namespace {

// White space, and the two bytes of U+00A0. As a class of bytes it costs no more than \s alone.
constexpr std::string_view kSpace = R"(\s\xC2\xA0)";

}  // namespace

// A space in a class becomes two more kinds of member, elsewhere a gap.
std::string with_gaps(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out.append(pattern.substr(i, 2));
      ++i;
    } else if (c == ' ') {
      out.append(in_class ? "" : "(?:[").append(kSpace).append(in_class ? "" : "]{1,4})");
    } else {
      in_class = in_class ? c != ']' : c == '[';
      out += c;
    }
  }
  return out;
}

std::string_view before_match(const Match& match, std::size_t reach) {
  const std::size_t from = match.start - std::min(match.start, reach);
  return match.text.substr(from, match.start - from);
}

std::string_view after_match(const Match& match, std::size_t reach) {
  return match.text.substr(match.start + match.value.size(), reach);
}

}  // namespace aegis::detectors
