// What the tests of policies share: requests and decisions in a line.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/authorizer.h"
#include "policy/parser.h"
#include "policy/value_json.h"

namespace aegis::policy {

// A request that owns what it names.
struct Asked {
  std::string principal_type = "User";
  std::string principal_id = "alice";
  std::string action_type = "Action";
  std::string action_id = "view";
  std::string resource_type = "Photo";
  std::string resource_id = "beach";
  std::string context = "{}";
};

// How a decision reads in a test: "allow policy0 policy2 | policy1", determining policies and after the bar
// those that failed.
inline std::string describe(const Response& response) {
  std::string out = response.decision == Decision::allow ? "allow" : "deny";
  std::vector<std::string> ids;
  for (const Policy* policy : response.determining) ids.emplace_back(policy->id);
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) out += " " + id;
  ids.clear();
  for (const PolicyError& error : response.errors) ids.emplace_back(error.policy->id);
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 0; i < ids.size(); ++i) out += (i == 0 ? " | " : " ") + ids[i];
  return out;
}

inline std::string decide(const PolicySet& policies, const Entities& entities, const Asked& asked) {
  Arena arena;
  Request request;
  request.principal = entity_uid(asked.principal_type, asked.principal_id);
  request.action = entity_uid(asked.action_type, asked.action_id);
  request.resource = entity_uid(asked.resource_type, asked.resource_id);
  const Result<Value> context = context_from_json(asked.context, arena);
  if (!context) return "context: " + context.error().message;
  request.context = *context;
  return describe(authorize(policies, entities, request));
}

inline std::string decide(std::string_view policies, std::string_view entities = "[]",
                          const Asked& asked = {}) {
  const Result<PolicySet> set = PolicySet::parse(policies);
  if (!set) return "policies: " + set.error().message;
  const Result<Entities> read = Entities::parse(entities);
  if (!read) return "entities: " + read.error().message;
  return decide(*set, *read, asked);
}

// The value of an expression as text: "true", "error: expected bool, found long", …; what is no boolean as
// its kind.
inline std::string evaluated(std::string_view expression, std::string_view entities = "[]",
                             const Asked& asked = {}) {
  Arena arena;
  const Result<const Expr*> expr = parse_expression(expression, arena);
  if (!expr) return "parse: " + expr.error().message;
  const Result<Entities> read = Entities::parse(entities);
  if (!read) return "entities: " + read.error().message;
  const Result<Value> context = context_from_json(asked.context, arena);
  if (!context) return "context: " + context.error().message;
  const Request request{entity_uid(asked.principal_type, asked.principal_id),
                        entity_uid(asked.action_type, asked.action_id),
                        entity_uid(asked.resource_type, asked.resource_id), *context};
  Evaluator evaluator(request, *read, arena);
  Value value;
  if (!evaluator.evaluate(**expr, value)) return "error: " + evaluator.error().message;
  if (value.kind() == Kind::boolean) return value.as_bool() ? "true" : "false";
  if (value.kind() == Kind::integer) return std::to_string(value.as_integer());
  return std::string(name_of(value.kind()));
}

}  // namespace aegis::policy
