// What a character outside ASCII is to the views: letter, look-alike, mark, invisible, …
//
// From Unicode 14.0.0 through scripts/unicode/generate. Immutable after the first use, thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

namespace aegis::detectors {

enum class CharClass : std::uint8_t {
  other,  // no part of a word here: ideographs, emoji, most scripts without look-alikes, punctuation
  latin,  // letters that stand for nothing in ASCII
  greek,
  cyrillic,
  other_letter,  // Armenian, Cherokee, Georgian, Coptic, Lisu
  greek_like,    // letters that look like an ASCII one
  cyrillic_like,
  other_like,
  styled,       // Latin letters in a style: small capitals, phonetic, turned
  accented,     // Latin letters with accents or strokes
  compatible,   // NFKC makes ASCII of it
  regional,     // the letters flags are made of
  punctuation,  // blanks and punctuation with a counterpart in ASCII
  mark,         // combining marks
  overlay,      // combining marks that strike a letter out or surround it
  invisible,
  control,  // joiners, directions, variation selectors: invisible, and needed in some scripts
};

struct Character {
  CharClass kind = CharClass::other;
  std::string_view ascii = {};  // what it is folded to; empty where it is not; static
};

// Malformed and ASCII characters are `other`.
Character character(char32_t code);

}  // namespace aegis::detectors
