// Values from JSON, as entity lists and contexts write them. Pure; any thread, with an arena of its own.
//
// Strings, booleans, integers of 64 bits, arrays (sets) and objects (records) stand for themselves;
// {"__entity": {"type": …, "id": …}} is an entity, {"__extn": {"fn": "ip", "arg": "192.0.2.1"}} (or "args":
// […]) what the function gives. null and fractions are refused, and so are objects that hold an escape beside
// other members. Never for what an agent or a server sent: it could write the escapes too.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "policy/json_forms.h"
#include "policy/value.h"

namespace aegis::policy {

// Everything is copied to the arena. `where` names the place, for messages: it is put in front of them.
Result<Value> value_from_json(simdjson::dom::element json, Arena& arena, const std::string& where,
                              Forms forms = Forms::escaped);

// {"type": …, "id": …}, or the same within {"__entity": …}.
Result<EntityUid> uid_from_json(simdjson::dom::element json, Arena& arena, const std::string& where);

// A context: one JSON object.
Result<Value> context_from_json(std::string_view text, Arena& arena, Forms forms = Forms::escaped);

}  // namespace aegis::policy
