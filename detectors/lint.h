// Lint: what is wrong with a rule that the scanner would take, and scan slowly or miss things with.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// One sentence for each fault, empty for a sound rule: a pattern that does not compile, matches the empty
// text or repeats without a bound (its width must have one); no anchor named; a match that need not contain
// one, or lies farther around it than the rule says (coverage.h); no text it must find, or none it must
// spare. Walks through the pattern, so it takes a millisecond, for the longest patterns some hundreds.
std::vector<std::string> lint(const Rule& rule);

}  // namespace aegis::detectors
