#include "guard/policy_cases.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

namespace aegis::guard {
namespace {

constexpr std::array kEffects{Effect::allow, Effect::sanitize, Effect::require_approval, Effect::deny};
constexpr std::array kTrusts{SourceTrust::trusted_internal_signed, SourceTrust::trusted_internal_unsigned,
                             SourceTrust::semi_trusted_customer,   SourceTrust::unknown,
                             SourceTrust::untrusted_external,      SourceTrust::malicious_suspected};
constexpr std::array kSeverities{detectors::Severity::low, detectors::Severity::medium,
                                 detectors::Severity::high, detectors::Severity::critical};

template <class T, std::size_t N>
std::optional<T> by_name(const std::array<T, N>& values, std::string_view wanted) {
  const auto found = std::find_if(values.begin(), values.end(), [&](T one) { return name(one) == wanted; });
  return found == values.end() ? std::nullopt : std::optional<T>(*found);
}

// The members of one object of a case; the first mistake is kept.
class Members {
 public:
  Members(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) fail("must be an object");
  }

  void only(std::initializer_list<std::string_view> known) {
    if (!object_.is_object()) return;
    for (const auto& [key, _] : object_.items()) {
      const std::string_view name = key;
      if (std::find(known.begin(), known.end(), name) == known.end())
        fail("has an unknown member '" + key + "'");
    }
  }
  void text(const char* name, std::string* out) {
    const Json* found = find(name);
    if (found == nullptr) return;
    if (found->is_string())
      *out = found->get<std::string>();
    else
      fail(std::string(name) + " must be a string");
  }
  void yes_no(const char* name, bool* out) {
    const Json* found = find(name);
    if (found == nullptr) return;
    if (found->is_boolean())
      *out = found->get<bool>();
    else
      fail(std::string(name) + " must be true or false");
  }
  void count(const char* name, std::int64_t* out) {
    const Json* found = find(name);
    if (found == nullptr) return;
    if (found->is_number_integer() && *found >= 0 && *found <= 1'000'000)
      *out = found->get<std::int64_t>();
    else
      fail(std::string(name) + " must be a whole number from 0");
  }
  [[nodiscard]] const Json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void fail(const std::string& what) {
    if (!error) error = invalid_input(place_ + ": " + what);
  }

  std::optional<Error> error;

 private:
  const Json& object_;
  std::string place_;
};

std::optional<Error> read_call(const Json& json, const std::string& place, PolicyCase* out) {
  Members members(json, place);
  members.only({"tool", "uri", "prompt", "arguments", "read_only", "destructive", "open_world",
                "external_sink", "listed", "withheld"});
  std::string tool, uri, prompt;
  members.text("tool", &tool);
  members.text("uri", &uri);
  members.text("prompt", &prompt);
  if (int(!tool.empty()) + int(!uri.empty()) + int(!prompt.empty()) != 1)
    members.fail("names one of tool, uri and prompt");
  out->operation = !uri.empty() ? "resources/read" : !prompt.empty() ? "prompts/get" : "tools/call";
  out->target = tool + uri + prompt;
  // As for a tool that says nothing; what is only read says that.
  out->labels.read_only = tool.empty();
  members.yes_no("read_only", &out->labels.read_only);
  out->labels.destructive = !out->labels.read_only;
  members.yes_no("destructive", &out->labels.destructive);
  members.yes_no("open_world", &out->labels.open_world);
  out->labels.external_sink = out->labels.open_world;
  members.yes_no("external_sink", &out->labels.external_sink);
  members.yes_no("listed", &out->tool_listed);
  members.yes_no("withheld", &out->tool_withheld);
  if (const Json* arguments = members.find("arguments")) out->arguments = dump_json(*arguments);
  return members.error;
}

std::optional<Error> read_facts(const Json& json, const std::string& place, Facts* facts) {
  Members members(json, place);
  members.only({"paused", "after_injection", "holds_placeholder", "scan_complete", "source_trust",
                "untrusted", "private", "private_passage", "secrets", "critical_pii", "pii", "injection",
                "suspected_injection", "max_severity"});
  bool paused = false;
  members.yes_no("paused", &paused);
  facts->agent_status = paused ? "paused" : "active";
  members.yes_no("after_injection", &facts->after_injection);
  members.yes_no("holds_placeholder", &facts->holds_placeholder);
  members.yes_no("scan_complete", &facts->scan_complete);
  members.yes_no("untrusted", &facts->seen_untrusted);
  members.yes_no("private", &facts->seen_private);
  members.yes_no("private_passage", &facts->private_passage);
  members.count("secrets", &facts->secrets);
  members.count("critical_pii", &facts->critical_pii);
  members.count("pii", &facts->pii);
  members.count("injection", &facts->injection);
  members.count("suspected_injection", &facts->suspected_injection);
  std::string trust, severity;
  members.text("source_trust", &trust);
  members.text("max_severity", &severity);
  if (const auto known = by_name(kTrusts, trust))
    facts->source_trust = *known;
  else if (!trust.empty())
    members.fail("source_trust is none of the six levels");
  if (const auto known = by_name(kSeverities, severity)) {
    facts->max_severity = *known;
    facts->any = true;
  } else if (!severity.empty()) {
    members.fail("max_severity must be low, medium, high or critical");
  }
  return members.error;
}

Result<PolicyCase> read_case(const Json& json, const std::string& place) {
  PolicyCase out;
  Members members(json, place);
  members.only({"name", "agent", "server", "environment", "call", "result", "definition", "facts", "expect"});
  members.text("name", &out.name);
  members.text("agent", &out.agent);
  members.text("server", &out.server);
  members.text("environment", &out.environment);
  struct What {
    const char* member;
    Point point;
  };
  int asked = 0;
  for (const What& what :
       {What{"call", Point::call}, What{"result", Point::result}, What{"definition", Point::definition}}) {
    const Json* found = members.find(what.member);
    if (found == nullptr) continue;
    ++asked;
    out.point = what.point;
    if (auto error = read_call(*found, place + ", " + what.member, &out)) return *error;
    if (out.point == Point::definition) out.operation = "tools/list";
  }
  if (asked != 1) members.fail("has one of call, result and definition");
  if (const Json* facts = members.find("facts")) {
    if (auto error = read_facts(*facts, place + ", facts", &out.facts)) return *error;
  }
  std::string effect;
  const Json* expected = members.find("expect");
  if (expected != nullptr && expected->is_object()) {
    Members inside(*expected, place + ", expect");
    inside.only({"effect", "rule", "approver_group"});
    inside.text("effect", &effect);
    inside.text("rule", &out.rule);
    inside.text("approver_group", &out.group);
    if (inside.error) return *inside.error;
  } else {
    members.text("expect", &effect);
  }
  if (const auto known = by_name(kEffects, effect))
    out.expected = *known;
  else
    members.fail("expect must be allow, sanitize, require_approval or deny");
  if (members.error) return *members.error;
  return out;
}

}  // namespace

Result<std::vector<PolicyCase>> read_policy_cases(const Json& file) {
  Members members(file, "the file");
  members.only({"cases", "policies", "mode"});
  const Json* cases = members.find("cases");
  if (cases == nullptr || !cases->is_array()) members.fail("needs a list \"cases\"");
  if (members.error) return *members.error;
  std::vector<PolicyCase> out;
  for (const Json& one : *cases) {
    const std::string place = "case " + std::to_string(out.size() + 1);
    auto read = read_case(one, place);
    if (!read) return read.error();
    if (read->name.empty()) read->name = place;
    out.push_back(std::move(*read));
  }
  return out;
}

std::string run_policy_case(const Policies& policies, const PolicyCase& one) {
  JsonParser parser;
  const auto parsed = parser.parse(one.arguments);
  if (!parsed) return "its arguments are no valid JSON";
  const PolicyVerdict verdict = policies.decide(
      {.point = one.point,
       .operation = one.operation,
       .target = one.target,
       .labels = one.labels,
       .tool_withheld = one.tool_withheld,
       .tool_listed = one.tool_listed,
       .value = &parsed->root},
      one.facts, {.agent = one.agent, .server = one.server, .environment = one.environment, .now_ms = 0});
  const std::string came = verdict.rule.empty() ? "" : " (" + verdict.rule + ": " + verdict.reason + ")";
  if (verdict.effect != one.expected)
    return std::string(name(verdict.effect)) + ", not " + std::string(name(one.expected)) + came;
  if (!one.rule.empty() && verdict.rule != one.rule)
    return "rule '" + verdict.rule + "', not '" + one.rule + "'" + came;
  if (!one.group.empty() && verdict.approver_group != one.group)
    return "approver group '" + verdict.approver_group + "', not '" + one.group + "'" + came;
  return {};
}

}  // namespace aegis::guard
