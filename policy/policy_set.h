// The policies a decision is made by.
//
// Immutable once built, cheap to copy (a shared pointer), safe to share between threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ast.h"
#include "policy/policy_index.h"

namespace aegis::policy {

class PolicySet {
 public:
  PolicySet();  // none: everything is denied

  // Policy text. The policies are called policy0, policy1, … by their position; templates count, and wait to
  // be linked.
  static Result<PolicySet> parse(std::string_view text);
  // {"staticPolicies": {id: policy}, "templates": {id: policy}, "templateLinks": [{"templateId", "newId",
  // "values"}]}, where a policy is in the JSON form of policy_json.h.
  static Result<PolicySet> parse_json(std::string_view json);

  // What decides: static and linked policies, in the order they were added.
  std::span<const Policy> policies() const;
  std::span<const Policy> templates() const;
  // Null where there is none. Looks through all of them.
  const Policy* find(std::string_view id) const;

  const PolicyIndex& index() const;

 private:
  friend class PolicySetBuilder;
  struct Data;
  std::shared_ptr<const Data> data_;
};

// Gathers policies from several sources. One thread. After an error only destruction is useful.
class PolicySetBuilder {
 public:
  PolicySetBuilder();

  // Several policies, called prefix0, prefix1, … on from the number of policies and templates there are.
  Result<void> add_text(std::string_view text, std::string_view prefix = "policy");
  // One policy or template, called `id`.
  Result<void> add_policy(std::string_view id, std::string_view text);
  Result<void> add_policy_json(std::string_view id, std::string_view json);
  Result<void> add_json(std::string_view policy_set_json);

  struct SlotValues {
    std::optional<EntityUid> principal;
    std::optional<EntityUid> resource;
  };
  // A policy called `new_id` from the template `template_id`: each slot it has gets a value, and no other.
  Result<void> link(std::string_view template_id, std::string_view new_id, const SlotValues& values);

  PolicySet build();

 private:
  Result<void> add(std::string_view id, Policy policy);

  std::shared_ptr<PolicySet::Data> data_;
};

}  // namespace aegis::policy
