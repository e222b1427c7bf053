#include "guard/recordable.h"

#include <vector>

#include "detectors/redact.h"

namespace aegis::guard {

using detectors::Finding;
using detectors::Kind;

bool is_redactable(const Finding& finding) {
  if (finding.confidence < detectors::kCertain) return false;
  return finding.kind == Kind::secret ||
         (finding.kind == Kind::pii && finding.severity == detectors::Severity::critical);
}

std::string recordable(const detectors::Detector& detector, std::string_view text) {
  const auto report = detector.scan_by_rules(text);
  if (!report.complete) return "[not scanned]";
  std::vector<Finding> secrets;
  for (const Finding& finding : report.findings) {
    if (is_redactable(finding)) secrets.push_back(finding);
  }
  return secrets.empty() ? std::string(text)
                         : detectors::redact(text, secrets, detectors::RedactMode::redact);
}

}  // namespace aegis::guard
