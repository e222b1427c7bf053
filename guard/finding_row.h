// A finding as the store keeps it: what and where, never the text. Pure, thread-safe.
#pragma once

#include <string>

#include "detectors/finding.h"
#include "store/store.h"

namespace aegis::guard {

// `field` is where in the event; it must not hold a secret itself.
store::FindingRow finding_row(const detectors::Finding& finding, std::string field);

}  // namespace aegis::guard
