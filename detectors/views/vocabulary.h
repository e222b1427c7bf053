// A few hundred English words that orders to a model are made of, and words that hold any sentence together.
//
// They tell whether a text decodes to something: rotated, leet or spaced letters that give none of these
// words are left alone. They judge nothing. Immutable, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::detectors {

inline constexpr std::size_t kLongestWord = 16;  // letters; longer ones are not in the vocabulary

// `word` in lower-case ASCII letters.
bool in_vocabulary(std::string_view word);

// Whether a word of the vocabulary begins with these letters: a cheap question before the other.
bool begins_word(char first, char second);

// `letters` (lower-case) with blanks around the words of the vocabulary in it; the reading with the fewest
// letters of no word, and then the fewest words. Time is linear in the letters.
std::string segmented(std::string_view letters);

}  // namespace aegis::detectors
