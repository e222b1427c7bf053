#include "policy/authorizer.h"

#include <algorithm>
#include <array>

#include "policy/scope.h"

namespace aegis::policy {

namespace {

enum class Outcome : std::uint8_t { applies, does_not, error };

Outcome evaluate(const Policy& policy, Evaluator& evaluator) {
  for (const Condition& condition : policy.conditions) {
    bool value = false;
    if (!evaluator.evaluate_bool(*condition.body, value)) return Outcome::error;
    if (value == condition.unless) return Outcome::does_not;
  }
  return Outcome::applies;
}

}  // namespace

Response authorize(const PolicySet& policies, const Entities& entities, const Request& request,
                   std::uint64_t work_limit) {
  // Most decisions build no value, and few need more than this.
  std::array<std::byte, 1024> first;
  Arena scratch(first);
  Evaluator evaluator(request, entities, scratch, work_limit);
  Response response;
  std::vector<const Policy*> permits;
  std::vector<const Policy*> forbids;
  const std::span<const Policy> all = policies.policies();
  policies.index().each_candidate(request, entities, [&](std::uint32_t position) {
    const Policy& policy = all[position];
    if (evaluator.exhausted() || !matches_scope(policy, request, entities)) return;
    switch (evaluate(policy, evaluator)) {
      case Outcome::applies: (policy.effect == Effect::permit ? permits : forbids).push_back(&policy); break;
      case Outcome::does_not: break;
      case Outcome::error: response.errors.push_back({&policy, evaluator.error()}); break;
    }
  });
  response.complete = !evaluator.exhausted();
  const bool allowed = response.complete && forbids.empty() && !permits.empty();
  response.decision = allowed ? Decision::allow : Decision::deny;
  response.determining = allowed ? std::move(permits) : std::move(forbids);

  // The index visits in its own order, and a policy of several actions perhaps twice.
  auto& determining = response.determining;
  std::sort(determining.begin(), determining.end());
  determining.erase(std::unique(determining.begin(), determining.end()), determining.end());
  auto& errors = response.errors;
  std::sort(errors.begin(), errors.end(),
            [](const PolicyError& a, const PolicyError& b) { return a.policy < b.policy; });
  errors.erase(std::unique(errors.begin(), errors.end(),
                           [](const PolicyError& a, const PolicyError& b) { return a.policy == b.policy; }),
               errors.end());
  return response;
}

}  // namespace aegis::policy
