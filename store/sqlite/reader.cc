#include "store/sqlite/reader.h"

#include <algorithm>

namespace aegis::store::sqlite {
namespace {

// Connections kept when idle; more threads than this asking at once open their own for the while.
constexpr std::size_t kIdleReaders = 8;

std::vector<std::uint64_t> numbers_of(std::string_view bytes) {
  std::vector<std::uint64_t> numbers(bytes.size() / 8);
  for (std::size_t i = 0; i < numbers.size() * 8; ++i)
    numbers[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (i % 8 * 8);
  return numbers;
}

Result<Agent> one_agent(Cursor cursor, const Error& absent) {
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return absent;
  return agent_of(cursor);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Result<Agent> Reader::agent_by_name(std::string_view name) {
  return one_agent(by_name_.query(name), unknown_agent(name));
}

Result<Agent> Reader::agent_by_id(AgentId id) {
  return one_agent(by_id_.query(id), not_found("there is no agent with the id " + std::to_string(id)));
}

Result<Agent> Reader::agent_by_key_hash(std::string_view hash) {
  return one_agent(by_key_.query(hash), not_found("no agent has this key"));
}

Result<std::vector<Agent>> Reader::agents() {
  std::vector<Agent> agents;
  Cursor cursor = all_.query();
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return agents;
    agents.push_back(agent_of(cursor));
  }
}

Result<AgentStatus> Reader::status(AgentId id) {
  // A kill switch in a new file is not seen in the old one: then no answer is better than an old one.
  if (auto in_place = database_->check_in_place(); !in_place) return in_place.error();
  Cursor cursor = status_.query(id);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return not_found("there is no agent with the id " + std::to_string(id));
  return status_of(cursor.text(0));
}

Result<std::vector<FindingRow>> Reader::findings(std::int64_t decision) {
  std::vector<FindingRow> rows;
  Cursor cursor = findings_.query(decision);
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return rows;
    rows.push_back({std::string(cursor.text(0)), std::string(cursor.text(1)), std::string(cursor.text(2)),
                    std::string(cursor.text(3)), cursor.real(4), std::string(cursor.text(5)),
                    cursor.integer(6), cursor.integer(7)});
  }
}

Result<std::vector<LogEntry>> Reader::log(AgentId agent, std::size_t limit) {
  std::vector<LogEntry> entries;
  Cursor cursor = log_.query(agent, std::min(limit, kMaxLogEntries));
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return entries;
    auto one = entry(cursor);
    if (!one) return one.error();
    entries.push_back(std::move(*one));
  }
}

Result<LogEntry> Reader::decision(std::int64_t id) {
  Cursor cursor = decision_.query(id);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return not_found("there is no decision with the id " + std::to_string(id));
  return entry(cursor);
}

Result<LogEntry> Reader::entry(const Cursor& cursor) {
  LogEntry entry;
  entry.id = cursor.integer(0);
  entry.at = cursor.integer(1);
  entry.server = cursor.text(2);
  entry.operation = cursor.text(3);
  entry.target = cursor.text(4);
  entry.effect = cursor.text(5);
  entry.enforced = cursor.text(6);
  entry.rule = cursor.text(7);
  entry.reason = cursor.text(8);
  entry.outcome = cursor.text(9);
  entry.latency_us = cursor.integer(10);
  entry.outcome_rule = cursor.text(11);
  entry.policies = lines_of(cursor.text(12));
  entry.outcome_policies = lines_of(cursor.text(13));
  auto rows = findings(entry.id);
  if (!rows) return rows.error();
  entry.findings = std::move(*rows);
  return entry;
}

Result<TrustCounters> Reader::trust_counters(AgentId agent, UnixMillis now) {
  auto row = read_counters(counters_, agent);
  if (!row) return row.error();
  TrustCounters& sums = row->sums;
  decay_to(sums, now);
  Cursor cursor = latencies_.query(agent);
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return std::move(sums);
    sums.latencies_ms.push_back(cursor.real(0));
  }
}

Result<BudgetLimits> Reader::budget(AgentId agent) {
  BudgetLimits limits;
  Cursor cursor = limits_.query(agent);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return limits;
  if (!cursor.is_null(0)) limits.daily_tokens = cursor.integer(0);
  if (!cursor.is_null(1)) limits.monthly_tokens = cursor.integer(1);
  return limits;
}

Result<BudgetUse> Reader::budget_use(AgentId agent, UnixMillis now) {
  Cursor cursor = use_.query(agent, day_start(now), month_start(now));
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  return BudgetUse{cursor.integer(0), cursor.integer(1)};
}

Result<std::vector<FlowNote>> Reader::flow_notes(std::string_view session, std::int64_t after) {
  std::vector<FlowNote> notes;
  Cursor cursor = flow_.query(session, after, kMaxFlowNotes);
  while (true) {
    const Result<bool> found = cursor.next();
    if (!found) return found.error();
    if (!*found) return notes;
    notes.push_back(
        {.id = cursor.integer(0),
         .session = std::string(session),
         .at = cursor.integer(1),
         .kind = cursor.text(2) == "untrusted" ? FlowNote::Kind::untrusted : FlowNote::Kind::private_data,
         .source = std::string(cursor.text(3)),
         .place = std::string(cursor.text(4)),
         .fingerprints = numbers_of(cursor.blob(5))});
  }
}

Result<std::string> Reader::describe() {
  Cursor cursor = describe_.query();
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  return "sqlite " + database_->path() + ", schema " + std::to_string(cursor.integer(0)) + ", " +
         std::to_string(cursor.integer(1)) + " agents, " + std::to_string(cursor.integer(2)) +
         " decisions, " + std::to_string(cursor.integer(3)) + " interactions";
}

Result<std::unique_ptr<Reader>> ReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  auto database = Database::open(path_, Database::Access::read, busy_timeout_ms_);
  if (!database) return database.error();
  return std::make_unique<Reader>(std::move(*database));
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleReaders) idle_.push_back(std::move(reader));
}

}  // namespace aegis::store::sqlite
