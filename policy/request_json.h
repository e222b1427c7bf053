// Requests and answers as JSON, as programs put them to the engine. Pure; any thread, with an arena of its
// own.
//
//   {"principal": uid, "action": uid, "resource": uid, "context": {…}?}   uid = {"type": …, "id": …}
//   {"decision": "allow" | "deny", "reason": [ids], "errors": [ids]}
#pragma once

#include <simdjson.h>

#include "base/json.h"
#include "policy/authorizer.h"
#include "policy/request.h"

namespace aegis::policy {

// Everything is copied to the arena. Other members are not looked at.
Result<Request> request_from_json(simdjson::dom::element json, Arena& arena);

Json to_json(const Response& response);

}  // namespace aegis::policy
