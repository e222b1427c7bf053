// A finding as tools and commands show it. Pure, thread-safe.
#pragma once

#include "base/json.h"
#include "detectors/finding.h"

namespace aegis::tools {

// {kind, type, rule, severity, confidence, start, end}; start and end are byte offsets, end exclusive.
Json finding_json(const detectors::Finding& finding);

}  // namespace aegis::tools
