// What the guard itself says in a message, for the model and the person. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "guard/event.h"

namespace aegis::gateway {

// A block of a tool result's content.
Json text_content(std::string text);

// "aegis-mcp: WHAT (rule …): reason".
std::string notice(const guard::Verdict& verdict, std::string_view what);

std::string not_passed_on(std::string_view why);

}  // namespace aegis::gateway
