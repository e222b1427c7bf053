// Policy tests: events as JSON, and what the policies should make of each. docs/policy.md describes the form.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "guard/policies.h"

namespace aegis::guard {

struct PolicyCase {
  std::string name;
  std::string agent = "local", server = "server", environment = "development";
  Point point = Point::call;
  std::string operation, target;
  ToolLabels labels;
  bool tool_listed = true, tool_withheld = false;
  std::string arguments = "{}";  // JSON
  Facts facts;
  Effect expected = Effect::deny;
  std::string rule;   // empty: any
  std::string group;  // likewise, of approvers
};

// {"cases": [{"name", "call" | "result" | "definition": …, "expect": …}]}. Errors name the case and the
// member.
Result<std::vector<PolicyCase>> read_policy_cases(const Json& file);

// Empty when it came as expected, else what came: "allow, not deny".
std::string run_policy_case(const Policies& policies, const PolicyCase& one);

}  // namespace aegis::guard
