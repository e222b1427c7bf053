// Policies against the schema of their vocabulary (schemas/policy/): what is wrong with them before they
// decide anything.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "guard/policy_layer.h"
#include "policy/validator.h"

namespace aegis::guard {

struct PolicyProblem {
  std::string place;   // "tools.cedar:3:14"
  std::string policy;  // its id
  std::string message;
  bool error = false;  // else a warning: it can never apply
};

// Tools are known by being named: every Aegis::Action that a policy speaks of is taken for one. Arguments are
// of the type they are used as.
std::vector<PolicyProblem> check_policies(const PolicyLayer& layer);

}  // namespace aegis::guard
