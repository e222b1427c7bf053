#include "policy/scope.h"

#include <algorithm>

namespace aegis::policy {

bool matches(const Constraint& constraint, const EntityUid& uid, const Entities& entities) {
  const auto in_any = [&] {
    return std::any_of(constraint.entities.begin(), constraint.entities.end(),
                       [&](const EntityUid& group) { return entities.in(uid, group); });
  };
  switch (constraint.kind) {
    case Constraint::Kind::any: return true;
    case Constraint::Kind::equal: return uid == constraint.entities[0];
    case Constraint::Kind::in: return in_any();
    case Constraint::Kind::is: return uid.type == constraint.type;
    case Constraint::Kind::is_in: return uid.type == constraint.type && in_any();
  }
  return false;
}

bool matches_scope(const Policy& policy, const Request& request, const Entities& entities) {
  return matches(policy.action, request.action, entities) &&
         matches(policy.principal, request.principal, entities) &&
         matches(policy.resource, request.resource, entities);
}

}  // namespace aegis::policy
