#include "guard/decision_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace aegis::guard {
namespace {

struct Case {
  const char* what;
  Facts facts;
  const char* balanced;  // the deciding row, "" for none
  Effect balanced_effect;
  const char* strict;
  Effect strict_effect;
};

constexpr ToolLabels kReader{.read_only = true, .destructive = false, .open_world = false};
constexpr ToolLabels kWorst{};

class DecisionTable : public testing::TestWithParam<Case> {};

TEST_P(DecisionTable, DecidesAs) {
  const Case& c = GetParam();
  const auto check = [&](Mode mode, const char* id, Effect effect) {
    const Row* row = decide(c.facts, mode);
    EXPECT_EQ(row == nullptr ? "" : row->id, id) << c.what;
    EXPECT_EQ(row == nullptr ? Effect::allow : effect_of(*row, mode), effect) << c.what;
  };
  check(Mode::balanced, c.balanced, c.balanced_effect);
  check(Mode::strict, c.strict, c.strict_effect);
}

INSTANTIATE_TEST_SUITE_P(
    Guard, DecisionTable,
    testing::Values(Case{"ordinary call", {.labels = kWorst}, "", Effect::allow, "", Effect::allow},
                    Case{"paused agent",
                         {.labels = kReader, .agent_paused = true},
                         "agent-paused",
                         Effect::deny,
                         "agent-paused",
                         Effect::deny},
                    Case{"secret to anywhere",
                         {.labels = kWorst, .certain_secret = true},
                         "secret-to-open-world",
                         Effect::sanitize,
                         "secret-to-open-world",
                         Effect::sanitize},
                    Case{"secret that stays here",
                         {.labels = kReader, .certain_secret = true},
                         "",
                         Effect::allow,
                         "",
                         Effect::allow},
                    Case{"critical personal data to anywhere",
                         {.labels = kWorst, .critical_pii = true},
                         "secret-to-open-world",
                         Effect::sanitize,
                         "secret-to-open-world",
                         Effect::sanitize},
                    Case{"a denial is stronger than a redaction",
                         {.labels = kWorst, .certain_secret = true, .after_injection = true},
                         "destructive-after-injection",
                         Effect::deny,
                         "destructive-after-injection",
                         Effect::deny},
                    Case{"reading after an injection",
                         {.labels = kReader, .after_injection = true},
                         "",
                         Effect::allow,
                         "",
                         Effect::allow},
                    Case{"quoting an injection to a local tool",
                         {.labels = kReader, .certain_injection = true},
                         "",
                         Effect::allow,
                         "",
                         Effect::allow},
                    Case{"an injection in arguments",
                         {.labels = kWorst, .certain_injection = true},
                         "",
                         Effect::allow,
                         "injection-in-arguments",
                         Effect::deny},
                    Case{"scan stopped by a limit",
                         {.labels = kReader, .scan_incomplete = true},
                         "scan-incomplete",
                         Effect::deny,
                         "scan-incomplete",
                         Effect::deny},
                    Case{"injected result",
                         {.point = Point::result, .certain_injection = true},
                         "injection-in-result",
                         Effect::sanitize,
                         "injection-in-result",
                         Effect::sanitize},
                    Case{"suspected injection in a result",
                         {.point = Point::result, .suspected_injection = true},
                         "",
                         Effect::allow,
                         "suspected-injection-in-result",
                         Effect::sanitize},
                    Case{"secret in a result",
                         {.point = Point::result, .certain_secret = true},
                         "secret-in-result",
                         Effect::sanitize,
                         "secret-in-result",
                         Effect::sanitize},
                    Case{"critical personal data in a result",
                         {.point = Point::result, .critical_pii = true},
                         "",
                         Effect::allow,
                         "critical-pii-in-result",
                         Effect::sanitize},
                    Case{"result that could not be scanned",
                         {.point = Point::result, .scan_incomplete = true, .certain_secret = true},
                         "result-scan-incomplete",
                         Effect::deny,
                         "result-scan-incomplete",
                         Effect::deny},
                    Case{"poisoned definition",
                         {.point = Point::definition, .certain_injection = true},
                         "poisoned-definition",
                         Effect::deny,
                         "poisoned-definition",
                         Effect::deny},
                    Case{"facts of another point do not count",
                         {.point = Point::definition, .certain_secret = true},
                         "",
                         Effect::allow,
                         "",
                         Effect::allow}));

TEST(DecisionTableRows, HaveOneNameEachAndSayWhatToDo) {
  std::set<std::string_view> ids;
  for (const Row& row : decision_table()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_GT(row.reason.size(), 40u) << row.id;
    EXPECT_GE(row.strict, row.balanced) << row.id << ": strict may only tighten";
  }
}

TEST(Verdict, DeniesUnlessSomebodySaysOtherwise) {
  EXPECT_EQ(Verdict{}.effect, Effect::deny);
  EXPECT_EQ(Verdict{}.enforced, Effect::deny);
}

}  // namespace
}  // namespace aegis::guard
