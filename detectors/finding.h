// What a detector found, and where. Plain values; thread-safe as such.
#pragma once

#include <cstddef>
#include <string_view>

namespace aegis::detectors {

// `dangerous` is about arguments of calls only: in other text the same words are most often documentation.
enum class Kind { pii, injection, secret, output, tool_poisoning, dangerous };
enum class Severity { low, medium, high, critical };

// Confidence from which a finding counts as certain ("high" in the seed's words).
inline constexpr double kCertain = 0.85;

std::string_view name(Kind kind);
std::string_view name(Severity severity);

struct Finding {
  std::string_view rule;  // the rule's id; valid while the rule's Scanner lives
  Kind kind = Kind::pii;
  std::string_view type;  // "ssn", "SYSTEM_PROMPT_OVERRIDE", "aws_access_key", …; lifetime as `rule`
  Severity severity = Severity::low;
  double confidence = 0;  // 0..1
  std::size_t start = 0;  // bytes in the text that was scanned
  std::size_t end = 0;    // one past the last byte
};

}  // namespace aegis::detectors
