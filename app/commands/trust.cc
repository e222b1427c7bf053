#include "guard/trust.h"

#include <iostream>

#include "app/commands/command.h"
#include "base/clock.h"
#include "base/json.h"

namespace aegis::app {
namespace {

int trust_of(store::Store& store, const store::Agent& agent, bool json) {
  const auto counters = store.trust_counters(agent.id, now_ms());
  if (!counters) return fail(counters.error());
  const bool quarantined = agent.status == store::AgentStatus::paused;
  const auto trust = guard::trust_score(*counters, quarantined);
  const auto& f = trust.factors;
  if (json) {
    std::cout << dump_json(Json{{"agent_id", agent.id},
                                {"trust_score", trust.score},
                                {"trust_grade", trust.grade},
                                {"confidence", trust.confidence},
                                {"badges", trust.badges},
                                {"quarantined", quarantined},
                                {"lifetime_calls", counters->lifetime_calls},
                                {"factor_scores",
                                 {{"injection", f.injection},
                                  {"pii", f.pii},
                                  {"error", f.error},
                                  {"deny", f.deny},
                                  {"latency", f.latency}}}})
              << '\n';
    return kOk;
  }
  std::cout << printable(agent.name) << ": " << one_decimal(trust.score) << " (" << trust.grade
            << "), confidence " << trust.confidence << " after " << counters->lifetime_calls << " calls"
            << (quarantined ? ", quarantined" : "") << '\n'
            << table({{"  factor", "score", "weight"},
                      {"  injection", one_decimal(f.injection), "30 %"},
                      {"  personal data", one_decimal(f.pii), "25 %"},
                      {"  errors", one_decimal(f.error), "20 %"},
                      {"  denials", one_decimal(f.deny), "15 %"},
                      {"  latency", one_decimal(f.latency), "10 %"}});
  for (const auto& badge : trust.badges) std::cout << "  badge: " << badge << '\n';
  return kOk;
}

}  // namespace

void add_trust(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("trust", "An agent's trust score and what it is made of");
  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("NAME", *name, "The agent's name")->required();
  command->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  aegis-mcp trust local");
  command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store& store, const store::Agent& agent) {
        return trust_of(store, agent, *json);
      });
    };
  });
}

}  // namespace aegis::app
