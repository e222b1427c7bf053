#include "base/clock.h"
#include "guard/trust.h"
#include "tools/agent_argument.h"
#include "tools/registry.h"

namespace aegis::tools {

Result<Json> verify_agent(const Context& context, const Json& arguments) {
  const auto agent = agent_argument(context, arguments);
  if (!agent) return agent.error();
  const auto now = now_ms();
  const auto counters = context.store->trust_counters(agent->id, now);
  if (!counters) return counters.error();
  const bool quarantined = agent->status == store::AgentStatus::paused;
  const auto advice = guard::share_advice(*counters, quarantined, now);
  return Json{{"trust_score", guard::trust_score(*counters, quarantined).score},
              {"recommendation", advice.recommendation},
              {"reason", advice.reason}};
}

}  // namespace aegis::tools
