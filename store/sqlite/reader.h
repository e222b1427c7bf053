// Reading: one connection with its statements, and a pool of them so that any thread may ask.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/approval_rows.h"
#include "store/sqlite/database.h"
#include "store/sqlite/pins.h"
#include "store/sqlite/records.h"
#include "store/sqlite/registry.h"
#include "store/store.h"

namespace aegis::store::sqlite {

#define AEGIS_SELECT_ENTRY                                                                      \
  "SELECT d.id, d.at, d.server, d.operation, d.target, d.effect, d.enforced, d.rule, d.reason," \
  " o.status, o.latency_us, o.rule, d.policies, o.policies"                                     \
  " FROM decision d LEFT JOIN outcome o ON o.decision = d.id"

// Belongs to one thread at a time.
class Reader {
 public:
  explicit Reader(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Result<Agent> agent_by_name(std::string_view name);
  Result<Agent> agent_by_id(AgentId id);
  Result<Agent> agent_by_key_hash(std::string_view hash);
  Result<std::vector<Agent>> agents();
  Result<AgentStatus> status(AgentId id);
  Result<std::vector<LogEntry>> log(AgentId agent, std::size_t limit);
  Result<LogEntry> decision(std::int64_t id);
  Result<TrustCounters> trust_counters(AgentId agent, UnixMillis now);
  Result<BudgetLimits> budget(AgentId agent);
  Result<BudgetUse> budget_use(AgentId agent, UnixMillis now);
  Result<std::vector<FlowNote>> flow_notes(std::string_view session, std::int64_t after);
  Result<std::string> describe();
  ApprovalQuestions& approvals() { return approvals_; }

  PinReader& pins() { return pins_; }

 private:
  Result<std::vector<FindingRow>> findings(std::int64_t decision);
  Result<LogEntry> entry(const Cursor& cursor);

  std::unique_ptr<Database> database_;
  Statement status_{*database_, "SELECT status FROM agent WHERE id = ?"};
  Statement by_name_{*database_, "SELECT " AEGIS_AGENT_COLUMNS " FROM agent WHERE name = ?"};
  Statement by_id_{*database_, "SELECT " AEGIS_AGENT_COLUMNS " FROM agent WHERE id = ?"};
  Statement by_key_{*database_, "SELECT " AEGIS_AGENT_COLUMNS " FROM agent WHERE key_hash = ?"};
  Statement all_{*database_, "SELECT " AEGIS_AGENT_COLUMNS " FROM agent ORDER BY name"};
  Statement log_{*database_, AEGIS_SELECT_ENTRY " WHERE d.agent = ? ORDER BY d.id DESC LIMIT ?"};
  Statement decision_{*database_, AEGIS_SELECT_ENTRY " WHERE d.id = ?"};
  Statement findings_{
      *database_,
      "SELECT rule, kind, type, severity, confidence, field, start_byte, end_byte FROM finding"
      " WHERE owner = ? AND part IN ('arguments', 'result') ORDER BY part, n"};
  Statement counters_{*database_, kSelectCounters};
  Statement latencies_{*database_, "SELECT ms FROM latency WHERE agent = ?"};
  Statement limits_{*database_, "SELECT daily_tokens, monthly_tokens FROM budget_limit WHERE agent = ?"};
  Statement use_{
      *database_,
      "SELECT ifnull(sum(tokens) FILTER (WHERE day = ?2), 0), ifnull(total(tokens), 0) FROM budget_day"
      " WHERE agent = ?1 AND day BETWEEN ?3 AND ?2"};
  Statement flow_{*database_,
                  "SELECT id, at, kind, source, place, fingerprints FROM flow WHERE session = ? AND id > ?"
                  " ORDER BY id LIMIT ?"};
  Statement describe_{*database_,
                      "SELECT user_version, (SELECT count(*) FROM agent), (SELECT count(*) FROM decision),"
                      " (SELECT count(*) FROM interaction) FROM pragma_user_version"};
  ApprovalQuestions approvals_{*database_};
  PinReader pins_{*database_};
};

// Thread-safe. Readers are opened when needed and kept; none may be out when the pool goes.
class ReaderPool {
 public:
  ReaderPool(std::string path, int busy_timeout_ms)
      : path_(std::move(path)), busy_timeout_ms_(busy_timeout_ms) {}

  // Runs `question` with a reader that no other thread has.
  template <class Question>
  auto ask(Question question) -> decltype(question(std::declval<Reader&>())) {
    auto reader = take();
    if (!reader) return reader.error();
    auto answer = question(**reader);
    give_back(std::move(*reader));
    return answer;
  }

 private:
  Result<std::unique_ptr<Reader>> take();
  void give_back(std::unique_ptr<Reader> reader);

  const std::string path_;
  const int busy_timeout_ms_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace aegis::store::sqlite
