// Policies as JSON: the form the reference implementation reads and writes.
//
//   {"effect": "permit" | "forbid", "principal": scope, "action": scope, "resource": scope,
//    "conditions": [{"kind": "when" | "unless", "body": expr}], "annotations": {name: value or null}}
//   scope = {"op": "All"} | {"op": "==" | "in", "entity": uid | "slot": name} | {"op": "in", "entities":
//   [uid]}
//         | {"op": "is", "entity_type": name, "in": {"entity": uid | "slot": name}}
//   expr  = an object of one member, named for the operation: {"Value": …}, {"Var": …}, {"==": {"left": …,
//   "right": …}},
//           {"!": {"arg": …}}, {".": {"left": …, "attr": …}}, {"Set": […]}, {"Record": {…}}, {"isInRange":
//           […]}, …
//
// Members that mean nothing are refused. Pure; any thread, with an arena of its own.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "base/json.h"
#include "policy/ast.h"

namespace aegis::policy {

Result<Policy> policy_from_json(simdjson::dom::element json, Arena& arena);
Result<const Expr*> expr_from_json(simdjson::dom::element json, ExprBuilder& builder);

Json to_json(const Policy& policy);
Json to_json(const Expr& expr);
// As value_json.h reads it.
Json to_json(const EntityUid& uid);

struct Link {
  std::string_view template_id;
  std::string_view new_id;
  std::optional<EntityUid> principal;
  std::optional<EntityUid> resource;
};
// {"templateId", "newId", "values": {"?principal": uid, "?resource": uid}}; views into the JSON and the
// arena.
Result<Link> read_link(simdjson::dom::element json, Arena& arena);

}  // namespace aegis::policy
