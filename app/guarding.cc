#include "app/guarding.h"

#include <stdlib.h>

#include <utility>

#include "app/client_session.h"
#include "app/commands/command.h"
#include "base/hash.h"
#include "base/log.h"

namespace aegis::app {

mcp::ServerInfo about_us() {
  return {.name = "aegis-mcp", .title = "Aegis MCP", .version = AEGIS_VERSION, .instructions = {}};
}

Result<Guarding> start_guarding(const Settings& settings, const std::string& agent_name) {
  if (settings.mode.value == guard::Mode::observe && settings.production && settings.fail_closed) {
    log::warn("AEGIS_ENV=prod with AEGIS_FAIL_CLOSED=true, but the mode is observe: nothing will be blocked");
  }
  auto policies = load_policies(settings.policy, settings.mode.value);
  if (!policies) return policies.error();
  // A guarded server inherits our environment, and with this key it could pose as the agent.
  ::unsetenv("AEGIS_API_KEY");

  Guarding guarding;
  guarding.own.name = agent_name;
  if (auto opened = open_store(settings)) {
    if (auto agent = own_agent(**opened, settings, agent_name)) {
      guarding.store = std::move(*opened);
      guarding.own = {.agent = agent->id, .name = agent->name};
    } else {
      guarding.store_error = agent.error().message;
    }
  } else {
    guarding.store_error = opened.error().message;
  }
  if (!guarding.store_error.empty()) log::error(guarding.store_error);
  guarding.guard = std::make_unique<guard::Guard>(guard::Rulebook{.detector = settings.detection.detector(),
                                                                  .mode = settings.mode.value,
                                                                  .policies = std::move(*policies),
                                                                  .approvals = settings.approvals,
                                                                  .environment = settings.environment},
                                                  guarding.store.get(), guarding.store_error);
  if (settings.policy.path) guarding.policies = std::make_unique<PolicyWatch>(settings, guarding.guard.get());
  return guarding;
}

std::shared_ptr<guard::SessionFlow> Guarding::flow(bool over_stdio) const {
  constexpr std::size_t kIdentityBytes = 16;
  // Nobody else could read what a conversation over HTTP notes.
  return over_stdio ? std::make_shared<guard::SessionFlow>(store.get(), client_session_identity())
                    : std::make_shared<guard::SessionFlow>(nullptr, random_hex(kIdentityBytes));
}

}  // namespace aegis::app
