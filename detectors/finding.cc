#include "detectors/finding.h"

namespace aegis::detectors {

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::pii: return "pii";
    case Kind::injection: return "injection";
    case Kind::secret: return "secret";
    case Kind::output: return "output";
    case Kind::tool_poisoning: return "tool_poisoning";
    case Kind::dangerous: return "dangerous";
  }
  return "unknown";
}

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::low: return "low";
    case Severity::medium: return "medium";
    case Severity::high: return "high";
    case Severity::critical: return "critical";
  }
  return "unknown";
}

}  // namespace aegis::detectors
