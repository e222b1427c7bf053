#include "store/sqlite/registry.h"

namespace aegis::store::sqlite {

Agent agent_of(const Cursor& cursor) {
  return {cursor.integer(0), std::string(cursor.text(1)), status_of(cursor.text(2)), cursor.integer(3) != 0,
          cursor.integer(4)};
}

std::string_view text_of(AgentStatus status) { return status == AgentStatus::active ? "active" : "paused"; }

// Anything but "active" stops the agent: the safe reading of a value we do not know.
AgentStatus status_of(std::string_view text) {
  return text == "active" ? AgentStatus::active : AgentStatus::paused;
}

Error unknown_agent(std::string_view name) {
  return not_found("there is no agent \"" + std::string(name) +
                   "\"; `aegis-mcp agents list` shows those there are");
}

Result<Agent> Registry::by_name(const std::string& name) {
  Cursor cursor = select_.query(name);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return unknown_agent(name);
  return agent_of(cursor);
}

Result<Agent> Registry::ensure(const std::string& name) {
  auto known = by_name(name);
  if (known || known.error().code != ErrorCode::not_found) return known;
  if (auto done = insert_.run(name, now_ms()); !done) return done.error();
  return by_name(name);
}

Result<Agent> Registry::add_key(const std::string& name, const std::string& key_hash) {
  auto agent = by_name(name);
  if (agent && agent->has_key) {
    return invalid_input(
        "the name \"" + name +
        "\" is taken by an agent that has a key; choose another name, or take its key away with "
        "`aegis-mcp agents revoke`");
  }
  agent = ensure(name);
  if (!agent) return agent;
  if (auto done = update_key_.run(key_hash, agent->id); !done) return done.error();
  agent->has_key = true;
  return agent;
}

Result<Agent> Registry::revoke_key(const std::string& name) {
  auto agent = by_name(name);
  if (!agent) return agent;
  if (!agent->has_key) return invalid_input("the agent \"" + name + "\" has no key");
  if (auto done = remove_key_.run(agent->id); !done) return done.error();
  agent->has_key = false;
  return agent;
}

Result<Agent> Registry::set_status(const std::string& name, AgentStatus status) {
  auto agent = by_name(name);
  if (!agent) return agent;
  if (auto done = update_status_.run(text_of(status), agent->id); !done) return done.error();
  agent->status = status;
  return agent;
}

Result<void> Registry::set_budget(AgentId agent, const BudgetLimits& limits) {
  return replace_budget_.run(agent, limits.daily_tokens, limits.monthly_tokens);
}

}  // namespace aegis::store::sqlite
