// What a list of findings amounts to. Pure functions, thread-safe.
#pragma once

#include <span>

#include "detectors/finding.h"

namespace aegis::detectors {

// Findings below this confidence are hints for other rules, not something to show.
inline constexpr double kReported = 0.5;

// Nothing at the shipped thresholds: no injection or tool poisoning at kCertain or above, no secret, and no
// personal data of medium severity or more, at kReported or above.
bool is_safe(std::span<const Finding> findings);

// The highest confidence of any injection or tool poisoning; 0 when there is none.
double injection_score(std::span<const Finding> findings);

// 0..1: the chance that something here is harmful if each finding were so independently of the others,
// 1 - Π(1 - weight·confidence), with a weight for each severity and 1 for injection.
double risk_score(std::span<const Finding> findings);

}  // namespace aegis::detectors
