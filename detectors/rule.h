// A rule is data: a pattern, where to look for it, how sure a match makes us, and the texts that prove it.
//
// Rules are immutable after start-up and shared between threads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/finding.h"

namespace aegis::detectors {

// What a validator sees. All views point into the scanned text.
struct Match {
  std::string_view text;   // the whole scanned text
  std::string_view value;  // the matched bytes (group 1 where the pattern has one)
  std::size_t start = 0;   // offset of value in text
};

// Returns the confidence 0..1 that `match` is what the rule says, given the rule's own `confidence`;
// 0 rejects the match. Must be pure, and linear in the size of the value plus a bounded context.
using Validator = double (*)(const Match& match, double confidence);

// A text and why it does, or does not, hold what the rule looks for. Texts are assembled at run time where
// the whole would look like a live credential to somebody's push protection.
struct Example {
  std::string text;
  std::string why;
};

// The cheap thing the engine looks for first; the pattern runs only around it.
enum class Anchor {
  literal,  // one of `anchors`, ASCII case-insensitively
  digits,  // a run of at least `min_digits` digits with up to two separators (space . - / ( ) +) between them
  lines,   // a run of at least `min_lines` line breaks with nothing but blanks between them
  whole,   // none: the pattern must take the whole of a text of at most kWholeText bytes with a digit in it
};

// Fields of arguments and results are scanned one by one, so an identifier is often all there is of a text.
// Bytes; the longest identifiers with their separators stay below.
inline constexpr std::size_t kWholeText = 80;
// What does not count at the ends of such a text: \s of PCRE2.
inline constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

// White space in an anchor stands for as much of any kind as the patterns allow between two words: every run
// of it for up to three bytes more than the anchor has there. The last two bytes are those of U+00A0.
inline constexpr std::string_view kBlanks = " \t\n\v\f\r\xC2\xA0";
inline constexpr std::size_t kMoreBlanks = 3;
constexpr bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }

// Bytes that an anchor takes at most. The fewest are its own.
constexpr std::size_t longest_form(std::string_view anchor) {
  std::size_t bytes = anchor.size();
  for (std::size_t i = 0; i < anchor.size(); ++i) {
    if (is_blank(anchor[i]) && (i == 0 || !is_blank(anchor[i - 1]))) bytes += kMoreBlanks;
  }
  return bytes;
}

struct Rule {
  std::string id = {};  // lower-case with hyphens; stable: users' allowlists name it
  Kind kind = Kind::pii;
  std::string type = {};
  Severity severity = Severity::low;
  double confidence = 0;

  // PCRE2, matched on bytes. If it has a group 1, that group is the finding, else the whole match.
  std::string pattern = {};
  bool caseless = false;

  Anchor anchor = Anchor::literal;
  std::vector<std::string> anchors = {};  // lower-case; every match of `pattern` contains one
  // For Anchor::digits. Dates and table rows are digit runs too: a rule that needs dots or dashes in its run
  // says so and is spared them.
  std::size_t min_digits = 0;
  std::size_t min_dots = 0;
  std::size_t min_dashes = 0;
  // Of them with nothing between them, with at most one space, with at most one dash.
  std::size_t min_together = 0;
  std::size_t min_spaced = 0;
  std::size_t min_dashed = 0;
  std::size_t min_lines = 0;  // for Anchor::lines
  // For Anchor::whole: bytes of the text without white space at its ends; others are not tried.
  std::size_t min_length = 0;
  std::size_t max_length = kWholeText;

  // Bytes before the anchor's start and after its end within which any match lies. Unit: bytes. Look-ahead
  // may see kLookahead (scanner.h) bytes further, look-behind what it likes.
  std::size_t before = 0;
  std::size_t after = 256;

  Validator validate = nullptr;  // nullptr: `confidence` as it is

  std::vector<Example> hits = {};    // at least one; each must give a finding of this rule
  std::vector<Example> misses = {};  // at least one; none may give a finding of this rule
};

}  // namespace aegis::detectors
