#include "policy/policy_set.h"

#include <algorithm>
#include <unordered_set>

#include "base/json.h"
#include "policy/json_view.h"
#include "policy/limits.h"
#include "policy/names.h"
#include "policy/parser.h"
#include "policy/policy_json.h"
#include "policy/value_json.h"

namespace aegis::policy {

struct PolicySet::Data {
  Arena arena;
  std::vector<Policy> policies;
  std::vector<Policy> templates;
  std::unordered_set<std::string_view> ids;
  PolicyIndex index;
};

namespace {

const Policy* find_in(std::span<const Policy> policies, std::string_view id) {
  const auto found =
      std::find_if(policies.begin(), policies.end(), [id](const Policy& policy) { return policy.id == id; });
  return found == policies.end() ? nullptr : &*found;
}

// Gives a slot its entity.
Result<void> fill(Constraint& constraint, const std::optional<EntityUid>& value, std::string_view slot,
                  Arena& arena) {
  if (constraint.slot != value.has_value()) {
    return invalid_input((constraint.slot ? "the template needs a value for " : "the template has no slot ") +
                         std::string(slot));
  }
  if (!constraint.slot) return {};
  constraint.slot = false;
  constraint.entities = {arena.make(arena.copy(*value)), 1};
  return {};
}

}  // namespace

PolicySet::PolicySet() : data_(std::make_shared<Data>()) {}

Result<PolicySet> PolicySet::parse(std::string_view text) {
  PolicySetBuilder builder;
  if (const auto added = builder.add_text(text); !added) return added.error();
  return builder.build();
}

Result<PolicySet> PolicySet::parse_json(std::string_view json) {
  PolicySetBuilder builder;
  if (const auto added = builder.add_json(json); !added) return added.error();
  return builder.build();
}

std::span<const Policy> PolicySet::policies() const { return data_->policies; }
std::span<const Policy> PolicySet::templates() const { return data_->templates; }
const PolicyIndex& PolicySet::index() const { return data_->index; }

const Policy* PolicySet::find(std::string_view id) const {
  const Policy* found = find_in(policies(), id);
  return found != nullptr ? found : find_in(templates(), id);
}

PolicySetBuilder::PolicySetBuilder() : data_(std::make_shared<PolicySet::Data>()) {}

Result<void> PolicySetBuilder::add(std::string_view id, Policy policy) {
  if (data_->ids.size() == kMaxPolicies)
    return limit_reached("more than " + std::to_string(kMaxPolicies) + " policies");
  policy.id = data_->arena.copy(id);
  if (!data_->ids.insert(policy.id).second) return invalid_input("two policies have the id " + quoted(id));
  (policy.is_template() ? data_->templates : data_->policies).push_back(policy);
  return {};
}

Result<void> PolicySetBuilder::add_text(std::string_view text, std::string_view prefix) {
  const auto parsed = parse_policies(text, data_->arena);
  if (!parsed) return parsed.error();
  for (const Policy& policy : *parsed) {
    const auto added = add(std::string(prefix) + std::to_string(data_->ids.size()), policy);
    if (!added) return added;
  }
  return {};
}

Result<void> PolicySetBuilder::add_policy(std::string_view id, std::string_view text) {
  const auto parsed = parse_policies(text, data_->arena);
  if (!parsed) return parsed.error();
  if (parsed->size() != 1)
    return invalid_input("expected one policy, found " + std::to_string(parsed->size()));
  return add(id, parsed->front());
}

Result<void> PolicySetBuilder::add_policy_json(std::string_view id, std::string_view json) {
  JsonParser parser(kMaxPolicyJsonBytes);
  const auto parsed = parser.parse(json);
  if (!parsed) return parsed.error();
  const auto policy = policy_from_json(parsed->root, data_->arena);
  return policy ? add(id, *policy) : Result<void>(policy.error());
}

Result<void> PolicySetBuilder::add_json(std::string_view policy_set_json) {
  JsonParser parser(kMaxPolicyJsonBytes);
  const auto parsed = parser.parse(policy_set_json);
  if (!parsed) return parsed.error();
  simdjson::dom::object object;
  if (parsed->root.get_object().get(object) != simdjson::SUCCESS)
    return invalid_input("a policy set is a JSON object");
  for (const auto [name, _] : object) {
    if (name != "staticPolicies" && name != "templates" && name != "templateLinks")
      return invalid_input("a policy set has no member " + quoted(name));
  }
  for (const std::string_view kind : {"staticPolicies", "templates"}) {
    simdjson::dom::element member;
    if (object.at_key(kind).get(member) != simdjson::SUCCESS) continue;
    if (!member.is_object()) return invalid_input(std::string(kind) + " is no object");
    for (const auto [id, json] : object_of(member)) {
      const auto policy = policy_from_json(json, data_->arena);
      if (!policy) return invalid_input("policy " + quoted(id) + ": " + policy.error().message);
      if (policy->is_template() != (kind == "templates")) {
        return invalid_input(
            "policy " + quoted(id) +
            (policy->is_template() ? " has a slot and is a template" : " has no slot and is no template"));
      }
      if (const auto added = add(id, *policy); !added) return added;
    }
  }
  simdjson::dom::element links;
  if (object.at_key("templateLinks").get(links) != simdjson::SUCCESS) return {};
  if (!links.is_array()) return invalid_input("templateLinks is no array");
  for (const simdjson::dom::element json : array_of(links)) {
    const auto read = read_link(json, data_->arena);
    if (!read) return read.error();
    const auto linked = link(read->template_id, read->new_id, {read->principal, read->resource});
    if (!linked) return linked;
  }
  return {};
}

Result<void> PolicySetBuilder::link(std::string_view template_id, std::string_view new_id,
                                    const SlotValues& values) {
  const Policy* from = find_in(data_->templates, template_id);
  if (from == nullptr) return not_found("there is no template " + quoted(template_id));
  Policy policy = *from;
  policy.template_id = from->id;
  if (const auto filled = fill(policy.principal, values.principal, "?principal", data_->arena); !filled)
    return filled;
  if (const auto filled = fill(policy.resource, values.resource, "?resource", data_->arena); !filled)
    return filled;
  return add(new_id, policy);
}

PolicySet PolicySetBuilder::build() {
  PolicySet out;
  data_->index = PolicyIndex(data_->policies);
  out.data_ = std::move(data_);
  data_ = std::make_shared<PolicySet::Data>();
  return out;
}

}  // namespace aegis::policy
