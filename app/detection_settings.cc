#include "app/detection_settings.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/settings_members.h"

namespace aegis::app {
namespace {

constexpr std::string_view kDetection = "detection";
constexpr double kOwnConfidence = 0.9;  // certain: who writes a rule means it
// A shorter keyword stands everywhere, and the pattern would run everywhere.
constexpr std::size_t kMinKeyword = 3;
// Bytes around a keyword within which a match lies.
constexpr std::size_t kBefore = 256;
constexpr std::size_t kAfter = 512;

std::optional<detectors::Severity> severity_from_name(std::string_view name) {
  using detectors::Severity;
  for (const auto severity : {Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    if (detectors::name(severity) == name) return severity;
  }
  return std::nullopt;
}

std::optional<detectors::Kind> kind_from_name(std::string_view name) {
  using detectors::Kind;
  for (const auto kind : {Kind::pii, Kind::injection, Kind::secret, Kind::output, Kind::tool_poisoning}) {
    if (detectors::name(kind) == name) return kind;
  }
  return std::nullopt;
}

std::vector<detectors::Example> examples(std::vector<std::string> texts) {
  std::vector<detectors::Example> out;
  for (auto& text : texts) out.push_back({std::move(text), "as configured"});
  return out;
}

bool is_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

detectors::Rule read_rule(SettingsMembers members) {
  members.only(
      {"id", "kind", "type", "severity", "confidence", "pattern", "caseless", "keywords", "hits", "misses"});
  detectors::Rule rule;
  rule.id = members.text("id");
  if (!is_id(rule.id)) members.problem("id", "must be a name of a-z, 0-9 and hyphens");
  if (const auto kind = kind_from_name(members.text("kind", "secret")))
    rule.kind = *kind;
  else
    members.problem("kind", "must be pii, secret, injection, output or tool_poisoning");
  rule.type = members.text("type");
  if (rule.type.empty()) {
    rule.type = rule.id;
    std::replace(rule.type.begin(), rule.type.end(), '-', '_');
  }
  if (const auto severity = severity_from_name(members.text("severity", "high")))
    rule.severity = *severity;
  else
    members.problem("severity", "must be low, medium, high or critical");
  rule.confidence = members.number("confidence", kOwnConfidence);
  if (!(rule.confidence > 0 && rule.confidence <= 1)) members.problem("confidence", "must be from 0 to 1");
  rule.pattern = members.text("pattern");
  if (rule.pattern.empty()) members.problem("pattern", "is missing; the rule would find nothing");
  rule.caseless = members.yes_no("caseless");
  for (std::string& keyword : members.list("keywords")) {
    if (keyword.size() < kMinKeyword)
      members.problem("keywords", "'" + keyword + "' has fewer than " + std::to_string(kMinKeyword) +
                                      " characters; the pattern would run everywhere");
    std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    rule.anchors.push_back(std::move(keyword));
  }
  if (rule.anchors.empty()) {
    members.problem("keywords",
                    "is missing; every match must hold one of them, and the pattern runs only around them");
  }
  rule.before = kBefore;
  rule.after = kAfter;
  rule.hits = examples(members.list("hits"));
  rule.misses = examples(members.list("misses"));
  return rule;
}

detectors::Allowed read_allowed(SettingsMembers members) {
  members.only({"rule", "sha256", "regex", "path", "tool", "server", "reason"});
  detectors::Allowed allowed{.rule = members.text("rule"),
                             .sha256 = members.text("sha256"),
                             .regex = members.text("regex"),
                             .path = members.text("path"),
                             .tool = members.text("tool"),
                             .server = members.text("server")};
  if (members.text("reason").empty())
    members.problem("reason", "is missing; who reads this next year will want to know");
  return allowed;
}

}  // namespace

DetectionSettings read_detection_settings(SettingsReader* reader) {
  DetectionSettings settings;
  if (!reader->has_section(kDetection)) return settings;
  const std::size_t problems_before = reader->problems();
  detectors::Detector::Options options;
  const auto each = [&](const char* list, auto&& take) {
    const std::vector<Json> objects = reader->objects(kDetection, list);
    for (std::size_t i = 0; i < objects.size(); ++i)
      take(SettingsMembers(reader, objects[i], reader->place(kDetection, list) + "/" + std::to_string(i)));
  };
  each("rules", [&](SettingsMembers members) { options.rules.push_back(read_rule(std::move(members))); });
  each("allow",
       [&](SettingsMembers members) { options.allowed.push_back(read_allowed(std::move(members))); });
  for (const auto& [name, wanted] : reader->names(kDetection, "severities")) {
    if (const auto severity = severity_from_name(wanted))
      options.severities.emplace(name, *severity);
    else
      reader->problem(reader->place(kDetection, "severities") + "/" + name,
                      "must be low, medium, high or critical");
  }
  // What is wrong with a part is said of the part; the whole would only say it again.
  if (reader->problems() != problems_before) return settings;
  if (auto made = detectors::Detector::create(std::move(options)))
    settings.configured = std::move(*made);
  else
    reader->problem(reader->place("", kDetection), made.error().message);
  return settings;
}

}  // namespace aegis::app
