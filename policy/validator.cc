#include "policy/validator.h"

#include <algorithm>
#include <span>
#include <vector>

#include "policy/type_checker.h"

namespace aegis::policy {

namespace {

// What must hold also where it is never looked at: entities, types and actions are declared, sets are not
// empty.
class Names {
 public:
  explicit Names(const Schema& schema) : schema_(schema) {}

  bool check(const Policy& policy) {
    for (const Constraint* constraint : {&policy.principal, &policy.action, &policy.resource}) {
      if (!constraint->type.empty() && !type(constraint->type, policy.at)) return false;
      for (const EntityUid& one : constraint->entities) {
        if (!uid(one, policy.at)) return false;
      }
    }
    if (policy.action.kind == Constraint::Kind::in && policy.action.entities.empty())
      return fail("the scope lists no action", policy.at);
    return std::all_of(policy.conditions.begin(), policy.conditions.end(),
                       [this](const Condition& condition) { return expression(*condition.body); });
  }
  const std::string& error() const { return error_; }
  Position at() const { return at_; }

 private:
  bool expression(const Expr& expr) {
    if (expr.op == Op::literal && expr.value.kind() == Kind::entity && !uid(expr.value.as_entity(), expr.at))
      return false;
    if (expr.op == Op::is && !type(expr.names[0], expr.at)) return false;
    return std::all_of(expr.args.begin(), expr.args.end(),
                       [this](const Expr* arg) { return expression(*arg); });
  }
  bool uid(const EntityUid& uid, Position at) {
    const EntityType* declared = schema_.entity(uid.type);
    const bool fits = declared != nullptr &&
                      (declared->ids.empty() ||
                       std::find(declared->ids.begin(), declared->ids.end(), uid.id) != declared->ids.end());
    return fits || schema_.action(uid) != nullptr || fail(to_string(uid) + " is not declared", at);
  }
  bool type(std::string_view name, Position at) {
    if (schema_.entity(name) != nullptr) return true;
    const auto actions = schema_.actions();
    const bool action = std::any_of(actions.begin(), actions.end(),
                                    [name](const ActionType& one) { return one.uid.type == name; });
    return action || fail("the entity type " + std::string(name) + " is not declared", at);
  }
  bool fail(std::string message, Position at) {
    error_ = std::move(message);
    at_ = at;
    return false;
  }

  const Schema& schema_;
  std::string error_;
  Position at_;
};

// A scope as expressions, in the order they are evaluated. A slot may be anything, so what it stands in is
// left out.
std::vector<Condition> scope_of(const Policy& policy, ExprBuilder& builder) {
  std::vector<Condition> out;
  const auto push = [&out](const Expr* expr) { out.push_back({false, expr}); };
  const auto add = [&](Variable variable, const Constraint& constraint) {
    const Expr* subject = builder.variable(variable, policy.at);
    const auto literal = [&](const EntityUid& uid) {
      return builder.literal(Value::entity(&uid), policy.at);
    };
    if (constraint.kind == Constraint::Kind::is || constraint.kind == Constraint::Kind::is_in) {
      push(builder.make(Op::is, std::vector{subject}, policy.at,
                        builder.arena().copy<std::string_view>(std::vector{constraint.type})));
    }
    if (constraint.slot || constraint.kind == Constraint::Kind::any ||
        constraint.kind == Constraint::Kind::is)
      return;
    if (constraint.kind == Constraint::Kind::equal) {
      push(builder.make(Op::equal, std::vector{subject, literal(constraint.entities[0])}, policy.at));
    } else if (constraint.entities.empty()) {
      push(builder.literal(Value::boolean(false), policy.at));
    } else {
      std::vector<const Expr*> any;
      for (const EntityUid& uid : constraint.entities)
        any.push_back(builder.make(Op::in, std::vector{subject, literal(uid)}, policy.at));
      push(any.size() == 1 ? any[0] : builder.make(Op::or_, any, policy.at));
    }
  };
  add(Variable::principal, policy.principal);
  add(Variable::action, policy.action);
  add(Variable::resource, policy.resource);
  return out;
}

// Whether the policy may apply to such requests. An error is in the checker.
enum class Applies : std::uint8_t { maybe, never, error };
Applies check(std::span<const Condition> conditions, TypeChecker& checker) {
  TypeChecker::Capabilities known;
  for (const Condition& condition : conditions) {
    const TypeChecker::Typed typed = checker.check_boolean(*condition.body, known);
    if (typed.type == nullptr) return Applies::error;
    if (typed.type->kind == (condition.unless ? Type::Kind::always : Type::Kind::never))
      return Applies::never;
    if (!condition.unless) known.insert(typed.capabilities.begin(), typed.capabilities.end());
  }
  return Applies::maybe;
}

void validate(const Policy& policy, const Schema& schema, std::string_view undescribed,
              std::vector<Finding>& findings) {
  Names names(schema);
  if (!names.check(policy)) {
    findings.push_back({Finding::Kind::error, &policy, names.at(), names.error()});
    return;
  }
  bool applies = false;
  bool in_scope = false;
  Arena arena;
  ExprBuilder builder(arena);
  const std::vector<Condition> scope = scope_of(policy, builder);
  for (const ActionType& action : schema.actions()) {
    for (const std::string_view principal : action.principals) {
      for (const std::string_view resource : action.resources) {
        const RequestKind request{principal, resource, &action, undescribed};
        Arena types;
        TypeChecker checker(schema, request, types);
        // The scope finds nothing present that conditions could rely on.
        const Applies covers = check(scope, checker);
        if (covers == Applies::never) continue;
        in_scope = true;
        const Applies result = covers == Applies::error ? covers : check(policy.conditions, checker);
        if (result == Applies::error) {
          findings.push_back({Finding::Kind::error, &policy, checker.error_at(), checker.error()});
          return;
        }
        applies = applies || result == Applies::maybe;
      }
    }
  }
  if (!applies)
    findings.push_back(in_scope
                           ? Finding{Finding::Kind::impossible, &policy, policy.at,
                                     "the conditions of this policy can never hold"}
                           : Finding{Finding::Kind::no_action, &policy, policy.at,
                                     "no action takes the principals and resources of this policy's scope"});
}

}  // namespace

std::vector<Finding> validate(const PolicySet& policies, const Schema& schema, std::string_view undescribed) {
  std::vector<Finding> findings;
  for (const Policy& policy : policies.policies()) validate(policy, schema, undescribed, findings);
  for (const Policy& policy : policies.templates()) validate(policy, schema, undescribed, findings);
  return findings;
}

}  // namespace aegis::policy
