// The database compiled from the built-in rules when the program was built (detectors/compile).
//
// Immutable; thread-safe.
#pragma once

#include "detectors/expressions.h"

namespace aegis::detectors {

const CompiledRules& compiled_rules();

}  // namespace aegis::detectors
