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
// Confidence at most of words that people also write to people, where nothing near them says otherwise.
inline constexpr double kSuspected = 0.7;

// Validator: `confidence`, or at most kDiscussed where the match is quoted in prose or source code, follows
// words such as "phrase", "example" or "detects", or is not an order ("you may ignore the above instructions
// if …"). A quoted value of a JSON field counts as what it says. Reads at most a line's worth of context on
// either side.
double unless_discussed(const Match& match, double confidence);

// Validator: as unless_discussed, and at most kSuspected unless a second signal stands within some 240 bytes
// on either side: instructions dropped, the system prompt, something confidential handed over, a secret kept
// from the user, a change of role.
double if_backed(const Match& match, double confidence);

// Validator for orders to drop instructions: as unless_discussed, and at most kSuspected where the order is
// limited ("… if you install on Windows", "… contained in the document", "… and skip to step 5"), or where it
// says neither whose or how many instructions it means nor what to do then. A second signal lifts the cap.
double unless_limited(const Match& match, double confidence);

// Validator for orders to keep a secret from the user: as unless_discussed, and at most kSuspected where the
// secret is not what the reader does but a thing ("about internal error codes"), or the prompt itself.
double if_deed_is_hidden(const Match& match, double confidence);
// The same outside of tool definitions, where prompts and manuals say so, too: at most kSuspected unless an
// order to do something with data, or a second signal, stands near.
double if_ordered_deed_is_hidden(const Match& match, double confidence);

// How the injection and tool-poisoning families write a rule. A space in `pattern` stands for one to four
// bytes of white space or U+00A0; matching ignores case unless the pattern says (?-i:…). Severity is high
// from kCertain on, else medium.
struct OrderRule {
  std::string_view id = {};
  std::string_view type = {};
  double confidence = 0;
  std::string pattern = {};
  std::vector<std::string> anchors = {};
  std::size_t min_lines = 0;  // not 0: Anchor::lines
  std::size_t before = 0;
  std::size_t after = 640;  // the longest orders are three gaps of at most 160 bytes and a few words
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
std::vector<Rule> injection_readers();       // INDIRECT_INJECTION: readers called by name
std::vector<Rule> injection_detours();       // forged turns, claimed wills, detours
std::vector<Rule> injection_privilege();     // PRIVILEGE_ESCALATION

}  // namespace aegis::detectors
