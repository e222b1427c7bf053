#include "policy/policy_index.h"

#include <algorithm>
#include <array>
#include <functional>

namespace aegis::policy {

namespace {

constexpr std::array<Variable, 3> kVariables = {Variable::principal, Variable::action, Variable::resource};

std::uint64_t mixed(std::uint64_t hash, std::uint64_t salt) {
  hash ^= salt * 0x9E3779B97F4A7C15u;
  hash ^= hash >> 32;
  return hash * 0xD6E8FEB86659FD93u;
}

const Constraint& constraint_of(const Policy& policy, Variable variable) {
  return variable == Variable::principal ? policy.principal
         : variable == Variable::action  ? policy.action
                                         : policy.resource;
}

}  // namespace

std::uint64_t PolicyIndex::key(Variable variable, const EntityUid& uid) {
  return mixed(uid.hash, static_cast<std::uint64_t>(variable) * 2 + 1);
}

std::uint64_t PolicyIndex::key(Variable variable, std::string_view type) {
  return mixed(std::hash<std::string_view>{}(type), static_cast<std::uint64_t>(variable) * 2 + 2);
}

std::vector<std::uint64_t> PolicyIndex::keys_of(Variable variable, const Constraint& constraint) {
  if (constraint.kind == Constraint::Kind::is) return {key(variable, constraint.type)};
  std::vector<std::uint64_t> keys;
  for (const EntityUid& uid : constraint.entities) keys.push_back(key(variable, uid));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

PolicyIndex::PolicyIndex(std::span<const Policy> policies) {
  std::unordered_map<std::uint64_t, std::size_t> sharing;
  for (const Policy& policy : policies) {
    for (const Variable variable : kVariables) {
      for (const std::uint64_t one : keys_of(variable, constraint_of(policy, variable))) ++sharing[one];
    }
  }
  for (std::size_t i = 0; i < policies.size(); ++i) {
    std::vector<std::uint64_t> best;
    std::size_t fewest = 0;
    bool named = false;
    Variable of = Variable::principal;
    for (const Variable variable : kVariables) {
      const Constraint& constraint = constraint_of(policies[i], variable);
      if (constraint.kind == Constraint::Kind::any) continue;
      std::vector<std::uint64_t> keys = keys_of(variable, constraint);
      std::size_t shared = 0;
      for (const std::uint64_t one : keys) shared += sharing[one];
      if (named && shared >= fewest) continue;
      named = true;
      fewest = shared;
      best = std::move(keys);
      of = variable;
    }
    const auto position = static_cast<std::uint32_t>(i);
    if (!named) {
      everywhere_.push_back(position);
      continue;
    }
    // `action in []` has no key and covers nothing.
    used_[static_cast<std::size_t>(of)] = true;
    for (const std::uint64_t one : best) buckets_[one].push_back(position);
  }
}

}  // namespace aegis::policy
