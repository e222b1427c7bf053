// Decides what tests/e2e/cedar.mjs asks, one JSON object a line, and answers one a line:
//   {"policies": text | {"static": {id: text | json}, "templates": {…}, "links": […]}, "entities",
//   "principal", "action",
//    "resource", "context"}  →  {"decision", "reason", "errors", "est", "same"} or {"error"}
// `est` is each policy as JSON, `same` whether text printed from it and JSON read back give that again.
#include <iostream>
#include <string>

#include "base/json.h"
#include "policy/policy_json.h"
#include "policy/printer.h"
#include "policy/request_json.h"
#include "tests/policy/support.h"

namespace {

using aegis::Json;
using aegis::Result;
using namespace aegis::policy;

Result<void> add(PolicySetBuilder& builder, const std::string& id, const Json& policy) {
  return policy.is_string() ? builder.add_policy(id, policy.get_ref<const std::string&>())
                            : builder.add_policy_json(id, aegis::dump_json(policy));
}

EntityUid uid(const Json& json, Arena& arena) {
  return arena.copy(
      entity_uid(json["type"].get_ref<const std::string&>(), json["id"].get_ref<const std::string&>()));
}

Result<PolicySet> policies_of(const Json& json) {
  if (json.is_string()) return PolicySet::parse(json.get_ref<const std::string&>());
  PolicySetBuilder builder;
  for (const char* kind : {"static", "templates"}) {
    for (const auto& [id, policy] : json[kind].items()) {
      if (const auto added = add(builder, id, policy); !added) return added.error();
    }
  }
  Arena arena;
  for (const Json& link : json["links"]) {
    PolicySetBuilder::SlotValues values;
    if (link["values"].contains("?principal")) values.principal = uid(link["values"]["?principal"], arena);
    if (link["values"].contains("?resource")) values.resource = uid(link["values"]["?resource"], arena);
    const auto linked =
        builder.link(link["templateId"].get<std::string>(), link["newId"].get<std::string>(), values);
    if (!linked) return linked.error();
  }
  return builder.build();
}

bool same_again(const Policy& policy, const Json& json) {
  PolicySetBuilder builder;
  const auto by_json = builder.add_policy_json("a", aegis::dump_json(json));
  const auto by_text = builder.add_policy("b", to_text(policy));
  if (!by_json || !by_text) return false;
  const PolicySet set = builder.build();
  return to_json(*set.find("a")) == json && to_json(*set.find("b")) == json;
}

Json answer(const Json& asked) {
  const Result<PolicySet> policies = policies_of(asked["policies"]);
  if (!policies) return {{"error", "policies: " + policies.error().message}};
  Json out = {{"est", Json::object()}, {"same", true}};
  for (const auto& list : {policies->policies(), policies->templates()}) {
    for (const Policy& policy : list) {
      if (!policy.template_id.empty()) continue;
      const Json json = to_json(policy);
      if (!same_again(policy, json)) out["same"] = false;
      out["est"][std::string(policy.id)] = json;
    }
  }
  if (!asked.contains("entities")) return out;
  const Result<Entities> entities = Entities::parse(aegis::dump_json(asked["entities"]));
  if (!entities) return {{"error", "entities: " + entities.error().message}};
  Arena arena;
  aegis::JsonParser parser;
  const std::string text = aegis::dump_json(asked);
  const auto parsed = parser.parse(text);
  if (!parsed) return {{"error", parsed.error().message}};
  const Result<Request> request = request_from_json(parsed->root, arena);
  if (!request) return {{"error", request.error().message}};
  out.update(to_json(authorize(*policies, *entities, *request)));
  return out;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const Result<Json> asked = aegis::parse_json(line);
    std::cout << aegis::dump_json(asked ? answer(*asked) : Json{{"error", "line: " + asked.error().message}})
              << "\n";
  }
  return 0;
}
