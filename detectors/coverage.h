// Coverage: whether the windows around a rule's anchors hold every match of its pattern, whatever the text.
// Where they do not, the engine misses what PCRE2 alone would find.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "detectors/pattern_graph.h"
#include "detectors/rule.h"

namespace aegis::detectors {

// One sentence for each way in which a match can escape: it need not hold an anchor, begins farther before or
// ends farther behind it than the rule says, or looks farther ahead than the engine lets it. Looking at a
// match without its look-around, this may name one that cannot be; a wider window is then the price.
// REQUIRES: `graph` is of rule.pattern.
std::vector<std::string> coverage_faults(const Rule& rule, const PatternGraph& graph);

}  // namespace aegis::detectors
