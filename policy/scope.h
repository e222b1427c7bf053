// Whether a policy's scope covers a request. Pure, thread-safe.
#pragma once

#include "policy/ast.h"
#include "policy/entities.h"
#include "policy/request.h"

namespace aegis::policy {

// REQUIRES: no slot in the constraint.
bool matches(const Constraint& constraint, const EntityUid& uid, const Entities& entities);
bool matches_scope(const Policy& policy, const Request& request, const Entities& entities);

}  // namespace aegis::policy
