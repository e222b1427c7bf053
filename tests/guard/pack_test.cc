// The policies that ship, one by one: what balanced and strict do.
#include <gtest/gtest.h>

#include <string>

#include "guard/policies.h"

namespace aegis::guard {
namespace {

struct Asked {
  Event event;
  Facts facts;
};

struct Case {
  const char* what;
  Asked asked;
  const char* balanced;  // the deciding policy, "" for none
  Effect balanced_effect;
  const char* strict;
  Effect strict_effect;
};

constexpr ToolLabels kReaderLabels{.read_only = true, .destructive = false, .open_world = false};
const Event kReader{.operation = "tools/call", .target = "read", .labels = kReaderLabels};
const Event kWorst{.operation = "tools/call", .target = "run", .labels = {}};
const Event kResult{.point = Point::result, .operation = "tools/call", .target = "run"};
const Event kDefinition{.point = Point::definition, .operation = "tools/list", .target = "run"};

class Pack : public testing::TestWithParam<Case> {};

TEST_P(Pack, DecidesAs) {
  const Case& c = GetParam();
  const auto check = [&](Mode mode, const char* id, Effect effect) {
    const auto policies = Policies::builtin(mode);
    const PolicyVerdict verdict = policies->decide(
        c.asked.event, c.asked.facts, {.agent = "a", .server = "s", .environment = "development"});
    EXPECT_EQ(verdict.rule, id) << c.what;
    EXPECT_EQ(verdict.effect, effect) << c.what;
    EXPECT_EQ(verdict.reason.empty(), verdict.rule.empty()) << c.what;
    EXPECT_EQ(verdict.even_observing, verdict.rule == "agent-paused") << c.what;
  };
  check(Mode::balanced, c.balanced, c.balanced_effect);
  check(Mode::strict, c.strict, c.strict_effect);
}

INSTANTIATE_TEST_SUITE_P(
    Guard, Pack,
    testing::Values(
        Case{"ordinary call", {kWorst, {}}, "", Effect::allow, "", Effect::allow},
        Case{"paused agent",
             {kReader, {.agent_status = "paused"}},
             "agent-paused",
             Effect::deny,
             "agent-paused",
             Effect::deny},
        Case{"secret to anywhere",
             {kWorst, {.secrets = 1}},
             "secret-to-open-world",
             Effect::sanitize,
             "secret-to-open-world",
             Effect::sanitize},
        Case{"secret that stays here", {kReader, {.secrets = 1}}, "", Effect::allow, "", Effect::allow},
        Case{"critical personal data to anywhere",
             {kWorst, {.critical_pii = 1}},
             "secret-to-open-world",
             Effect::sanitize,
             "secret-to-open-world",
             Effect::sanitize},
        Case{"a denial is stronger than a redaction",
             {kWorst, {.after_injection = true, .secrets = 1}},
             "destructive-after-injection",
             Effect::deny,
             "destructive-after-injection",
             Effect::deny},
        Case{"reading after an injection",
             {kReader, {.after_injection = true}},
             "",
             Effect::allow,
             "",
             Effect::allow},
        Case{"quoting an injection to a local tool",
             {kReader, {.injection = 1}},
             "",
             Effect::allow,
             "",
             Effect::allow},
        Case{"an injection in arguments",
             {kWorst, {.injection = 1}},
             "",
             Effect::allow,
             "injection-in-arguments",
             Effect::deny},
        Case{"scan stopped by a limit",
             {kReader, {.scan_complete = false}},
             "scan-incomplete",
             Effect::deny,
             "scan-incomplete",
             Effect::deny},
        Case{"injected result",
             {kResult, {.injection = 1}},
             "injection-in-result",
             Effect::sanitize,
             "injection-in-result",
             Effect::sanitize},
        Case{"suspected injection in a result",
             {kResult, {.suspected_injection = 1}},
             "",
             Effect::allow,
             "suspected-injection-in-result",
             Effect::sanitize},
        Case{"secret in a result",
             {kResult, {.secrets = 1}},
             "secret-in-result",
             Effect::sanitize,
             "secret-in-result",
             Effect::sanitize},
        Case{"critical personal data in a result",
             {kResult, {.critical_pii = 1}},
             "",
             Effect::allow,
             "critical-pii-in-result",
             Effect::sanitize},
        Case{"result that could not be scanned",
             {kResult, {.scan_complete = false, .secrets = 1}},
             "result-scan-incomplete",
             Effect::deny,
             "result-scan-incomplete",
             Effect::deny},
        Case{"poisoned definition",
             {kDefinition, {.injection = 1}},
             "poisoned-definition",
             Effect::deny,
             "poisoned-definition",
             Effect::deny},
        Case{"a call of a withheld tool",
             {{.operation = "tools/call", .target = "read", .labels = kReaderLabels, .tool_withheld = true},
              {}},
             "tool-withheld",
             Effect::deny,
             "tool-withheld",
             Effect::deny},
        Case{"a placeholder to a tool that writes",
             {kWorst, {.holds_placeholder = true}},
             "placeholder-write",
             Effect::deny,
             "placeholder-write",
             Effect::deny},
        Case{"a placeholder to a tool that only reads",
             {kReader, {.holds_placeholder = true}},
             "",
             Effect::allow,
             "",
             Effect::allow},
        Case{"secret in a URI that is read",
             {{.operation = "resources/read", .labels = {true, false, true}}, {.secrets = 1}},
             "secret-to-open-world",
             Effect::sanitize,
             "secret-to-open-world",
             Effect::sanitize},
        Case{"definition that could not be scanned",
             {kDefinition, {.scan_complete = false}},
             "definition-scan-incomplete",
             Effect::deny,
             "definition-scan-incomplete",
             Effect::deny},
        Case{"poisoned instructions",
             {{.point = Point::definition, .operation = "initialize"}, {.injection = 1}},
             "poisoned-definition",
             Effect::deny,
             "poisoned-definition",
             Effect::deny},
        Case{"of several forbids the first of the pack names the reason",
             {kWorst, {.agent_status = "paused", .scan_complete = false, .after_injection = true}},
             "agent-paused",
             Effect::deny,
             "agent-paused",
             Effect::deny},
        Case{"facts of another point do not count",
             {kDefinition, {.secrets = 1}},
             "",
             Effect::allow,
             "",
             Effect::allow}));

TEST(PackPolicies, SayWhatToDoAndStrictOnlyAdds) {
  const auto& balanced = Policies::builtin(Mode::balanced)->layers().front();
  const auto& strict = Policies::builtin(Mode::strict)->layers().front();
  ASSERT_GT(strict.meanings().size(), balanced.meanings().size());
  for (std::size_t i = 0; i < balanced.meanings().size(); ++i)
    EXPECT_EQ(balanced.meanings()[i].id, strict.meanings()[i].id);
  for (const Meaning& meaning : strict.meanings()) {
    EXPECT_EQ(meaning.id.find(".cedar"), std::string::npos) << meaning.id << ": has an @id";
    EXPECT_EQ(meaning.reason.size() > 40, meaning.id != "default") << meaning.id;
  }
}

TEST(Verdict, DeniesUnlessSomebodySaysOtherwise) {
  EXPECT_EQ(Verdict{}.effect, Effect::deny);
  EXPECT_EQ(Verdict{}.enforced, Effect::deny);
  EXPECT_EQ(PolicyVerdict{}.effect, Effect::deny);
  EXPECT_EQ(LayerDecision{}.effect, Effect::deny);
}

}  // namespace
}  // namespace aegis::guard
