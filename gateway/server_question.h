// What a guarded server asks its client: to let the model answer (sampling/createMessage) or to let the user
// fill in a form or open a page (elicitation/create), as a request of its own or within an answer that asks
// for input.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "guard/event.h"

namespace aegis::gateway {

bool is_question(std::string_view method);

// What the question wants, for the guard. A form asks for a credential when one of its fields is named so, or
// its message asks to type one; a page the user opens is the server's own and is not looked at.
guard::Question read_question(std::string_view method, simdjson::dom::element params);

// The answer of a user who does not want to (elicitation), or the error that says so (sampling).
std::string refusal(std::string_view method, const std::string& id, const std::string& why);

}  // namespace aegis::gateway
