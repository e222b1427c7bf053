// Whether a match is quoted: words that somebody repeats are not words that somebody says.
//
// Pure, thread-safe.
#pragma once

#include "detectors/rule.h"

namespace aegis::detectors {

// Whether the match stands in quotation marks in prose or source code. Marks around a value of JSON, YAML or
// CSV, and around a whole line, quote nothing. Reads some hundred bytes on either side, and no further than
// the line.
bool is_quoted(const Match& match);

}  // namespace aegis::detectors
