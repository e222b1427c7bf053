// How the families about arguments of calls write a rule: commands, statements, addresses and paths that an
// agent has no business with.
//
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// A space in `pattern` outside of brackets stands for one to four blanks, or none where "?" follows; matching
// ignores ASCII case. A text longer than kArgumentText is a document that is written somewhere rather than a
// command or a path: its confidence is lowered by a third.
inline constexpr std::size_t kArgumentText = 4096;
double as_argument(const Match& match, double confidence);

struct DangerRule {
  std::string_view id = {};
  std::string_view type = {};
  Severity severity = Severity::high;
  double confidence = 0;
  std::string_view pattern = {};
  std::vector<std::string> anchors = {};
  std::size_t before = 0;
  std::size_t after = 256;
  std::vector<Example> hits = {};
  std::vector<Example> misses = {};
  Validator validate = as_argument;
};
void add_danger(std::vector<Rule>& rules, DangerRule danger);

}  // namespace aegis::detectors
