// Checks policies against a schema before they run: a policy that passes cannot fail for a missing attribute,
// a wrong type or an unknown function argument when requests and entities are as the schema says. (Overflow,
// missing entities and the work limit remain.) Strict, as the reference is: sets of one type, comparisons
// within one type, constructors of literals. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "policy/schema.h"

namespace aegis::policy {

struct Finding {
  enum class Kind : std::uint8_t {
    error,
    // Well typed, but no declared action takes the principals and resources of its scope; the reference has
    // called this an error, and now calls it a warning.
    no_action,
    // Well typed, but its conditions can never hold; a warning.
    impossible,
  };
  Kind kind = Kind::error;
  const Policy* policy = nullptr;  // of the set
  Position at;
  std::string message;
};

// At most one a policy; empty for a set that is fine. Slots of templates may be of any type. `undescribed`:
// an attribute of the context whose inside no schema could describe; what is read from it, once asked for
// with `has`, may be of any type but an entity's.
std::vector<Finding> validate(const PolicySet& policies, const Schema& schema,
                              std::string_view undescribed = {});

}  // namespace aegis::policy
