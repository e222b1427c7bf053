// The slow way to scan: every pattern over the whole text, without anchors and windows. What the engine is
// held to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "detectors/pattern.h"
#include "detectors/rule.h"
#include "detectors/scanner.h"

namespace aegis::detectors {

class Oracle {
 public:
  // `rules` must outlive the oracle, and its findings point into them.
  explicit Oracle(std::span<const Rule> rules) : rules_(rules) {
    for (const Rule& rule : rules) patterns_.emplace_back(rule.pattern, rule.caseless);
  }

  // Incomplete where a step limit stopped a pattern; *stopped gets the id of such a rule.
  [[nodiscard]] ScanReport scan(std::string_view text, std::string_view* stopped = nullptr) const {
    ScanReport report;
    std::vector<Finding>& findings = report.findings;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      const Rule& rule = rules_[i];
      Pattern::Found found;
      for (std::size_t from = 0; from <= text.size();) {
        const auto outcome = patterns_[i].find(text, from, text.size(), text.size(), found);
        if (outcome == Pattern::Outcome::limit) {
          report.complete = false;
          if (stopped != nullptr) *stopped = rule.id;
        }
        if (outcome != Pattern::Outcome::found) break;
        const Match match{text, text.substr(found.start, found.end - found.start), found.start};
        const double confidence =
            rule.validate == nullptr ? rule.confidence : rule.validate(match, rule.confidence);
        from = std::max(found.match_start + 1, confidence > 0 ? found.end : found.start);
        if (confidence <= 0) continue;
        findings.push_back(
            {rule.id, rule.kind, rule.type, rule.severity, confidence, found.start, found.end});
      }
    }
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.start, a.rule, a.end) < std::tie(b.start, b.rule, b.end);
    });
    return report;
  }

 private:
  std::span<const Rule> rules_;
  std::deque<Pattern> patterns_;
};

inline std::vector<Finding> scan_slowly(std::span<const Rule> rules, std::string_view text) {
  return Oracle(rules).scan(text).findings;
}

// One finding per line, for comparison and for reading a failure.
inline std::string describe(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += std::string(finding.rule) + " " + std::to_string(finding.start) + "-" +
           std::to_string(finding.end) + " " + std::to_string(finding.confidence) + "\n";
  }
  return out;
}

}  // namespace aegis::detectors
