#include <iostream>

#include "app/commands/command.h"

namespace aegis::app {
namespace {

void add_switch(CLI::App* app, Invocation* invocation, const char* verb, const char* what,
                store::AgentStatus status, const char* done) {
  auto* command = app->add_subcommand(verb, what);
  const auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "The agent's name")->required();
  command->footer(std::string("Example:\n  aegis-mcp ") + verb + " nightly-builds");
  command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store& store, const store::Agent& agent) {
        const auto changed = store.set_status(agent.name, status);
        if (!changed) return fail(changed.error());
        std::cout << printable(agent.name) << ' ' << done << '\n';
        return kOk;
      });
    };
  });
}

}  // namespace

void add_kill(CLI::App* app, Invocation* invocation) {
  add_switch(app, invocation, "kill", "Deny every call of an agent from now on, in running sessions too",
             store::AgentStatus::paused, "is paused: its very next call is denied");
  add_switch(app, invocation, "revive", "Allow a killed agent's calls again", store::AgentStatus::active,
             "is active again");
}

}  // namespace aegis::app
