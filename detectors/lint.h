// Lint: what is wrong with a rule that the scanner would take, and scan slowly or miss things with.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// One sentence for each fault, empty for a sound rule: a pattern that does not compile, matches the empty
// text or repeats without a bound (its width must have one); no literal or digits that every match contains;
// no text it must find, or none it must spare. Compiles the pattern, so it takes some 20 µs.
std::vector<std::string> lint(const Rule& rule);

}  // namespace aegis::detectors
