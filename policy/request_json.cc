#include "policy/request_json.h"

#include <string>

#include "policy/value_json.h"

namespace aegis::policy {

Result<Request> request_from_json(simdjson::dom::element json, Arena& arena) {
  simdjson::dom::object object;
  if (json.get_object().get(object) != simdjson::SUCCESS) return invalid_input("a request is a JSON object");
  Request request;
  struct Part {
    const char* name;
    EntityUid* uid;
  };
  for (const Part& part : {Part{"principal", &request.principal},
                           {"action", &request.action},
                           {"resource", &request.resource}}) {
    simdjson::dom::element member;
    if (object.at_key(part.name).get(member) != simdjson::SUCCESS)
      return invalid_input("the request has no \"" + std::string(part.name) + "\"");
    const auto uid = uid_from_json(member, arena, part.name);
    if (!uid) return uid.error();
    *part.uid = *uid;
  }
  simdjson::dom::element context;
  if (object.at_key("context").get(context) != simdjson::SUCCESS) return request;
  if (!context.is_object()) return invalid_input("context: must be an object");
  const auto value = value_from_json(context, arena, "context");
  if (!value) return value.error();
  if (value->kind() != Kind::record) return invalid_input("context: must be a record");
  request.context = *value;
  return request;
}

Json to_json(const Response& response) {
  Json out{{"decision", response.decision == Decision::allow ? "allow" : "deny"},
           {"reason", Json::array()},
           {"errors", Json::array()}};
  for (const Policy* policy : response.determining) out["reason"].push_back(std::string(policy->id));
  for (const PolicyError& error : response.errors) out["errors"].push_back(std::string(error.policy->id));
  return out;
}

}  // namespace aegis::policy
