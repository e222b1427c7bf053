// Comments that go over several lines, and quoted mail: what begins each line stands between the words of a
// sentence.
#include <algorithm>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kMostIndent = 64;

// Where a row of marks ends: "> > >", "///", a ruler of signs.
std::size_t after_marks(std::string_view text, std::size_t at, char mark) {
  std::size_t end = at;
  for (; at < text.size() && (text[at] == mark || text[at] == '!' || is_blank(text[at])); ++at) {
    if (!is_blank(text[at])) end = at + 1;
  }
  return end;
}

}  // namespace

LineMark line_mark(std::string_view text, std::size_t start, char previous) {
  std::size_t at = start;
  while (at < text.size() && at - start < kMostIndent && is_blank(text[at])) ++at;
  if (at >= text.size()) return {};
  const char first = text[at];
  const char second = at + 1 < text.size() ? text[at + 1] : '\n';
  const bool apart = is_blank(second) || second == '\n' || second == '\r';
  switch (first) {
    case '/':
      if (second == '*') return {'*', at + 2};
      if (second != '/') return {};
      return {'/', after_marks(text, at + 2, '/')};
    case '*':  // a list has these, too: only within a comment
      return previous == '*' && second != '/' ? LineMark{'*', at + 1} : LineMark{};
    case '-':
      return second == '-' && at + 2 < text.size() && is_blank(text[at + 2]) ? LineMark{'-', at + 2}
                                                                             : LineMark{};
    case '#':
    case '%':
    case ';':
    case '>': return apart ? LineMark{first, after_marks(text, at, first)} : LineMark{};
    default: return {};
  }
}

std::optional<Rewritten> join_comments(const Source& source) {
  const std::string_view text = source.text;
  ViewBuilder out(text);
  const auto add = [&](const LineMark& mark, std::size_t end) {
    out.copy(std::min(mark.text_at, end), std::min(end + 1, text.size()));
  };
  LineMark last;
  std::size_t last_start = 0;
  std::size_t last_end = 0;
  bool in_comment = false;  // the last line is in the view
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const LineMark mark = line_mark(text, start, last.kind);
    if (mark.kind != 0 && mark.kind == last.kind && source.fresh(last_start, end)) {
      if (!in_comment) {
        out.separate();
        add(last, last_end);
      }
      add(mark, end);
      in_comment = true;
    } else {
      in_comment = false;
    }
    last = mark;
    last_start = start;
    last_end = end;
    start = end + 1;
  }
  return std::move(out).pieces();
}

}  // namespace aegis::detectors
