#include "policy/ancestors.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policy/limits.h"

namespace aegis::policy {

namespace {

enum class State : std::uint8_t { unseen, open, done };

Entity* find(std::span<Entity> entities, const EntityUid& uid) {
  const auto at = std::lower_bound(entities.begin(), entities.end(), uid,
                                   [](const Entity& e, const EntityUid& wanted) { return e.uid < wanted; });
  return at != entities.end() && at->uid == uid ? &*at : nullptr;
}

}  // namespace

Result<void> find_ancestors(std::span<Entity> entities, Arena& arena) {
  std::vector<State> states(entities.size(), State::unseen);
  std::size_t pairs = 0;
  // Depth first with a stack of our own: a chain of parents may be as long as the list.
  struct Visit {
    std::size_t entity;
    std::size_t next_parent;
  };
  std::vector<Visit> stack;
  for (std::size_t start = 0; start < entities.size(); ++start) {
    if (states[start] == State::unseen) stack.push_back({start, 0});
    while (!stack.empty()) {
      Visit& visit = stack.back();
      Entity& entity = entities[visit.entity];
      states[visit.entity] = State::open;
      if (visit.next_parent < entity.parents.size()) {
        const Entity* parent = find(entities, entity.parents[visit.next_parent++]);
        if (parent == nullptr) continue;
        const auto index = static_cast<std::size_t>(parent - entities.data());
        if (states[index] == State::open)
          return invalid_input("the entity " + to_string(parent->uid) + " is in itself");
        if (states[index] == State::unseen) stack.push_back({index, 0});
        continue;
      }
      std::vector<EntityUid> ancestors(entity.parents.begin(), entity.parents.end());
      for (const EntityUid& uid : entity.parents) {
        const Entity* parent = find(entities, uid);
        if (parent != nullptr)
          ancestors.insert(ancestors.end(), parent->ancestors.begin(), parent->ancestors.end());
        if (pairs + ancestors.size() > kMaxAncestors)
          return limit_reached("entities with more than " + std::to_string(kMaxAncestors) +
                               " ancestors in all");
      }
      pairs += ancestors.size();
      std::sort(ancestors.begin(), ancestors.end());
      ancestors.erase(std::unique(ancestors.begin(), ancestors.end()), ancestors.end());
      entity.ancestors = arena.copy<EntityUid>(ancestors);
      states[visit.entity] = State::done;
      stack.pop_back();
    }
  }
  return {};
}

}  // namespace aegis::policy
