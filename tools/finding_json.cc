#include "tools/finding_json.h"

namespace aegis::tools {

Json finding_json(const detectors::Finding& finding) {
  return {{"kind", detectors::name(finding.kind)},
          {"type", finding.type},
          {"rule", finding.rule},
          {"severity", detectors::name(finding.severity)},
          {"confidence", finding.confidence},
          {"start", finding.start},
          {"end", finding.end}};
}

}  // namespace aegis::tools
