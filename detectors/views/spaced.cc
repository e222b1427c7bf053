// Letters set apart to hide a word from patterns: "i g n o r e", "i.g.n.o.r.e", "i-g-n-o-r-e   a-l-l".
#include <algorithm>
#include <string>
#include <vector>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"
#include "detectors/views/vocabulary.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kMostUnits = 1024;  // letters of one run; longer ones are taken in parts
constexpr std::size_t kFewestUnits = 3;
constexpr std::size_t kWidestGap = 5;    // bytes between two letters
constexpr std::size_t kTellingWord = 4;  // letters of a word that shows that a run hides text

// A run of single letters: their places.
using Units = std::vector<std::size_t>;

bool is_separator(char c) { return is_ascii(c) && !is_alnum(c) && (c >= 0x20 || is_blank(c) || c == '\n'); }

// The letters set apart from `at` on.
void read_run(std::string_view text, std::size_t at, Units& units) {
  units.clear();
  for (;;) {
    const bool alone = at + 1 >= text.size() || is_separator(text[at + 1]);
    if (!is_alnum(text[at]) || !alone || units.size() == kMostUnits) return;
    units.push_back(at);
    std::size_t next = at + 1;
    while (next < text.size() && next - at <= kWidestGap && is_separator(text[next])) ++next;
    if (next >= text.size() || !is_alnum(text[next])) return;
    at = next;
  }
}

char letter_of(char c) {
  constexpr std::string_view kDigits = "oizeasgtbg";  // of 0 to 9
  return is_digit(c) ? kDigits[static_cast<std::size_t>(c - '0')] : lower(c);
}

bool holds_telling_word(std::string_view words) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (word.size() >= kTellingWord && in_vocabulary(word)) return true;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return false;
}

// For each letter but the first whether a word starts there; empty if the run makes no sense as words.
std::vector<bool> word_starts(std::string_view text, const Units& units) {
  const auto gap = [&](std::size_t i) { return text.substr(units[i] + 1, units[i + 1] - units[i] - 1); };
  std::vector<bool> starts(units.size(), false);
  bool telling = false;
  // The gap that stands inside words: the shorter one of the first gaps.
  std::string_view inner = gap(0);
  for (std::size_t i = 1; i + 1 < units.size() && i < 8; ++i) {
    if (gap(i).size() < inner.size()) inner = gap(i);
  }
  for (std::size_t first = 0; first < units.size();) {
    std::size_t last = first;
    std::string word(1, letter_of(text[units[first]]));
    while (last + 1 < units.size() && gap(last) == inner) word += letter_of(text[units[++last]]);
    starts[first] = true;
    if (in_vocabulary(word)) {
      telling = telling || word.size() >= kTellingWord;
    } else if (const std::string words = segmented(word); holds_telling_word(words)) {
      std::size_t letters = 0;
      for (const char c : words) {
        if (c == ' ') {
          starts[first + letters] = true;
        } else {
          ++letters;
        }
      }
      telling = true;
    }
    first = last + 1;
  }
  if (!telling) starts.clear();
  return starts;
}

}  // namespace

std::optional<Rewritten> close_up(std::string_view text) {
  ViewBuilder out(text);
  Units units;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_alnum(text[at])) {
      ++at;
      continue;
    }
    read_run(text, at, units);
    if (units.size() >= kFewestUnits) {
      const std::vector<bool> starts = word_starts(text, units);
      for (std::size_t i = 1; i < starts.size(); ++i) {
        out.replace(units[i - 1] + 1, units[i], starts[i] ? " " : "");
      }
    }
    if (!units.empty()) at = units.back() + 1;
    while (at < text.size() && is_alnum(text[at])) ++at;
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
