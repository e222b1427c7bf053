#include "detectors/lint.h"

#include "detectors/coverage.h"
#include "detectors/pattern.h"
#include "detectors/pattern_graph.h"

namespace aegis::detectors {
std::vector<std::string> lint(const Rule& rule) {
  std::vector<std::string> faults;
  const Pattern pattern(rule.pattern, rule.caseless);
  Pattern::Found found;
  if (!pattern.valid()) {
    faults.emplace_back("the pattern does not compile");
  } else if (pattern.find("", 0, 0, 0, found) == Pattern::Outcome::found) {
    faults.emplace_back("the pattern matches the empty text");
  }
  if (rule.anchor == Anchor::literal && rule.anchors.empty())
    faults.emplace_back("it names no literal that every match contains");
  if (rule.anchor == Anchor::digits && rule.min_digits == 0)
    faults.emplace_back("it does not say how many digits every match contains");
  if (rule.anchor == Anchor::lines && rule.min_lines == 0)
    faults.emplace_back("it does not say how many line breaks every match contains");
  if (faults.empty()) {
    if (const auto graph = pattern_graph(rule.pattern, rule.caseless); !graph) {
      faults.push_back(graph.error().message);
    } else {
      faults = coverage_faults(rule, *graph);
    }
  }
  if (rule.hits.empty()) faults.emplace_back("it has no text that it must find");
  if (rule.misses.empty()) faults.emplace_back("it has no text that it must spare");
  return faults;
}

}  // namespace aegis::detectors
