// Characters that look like others, or like nothing: NFKC (Unicode Standard Annex #15) where it gives ASCII,
// look-alikes (UTS #39), accents and marks as decoration, invisible characters.
//
// Honest text in any language must come out as it went in. So a look-alike is folded only where its word is
// no word of its own script: mixed with ASCII letters or another script, or alone among English words.
// Accents go only from words that then are in the vocabulary. Letters that NFKC makes ASCII of are folded
// everywhere.
#include <algorithm>
#include <array>
#include <string>

#include "detectors/views/ascii.h"
#include "detectors/views/characters.h"
#include "detectors/views/transforms.h"
#include "detectors/views/utf8.h"
#include "detectors/views/vocabulary.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kMostWordBytes = 512;  // a longer "word" is taken in parts
constexpr std::size_t kMostGap = 8;          // bytes between neighbouring words
constexpr unsigned kFewestRegional = 3;      // regional letters that are more than a flag

// Latin letters with a twin in Cyrillic: for words of Cyrillic with letters of ASCII among them.
constexpr std::string_view kTwins[][2] = {{"a", "\u0430"}, {"c", "\u0441"}, {"e", "\u0435"}, {"i", "\u0456"},
                                          {"o", "\u043E"}, {"p", "\u0440"}, {"x", "\u0445"}, {"y", "\u0443"},
                                          {"A", "\u0410"}, {"B", "\u0412"}, {"C", "\u0421"}, {"E", "\u0415"},
                                          {"H", "\u041D"}, {"K", "\u041A"}, {"M", "\u041C"}, {"O", "\u041E"},
                                          {"P", "\u0420"}, {"T", "\u0422"}, {"X", "\u0425"}};

std::string_view twin(char letter) {
  for (const auto& pair : kTwins) {
    if (pair[0][0] == letter) return pair[1];
  }
  return {};
}

bool is_like(CharClass kind) {
  return kind == CharClass::greek_like || kind == CharClass::cyrillic_like || kind == CharClass::other_like ||
         kind == CharClass::styled;
}

bool is_invisible(CharClass kind) { return kind == CharClass::invisible || kind == CharClass::control; }

// Part of a word, or invisible within one.
bool is_word_part(CharClass kind) { return kind != CharClass::other && kind != CharClass::punctuation; }

// Letters of scripts in which joiners and directions have no business.
bool is_plain_letter(CharClass kind) { return is_word_part(kind) && kind < CharClass::regional; }

// What a word is made of.
struct Word {
  std::size_t end = 0;     // in the text
  unsigned ascii = 0;      // letters
  unsigned own = 0;        // letters that can be nothing but themselves, of any script
  unsigned cyrillic = 0;   // of these
  unsigned likes[4] = {};  // by script: Greek, Cyrillic, others, styled Latin
  unsigned accents = 0;
  unsigned compatible = 0;
  unsigned regional = 0;
  unsigned marks = 0;
  unsigned overlays = 0;
  unsigned crowded = 0;  // marks on a letter that has one already
  unsigned invisible = 0;
  bool twins = true;  // all ASCII letters have a twin in Cyrillic

  [[nodiscard]] unsigned all_likes() const { return likes[0] + likes[1] + likes[2] + likes[3]; }
  [[nodiscard]] bool is_plain() const {
    return all_likes() + accents + compatible + regional + marks + overlays + invisible == 0;
  }
};

std::size_t script_of(CharClass like) {
  return like == CharClass::greek_like      ? 0
         : like == CharClass::cyrillic_like ? 1
         : like == CharClass::other_like    ? 2
                                            : 3;
}

// Reads the word at `at`, up to kMostWordBytes of it.
Word read_word(std::string_view text, std::size_t at) {
  Word word;
  bool marked = false;  // the letter before has a mark
  const std::size_t limit = std::min(text.size(), at + kMostWordBytes);
  while (at < limit) {
    if (is_ascii(text[at])) {
      if (!is_letter(text[at])) break;
      ++word.ascii;
      word.twins = word.twins && !twin(text[at]).empty();
      marked = false;
      ++at;
      continue;
    }
    const Decoded c = decode_at(text, at);
    const Character what = character(c.code);
    if (!is_word_part(what.kind)) break;
    at += c.size;
    switch (what.kind) {
      case CharClass::mark:
        ++word.marks;
        word.crowded += marked ? 1 : 0;
        marked = true;
        continue;
      case CharClass::overlay: ++word.overlays; continue;
      case CharClass::invisible:
      case CharClass::control: ++word.invisible; continue;
      case CharClass::accented: ++word.accents; break;
      case CharClass::compatible: ++word.compatible; break;
      case CharClass::regional: ++word.regional; break;
      case CharClass::cyrillic:
        ++word.cyrillic;
        ++word.own;
        break;
      default:
        if (is_like(what.kind)) {
          ++word.likes[script_of(what.kind)];
        } else {
          ++word.own;
        }
    }
    marked = false;
  }
  word.end = at;
  return word;
}

// What a neighbouring word says about one of look-alikes only.
enum class Neighbour { none, ascii, foreign };

Neighbour kind_of(const Word& word) {
  if (word.own > 0 || (word.ascii == 0 && word.all_likes() > 0)) return Neighbour::foreign;
  return word.ascii > 0 ? Neighbour::ascii : Neighbour::none;
}

class Folder {
 public:
  explicit Folder(std::string_view text) : text_(text), out_(text) {}

  std::optional<Rewritten> fold() && {
    for (std::size_t at = next_non_ascii(0); at < text_.size(); at = next_non_ascii(at)) {
      const Decoded c = decode_at(text_, at);
      const Character what = character(c.code);
      if (what.kind == CharClass::punctuation) {
        fold_punctuation(at, c.size, what);
        at += c.size;
      } else if (!is_word_part(what.kind)) {
        if (what.kind == CharClass::other) before_ = Neighbour::none;
        last_ = what.kind;
        last_end_ = at += c.size;
      } else {
        at = fold_word(at);
      }
    }
    return std::move(out_).whole();
  }

 private:
  std::size_t next_non_ascii(std::size_t at) const {
    while (at < text_.size() && is_ascii(text_[at])) ++at;
    return at;
  }

  // The word of which the character at `at` is the first outside ASCII. Returns its end.
  std::size_t fold_word(std::size_t at) {
    std::size_t start = at;
    while (start > done_ && at - start < kMostWordBytes / 2 && is_letter(text_[start - 1])) --start;
    const Word word = read_word(text_, start);
    std::size_t end = word.end;
    if (!word.is_plain() || (word.own > 0 && word.ascii > 0)) {
      end = decide(word, start);
    } else {
      remember_last(start, end);
    }
    // Invisible characters are no word.
    if (word.ascii + word.own + word.all_likes() + word.accents + word.compatible > 0) {
      before_ = folded_ ? Neighbour::ascii : kind_of(word);
      before_end_ = word.end;
    }
    folded_ = false;
    return done_ = end;
  }

  // Writes the word. Returns its end, which invisible characters may have moved.
  std::size_t decide(const Word& word, std::size_t start) {
    const bool likes = word.all_likes() > 0 && word.own == 0 && looks_like_ascii(word, start);
    const bool to_cyrillic = word.cyrillic > 0 && word.ascii > 0 && word.twins && word.own == word.cyrillic;
    const bool decorated = word.accents + word.marks > 0 && word.own == 0 && is_vocabulary(start, word.end);
    folded_ = likes || (word.compatible > 0 && word.own == 0);
    if (!likes && !to_cyrillic && !decorated && word.compatible + word.overlays + word.crowded == 0 &&
        word.regional < kFewestRegional && word.invisible == 0) {
      remember_last(start, word.end);
      return word.end;
    }
    CharClass letter = CharClass::other;  // the last one that is neither mark nor invisible
    bool marked = false;
    std::size_t at = start;
    while (at < word.end) {
      if (is_ascii(text_[at])) {
        if (to_cyrillic) out_.replace(at, at + 1, twin(text_[at]));
        letter = CharClass::latin;
        marked = false;
        ++at;
        continue;
      }
      const Decoded c = decode_at(text_, at);
      const Character what = character(c.code);
      const std::size_t end = at + c.size;
      if (is_invisible(what.kind)) {
        at = drop_invisible(at, letter);
        continue;
      }
      if (what.kind == CharClass::mark || what.kind == CharClass::overlay) {
        const bool crowds = what.kind == CharClass::overlay || marked;
        if (letter != CharClass::other && (crowds || decorated)) out_.replace(at, end, "");
        marked = marked || what.kind == CharClass::mark;
        at = end;
        continue;
      }
      if ((is_like(what.kind) && likes) || what.kind == CharClass::compatible ||
          (what.kind == CharClass::accented && (decorated || likes)) ||
          (what.kind == CharClass::regional && word.regional >= kFewestRegional)) {
        out_.replace(at, end, what.ascii);
      }
      letter = what.kind;
      marked = false;
      at = end;
    }
    last_ = letter;
    last_end_ = at;
    return at;
  }

  // For words that stay: the class of the last character, which invisible characters after it ask for.
  void remember_last(std::size_t start, std::size_t end) {
    std::size_t at = end - 1;
    while (at > start && (static_cast<unsigned char>(text_[at]) & 0xC0U) == 0x80) --at;
    last_ = is_ascii(text_[at]) ? CharClass::latin : character(decode_at(text_, at).code).kind;
    last_end_ = end;
  }

  // UTS #39: a word of several scripts is suspicious, and so is one of look-alikes alone where the words
  // around it are English.
  bool looks_like_ascii(const Word& word, std::size_t start) const {
    const auto scripts =
        std::count_if(std::begin(word.likes), std::end(word.likes), [](unsigned n) { return n > 0; });
    if (word.ascii + word.compatible > 0 || scripts > 1 || word.likes[3] > 0) return true;
    const Neighbour left = word_before(start);
    const Neighbour right = left == Neighbour::foreign ? Neighbour::foreign : word_after(word.end);
    return right != Neighbour::foreign && (left == Neighbour::ascii || right == Neighbour::ascii);
  }

  Neighbour word_before(std::size_t start) const {
    std::size_t at = start;
    while (at > 0 && start - at < kMostGap && is_ascii(text_[at - 1]) && !is_alnum(text_[at - 1]) &&
           text_[at - 1] != '\n') {
      --at;
    }
    if (at == 0) return Neighbour::none;
    if (is_letter(text_[at - 1])) return Neighbour::ascii;
    return at == before_end_ ? before_ : Neighbour::none;
  }

  Neighbour word_after(std::size_t end) const {
    std::size_t at = end;
    while (at < text_.size() && at - end < kMostGap && is_ascii(text_[at]) && !is_alnum(text_[at]) &&
           text_[at] != '\n') {
      ++at;
    }
    if (at >= text_.size() || (is_ascii(text_[at]) && !is_letter(text_[at]))) return Neighbour::none;
    const Word next = read_word(text_, at);
    if (next.end == at) return Neighbour::none;
    // A row of words of look-alikes is judged by what surrounds it.
    return next.own == 0 && next.ascii == 0 && next.all_likes() > 0 ? Neighbour::none : kind_of(next);
  }

  // Whether the word without accents, marks and style is in the vocabulary.
  bool is_vocabulary(std::size_t start, std::size_t end) const {
    std::string folded;
    for (std::size_t at = start; at < end && folded.size() <= kLongestWord;) {
      const Decoded c = decode_at(text_, at);
      if (c.code < 0x80) folded += lower(text_[at]);
      for (const char letter : character(c.code).ascii) folded += lower(letter);
      at += c.size;
    }
    return folded.size() > 2 && in_vocabulary(folded);  // "à" is a word of French
  }

  // A run of invisible characters goes if it stands in or beside a word where it has no business. `letter`:
  // the class of what precedes it in its word. Returns its end.
  std::size_t drop_invisible(std::size_t start, CharClass letter) {
    std::size_t end = start;
    bool controls = false;
    while (end < text_.size() && !is_ascii(text_[end])) {
      const Decoded c = decode_at(text_, end);
      const CharClass kind = character(c.code).kind;
      if (!is_invisible(kind)) break;
      controls = controls || kind == CharClass::control;
      end += c.size;
    }
    if (start == 0 || end == text_.size()) return end;
    const char before = text_[start - 1];
    const char after = text_[end];
    CharClass left = letter;
    if (letter == CharClass::other) {
      left = is_ascii(before) ? (is_alnum(before) ? CharClass::latin : CharClass::other)
                              : (last_end_ == start ? last_ : CharClass::other);
    }
    const CharClass right = is_ascii(after) ? (is_alnum(after) ? CharClass::latin : CharClass::other)
                                            : character(decode_at(text_, end).code).kind;
    const bool beside_letter =
        (is_plain_letter(left) && !is_digit(before)) || (is_plain_letter(right) && !is_digit(after));
    const bool beside_text = !is_ascii(before) || !is_ascii(after);
    if (beside_letter || (!controls && beside_text)) out_.replace(start, end, "");
    return end;
  }

  // Between characters that are, or become, ASCII.
  void fold_punctuation(std::size_t at, std::size_t size, const Character& what) {
    const std::size_t end = at + size;
    const bool left = at > 0 && (is_ascii(text_[at - 1]) || last_folds(at));
    const bool right = end < text_.size() && (is_ascii(text_[end]) || folds(end));
    const bool letters = at > 0 && end < text_.size() && is_letter(text_[at - 1]) && is_letter(text_[end]);
    // Blanks and apostrophes are part of honest English and French; only inside a sentence they hide
    // anything.
    const bool common = what.ascii == " " || what.ascii == "-" || what.ascii == "'";
    const bool folded =
        what.ascii == "'" ? letters && !is_possessive(end)
        : common ? letters || (left && right && (last_folds(at) || (end < text_.size() && folds(end))))
                 : left && right;
    if (folded) out_.replace(at, end, what.ascii);
    last_ = folded ? CharClass::compatible : CharClass::other;
    last_end_ = end;
    done_ = end;
  }

  [[nodiscard]] bool is_possessive(std::size_t at) const {
    return lower(text_[at]) == 's' && (at + 1 == text_.size() || !is_letter(text_[at + 1]));
  }
  [[nodiscard]] bool last_folds(std::size_t at) const {
    return last_end_ == at && (last_ == CharClass::compatible || is_like(last_));
  }
  [[nodiscard]] bool folds(std::size_t at) const {
    const CharClass kind = character(decode_at(text_, at).code).kind;
    return kind == CharClass::compatible || kind == CharClass::punctuation || is_like(kind);
  }

  std::string_view text_;
  ViewBuilder out_;
  std::size_t done_ = 0;                // words before here are settled
  bool folded_ = false;                 // the word being settled becomes ASCII
  Neighbour before_ = Neighbour::none;  // the last word with characters outside ASCII
  std::size_t before_end_ = 0;
  CharClass last_ = CharClass::other;  // the last character outside ASCII
  std::size_t last_end_ = 0;
};

}  // namespace

std::optional<Rewritten> fold_characters(std::string_view text) { return Folder(text).fold(); }

}  // namespace aegis::detectors
