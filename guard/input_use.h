// Which of a call's arguments a policy looks at, as its text says. Pure, thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "policy/ast.h"

namespace aegis::guard {

struct InputUse {
  bool any = false;                       // arguments have to be made for it
  bool whole = false;                     // context.input itself, or all of context, is used as a value
  std::vector<std::string_view> members;  // `x` of context.input.x; may repeat
};

// REQUIRES: the policy outlives what is returned.
InputUse input_use(const policy::Policy& policy);

}  // namespace aegis::guard
