// What `policy check` finds in policies before they decide.
#include "guard/policy_check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "guard/lists.h"
#include "guard/policies.h"

namespace aegis::guard {
namespace {

std::string check(const std::string& text) {
  const PolicySource source{"t.cedar", text};
  const auto vocabulary = vocabulary_of(source);
  if (!vocabulary) return vocabulary.error().message;
  const auto layer = PolicyLayer::make("t", *vocabulary, Author::user, {&source, 1});
  if (!layer) return layer.error().message;
  const auto problems = check_policies(*layer);
  return problems.empty() ? "fine" : problems.front().place + ": " + problems.front().message;
}

std::string check(const std::string& scope, const std::string& condition) {
  return check("permit(" + scope + ") when { " + condition + " };");
}

TEST(PolicyCheck, ThePackHoldsToTheSchema) {
  for (const Mode mode : {Mode::balanced, Mode::strict}) {
    for (const PolicyProblem& problem : check_policies(Policies::builtin(mode)->layers().front()))
      ADD_FAILURE() << problem.place << ": " << problem.message;
  }
}

TEST(PolicyCheck, ListsHoldToTheSchema) {
  const std::vector<ListEntry> entries{
      {.kind = ListEntry::Kind::allow, .agent = "n*", .server = "f*", .tool = "read"},
      {.kind = ListEntry::Kind::block, .agent = "n", .server = "f", .tool = "del*", .reason = "\"x\""},
      {.kind = ListEntry::Kind::review, .tool = "readOnly", .approver_group = "g"}};
  EXPECT_EQ(check(list_policies(entries)), "fine");
}

TEST(PolicyCheck, ArgumentsAreOfTheTypeTheyAreUsedAs) {
  const std::string tool = "principal, action == Aegis::Action::\"send\", resource";
  for (const char* condition : {"context.input has to && context.input.to like \"*@example.com\"",
                                "context.input has amount && context.input.amount > 100",
                                "context.input has force && context.input.force",
                                "context.input has amount && context.input.amount.lessThan(decimal(\"1.5\"))",
                                "context.input has a.b && context.input.a.b == [1]",
                                "context.input has tags && context.input.tags.containsAny([\"x\", \"y\"]) && "
                                "!context.input.tags.isEmpty()",
                                "context.input has to && [\"a\", \"b\"].contains(context.input.to)"})
    EXPECT_EQ(check(tool, condition), "fine") << condition;
  EXPECT_EQ(check(tool, "action in Aegis::Action::\"externalSink\" && context.private_passage"), "fine");
  EXPECT_EQ(check(tool, "context.input.to == \"x\""),
            "t.cedar:1:82: the attribute \"to\" may be missing; check with `has` first");
  EXPECT_NE(check(tool, "context.input has a && context.input.a > \"x\""), "fine");
  EXPECT_NE(check(tool, "context.input has a && context.input.a in Aegis::Tenant::\"x\""), "fine");
}

TEST(PolicyCheck, WhatIsNotThereIsSaid) {
  EXPECT_EQ(check("principal, action, resource", "context.finding.secrets > 0"),
            "t.cedar:1:51: a record has no attribute \"finding\"");
  EXPECT_NE(check("principal, action, resource", "principal.trust > 50").find("may be missing"),
            std::string::npos);
  EXPECT_NE(check("principal is Aegis::User, action, resource", "true").find("Aegis::User is not declared"),
            std::string::npos);
  EXPECT_NE(check("principal, action == Action::\"tool_call\", resource", "context.input has a")
                .find("has no attribute \"input\""),
            std::string::npos);
  EXPECT_EQ(check("principal, action == Action::\"tool_call\", resource",
                  "context.mutates_state && context.trust_level != \"unknown\" || context.agent_risk_tier == "
                  "\"low\""),
            "fine");
}

TEST(PolicyCheck, ExamplesHoldToTheSchema) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(AEGIS_SOURCE_DIR "/examples/policies")) {
    if (entry.path().extension() != ".cedar") continue;
    std::ifstream file(entry.path());
    EXPECT_EQ(check(std::string{std::istreambuf_iterator<char>(file), {}}), "fine") << entry.path();
    ++files;
  }
  EXPECT_GE(files, 3u);
}

}  // namespace
}  // namespace aegis::guard
