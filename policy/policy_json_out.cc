#include <algorithm>
#include <string>

#include "policy/policy_json.h"

namespace aegis::policy {

namespace {

Json literal(const Value& value) {
  switch (value.kind()) {
    case Kind::boolean: return value.as_bool();
    case Kind::integer: return value.as_integer();
    case Kind::string: return std::string(value.as_string());
    default: return {{"__entity", to_json(value.as_entity())}};
  }
}

Json children(const Expr& expr) {
  Json out = Json::array();
  for (const Expr* arg : expr.args) out.push_back(to_json(*arg));
  return out;
}

Json has(const Expr& expr) {
  Json out = {{"left", to_json(*expr.args[0])}};
  if (expr.names.size() == 1) {
    out["attr"] = std::string(expr.names[0]);
  } else {
    out["attr"] = Json::array();
    for (const std::string_view name : expr.names) out["attr"].push_back(std::string(name));
  }
  return {{"has", std::move(out)}};
}

// A literal of more than one character is written character by character, as the reference does.
Json like(const Expr& expr) {
  Json pattern = Json::array();
  for (std::size_t i = 0; i < expr.names.size(); ++i) {
    if (i > 0) pattern.push_back("Wildcard");
    const std::string_view piece = expr.names[i];
    for (std::size_t start = 0; start < piece.size();) {
      std::size_t end = start + 1;
      while (end < piece.size() && (static_cast<unsigned char>(piece[end]) & 0xC0) == 0x80) ++end;
      pattern.push_back({{"Literal", std::string(piece.substr(start, end - start))}});
      start = end;
    }
  }
  return {{"like", {{"left", to_json(*expr.args[0])}, {"pattern", std::move(pattern)}}}};
}

Json is(const Expr& expr) {
  Json out = {{"left", to_json(*expr.args[0])}, {"entity_type", std::string(expr.names[0])}};
  if (expr.args.size() == 2) out["in"] = to_json(*expr.args[1]);
  return {{"is", std::move(out)}};
}

Json record(const Expr& expr) {
  Json fields = Json::object();
  for (std::size_t i = 0; i < expr.args.size(); ++i)
    fields[std::string(expr.names[i])] = to_json(*expr.args[i]);
  return {{"Record", std::move(fields)}};
}

// Chains are left-associative: the first two, that and the third, and so on.
Json operation(const Expr& expr) {
  const std::string name(symbol(expr.op));
  Json left = to_json(*expr.args[0]);
  for (std::size_t i = 1; i < expr.args.size(); ++i) {
    Json both = {{"left", std::move(left)}, {"right", to_json(*expr.args[i])}};
    left = Json::object();
    left[name] = std::move(both);
  }
  return left;
}

Json one(const Constraint& constraint, std::string_view variable) {
  if (constraint.slot) return {{"slot", "?" + std::string(variable)}};
  return {{"entity", to_json(constraint.entities[0])}};
}

Json scope(const Constraint& constraint, std::string_view variable) {
  switch (constraint.kind) {
    case Constraint::Kind::any: return {{"op", "All"}};
    case Constraint::Kind::is: return {{"op", "is"}, {"entity_type", std::string(constraint.type)}};
    case Constraint::Kind::is_in:
      return {{"op", "is"}, {"entity_type", std::string(constraint.type)}, {"in", one(constraint, variable)}};
    default: break;
  }
  Json out = {{"op", constraint.kind == Constraint::Kind::equal ? "==" : "in"}};
  if (constraint.slot || constraint.entities.size() == 1) {
    out.update(one(constraint, variable));
  } else {
    out["entities"] = Json::array();
    for (const EntityUid& uid : constraint.entities) out["entities"].push_back(to_json(uid));
  }
  return out;
}

}  // namespace

Json to_json(const EntityUid& uid) { return {{"type", std::string(uid.type)}, {"id", std::string(uid.id)}}; }

Json to_json(const Expr& expr) {
  switch (expr.op) {
    case Op::literal: return {{"Value", literal(expr.value)}};
    case Op::variable: return {{"Var", std::string(name_of(expr.variable))}};
    case Op::not_: return {{"!", {{"arg", to_json(*expr.args[0])}}}};
    case Op::negate: return {{"neg", {{"arg", to_json(*expr.args[0])}}}};
    case Op::is_empty: return {{"isEmpty", {{"arg", to_json(*expr.args[0])}}}};
    case Op::if_:
      return {{"if-then-else",
               {{"if", to_json(*expr.args[0])},
                {"then", to_json(*expr.args[1])},
                {"else", to_json(*expr.args[2])}}}};
    case Op::attribute:
      return {{".", {{"left", to_json(*expr.args[0])}, {"attr", std::string(expr.names[0])}}}};
    case Op::has: return has(expr);
    case Op::like: return like(expr);
    case Op::is: return is(expr);
    case Op::set: return {{"Set", children(expr)}};
    case Op::record: return record(expr);
    case Op::call: {
      Json out = Json::object();
      out[std::string(info(expr.function).name)] = children(expr);
      return out;
    }
    default: return operation(expr);
  }
}

Json to_json(const Policy& policy) {
  Json out = {{"effect", policy.effect == Effect::permit ? "permit" : "forbid"},
              {"principal", scope(policy.principal, "principal")},
              {"action", scope(policy.action, "action")},
              {"resource", scope(policy.resource, "resource")},
              {"conditions", Json::array()}};
  for (const Condition& condition : policy.conditions) {
    out["conditions"].push_back(
        {{"kind", condition.unless ? "unless" : "when"}, {"body", to_json(*condition.body)}});
  }
  for (const Annotation& annotation : policy.annotations) {
    out["annotations"][std::string(annotation.name)] =
        annotation.has_value ? Json(std::string(annotation.value)) : Json(nullptr);
  }
  return out;
}

}  // namespace aegis::policy
