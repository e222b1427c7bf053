#include "policy/policy_json.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policy/json_view.h"
#include "policy/names.h"
#include "policy/value_json.h"

namespace aegis::policy {

namespace {

using simdjson::dom::element;

std::string_view string_or_empty(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

Result<void> only(const simdjson::dom::object& object, std::initializer_list<std::string_view> names,
                  const std::string& where) {
  for (const auto [name, _] : object) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      return invalid_input(where + " has no member " + quoted(name));
  }
  return {};
}

// {"entity": …}, {"slot": …} or {"entities": […]}.
Result<void> entities(const simdjson::dom::object& object, std::string_view variable, Constraint& out,
                      Arena& arena) {
  const std::string where(variable);
  element one;
  simdjson::dom::array several;
  const std::string_view slot = string_or_empty(object, "slot");
  if (!slot.empty()) {
    if (variable == "action" || slot.substr(1) != variable || slot[0] != '?')
      return invalid_input(where + ": no slot may stand here but ?principal or ?resource of its own");
    out.slot = true;
    return {};
  }
  std::vector<EntityUid> found;
  if (object.at_key("entity").get(one) == simdjson::SUCCESS) {
    const auto uid = uid_from_json(one, arena, where);
    if (!uid) return uid.error();
    found.push_back(*uid);
  } else if (variable == "action" && out.kind == Constraint::Kind::in &&
             object.at_key("entities").get_array().get(several) == simdjson::SUCCESS) {
    for (const element each : several) {
      const auto uid = uid_from_json(each, arena, where);
      if (!uid) return uid.error();
      found.push_back(*uid);
    }
  } else {
    return invalid_input(where + ": names no entity");
  }
  for (const EntityUid& uid : found) {
    if (variable == "action" && !is_action_type(uid.type))
      return invalid_input("action: only an entity of the type Action may stand here");
  }
  out.entities = arena.copy<EntityUid>(found);
  return {};
}

Result<Constraint> scope(const simdjson::dom::object& policy, std::string_view variable, Arena& arena) {
  const std::string where(variable);
  simdjson::dom::object object;
  if (policy.at_key(variable).get_object().get(object) != simdjson::SUCCESS)
    return invalid_input("the policy has no object " + quoted(variable));
  if (const auto known = only(object, {"op", "entity", "entities", "slot", "entity_type", "in"}, where);
      !known)
    return known.error();
  const std::string_view op = string_or_empty(object, "op");
  Constraint out;
  if (op == "All") return out;
  if (op == "==" || op == "in") {
    out.kind = op == "in" ? Constraint::Kind::in : Constraint::Kind::equal;
    const auto read = entities(object, variable, out, arena);
    return read ? Result<Constraint>(out) : read.error();
  }
  if (op != "is" || variable == "action")
    return invalid_input(where + ": \"op\" is \"All\", \"==\", \"in\" or, but for actions, \"is\"");
  const std::string_view type = string_or_empty(object, "entity_type");
  if (!is_name(type)) return invalid_input(where + ": \"entity_type\" is no name of a type");
  out.kind = Constraint::Kind::is;
  out.type = arena.copy(type);
  element in;
  if (object.at_key("in").get(in) != simdjson::SUCCESS) return out;
  if (!in.is_object()) return invalid_input(where + ": \"in\" is no object");
  out.kind = Constraint::Kind::is_in;
  const auto read = entities(object_of(in), variable, out, arena);
  return read ? Result<Constraint>(out) : read.error();
}

Result<std::span<const Annotation>> annotations(const simdjson::dom::object& policy, Arena& arena) {
  element json;
  if (policy.at_key("annotations").get(json) != simdjson::SUCCESS) return std::span<const Annotation>();
  if (!json.is_object()) return invalid_input("\"annotations\" is no object");
  std::vector<Annotation> found;
  for (const auto [name, value] : object_of(json)) {
    std::string_view text;
    if (!is_identifier(name))
      return invalid_input("the annotation's name " + quoted(name) + " is no identifier");
    const bool has_value = value.get_string().get(text) == simdjson::SUCCESS;
    if (!has_value && !value.is_null())
      return invalid_input("the annotation " + quoted(name) + " is neither a string nor null");
    found.push_back({arena.copy(name), arena.copy(text), has_value});
  }
  std::sort(found.begin(), found.end(),
            [](const Annotation& a, const Annotation& b) { return a.name < b.name; });
  return std::span<const Annotation>(arena.copy<Annotation>(found));
}

Result<std::span<const Condition>> conditions(const simdjson::dom::object& policy, Arena& arena) {
  simdjson::dom::array list;
  if (policy.at_key("conditions").get_array().get(list) != simdjson::SUCCESS)
    return invalid_input("the policy has no array \"conditions\"");
  ExprBuilder builder(arena);
  std::vector<Condition> found;
  for (const element json : list) {
    simdjson::dom::object object;
    element body;
    if (json.get_object().get(object) != simdjson::SUCCESS ||
        object.at_key("body").get(body) != simdjson::SUCCESS || object.size() != 2) {
      return invalid_input("a condition is {\"kind\": …, \"body\": …}");
    }
    const std::string_view kind = string_or_empty(object, "kind");
    if (kind != "when" && kind != "unless")
      return invalid_input("a condition's \"kind\" is \"when\" or \"unless\"");
    const auto expr = expr_from_json(body, builder);
    if (!expr) return expr.error();
    found.push_back({kind == "unless", *expr});
  }
  return std::span<const Condition>(arena.copy<Condition>(found));
}

}  // namespace

Result<Policy> policy_from_json(element json, Arena& arena) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) return invalid_input("a policy is a JSON object");
  if (const auto known = only(
          object, {"effect", "principal", "action", "resource", "conditions", "annotations"}, "a policy");
      !known) {
    return known.error();
  }
  Policy out;
  const std::string_view effect = string_or_empty(object, "effect");
  if (effect != "permit" && effect != "forbid")
    return invalid_input("\"effect\" is \"permit\" or \"forbid\"");
  out.effect = effect == "permit" ? Effect::permit : Effect::forbid;
  for (const auto& [variable, constraint] :
       {std::pair("principal", &out.principal), std::pair("action", &out.action),
        std::pair("resource", &out.resource)}) {
    const auto read = scope(object, variable, arena);
    if (!read) return read.error();
    *constraint = *read;
  }
  const auto read_conditions = conditions(object, arena);
  if (!read_conditions) return read_conditions.error();
  out.conditions = *read_conditions;
  const auto read_annotations = annotations(object, arena);
  if (!read_annotations) return read_annotations.error();
  out.annotations = *read_annotations;
  return out;
}

Result<Link> read_link(element json, Arena& arena) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS)
    return invalid_input("a template link is a JSON object");
  Link out;
  out.template_id = string_or_empty(object, "templateId");
  out.new_id = string_or_empty(object, "newId");
  simdjson::dom::object values;
  if (object.at_key("values").get_object().get(values) != simdjson::SUCCESS)
    return invalid_input("a template link has no object \"values\"");
  for (const auto [slot, value] : values) {
    if (slot != "?principal" && slot != "?resource") return invalid_input("there is no slot " + quoted(slot));
    const auto uid = uid_from_json(value, arena, "template link");
    if (!uid) return uid.error();
    (slot == "?principal" ? out.principal : out.resource) = *uid;
  }
  return out;
}

}  // namespace aegis::policy
