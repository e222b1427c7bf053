#include <iostream>

#include "app/commands/command.h"
#include "base/clock.h"
#include "base/json.h"
#include "guard/approvals.h"

namespace aegis::app {
namespace {

constexpr std::size_t kDefaultEntries = 20;

Json entry_json(const store::LogEntry& entry) {
  Json findings = Json::array();
  for (const auto& f : entry.findings) {
    findings.push_back({{"rule", f.rule},
                        {"kind", f.kind},
                        {"type", f.type},
                        {"severity", f.severity},
                        {"confidence", f.confidence},
                        {"field", f.field},
                        {"start", f.start},
                        {"end", f.end}});
  }
  // As text: a 63-bit number does not survive being read as a double.
  return {{"id", std::to_string(entry.id)},
          {"at", rfc3339(entry.at)},
          {"server", entry.server},
          {"operation", entry.operation},
          {"target", entry.target},
          {"effect", entry.effect},
          {"enforced", entry.enforced},
          {"rule", entry.rule},
          {"reason", entry.reason},
          {"outcome", entry.outcome},
          {"outcome_rule", entry.outcome_rule},
          {"latency_us", entry.latency_us},
          {"findings", std::move(findings)}};
}

// "aws-access-key ×2, us-ssn"
std::string finding_summary(const std::vector<store::FindingRow>& findings) {
  std::vector<std::pair<std::string, int>> counts;
  for (const auto& f : findings) {
    auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == f.rule; });
    if (found == counts.end())
      counts.emplace_back(f.rule, 1);
    else
      ++found->second;
  }
  std::string text;
  for (const auto& [rule, count] : counts) {
    text += (text.empty() ? "" : ", ") + rule + (count > 1 ? " x" + std::to_string(count) : "");
  }
  return text;
}

// The call's rule, the result's, both, or "-".
std::string deciding_rules(const store::LogEntry& entry) {
  if (entry.rule.empty() && entry.outcome_rule.empty()) return "-";
  if (entry.rule.empty() || entry.outcome_rule.empty()) return entry.rule + entry.outcome_rule;
  return entry.rule + ", " + entry.outcome_rule;
}

// What was decided, and what came of it where that is not the same.
std::string decision_of(const store::LogEntry& entry) {
  if (entry.enforced == entry.effect) return entry.effect;
  if (entry.effect == guard::name(guard::Effect::require_approval)) {
    if (entry.enforced == guard::name(guard::Effect::deny)) return "denied by a person";
    if (entry.reason.starts_with(guard::kApproved)) return "approved";
  }
  return entry.effect + " (observed)";
}

int log_of(store::Store& store, const store::Agent& agent, std::size_t limit, bool json) {
  const auto entries = store.log(agent.id, limit);
  if (!entries) return fail(entries.error());
  if (json) {
    Json list = Json::array();
    for (const auto& entry : *entries) list.push_back(entry_json(entry));
    std::cout << dump_json(list) << '\n';
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{
      {"TIME", "SERVER", "CALL", "DECISION", "OUTCOME", "RULE", "FOUND"}};
  for (const auto& entry : *entries) {
    rows.push_back({rfc3339(entry.at), printable(entry.server), printable(entry.target), decision_of(entry),
                    entry.outcome.empty() ? "-" : entry.outcome, deciding_rules(entry),
                    finding_summary(entry.findings)});
  }
  std::cout << table(rows);
  return kOk;
}

}  // namespace

void add_log(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("log", "What an agent did and what was decided, newest first");
  const auto name = std::make_shared<std::string>();
  const auto limit = std::make_shared<std::size_t>(kDefaultEntries);
  const auto json = std::make_shared<bool>(false);
  command->add_option("NAME", *name, "The agent's name")->required();
  command->add_option("--limit", *limit, "Entries at most")
      ->check(CLI::Range(std::size_t{1}, store::kMaxLogEntries))
      ->capture_default_str();
  command->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  aegis-mcp log local --limit 50");
  command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store& store, const store::Agent& agent) {
        return log_of(store, agent, *limit, *json);
      });
    };
  });
}

}  // namespace aegis::app
