// Replacing what was found: labels, masks, removal; and taking injected instructions out of a text.
//
// The functions are pure and thread-safe; a Placeholders belongs to one thread at a time. Results are valid
// UTF-8 whenever the input is, and valid JSON whenever the input is.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
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

// Which value got which label: the first value of a type "[EMAIL_REDACTED]", the second "[EMAIL_2_REDACTED]",
// so that a reader can tell two values apart, and sees the same value as the same wherever it stands
// (docs/adr/0025-values-keep-their-placeholders.md). Values are kept as digests.
class Placeholders {
 public:
  // More values of a session than these share the first label of their type. Some 100 bytes each.
  static constexpr std::size_t kMaxValues = 4096;

  // Personal data is the same however it is grouped ("4111 1111 …", "4111-1111-…") or capitalised.
  std::string label_of(const Finding& finding, std::string_view value);

 private:
  std::map<std::string, std::size_t> numbers_;               // digest of type and value → its number
  std::map<std::string, std::size_t, std::less<>> of_type_;  // how many there are
};

// Of findings that overlap, the one to act on: higher severity, then higher confidence, then longer, then
// earlier. The result is ordered by start and disjoint, and covers every byte any of the findings covered by
// extending the winner over the losers.
std::vector<Finding> resolve(std::span<const Finding> findings);

// `text` with each finding replaced. Findings may be unordered and overlap. A cut inside a UTF-8 sequence is
// widened to the sequence's border. What reads the text can still read it:
// - JSON, and JSON a line, stays JSON: a number becomes a string, escapes go whole, and of a finding that
// goes
//   over the end of a string the signs between the strings stay (several keys may become the same);
// - YAML stays YAML: a value that would begin with a label or a mask is put in quotation marks;
// - an address keeps its form: brackets are percent-encoded in it, and a host becomes a name that cannot
// exist
//   ("ip-address-redacted.invalid", RFC 2606).
// `placeholders` gives the labels in RedactMode::redact; null: each value of a type gets the same.
std::string redact(std::string_view text, std::span<const Finding> findings, RedactMode mode,
                   Placeholders* placeholders = nullptr);

// Whether `text` holds what redact() writes in a value's place.
bool holds_placeholder(std::string_view text);

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
