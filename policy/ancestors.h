// Works out who is in whom. Pure.
#pragma once

#include <span>

#include "policy/entities.h"

namespace aegis::policy {

// Fills in `ancestors` of each entity from the `parents` of all. REQUIRES: sorted by uid, each uid once.
// Errors: invalid_input for an entity that is its own ancestor, limit beyond kMaxAncestors.
Result<void> find_ancestors(std::span<Entity> entities, Arena& arena);

}  // namespace aegis::policy
