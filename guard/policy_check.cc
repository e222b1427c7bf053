#include "guard/policy_check.h"

#include <set>
#include <string_view>

#include "base/embedded.h"
#include "policy/names.h"
#include "policy/schema.h"

namespace aegis::guard {

// schemas/policy/*.cedarschema, built in: of Vocabulary::aegis and of Vocabulary::tool_call.
std::span<const EmbeddedFile> policy_schemas();

namespace {

using policy::Expr;

// Tools the policies name, by scope or in a condition.
void collect_actions(const policy::EntityUid& uid, std::set<std::string_view>* actions) {
  if (uid.type == kActionType && !is_reserved_action(uid.id)) actions->insert(uid.id);
}
void collect_actions(const Expr& expr, std::set<std::string_view>* actions) {
  if (expr.op == policy::Op::literal && expr.value.kind() == policy::Kind::entity)
    collect_actions(expr.value.as_entity(), actions);
  for (const Expr* arg : expr.args) collect_actions(*arg, actions);
}

// The layer's schema, in Aegis's own vocabulary with a declaration for each of them; its namespace is all
// there is.
std::string schema_with(Vocabulary vocabulary, const std::set<std::string_view>& tools) {
  std::string text(policy_schemas()[static_cast<std::size_t>(vocabulary)].text);
  if (vocabulary == Vocabulary::tool_call) return text;
  std::string declarations;
  for (const std::string_view tool : tools) {
    declarations +=
        "  action " + policy::quoted(tool) +
        " in [\"call_tool\", \"readOnly\", \"destructive\", \"openWorld\", \"externalSink\", \"request\"]\n"
        "    appliesTo { principal: [Agent], resource: [Server], context: Circumstances };\n";
  }
  text.insert(text.rfind('}'), declarations);
  return text;
}

}  // namespace

std::vector<PolicyProblem> check_policies(const PolicyLayer& layer) {
  std::set<std::string_view> tools;
  for (const policy::Policy& policy : layer.set().policies()) {
    for (const policy::EntityUid& uid : policy.action.entities) collect_actions(uid, &tools);
    for (const policy::Condition& condition : policy.conditions) collect_actions(*condition.body, &tools);
  }
  const auto schema = policy::Schema::parse(schema_with(layer.vocabulary(), tools));
  if (!schema) return {{.place = "", .policy = "", .message = schema.error().message, .error = true}};
  std::vector<PolicyProblem> problems;
  for (const policy::Finding& finding : policy::validate(layer.set(), *schema, "input")) {
    const auto position = static_cast<std::size_t>(finding.policy - layer.set().policies().data());
    problems.push_back({.place = layer.place(*finding.policy, finding.at),
                        .policy = layer.meanings()[position].id,
                        .message = finding.message,
                        .error = finding.kind == policy::Finding::Kind::error});
  }
  return problems;
}

}  // namespace aegis::guard
