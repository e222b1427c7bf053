// Writing records: the row, its findings, the counters and the budget, all within the caller's transaction.
//
// Belongs to the writer's thread, with its Database.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/sqlite/counters.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace aegis::store::sqlite {

inline constexpr std::size_t kTextBytes = 1024;  // of one text column: longer ones are cut and end in "…"
inline constexpr std::size_t kFindingsPerRow = 256;  // stored per call and part; all of them are counted

// For read_counters().
inline constexpr const char* kSelectCounters =
    "SELECT as_of, calls, clean, injection, pii, error, deny, lifetime_calls, calls_since_pii, "
    "calls_since_injection,"
    " calls_since_error, first_call_at, last_pii_at, last_injection_at, latency_count FROM trust WHERE agent "
    "= ?";

class Records {
 public:
  explicit Records(Database& database) : database_(database) {}

  // Errors: invalid_input when the row is at fault (unknown agent, an id used twice); nothing of it is then
  // written. After any other error the transaction must be rolled back.
  Result<void> write(const Decision& decision);
  Result<void> write(const Outcome& outcome);
  Result<void> write(const Interaction& interaction);
  // The first of an hour also clears what is older than kFlowKeptMs.
  Result<void> write(const FlowNote& note);

  // The counters are kept in memory from the first event of a transaction to its end: call before COMMIT.
  Result<void> write_counters();
  // After a commit or a rollback: other processes change the rows from here on.
  void forget_counters() { counters_.clear(); }

 private:
  Result<CounterRow*> counters_of(AgentId agent);
  Result<void> sample_latency(CounterRow& row, AgentId agent, double ms);
  Result<void> write_findings(std::int64_t owner, const char* part, const std::vector<FindingRow>& findings);

  Database& database_;
  std::unordered_map<AgentId, CounterRow> counters_;
  UnixMillis flow_cleared_at_ = 0;

  Statement insert_decision_{
      database_,
      "INSERT INTO decision (id, agent, at, server, operation, target, effect, enforced, rule,"
      " reason, decide_us, clean, policies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement select_decision_{database_, "SELECT agent, at, clean FROM decision WHERE id = ?"};
  Statement insert_outcome_{database_,
                            "INSERT INTO outcome (decision, agent, at, status, latency_us, rule, policies)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?)"};
  Statement insert_interaction_{
      database_,
      "INSERT INTO interaction (agent, at, app_name, model, provider, status, tokens_in,"
      " tokens_out, latency_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement insert_finding_{
      database_,
      "INSERT INTO finding (owner, part, n, rule, kind, type, severity, confidence, field,"
      " start_byte, end_byte) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement insert_flow_{
      database_,
      "INSERT INTO flow (session, at, kind, source, place, fingerprints) VALUES (?, ?, ?, ?, ?, ?)"};
  Statement clear_flow_{database_, "DELETE FROM flow WHERE at < ?"};
  Statement select_counters_{database_, kSelectCounters};
  Statement replace_counters_{
      database_,
      "INSERT OR REPLACE INTO trust (agent, as_of, calls, clean, injection, pii, error, deny,"
      " lifetime_calls, calls_since_pii, calls_since_injection, calls_since_error,"
      " first_call_at, last_pii_at, last_injection_at, latency_count)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Statement replace_latency_{database_, "INSERT OR REPLACE INTO latency (agent, slot, ms) VALUES (?, ?, ?)"};
  // Saturates: a sum past 2^63 would turn into a floating-point number and be refused.
  Statement add_tokens_{
      database_,
      "INSERT INTO budget_day (agent, day, tokens) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE"
      " SET tokens = iif(tokens > 9000000000000000000 - ?3, 9000000000000000000, tokens + ?3)"};
};

// The row of one agent; all zero when there is none. `statement` is a kSelectCounters.
Result<CounterRow> read_counters(Statement& statement, AgentId agent);

}  // namespace aegis::store::sqlite
