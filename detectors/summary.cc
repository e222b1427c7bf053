#include "detectors/summary.h"

#include <algorithm>

namespace aegis::detectors {
namespace {

bool is_injection(const Finding& finding) {
  return finding.kind == Kind::injection || finding.kind == Kind::tool_poisoning;
}

double weight(const Finding& finding) {
  if (is_injection(finding)) return 1.0;
  if (finding.kind == Kind::dangerous) return 0;
  switch (finding.severity) {
    case Severity::low: return 0.1;
    case Severity::medium: return 0.3;
    case Severity::high: return 0.45;
    case Severity::critical: return 0.6;
  }
  return 0.6;
}

}  // namespace

bool is_safe(std::span<const Finding> findings) {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    if (is_injection(finding)) return finding.confidence >= kCertain;
    if (finding.confidence < kReported || finding.kind == Kind::dangerous) return false;
    return finding.kind == Kind::secret || finding.severity >= Severity::medium;
  });
}

double injection_score(std::span<const Finding> findings) {
  double score = 0;
  for (const Finding& finding : findings) {
    if (is_injection(finding)) score = std::max(score, finding.confidence);
  }
  return score;
}

double risk_score(std::span<const Finding> findings) {
  double harmless = 1;
  for (const Finding& finding : findings) harmless *= 1 - weight(finding) * finding.confidence;
  return 1 - harmless;
}

}  // namespace aegis::detectors
