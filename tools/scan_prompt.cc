#include <algorithm>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detectors/redact.h"
#include "detectors/summary.h"
#include "tools/arguments.h"
#include "tools/finding_json.h"
#include "tools/registry.h"

namespace aegis::tools {

using detectors::Finding;
using detectors::Kind;

Result<Json> scan_prompt(const Context& context, const Json& arguments) {
  if (auto known = only_known(arguments, {"text", "mode"}); !known) return known.error();
  const auto text = required_text(arguments, "text", {.max_bytes = kMaxTextBytes});
  if (!text) return text.error();
  const auto mode = one_of(arguments, "mode", {"scan", "redact", "block"});
  if (!mode) return mode.error();

  const auto started = monotonic_us();
  auto report = context.detector->scan(*text);
  if (!report.complete) {
    return limit_reached(
        "The text could not be scanned to the end within the limits, so nothing is known of it; send it in "
        "smaller parts.");
  }
  // What a prompt is asked for: output categories are about what a model wrote, dangerous ones about calls.
  std::erase_if(report.findings, [](const Finding& finding) {
    return finding.kind == Kind::output || finding.kind == Kind::dangerous ||
           finding.confidence < detectors::kReported;
  });
  Json pii = Json::array();
  Json injection = Json::array();
  for (const Finding& finding : report.findings) {
    (finding.kind == Kind::pii || finding.kind == Kind::secret ? pii : injection)
        .push_back(finding_json(finding));
  }
  const bool safe = detectors::is_safe(report.findings);
  std::string sanitized = *text;
  if (*mode == "redact") {
    detectors::Placeholders placeholders;
    sanitized = detectors::redact(*text, report.findings, detectors::RedactMode::redact, &placeholders);
  }
  if (*mode == "block" && !safe) sanitized.clear();
  return Json{{"safe", safe},
              {"pii_found", std::move(pii)},
              {"injection_found", std::move(injection)},
              {"sanitized_text", std::move(sanitized)},
              {"risk_score", detectors::risk_score(report.findings)},
              {"processing_ms", static_cast<double>(monotonic_us() - started) / 1000.0}};
}

}  // namespace aegis::tools
