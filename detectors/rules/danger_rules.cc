#include "detectors/rules/danger_rules.h"

#include <utility>

namespace aegis::detectors {

double as_argument(const Match& match, double confidence) {
  return match.text.size() > kArgumentText ? confidence * 2 / 3 : confidence;
}

void add_danger(std::vector<Rule>& rules, DangerRule danger) {
  Rule rule{
      .id = std::string(danger.id),
      .kind = Kind::dangerous,
      .type = std::string(danger.type),
      .severity = danger.severity,
      .confidence = danger.confidence,
      .caseless = true,
      .anchors = std::move(danger.anchors),
      .before = danger.before,
      .after = danger.after,
      .validate = danger.validate,
      .hits = std::move(danger.hits),
      .misses = std::move(danger.misses),
  };
  bool in_class = false;
  for (std::size_t i = 0; i < danger.pattern.size(); ++i) {
    const char c = danger.pattern[i];
    const bool escaped = i > 0 && danger.pattern[i - 1] == '\\' && (i < 2 || danger.pattern[i - 2] != '\\');
    if (!escaped && c == '[') in_class = true;
    if (!escaped && c == ']') in_class = false;
    if (c != ' ' || in_class) {
      rule.pattern += c;
    } else if (i + 1 < danger.pattern.size() && danger.pattern[i + 1] == '?') {
      rule.pattern += "[ \\t]{0,4}";
      ++i;
    } else {
      rule.pattern += "[ \\t]{1,4}";
    }
  }
  rules.push_back(std::move(rule));
}

}  // namespace aegis::detectors
