// What has changed of a tool's definition, for a person at a terminal. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace aegis::app {

// Member by member, lines that went with "-", lines that came with "+", and some that stayed around them.
// Both are definitions as JSON; "" is none. Characters that show nothing are written out.
std::string definition_diff(std::string_view was, std::string_view is);

}  // namespace aegis::app
