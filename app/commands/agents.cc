#include <iostream>

#include "app/commands/command.h"
#include "base/clock.h"
#include "base/json.h"

namespace aegis::app {
namespace {

const char* status_name(store::AgentStatus status) {
  return status == store::AgentStatus::active ? "active" : "paused";
}

Json agent_json(const store::Agent& agent) {
  return {{"id", agent.id},
          {"name", agent.name},
          {"status", status_name(agent.status)},
          {"has_key", agent.has_key},
          {"created_at", rfc3339(agent.created_at)}};
}

std::vector<std::string> agent_row(const store::Agent& agent) {
  return {std::to_string(agent.id), printable(agent.name), status_name(agent.status),
          agent.has_key ? "yes" : "no", rfc3339(agent.created_at)};
}

int list(const Settings& settings, bool json) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto agents = (*store)->agents();
  if (!agents) return fail(agents.error());
  if (json) {
    Json list = Json::array();
    for (const auto& agent : *agents) list.push_back(agent_json(agent));
    std::cout << dump_json(list) << '\n';
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "STATUS", "KEY", "CREATED"}};
  for (const auto& agent : *agents) rows.push_back(agent_row(agent));
  std::cout << table(rows);
  return kOk;
}

int revoke(const Settings& settings, const std::string& name, bool json) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto agent = (*store)->revoke_key(name);
  if (!agent) return fail(agent.error());
  if (json)
    std::cout << dump_json(agent_json(*agent)) << '\n';
  else
    std::cout << "agent " << agent->id << " '" << printable(agent->name)
              << "' has no key any more; `aegis-mcp agents register` gives it another.\n"
              << "A server that listens on a port takes the old one for up to 5 seconds more.\n";
  return kOk;
}

int register_agent(const Settings& settings, const std::string& name, bool json) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto made = (*store)->register_agent(name);
  if (!made) return fail(made.error());
  if (json) {
    Json out = agent_json(made->agent);
    out["key"] = made->key;
    std::cout << dump_json(out) << '\n';
    return kOk;
  }
  std::cout << "agent " << made->agent.id << " '" << printable(made->agent.name) << "'\n"
            << "key   " << made->key
            << "\n\nThe key is shown only now. Give it to the agent as AEGIS_API_KEY.\n";
  return kOk;
}

}  // namespace

void add_agents(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("agents", "Agents and their keys");
  command->require_subcommand(1);
  command->footer("Example:\n  aegis-mcp agents register nightly-builds");
  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);

  auto* list_command = command->add_subcommand("list", "All agents");
  list_command->add_flag("--json", *json, "As JSON");
  list_command->callback([=] { invocation->run = [=] { return list(invocation->settings, *json); }; });

  auto* register_command = command->add_subcommand("register", "Make an agent and its key");
  register_command->add_option("NAME", *name, "Its name")->required();
  register_command->add_flag("--json", *json, "As JSON");
  register_command->callback(
      [=] { invocation->run = [=] { return register_agent(invocation->settings, *name, *json); }; });

  auto* revoke_command = command->add_subcommand("revoke", "Take an agent's key away");
  revoke_command->add_option("NAME", *name, "Its name")->required();
  revoke_command->add_flag("--json", *json, "As JSON");
  revoke_command->callback(
      [=] { invocation->run = [=] { return revoke(invocation->settings, *name, *json); }; });

  auto* show_command = command->add_subcommand("show", "One agent");
  show_command->add_option("NAME", *name, "Its name")->required();
  show_command->add_flag("--json", *json, "As JSON");
  show_command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store&, const store::Agent& agent) {
        if (*json)
          std::cout << dump_json(agent_json(agent)) << '\n';
        else
          std::cout << table({{"ID", "NAME", "STATUS", "KEY", "CREATED"}, agent_row(agent)});
        return kOk;
      });
    };
  });
}

}  // namespace aegis::app
