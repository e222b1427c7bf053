// Digits and symbols for the letters they resemble: "1gn0r3 4ll pr3v10u5". Only words that become words of
// the vocabulary are changed; hashes, versions and identifiers are not.
#include <array>
#include <cstdint>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"
#include "detectors/views/vocabulary.h"

namespace aegis::detectors {
namespace {

constexpr unsigned kMostChoices = 3;  // letters of one word that may be an i or an l: eight readings

bool is_symbol(char c) { return c == '@' || c == '$' || c == '!' || c == '|'; }
bool is_part(char c) { return is_alnum(c) || is_symbol(c); }

char letter_for(char c) {
  switch (c) {
    case '0': return 'o';
    case '1':
    case '!':
    case '|': return 'i';
    case '2': return 'z';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '6':
    case '9': return 'g';
    case '7': return 't';
    case '8': return 'b';
    default: return lower(c);
  }
}

bool may_be_l(char c) { return c == '1' || c == '!' || c == '|'; }

// Whether the first letters of `word` are those of a word of the vocabulary; an i may be an l.
bool may_be_word(std::string_view word) {
  const bool second_i = word[1] == 'i';
  if (begins_word(word[0], word[1]) || (second_i && begins_word(word[0], 'l'))) return true;
  return word[0] == 'i' && (begins_word('l', word[1]) || (second_i && begins_word('l', 'l')));
}

// The word [start, end) in letters, where it is leet for one of the vocabulary.
bool read(std::string_view word, std::array<char, kLongestWord>& letters) {
  if (word.size() < 3 || word.size() > kLongestWord) return false;
  std::array<std::size_t, kMostChoices> choices{};
  unsigned count = 0;
  bool substituted = false;
  bool has_letter = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    letters[i] = letter_for(word[i]);
    has_letter = has_letter || is_letter(word[i]);
    substituted = substituted || !is_letter(word[i]);
    if (may_be_l(word[i]) && count < kMostChoices) choices[count++] = i;
  }
  if (!substituted || !has_letter || !may_be_word({letters.data(), word.size()})) return false;
  for (unsigned reading = 0; reading < 1U << count; ++reading) {
    for (unsigned k = 0; k < count; ++k) letters[choices[k]] = (reading >> k & 1U) != 0 ? 'l' : 'i';
    if (in_vocabulary({letters.data(), word.size()})) return true;
  }
  return false;
}

// Whether the word [start, end) is leet, without the symbols around it if need be; these are taken off.
bool read_trimmed(std::string_view text, std::size_t& start, std::size_t& end,
                  std::array<char, kLongestWord>& letters) {
  if (read(text.substr(start, end - start), letters)) return true;
  if (end > start && is_symbol(text[end - 1])) {
    while (end > start && is_symbol(text[end - 1])) --end;
    if (read(text.substr(start, end - start), letters)) return true;
  }
  if (start == end || !is_symbol(text[start])) return false;
  while (start < end && is_symbol(text[start])) ++start;
  return read(text.substr(start, end - start), letters);
}

}  // namespace

bool is_leet(std::string_view text, std::size_t at, std::size_t& end) {
  // One byte more than the longest word tells that a word is longer.
  std::size_t start = at;
  while (start > 0 && at - start <= kLongestWord && is_part(text[start - 1])) --start;
  end = at;
  while (end < text.size() && end - start <= kLongestWord + 1 && is_part(text[end])) ++end;
  std::array<char, kLongestWord> letters{};
  std::size_t word_end = end;
  return read_trimmed(text, start, word_end, letters);
}

std::optional<Rewritten> fold_leet(std::string_view text) {
  ViewBuilder out(text);
  std::array<char, kLongestWord> letters{};
  for (std::size_t at = 0; at < text.size();) {
    if (!is_part(text[at])) {
      ++at;
      continue;
    }
    std::size_t start = at;
    while (at < text.size() && is_part(text[at])) ++at;
    std::size_t end = at;
    if (!read_trimmed(text, start, end, letters)) continue;
    for (std::size_t i = start; i < end; ++i) {
      if (is_letter(text[i])) letters[i - start] = text[i];
    }
    out.overwrite(start, {letters.data(), end - start});
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
