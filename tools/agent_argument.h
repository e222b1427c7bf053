// The one argument three tools share: the number of a registered agent.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "store/store.h"
#include "tools/registry.h"

namespace aegis::tools {

// Errors: no store, a wrong type, an unknown agent; each a sentence for the model.
Result<store::Agent> agent_argument(const Context& context, const Json& arguments);

}  // namespace aegis::tools
