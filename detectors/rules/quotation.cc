#include "detectors/rules/quotation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace aegis::detectors {
namespace {

// Bytes of the line read on each side of a match. A quotation is rarely longer; one that is counts as none.
constexpr std::size_t kReach = 320;

struct Marks {
  std::string_view open;
  std::string_view close;
};
// Where both sides are the same, what stands beside the mark says which it is.
constexpr auto kMarks = std::to_array<Marks>({{"\"", "\""},
                                              {"\\\"", "\\\""},
                                              {"'", "'"},
                                              {"`", "`"},
                                              {"“", "”"},
                                              {"„", "“"},
                                              {"„", "”"},
                                              {"”", "”"},
                                              {"‘", "’"},
                                              {"«", "»"},
                                              {"»", "«"},
                                              {"‹", "›"},
                                              {"「", "」"},
                                              {"『", "』"},
                                              {"《", "》"}});

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Letters of other scripts are bytes above ASCII.
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_word(char c) { return is_letter(c) || is_digit(c); }

std::string_view trim_end(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// `head` is what the line says before the opening mark: "name: " and "- name: " make a value of YAML.
bool is_key(std::string_view head) {
  if (head.empty() || head.back() != ':') return false;
  head.remove_suffix(1);
  while (!head.empty() && (is_space(head.front()) || head.front() == '-')) head.remove_prefix(1);
  return !head.empty() && std::all_of(head.begin(), head.end(),
                                      [](char c) { return is_word(c) || c == '_' || c == '-' || c == '.'; });
}

// Whether a mark after `head` opens a quotation in prose or code.
bool introduces(std::string_view head, bool beside_match) {
  head = trim_end(head);
  if (head.empty() || is_key(head)) return false;
  const char last = head.back();
  if (is_word(last) || last == '(' || last == '|') return true;
  if (beside_match && (last == ',' || last == '=' || last == '-')) return true;
  if (last != ':' && last != ',' && last != '-' && last != '.') return false;
  // After a word, and not after the quoted name of a JSON member.
  return head.size() > 1 && is_word(head[head.size() - 2]);
}

// Whether prose goes on after the closing mark; without a space only where the script sets none.
bool goes_on(std::string_view tail) {
  return !tail.empty() && (static_cast<unsigned char>(tail[0]) >= 0x80 ||
                           (tail.size() > 1 && tail[0] == ' ' && is_letter(tail[1])));
}

// "{", "[", ":" or "," before the opening mark: a value among others.
bool is_among_values(std::string_view head) {
  head = trim_end(head);
  return !head.empty() && std::string_view("{[:,").find(head.back()) != std::string_view::npos;
}

bool same(const Marks& marks) { return marks.open == marks.close; }

// Whether a mark at `at` of size `size` may open: something of a word follows, and none comes before.
bool opens(std::string_view line, std::size_t at, std::size_t size, bool symmetric) {
  if (!symmetric) return true;
  const bool after = at + size >= line.size() || !is_space(line[at + size]);
  const bool before =
      at > 0 && (is_word(line[at - 1]) || line[at - 1] == '.' || line[at - 1] == '!' || line[at - 1] == '?');
  // Chinese and Japanese set no spaces around a mark.
  const bool wide = at > 0 && static_cast<unsigned char>(line[at - 1]) >= 0x80;
  return after && (!before || wide);
}

std::size_t closes(std::string_view after, const Marks& marks) {
  for (std::size_t at = after.find(marks.close); at != std::string_view::npos;
       at = after.find(marks.close, at + 1)) {
    // An apostrophe stands between letters.
    const std::size_t next = at + marks.close.size();
    const bool apostrophe = (marks.close == "'" || marks.close == "’") && next < after.size() &&
                            is_letter(after[next]) && at > 0 && is_letter(after[at - 1]);
    if (!apostrophe) return at;
  }
  return std::string_view::npos;
}

// Bytes that an opening mark begins with.
constexpr std::array<bool, 256> kBeginsMark = [] {
  std::array<bool, 256> begins{};
  for (const Marks& marks : kMarks) begins[static_cast<unsigned char>(marks.open.front())] = true;
  return begins;
}();

// Where each of the opening marks stands last in `text`; npos: nowhere. One look for all of them, because
// most lines have none.
std::array<std::size_t, kMarks.size()> last_opened(std::string_view text) {
  std::array<std::size_t, kMarks.size()> last{};
  last.fill(std::string_view::npos);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!kBeginsMark[static_cast<unsigned char>(text[at])]) continue;
    for (std::size_t i = 0; i < kMarks.size(); ++i) {
      if (text.substr(at).starts_with(kMarks[i].open)) last[i] = at;
    }
  }
  return last;
}

// `open`: where the opening one of `marks` stands last in `before`.
bool is_quoted_by(const Marks& marks, std::size_t open, std::string_view before, std::string_view after) {
  if (open == std::string_view::npos) return false;
  const std::size_t size = marks.open.size();
  if (!opens(before, open, size, same(marks))) return false;
  const std::string_view inside = before.substr(open + size);
  if (!same(marks) && inside.find(marks.close) != std::string_view::npos) return false;
  const bool beside = inside.find_first_not_of(" \t") == std::string_view::npos;
  const std::size_t close = closes(after, marks);
  const std::string_view head = before.substr(0, open);
  if (beside && introduces(head, true)) return true;
  if (close == std::string_view::npos) return false;
  return introduces(head, false) ||
         ((!same(marks) || !is_among_values(head)) && goes_on(after.substr(close + marks.close.size())));
}

}  // namespace

bool is_quoted(const Match& match) {
  std::string_view before = match.text.substr(0, match.start);
  if (before.size() > kReach) before.remove_prefix(before.size() - kReach);
  if (const std::size_t line = before.find_last_of('\n'); line != std::string_view::npos)
    before.remove_prefix(line + 1);
  // The match may hold the closing mark itself.
  std::string_view after = match.text.substr(match.start, match.value.size() + kReach);
  after = after.substr(0, after.find('\n', std::min(match.value.size(), after.size())));
  const auto open = last_opened(before);
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    if (is_quoted_by(kMarks[i], open[i], before, after)) return true;
  }
  return false;
}

}  // namespace aegis::detectors
