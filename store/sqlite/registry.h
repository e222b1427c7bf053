// Writing agents, their budgets, approvals and pins, within the caller's transaction.
//
// Belongs to the writer's thread, with its Database.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/sqlite/approval_rows.h"
#include "store/sqlite/database.h"
#include "store/sqlite/pins.h"
#include "store/store.h"

namespace aegis::store::sqlite {

// The columns of an agent, in the order agent_of() reads them.
#define AEGIS_AGENT_COLUMNS "id, name, status, key_hash IS NOT NULL, created_at"
Agent agent_of(const Cursor& cursor);
std::string_view text_of(AgentStatus status);
AgentStatus status_of(std::string_view text);
Error unknown_agent(std::string_view name);

// Every method: errors with invalid_input or not_found have written nothing.
class Registry {
 public:
  explicit Registry(Database& database) : database_(database) {}

  // `name` is valid and trimmed in all of these.
  Result<Agent> ensure(const std::string& name);
  // Gives a key to a new agent, or to one that has none yet.
  Result<Agent> add_key(const std::string& name, const std::string& key_hash);
  Result<Agent> revoke_key(const std::string& name);
  Result<Agent> set_status(const std::string& name, AgentStatus status);
  Result<void> set_budget(AgentId agent, const BudgetLimits& limits);

  ApprovalSteps& approvals() { return approvals_; }
  PinWriter& pins() { return pins_; }

 private:
  Result<Agent> by_name(const std::string& name);

  Database& database_;
  Statement select_{database_, "SELECT " AEGIS_AGENT_COLUMNS " FROM agent WHERE name = ?"};
  Statement insert_{database_, "INSERT INTO agent (name, created_at) VALUES (?, ?)"};
  Statement update_key_{database_, "UPDATE agent SET key_hash = ? WHERE id = ?"};
  Statement remove_key_{database_, "UPDATE agent SET key_hash = NULL WHERE id = ?"};
  Statement update_status_{database_, "UPDATE agent SET status = ? WHERE id = ?"};
  Statement replace_budget_{database_,
                            "INSERT OR REPLACE INTO budget_limit (agent, daily_tokens, monthly_tokens)"
                            " VALUES (?, ?, ?)"};
  ApprovalSteps approvals_{database_};
  PinWriter pins_{database_};
};

}  // namespace aegis::store::sqlite
