// Letters rotated by 13 places. Rotated English has other words than English; of the two hundred common words
// asked for here, hardly one is the rotation of another.
#include <algorithm>
#include <array>
#include <string>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"
#include "detectors/views/vocabulary.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kFewestWords = 2;    // known words, rotated, that make a passage
constexpr std::size_t kFewestLetters = 8;  // in these words together
constexpr std::size_t kMostUnknown = 12;   // words in a row that no vocabulary knows: the passage is over

char rotated(char c) {
  if (!is_letter(c)) return c;
  const char base = c >= 'a' ? 'a' : 'A';
  return static_cast<char>(base + (c - base + 13) % 26);
}

enum class Sense { unknown, plain, rotated };

Sense sense(std::string_view word) {
  if (word.size() < 2 || word.size() > kLongestWord) return Sense::unknown;
  std::array<char, kLongestWord> letters{};
  for (std::size_t i = 0; i < word.size(); ++i) letters[i] = rotated(lower(word[i]));
  if (in_vocabulary({letters.data(), word.size()})) {
    return word.size() > 2 ? Sense::rotated : Sense::unknown;  // "or" is the rotation of "be"
  }
  for (std::size_t i = 0; i < word.size(); ++i) letters[i] = lower(word[i]);
  return in_vocabulary({letters.data(), word.size()}) ? Sense::plain : Sense::unknown;
}

// The next word that starts at or after `at`; empty at the end of the text.
std::string_view next_word(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_letter(text[at])) ++at;
  std::size_t end = at;
  while (end < text.size() && is_letter(text[end])) ++end;
  return text.substr(at, end - at);
}

// Collects words until they stop making sense.
class Passage {
 public:
  void clear() { *this = Passage(); }

  void add(std::size_t start, std::size_t end, Sense sense) {
    if (sense == Sense::rotated) {
      if (words_ == 0 && unknown_ == 0) start_ = start;
      ++words_;
      letters_ += end - start;
      unknown_ = 0;
      end_ = end;
      return;
    }
    // What no vocabulary knows may be a rotated word before or after a known one.
    if (words_ == 0 && unknown_ == 0) start_ = start;
    ++unknown_;
    if (words_ > 0) end_ = end;
    if (unknown_ > kMostUnknown) over_ = true;
  }

  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool makes_sense() const { return words_ >= kFewestWords && letters_ >= kFewestLetters; }
  [[nodiscard]] std::size_t start() const { return start_; }
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  std::size_t start_ = 0;
  std::size_t end_ = 0;
  std::size_t words_ = 0;
  std::size_t letters_ = 0;
  std::size_t unknown_ = 0;
  bool over_ = false;
};

void add_piece(const Source& source, const Passage& passage, ViewBuilder& out) {
  if (!passage.makes_sense() || !source.fresh(passage.start(), passage.end())) return;
  std::string letters(source.text.substr(passage.start(), passage.end() - passage.start()));
  for (char& c : letters) c = rotated(c);
  out.separate();
  out.exact(passage.start(), letters);
}

}  // namespace

bool has_rotated_words(std::string_view text, std::size_t start, std::size_t end) {
  for (std::size_t i = 0; i < kLongestWord && start > 0 && is_letter(text[start - 1]); ++i) --start;
  std::size_t words = 0;
  std::size_t letters = 0;
  const std::string_view part = text.substr(0, std::min(text.size(), end + kLongestWord));
  for (std::string_view word = next_word(part, start); !word.empty(); word = next_word(part, start)) {
    start = static_cast<std::size_t>(word.data() - text.data()) + word.size();
    if (sense(word) != Sense::rotated) continue;
    ++words;
    letters += word.size();
    if (words >= kFewestWords && letters >= kFewestLetters) return true;
  }
  return false;
}

std::optional<Rewritten> decode_rot13(const Source& source) {
  ViewBuilder out(source.text);
  Passage passage;
  std::size_t at = 0;
  for (std::string_view word = next_word(source.text, at); !word.empty(); word = next_word(source.text, at)) {
    const auto start = static_cast<std::size_t>(word.data() - source.text.data());
    at = start + word.size();
    const Sense found = sense(word);
    if (found != Sense::plain) passage.add(start, at, found);
    if (found == Sense::plain || passage.over()) {
      add_piece(source, passage, out);
      passage.clear();
    }
  }
  add_piece(source, passage, out);
  return std::move(out).pieces();
}

}  // namespace aegis::detectors
