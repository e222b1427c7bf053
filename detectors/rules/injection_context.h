// What the injection families share: how a rule is written down, and how talk *about* attacks is told from
// attacks.
//
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// Confidence of a match that stands in quotes, or that the sentence around it discusses.
inline constexpr double kDiscussed = 0.5;

// Validator: `confidence`, or at most kDiscussed where the match is quoted in prose or source code, follows
// words such as "phrase", "example" or "detects", or is not an order ("you may ignore the above instructions
// if …"). A quoted value of a JSON field counts as what it says. Reads at most a line's worth of context on
// either side.
double unless_discussed(const Match& match, double confidence);

// How the injection and tool-poisoning families write a rule. A space in `pattern` stands for one to four
// white-space bytes; matching ignores case unless the pattern says (?-i:…). Severity is high from kCertain
// on, else medium.
struct OrderRule {
  std::string_view id = {};
  std::string_view type = {};
  double confidence = 0;
  std::string pattern = {};
  std::vector<std::string> anchors = {};
  std::size_t before = 0;
  std::vector<Example> hits = {};
  std::vector<Example> misses = {};
  Validator validate = unless_discussed;
};
Rule order_rule(Kind kind, OrderRule order);

std::vector<Rule> injection_override();      // SYSTEM_PROMPT_OVERRIDE
std::vector<Rule> injection_role();          // ROLE_JAILBREAK
std::vector<Rule> injection_exfiltration();  // DATA_EXFILTRATION
std::vector<Rule> injection_indirect();      // INDIRECT_INJECTION
std::vector<Rule> injection_goal();          // GOAL_HIJACKING
std::vector<Rule> injection_privilege();     // PRIVILEGE_ESCALATION

}  // namespace aegis::detectors
