#include "base/clock.h"
#include "guard/budget.h"
#include "tools/agent_argument.h"
#include "tools/registry.h"

namespace aegis::tools {

Result<Json> check_budget(const Context& context, const Json& arguments) {
  const auto agent = agent_argument(context, arguments);
  if (!agent) return agent.error();
  const auto limits = context.store->budget(agent->id);
  if (!limits) return limits.error();
  const auto use = context.store->budget_use(agent->id, now_ms());
  if (!use) return use.error();
  const auto limit_json = [](const std::optional<std::int64_t>& limit) {
    return limit ? Json(*limit) : Json(nullptr);
  };
  return Json{{"daily_used", use->daily_tokens},
              {"daily_limit", limit_json(limits->daily_tokens)},
              {"monthly_used", use->monthly_tokens},
              {"monthly_limit", limit_json(limits->monthly_tokens)},
              {"within_budget", guard::within_budget(*limits, *use)}};
}

}  // namespace aegis::tools
