// Finds the policies whose scope may cover a request without looking at the others.
//
// Each policy stands under one key: the entity or the type that its scope names for principal, action or
// resource, whichever the fewest policies share; or under none where the scope names nothing. A request has
// few keys: its three entities, their ancestors and their types. Immutable; any thread may look up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "policy/ast.h"
#include "policy/entities.h"
#include "policy/request.h"

namespace aegis::policy {

class PolicyIndex {
 public:
  PolicyIndex() = default;
  // REQUIRES: no templates.
  explicit PolicyIndex(std::span<const Policy> policies);

  // Calls `visit` with the position of every policy that may apply; with that of an action's list perhaps
  // more than once.
  template <class Visit>
  void each_candidate(const Request& request, const Entities& entities, Visit&& visit) const {
    for (const std::uint32_t position : everywhere_) visit(position);
    look_up(Variable::principal, request.principal, entities, visit);
    look_up(Variable::action, request.action, entities, visit);
    look_up(Variable::resource, request.resource, entities, visit);
  }

 private:
  // Keys are hashes: two that collide make more candidates, never fewer.
  static std::uint64_t key(Variable variable, const EntityUid& uid);
  static std::uint64_t key(Variable variable, std::string_view type);
  static std::vector<std::uint64_t> keys_of(Variable variable, const Constraint& constraint);

  template <class Visit>
  void look_up(Variable variable, const EntityUid& uid, const Entities& entities, Visit& visit) const {
    if (!used_[static_cast<std::size_t>(variable)]) return;
    const auto visit_key = [&](std::uint64_t wanted) {
      const auto found = buckets_.find(wanted);
      if (found == buckets_.end()) return;
      for (const std::uint32_t position : found->second) visit(position);
    };
    visit_key(key(variable, uid.type));
    visit_key(key(variable, uid));
    const Entity* entity = entities.find(uid);
    if (entity == nullptr) return;
    for (const EntityUid& ancestor : entity->ancestors) {
      if (!(ancestor == uid)) visit_key(key(variable, ancestor));
    }
  }

  std::vector<std::uint32_t> everywhere_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> buckets_;
  bool used_[3] = {false, false, false};
};

}  // namespace aegis::policy
