// Store: what survives the process. Agents, interactions, decisions, findings, budgets.
//
// Thread contract: every method may be called from any thread. Reads run on the caller's thread. Writes
// marked "queued" go through one writer thread that commits in groups; the queue is bounded (kQueueRows) and
// a full queue waits up to kQueueWaitMs, then fails: a record is never dropped silently. No lock is held
// across a call into the caller. Other processes may use the same store at the same time.
//
// No method is ever given, and no table holds, scanned text or a matched secret: kinds, types and offsets
// only. What an approver wrote in place of a call's arguments is kept until it is used (approvals.h), and a
// tool's definition with its secrets redacted (pins.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/approvals.h"
#include "store/pins.h"

namespace aegis::store {

using AgentId = std::int64_t;

inline constexpr std::size_t kQueueRows = 8192;  // about 4 MB at the usual row size
inline constexpr int kQueueWaitMs = 2000;
inline constexpr int kBusyTimeoutMs = 5000;  // another process holds the write lock

enum class AgentStatus { active, paused };

struct Agent {
  AgentId id = 0;
  std::string name;  // unique
  AgentStatus status = AgentStatus::active;
  bool has_key = false;
  UnixMillis created_at = 0;
};

struct NewAgent {
  Agent agent;
  std::string key;  // "aais_…"; shown once, stored only as its SHA-256
};

// One finding as recorded: what and where, never the text.
struct FindingRow {
  std::string rule, kind, type, severity;
  double confidence = 0;
  std::string field;  // JSON Pointer within the arguments or the result
  std::int64_t start = 0, end = 0;
};

// One judged call. Written in two steps, so that a crash between shows: decision first, outcome later.
struct Decision {
  std::int64_t id = 0;  // from Store::next_decision_id()
  AgentId agent = 0;
  UnixMillis at = 0;
  std::string server;     // the guarded server's name
  std::string operation;  // "tools/call", "resources/read", …
  std::string target;     // tool name, resource URI
  std::string effect;     // allow | sanitize | require_approval | deny
  std::string enforced;   // what was done: differs from effect in observe mode
  std::string rule;       // the policy that decided, or why none could; empty when nothing spoke against it
  std::string reason;     // one sentence
  std::vector<std::string> policies;  // ids of all that determined it
  std::int64_t decide_us = 0;
  std::vector<FindingRow> findings;
  bool counts = true;  // for or against the agent; what a server says of its tools does not
};

struct Outcome {
  std::int64_t decision = 0;
  AgentId agent = 0;
  UnixMillis at = 0;
  std::string
      status;  // ok | error | sanitized | denied | cancelled | lost (no answer before the server went away)
  std::int64_t latency_us = 0;
  std::string rule;                   // what decided about the result, empty when it passed untouched
  std::vector<std::string> policies;  // ids of all that determined that
  std::vector<FindingRow> findings;
};

// One model interaction reported by an agent's own code.
struct Interaction {
  AgentId agent = 0;
  UnixMillis at = 0;
  std::string app_name, model, provider, status;  // status: success | error | blocked
  std::int64_t tokens_in = 0, tokens_out = 0;
  std::optional<std::int64_t> latency_ms;
  std::vector<FindingRow> findings;
};

struct LogEntry {
  std::int64_t id = 0;
  UnixMillis at = 0;
  std::string server, operation, target, effect, enforced, rule, reason;
  std::string outcome;       // empty while none was recorded
  std::string outcome_rule;  // what decided about the result; empty when it passed untouched
  std::vector<std::string> policies, outcome_policies;  // empty in rows older than they are
  std::int64_t latency_us = 0;
  std::vector<FindingRow> findings;
};

// Counters that decay by 2^(-age / kTrustHalfLife), as of `as_of`; what the trust formula reads. A call
// counts in `clean`, or in one or more of the four kinds of bad:
//   injection  its arguments hold an injection with confidence >= 0.85 (for an interaction: prompt or
//   response) pii        they hold a secret, or PII of high or critical severity error      its outcome is
//   "error" deny       it was denied ("blocked" for an interaction)
// Findings in a tool's result never count: they are the server's doing.
struct TrustCounters {
  UnixMillis as_of = 0;
  double calls = 0, clean = 0, injection = 0, pii = 0, error = 0, deny = 0;
  std::int64_t lifetime_calls = 0;
  std::int64_t calls_since_pii = 0, calls_since_injection = 0, calls_since_error = 0;
  UnixMillis first_call_at = 0, last_pii_at = 0, last_injection_at = 0;  // 0: never
  std::vector<double> latencies_ms;  // of the latest clean calls, at most kLatencySamples, in no order
};
inline constexpr std::size_t kLatencySamples = 200;
inline constexpr std::size_t kMaxLogEntries = 10'000;  // most entries of one answer of log()
inline constexpr std::int64_t kTrustHalfLifeMs = 7LL * 24 * 3600 * 1000;

// Something a client's session took in: what strangers wrote, or what is not for everyone.
struct FlowNote {
  enum class Kind { untrusted, private_data };
  std::int64_t id = 0;  // given by the store; increases
  std::string session;  // the same for all processes that guard servers of one session of a client
  UnixMillis at = 0;
  Kind kind = Kind::untrusted;
  std::string source;  // "server/tool", without secrets
  std::string place;   // a hash of the place within the service it came from; empty: none
  std::vector<std::uint64_t> fingerprints;
};
inline constexpr std::size_t kMaxFlowNotes = 64;  // of one answer: some 8 MB at the most
inline constexpr std::int64_t kFlowKeptMs = 24LL * 3600 * 1000;  // sessions do not last longer

struct BudgetLimits {
  std::optional<std::int64_t> daily_tokens, monthly_tokens;  // none: unlimited
};
struct BudgetUse {
  std::int64_t daily_tokens = 0, monthly_tokens = 0;  // UTC day and calendar month of `now`
};

class Store {
 public:
  virtual ~Store() = default;

  // --- agents. Writes here are committed before they return.
  // Finds or creates; used by `wrap`, whose agent needs no key.
  virtual Result<Agent> ensure_agent(std::string_view name) = 0;
  // Errors: invalid_input when the name is taken by an agent that has a key, or is not a valid name.
  virtual Result<NewAgent> register_agent(std::string_view name) = 0;
  // Its key is good for nothing from then on; register_agent() gives it another. Errors: not_found;
  // invalid_input when it has none.
  virtual Result<Agent> revoke_key(std::string_view name) = 0;
  virtual Result<Agent> agent_by_name(std::string_view name) = 0;  // not_found
  virtual Result<Agent> agent_by_id(AgentId id) = 0;               // not_found
  virtual Result<Agent> agent_by_key(std::string_view key) = 0;    // not_found
  virtual Result<std::vector<Agent>> agents() = 0;                 // by name
  virtual Result<Agent> set_status(std::string_view name, AgentStatus status) = 0;
  // The kill switch as it is now, whichever process set it. Called before every call: a few microseconds.
  virtual Result<AgentStatus> status(AgentId id) = 0;

  // --- records.
  virtual std::int64_t next_decision_id() = 0;         // unique across processes, increases with time
  virtual Result<void> record(Decision decision) = 0;  // queued
  virtual Result<void> record(Outcome outcome) = 0;    // queued
  virtual Result<void> record(FlowNote note) = 0;      // queued
  // Returns when the row would survive a kill of this process (not a power loss).
  virtual Result<void> record(Interaction interaction) = 0;
  // Returns when everything queued so far is committed. Reads by the same process see it from then on.
  virtual Result<void> flush() = 0;

  // --- questions.
  // `limit` above kMaxLogEntries counts as that.
  virtual Result<std::vector<LogEntry>> log(AgentId agent, std::size_t limit) = 0;  // newest first
  // One entry of it, of whichever agent. not_found.
  virtual Result<LogEntry> decision(std::int64_t id) = 0;
  virtual Result<TrustCounters> trust_counters(AgentId agent, UnixMillis now) = 0;
  virtual Result<BudgetLimits> budget(AgentId agent) = 0;
  virtual Result<void> set_budget(AgentId agent, const BudgetLimits& limits) = 0;
  virtual Result<BudgetUse> budget_use(AgentId agent, UnixMillis now) = 0;

  // What was noted of a session after the note `after`, by any process; oldest first, at most kMaxFlowNotes.
  virtual Result<std::vector<FlowNote>> flow_notes(std::string_view session, std::int64_t after) = 0;

  // Lives as long as the store.
  virtual Approvals& approvals() = 0;
  // Pinned tool definitions. Lives as long as the store.
  virtual PinStore& pins() = 0;

  // One line for `doctor`: back end, place, schema version, rows.
  virtual Result<std::string> describe() = 0;
};

// Opens (and creates or migrates) a SQLite store. The file is made with mode 0600, its folder with 0700.
// Errors name the path and what to do: not a database, locked, read-only, newer schema, disk full.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path);

}  // namespace aegis::store
