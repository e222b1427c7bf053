// Replacing what was found: labels, masks, removal; and taking injected instructions out of a text.
//
// Pure functions, thread-safe. Results are valid UTF-8 whenever the input is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/finding.h"

namespace aegis::detectors {

enum class RedactMode {
  redact,  // the label of the type: [SSN_REDACTED]
  mask,    // ***** (always five: the length of a secret is a fact about it)
  remove,  // nothing
};

// "[SSN_REDACTED]" for "ssn", "[EMAIL_REDACTED]" for "email", "[AWS_ACCESS_KEY_REDACTED]" for
// "aws_access_key".
std::string label(std::string_view type);

// Of findings that overlap, the one to act on: higher severity, then higher confidence, then longer, then
// earlier. The result is ordered by start and disjoint, and covers every byte any of the findings covered by
// extending the winner over the losers.
std::vector<Finding> resolve(std::span<const Finding> findings);

// `text` with each finding replaced. Findings may be unordered and overlap. A cut inside a UTF-8 sequence is
// widened to the sequence's border.
std::string redact(std::string_view text, std::span<const Finding> findings, RedactMode mode);

// The bytes to take out for an injection found at [start, end): from the start of its sentence or line to the
// end of its paragraph, because what an injection orders follows its trigger words. Bounded by blank lines
// and by kMaxInjectionSpan bytes on each side. REQUIRES: start <= end; offsets past the text are taken as its
// end.
inline constexpr std::size_t kMaxInjectionSpan = 600;
struct Span {
  std::size_t start = 0;
  std::size_t end = 0;
};
Span injected_passage(std::string_view text, const Finding& finding);

// A stand-in of the same length and shape as `value` (digits 0, letters x/X, the rest kept), for fields whose
// schema refuses a label.
std::string same_shape(std::string_view value);

}  // namespace aegis::detectors
