#include "guard/finding_row.h"

#include <utility>

namespace aegis::guard {

store::FindingRow finding_row(const detectors::Finding& finding, std::string field) {
  return {.rule = std::string(finding.rule),
          .kind = std::string(detectors::name(finding.kind)),
          .type = std::string(finding.type),
          .severity = std::string(detectors::name(finding.severity)),
          .confidence = finding.confidence,
          .field = std::move(field),
          .start = static_cast<std::int64_t>(finding.start),
          .end = static_cast<std::int64_t>(finding.end)};
}

}  // namespace aegis::guard
