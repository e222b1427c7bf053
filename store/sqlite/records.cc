#include "store/sqlite/records.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace aegis::store::sqlite {
namespace {

// Cuts between characters, so that what is left is UTF-8 if the whole was.
class Cut {
 public:
  explicit Cut(const std::string& text) : view_(text) {
    if (text.size() <= kTextBytes) return;
    static constexpr std::string_view kEllipsis = "\u2026";
    std::size_t end = kTextBytes - kEllipsis.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    cut_.assign(text, 0, end).append(kEllipsis);
    view_ = cut_;
  }
  Cut(const Cut&) = delete;
  Cut& operator=(const Cut&) = delete;
  operator std::string_view() const { return view_; }  // NOLINT: a text column's argument

 private:
  std::string cut_;
  std::string_view view_;
};

std::string_view text(const Cut& cut) { return cut; }

std::string bytes_of(const std::vector<std::uint64_t>& numbers) {
  std::string bytes;
  bytes.reserve(numbers.size() * 8);
  for (const std::uint64_t number : numbers) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(number >> shift));
  }
  return bytes;
}

// Ids hold no line break.
std::string lines(const std::vector<std::string>& ids) {
  std::string all;
  for (const std::string& id : ids) all += (all.empty() ? "" : "\n") + id;
  return all;
}

// A record from the future would age every other one away, so a clock that is ahead counts as now.
UnixMillis not_after_now(UnixMillis at) { return std::min(at, now_ms()); }

}  // namespace

Result<void> Records::write(const Decision& decision) {
  Marks marks = marks_of(decision.findings);
  marks.deny = decision.enforced == "deny";
  const UnixMillis at = not_after_now(decision.at);
  if (auto done = insert_decision_.run(
          decision.id, decision.agent, at, text(Cut(decision.server)), text(Cut(decision.operation)),
          text(Cut(decision.target)), text(Cut(decision.effect)), text(Cut(decision.enforced)),
          text(Cut(decision.rule)), text(Cut(decision.reason)), decision.decide_us, marks.clean(),
          text(Cut(lines(decision.policies))));
      !done) {
    return done;
  }
  if (auto done = write_findings(decision.id, "arguments", decision.findings); !done) return done;
  if (!decision.counts) return {};
  const auto row = counters_of(decision.agent);
  if (!row) return row.error();
  add_call((*row)->sums, at, marks);
  return {};
}

Result<void> Records::write(const Outcome& outcome) {
  if (auto done = insert_outcome_.run(outcome.decision, outcome.agent, not_after_now(outcome.at),
                                      text(Cut(outcome.status)), outcome.latency_us, text(Cut(outcome.rule)),
                                      text(Cut(lines(outcome.policies))));
      !done) {
    return done;
  }
  if (auto done = write_findings(outcome.decision, "result", outcome.findings); !done) return done;

  AgentId agent = outcome.agent;
  UnixMillis called_at = not_after_now(outcome.at);
  bool was_clean = false;
  {
    Cursor decision = select_decision_.query(outcome.decision);
    const Result<bool> found = decision.next();
    if (!found) return found.error();
    if (*found) {
      agent = decision.integer(0);
      called_at = decision.integer(1);
      was_clean = decision.integer(2) != 0;
    }
  }
  const auto row = counters_of(agent);
  if (!row) return row.error();
  if (outcome.status == "error") add_error((*row)->sums, called_at, was_clean);
  // Only clean calls are sampled: a bad one must not steady the spread and so raise the score.
  if (was_clean && (outcome.status == "ok" || outcome.status == "sanitized")) {
    return sample_latency(**row, agent, static_cast<double>(outcome.latency_us) / 1000.0);
  }
  return {};
}

Result<void> Records::write(const Interaction& interaction) {
  Marks marks = marks_of(interaction.findings);
  marks.error = interaction.status == "error";
  marks.deny = interaction.status == "blocked";
  const UnixMillis at = not_after_now(interaction.at);
  if (auto done = insert_interaction_.run(interaction.agent, at, text(Cut(interaction.app_name)),
                                          text(Cut(interaction.model)), text(Cut(interaction.provider)),
                                          text(Cut(interaction.status)), interaction.tokens_in,
                                          interaction.tokens_out, interaction.latency_ms);
      !done) {
    return done;
  }
  if (auto done = write_findings(database_.last_insert_id(), "interaction", interaction.findings); !done)
    return done;
  if (auto done =
          add_tokens_.run(interaction.agent, day_start(at), interaction.tokens_in + interaction.tokens_out);
      !done) {
    return done;
  }
  const auto row = counters_of(interaction.agent);
  if (!row) return row.error();
  add_call((*row)->sums, at, marks);
  if (marks.clean() && interaction.latency_ms) {
    return sample_latency(**row, interaction.agent, static_cast<double>(*interaction.latency_ms));
  }
  return {};
}

Result<void> Records::write(const FlowNote& note) {
  constexpr UnixMillis kHourMs = 3'600'000;
  if (now_ms() - flow_cleared_at_ > kHourMs) {
    flow_cleared_at_ = now_ms();
    if (auto done = clear_flow_.run(now_ms() - kFlowKeptMs); !done) return done;
  }
  const char* kind = note.kind == FlowNote::Kind::untrusted ? "untrusted" : "private";
  return insert_flow_.run(note.session, not_after_now(note.at), kind, text(Cut(note.source)), note.place,
                          Blob{bytes_of(note.fingerprints)});
}

Result<void> Records::write_findings(std::int64_t owner, const char* part,
                                     const std::vector<FindingRow>& findings) {
  const std::size_t count = std::min(findings.size(), kFindingsPerRow);
  for (std::size_t n = 0; n < count; ++n) {
    const FindingRow& finding = findings[n];
    if (auto done = insert_finding_.run(owner, part, n, text(Cut(finding.rule)), text(Cut(finding.kind)),
                                        text(Cut(finding.type)), text(Cut(finding.severity)),
                                        std::isfinite(finding.confidence) ? finding.confidence : 0.0,
                                        text(Cut(finding.field)), finding.start, finding.end);
        !done) {
      return done;
    }
  }
  return {};
}

Result<CounterRow*> Records::counters_of(AgentId agent) {
  if (const auto known = counters_.find(agent); known != counters_.end()) return &known->second;
  auto row = read_counters(select_counters_, agent);
  if (!row) return row.error();
  return &counters_.emplace(agent, std::move(*row)).first->second;
}

Result<void> Records::sample_latency(CounterRow& row, AgentId agent, double ms) {
  const auto slot = row.latency_count % static_cast<std::int64_t>(kLatencySamples);
  ++row.latency_count;
  return replace_latency_.run(agent, slot, ms);
}

Result<void> Records::write_counters() {
  for (const auto& [agent, row] : counters_) {
    const TrustCounters& sums = row.sums;
    if (auto done = replace_counters_.run(
            agent, sums.as_of, sums.calls, sums.clean, sums.injection, sums.pii, sums.error, sums.deny,
            sums.lifetime_calls, sums.calls_since_pii, sums.calls_since_injection, sums.calls_since_error,
            sums.first_call_at, sums.last_pii_at, sums.last_injection_at, row.latency_count);
        !done) {
      return done;
    }
  }
  return {};
}

Result<CounterRow> read_counters(Statement& statement, AgentId agent) {
  CounterRow row;
  Cursor cursor = statement.query(agent);
  const Result<bool> found = cursor.next();
  if (!found) return found.error();
  if (!*found) return row;
  TrustCounters& sums = row.sums;
  sums.as_of = cursor.integer(0);
  sums.calls = cursor.real(1);
  sums.clean = cursor.real(2);
  sums.injection = cursor.real(3);
  sums.pii = cursor.real(4);
  sums.error = cursor.real(5);
  sums.deny = cursor.real(6);
  sums.lifetime_calls = cursor.integer(7);
  sums.calls_since_pii = cursor.integer(8);
  sums.calls_since_injection = cursor.integer(9);
  sums.calls_since_error = cursor.integer(10);
  sums.first_call_at = cursor.integer(11);
  sums.last_pii_at = cursor.integer(12);
  sums.last_injection_at = cursor.integer(13);
  row.latency_count = cursor.integer(14);
  return row;
}

}  // namespace aegis::store::sqlite
