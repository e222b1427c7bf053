// What may be an agent's name: 1 to 128 bytes of printable UTF-8. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis::store {

inline constexpr std::size_t kAgentNameBytes = 128;  // fits a table column and a log line

// The name without ASCII white space at its ends.
std::string_view trimmed(std::string_view name);

// The trimmed name. Errors: invalid_input, saying which rule it breaks. Invisible and direction-changing
// characters are refused with the control characters: two agents must not look the same in a list.
Result<std::string> valid_agent_name(std::string_view name);

}  // namespace aegis::store
