// Policies as text again. Pure, thread-safe.
#pragma once

#include <string>

#include "policy/ast.h"

namespace aegis::policy {

// Text that parses to the same policy, one scope entry and one condition a line, with as few parentheses as
// it takes.
std::string to_text(const Policy& policy);
std::string to_text(const Expr& expr);

}  // namespace aegis::policy
