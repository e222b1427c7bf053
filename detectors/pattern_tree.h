// PatternTree: a pattern as the tree of its parts, from which its graph is built (pattern_graph.h).
//
// Look-behind and assertions are left out, atomic groups and possessive repetitions are plain ones, and a
// back-reference is whatever its group may be. Plain values; thread-safe as such.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aegis::detectors {

using ByteSet = std::bitset<256>;

struct PatternTree {
  enum class Kind { nothing, bytes, sequence, either, repeat, ahead };
  Kind kind = Kind::nothing;
  ByteSet bytes = {};                   // one of these is read
  std::vector<PatternTree> parts = {};  // of a repetition and a look-ahead: one
  std::size_t least = 0;                // of a repetition; of a look-ahead: 1, or 0 where it is negative
  std::size_t most = 0;                 // of a repetition
  bool knows_end = false;               // of the root: \z or \Z stands in it
};

// Errors: limit_reached, naming the offset of a repetition without a bound; invalid_input, naming the offset
// of what the patterns of rules have no use for and this does not read. REQUIRES: PCRE2 compiles `pattern`.
Result<PatternTree> pattern_tree(std::string_view pattern, bool caseless);

// Every match has at least so many digits.
std::size_t least_digits(const PatternTree& tree);

}  // namespace aegis::detectors
