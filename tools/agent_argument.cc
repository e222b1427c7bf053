#include "tools/agent_argument.h"

#include "tools/arguments.h"

namespace aegis::tools {

Result<store::Agent> agent_argument(const Context& context, const Json& arguments) {
  if (auto known = only_known(arguments, {"agent_id"}); !known) return known.error();
  // Numbers travel as doubles in most clients: beyond 2^53 two agents could be one number.
  const auto id = required_integer(arguments, "agent_id", 1, std::int64_t{1} << 53);
  if (!id) return id.error();
  if (context.store == nullptr) return unavailable("The record cannot be read: " + context.store_error);
  auto agent = context.store->agent_by_id(*id);
  if (!agent && agent.error().code == ErrorCode::not_found) {
    // Not ErrorCode::not_found: that would say the *tool* is unknown.
    return invalid_input("There is no agent with number " + std::to_string(*id) +
                         "; `aegis-mcp agents list` shows the known ones.");
  }
  return agent;
}

}  // namespace aegis::tools
