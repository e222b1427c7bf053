#include <string>
#include <vector>

#include "base/clock.h"
#include "detectors/summary.h"
#include "guard/finding_row.h"
#include "tools/arguments.h"
#include "tools/registry.h"

namespace aegis::tools {
namespace {

constexpr TextLimits kName{.min_bytes = 1, .max_bytes = 128};
constexpr TextLimits kText{.max_bytes = kMaxTextBytes};
constexpr std::int64_t kMaxTokens = 1'000'000'000;
constexpr std::int64_t kMaxLatencyMs = 86'400'000;  // one day

std::vector<store::FindingRow> findings_in(const Context& context, std::string_view text, const char* field) {
  std::vector<store::FindingRow> rows;
  for (const auto& f : context.detector->scan(text).findings) {
    if (f.confidence < detectors::kReported) continue;
    rows.push_back(guard::finding_row(f, field));
  }
  return rows;
}

}  // namespace

// Scanned here, on the way in, so that neither prompt nor response has to be kept anywhere to be scanned
// later; what the writer thread then ingests is a row of counts and types. It answers once that row would
// survive our being killed.
Result<Json> report_interaction(const Context& context, const Json& arguments) {
  if (auto known = only_known(arguments, {"app_name", "model", "provider", "prompt", "response", "tokens_in",
                                          "tokens_out", "latency_ms", "status"});
      !known) {
    return known.error();
  }
  const auto app_name = required_text(arguments, "app_name", kName);
  if (!app_name) return app_name.error();
  const auto model = required_text(arguments, "model", kName);
  if (!model) return model.error();
  const auto provider = required_text(arguments, "provider", kName);
  if (!provider) return provider.error();
  const auto prompt = optional_text(arguments, "prompt", kText);
  if (!prompt) return prompt.error();
  const auto response = optional_text(arguments, "response", kText);
  if (!response) return response.error();
  const auto tokens_in = optional_integer(arguments, "tokens_in", 0, kMaxTokens);
  if (!tokens_in) return tokens_in.error();
  const auto tokens_out = optional_integer(arguments, "tokens_out", 0, kMaxTokens);
  if (!tokens_out) return tokens_out.error();
  const auto latency = optional_integer(arguments, "latency_ms", 0, kMaxLatencyMs);
  if (!latency) return latency.error();
  const auto status = one_of(arguments, "status", {"success", "error", "blocked"});
  if (!status) return status.error();
  if (context.store == nullptr) return unavailable("Nothing was recorded: " + context.store_error);

  store::Interaction interaction{.agent = context.agent,
                                 .at = now_ms(),
                                 .app_name = *app_name,
                                 .model = *model,
                                 .provider = *provider,
                                 .status = *status,
                                 .tokens_in = tokens_in->value_or(0),
                                 .tokens_out = tokens_out->value_or(0),
                                 .latency_ms = *latency,
                                 .findings = findings_in(context, *prompt, "/prompt")};
  for (auto& row : findings_in(context, *response, "/response"))
    interaction.findings.push_back(std::move(row));
  const auto recorded = context.store->record(std::move(interaction));
  if (!recorded) return unavailable("Nothing was recorded: " + recorded.error().message);
  return Json{{"ok", true}, {"logged", true}};
}

}  // namespace aegis::tools
