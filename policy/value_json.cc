#include "policy/value_json.h"

#include <vector>

#include "base/json.h"
#include "policy/functions.h"
#include "policy/json_view.h"
#include "policy/limits.h"
#include "policy/names.h"

namespace aegis::policy {

namespace {

using simdjson::dom::element_type;

Error at(const std::string& where, std::string_view what) {
  return invalid_input(where + ": " + std::string(what));
}

std::optional<std::string_view> string_member(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  if (object.at_key(name).get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

Result<EntityUid> type_and_id(simdjson::dom::element json, Arena& arena, const std::string& where) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS)
    return at(where, "an entity is {\"type\": …, \"id\": …}");
  const auto type = string_member(object, "type");
  const auto id = string_member(object, "id");
  if (!type || !id) return at(where, "an entity is {\"type\": …, \"id\": …}, both strings");
  if (!is_name(*type)) return at(where, "the entity's type is not a name such as Namespace::Type");
  return arena.copy(entity_uid(*type, *id));
}

Result<Value> entity(simdjson::dom::element json, Arena& arena, const std::string& where) {
  const auto uid = type_and_id(json, arena, where);
  if (!uid) return uid.error();
  return Value::entity(arena.make(*uid));
}

// Whether Forms::implied takes the object for an entity, or for a call.
bool is_uid(const simdjson::dom::object& object) {
  return object.size() == 2 && string_member(object, "type") && string_member(object, "id");
}
bool is_call(const simdjson::dom::object& object) {
  return object.size() == 2 && string_member(object, "fn") &&
         (object.at_key("arg").error() == simdjson::SUCCESS ||
          object.at_key("args").error() == simdjson::SUCCESS);
}

Result<Value> extension(simdjson::dom::element json, Arena& arena, const std::string& where, Forms forms) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS)
    return at(where, "__extn is {\"fn\": …, \"arg\": …}");
  const auto name = string_member(object, "fn");
  const FunctionInfo* function = name ? find_function(*name) : nullptr;
  if (function == nullptr) return at(where, "\"fn\" names no function");
  std::vector<Value> arguments;
  simdjson::dom::element argument;
  simdjson::dom::array several;
  if (object.at_key("arg").get(argument) == simdjson::SUCCESS) {
    auto value = value_from_json(argument, arena, where, forms);
    if (!value) return value.error();
    arguments.push_back(*value);
  } else if (object.at_key("args").get_array().get(several) == simdjson::SUCCESS) {
    for (const simdjson::dom::element one : several) {
      auto value = value_from_json(one, arena, where, forms);
      if (!value) return value.error();
      arguments.push_back(*value);
    }
  }
  auto result = call(function->function, arguments, arena);
  if (!result) return at(where, result.error().message);
  return result;
}

Result<Value> set(const simdjson::dom::array& json, Arena& arena, const std::string& where, Forms forms) {
  std::vector<Value> elements;
  elements.reserve(json.size());
  for (const simdjson::dom::element element : json) {
    auto value = value_from_json(element, arena, where, forms);
    if (!value) return value;
    elements.push_back(*value);
  }
  return arena.set(elements);
}

Result<Value> record(const simdjson::dom::object& json, Arena& arena, const std::string& where, Forms forms) {
  std::vector<Field> fields;
  fields.reserve(json.size());
  for (const auto [name, element] : json) {
    const bool escape = name == "__entity" || name == "__extn" || name == "__expr";
    if (escape && (json.size() != 1 || name == "__expr"))
      return at(where, "an escape such as __entity or __extn must be its object's only member");
    if (name == "__entity") return entity(element, arena, where);
    if (name == "__extn") return extension(element, arena, where, forms);
    auto value = value_from_json(element, arena, where, forms);
    if (!value) return value;
    fields.push_back({arena.copy(name), *value});
  }
  auto made = arena.record(fields);
  if (!made) return at(where, made.error().message);
  return made;
}

}  // namespace

Result<Value> value_from_json(simdjson::dom::element json, Arena& arena, const std::string& where,
                              Forms forms) {
  switch (json.type()) {
    case element_type::BOOL: return Value::boolean(json.get_bool().value_unsafe());
    case element_type::INT64: return Value::integer(json.get_int64().value_unsafe());
    case element_type::STRING: return arena.string(json.get_string().value_unsafe());
    case element_type::ARRAY: return set(array_of(json), arena, where, forms);
    case element_type::OBJECT: {
      const simdjson::dom::object object = object_of(json);
      if (forms == Forms::implied && is_uid(object)) return entity(json, arena, where);
      if (forms == Forms::implied && is_call(object)) return extension(json, arena, where, forms);
      return record(object, arena, where, forms);
    }
    case element_type::NULL_VALUE: return at(where, "null is no value");
    default:
      return at(where,
                "numbers are integers of 64 bits; fractions are written {\"__extn\": {\"fn\": \"decimal\", "
                "\"arg\": \"1.5\"}}");
  }
}

Result<EntityUid> uid_from_json(simdjson::dom::element json, Arena& arena, const std::string& where) {
  simdjson::dom::element inner;
  if (json.is_object() && json["__entity"].get(inner) == simdjson::SUCCESS) {
    if (object_of(json).size() != 1) return at(where, "__entity must be its object's only member");
    return type_and_id(inner, arena, where);
  }
  return type_and_id(json, arena, where);
}

Result<Value> context_from_json(std::string_view text, Arena& arena, Forms forms) {
  JsonParser parser(kMaxEntitiesBytes);
  const auto json = parser.parse(text);
  if (!json) return json.error();
  if (!json->root.is_object()) return invalid_input("a context is a JSON object");
  auto value = value_from_json(json->root, arena, "context", forms);
  if (value && value->kind() != Kind::record) return invalid_input("a context is a record, not an escape");
  return value;
}

}  // namespace aegis::policy
