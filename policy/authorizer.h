// The decision: allow where a permit applies and no forbid does, deny otherwise.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/entities.h"
#include "policy/evaluator.h"
#include "policy/policy_set.h"
#include "policy/request.h"

namespace aegis::policy {

enum class Decision : std::uint8_t { deny, allow };

struct PolicyError {
  const Policy* policy = nullptr;
  EvaluationError error;
};

// Points into the PolicySet, which must outlive it.
struct Response {
  Decision decision = Decision::deny;
  // Permits that apply where allowed, forbids that apply where denied; in the order of the set. None of a
  // denial that comes from no permit applying.
  std::vector<const Policy*> determining;
  // Policies that could not be evaluated, in the same order. As the language has it they count as not
  // applying: who wants an unreadable forbid to deny must look here.
  std::vector<PolicyError> errors;
  // False where the work limit stopped it: then it is a denial, whatever was found.
  bool complete = true;
};

// Every policy that may apply is evaluated, also after a forbid was found: the answer names all reasons and
// all errors. Pure; any number of threads at once.
Response authorize(const PolicySet& policies, const Entities& entities, const Request& request,
                   std::uint64_t work_limit = kMaxDecisionWork);

}  // namespace aegis::policy
