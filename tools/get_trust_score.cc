#include "base/clock.h"
#include "guard/trust.h"
#include "tools/agent_argument.h"
#include "tools/registry.h"

namespace aegis::tools {

Result<Json> get_trust_score(const Context& context, const Json& arguments) {
  const auto agent = agent_argument(context, arguments);
  if (!agent) return agent.error();
  const auto counters = context.store->trust_counters(agent->id, now_ms());
  if (!counters) return counters.error();
  const bool quarantined = agent->status == store::AgentStatus::paused;
  const auto trust = guard::trust_score(*counters, quarantined);
  return Json{{"trust_score", trust.score},
              {"trust_grade", trust.grade},
              {"confidence", trust.confidence},
              {"badges", trust.badges},
              {"quarantined", quarantined},
              {"factor_scores",
               {{"injection", trust.factors.injection},
                {"pii", trust.factors.pii},
                {"error", trust.factors.error},
                {"deny", trust.factors.deny},
                {"latency", trust.factors.latency}}}};
}

}  // namespace aegis::tools
