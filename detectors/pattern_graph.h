// PatternGraph: the texts a pattern may match, as a graph of bytes without cycles. What lint walks to see
// whether a rule's anchors and window hold every match.
//
// Look-around is left out, atomic groups and possessive repetitions are plain ones, and a back-reference is
// whatever its group may be: the graph has every match of the pattern, and some more. Plain values;
// thread-safe as such.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detectors/pattern_tree.h"

namespace aegis::detectors {

struct PatternGraph {
  struct State {
    ByteSet bytes = {};                    // one of these is read on the way to next[0]; none: nothing is
    std::vector<std::uint32_t> next = {};  // numbers below this state's own
    // The match ends here, and what is read from here on is a look-ahead that ends the pattern.
    bool ends_match = false;
  };

  struct Ahead {
    std::uint32_t at = 0;   // the state from which it looks
    std::size_t width = 0;  // bytes that it may read
  };

  std::vector<State> states;  // the first is the end
  std::uint32_t start = 0;
  // Of the look-ahead that begins the pattern, if one does: every match must begin as it says.
  std::optional<std::uint32_t> begins_as;
  std::vector<Ahead> aheads;
  bool knows_end = false;  // \z or \Z: it can tell the end of the text from that of a window
};

// Errors: limit_reached, naming the offset of a repetition without a bound, or a graph too large to walk;
// invalid_input, naming the offset of what the patterns of rules have no use for and this does not read.
// REQUIRES: PCRE2 compiles `pattern`.
Result<PatternGraph> pattern_graph(std::string_view pattern, bool caseless);

}  // namespace aegis::detectors
