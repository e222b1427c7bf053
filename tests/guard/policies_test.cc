// Layers of policies: who is asked, what wins, what fails closed.
#include "guard/policies.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "guard/lists.h"

namespace aegis::guard {
namespace {

// Policies of a user, and one event put to them.
class PoliciesTest : public testing::Test {
 protected:
  void load(std::string text) { load_all({{"user.cedar", std::move(text)}}); }
  void load_all(std::vector<PolicySource> sources, Mode mode = Mode::balanced) {
    auto made =
        Policies::make(mode, lists_, {.what = "the policies of user.cedar", .sources = std::move(sources)});
    ASSERT_TRUE(made) << made.error().message;
    policies_ = *made;
  }
  std::string refused(std::string text) {
    const auto made = Policies::make(Mode::balanced, lists_,
                                     {.what = "", .sources = {{"dir/user.cedar", std::move(text)}}});
    return made ? "" : made.error().message;
  }

  PolicyVerdict call(const std::string& tool, const std::string& arguments = "{}", ToolLabels labels = {}) {
    const auto parsed = parser_.parse(arguments);
    EXPECT_TRUE(parsed);
    return decide({.operation = "tools/call", .target = tool, .labels = labels, .value = &parsed->root});
  }
  PolicyVerdict result(const std::string& tool) {
    return decide({.point = Point::result, .operation = "tools/call", .target = tool});
  }
  PolicyVerdict definition(const std::string& tool) {
    return decide({.point = Point::definition, .operation = "tools/list", .target = tool});
  }
  PolicyVerdict decide(const Event& event) {
    return policies_->decide(event, facts_,
                             {.agent = "nightly", .server = "Files", .environment = "production"});
  }

  JsonParser parser_;
  Facts facts_;
  std::optional<PolicySource> lists_;
  std::shared_ptr<const Policies> policies_ = Policies::builtin(Mode::balanced);
};

constexpr const char* kAll = "permit(principal, action, resource);\n";

TEST_F(PoliciesTest, AUsersPermitDoesNotLoosenThePack) {
  load(std::string(kAll));
  facts_.agent_status = "paused";
  EXPECT_EQ(call("read").rule, "agent-paused");
  EXPECT_EQ(call("read").effect, Effect::deny);
}

TEST_F(PoliciesTest, ThePackDoesNotGrantWhatTheUsersPoliciesDoNot) {
  load(R"(permit(principal, action == Aegis::Action::"read", resource);)");
  EXPECT_EQ(call("read").effect, Effect::allow);
  const PolicyVerdict verdict = call("write");
  EXPECT_EQ(verdict.effect, Effect::deny);
  EXPECT_EQ(verdict.rule, kNoPermit);
  EXPECT_EQ(verdict.reason, "no policy of the policies of user.cedar permits this.");
}

TEST_F(PoliciesTest, ResultsAndDefinitionsThatNoPermitSpeaksOfAreDecidedByForbids) {
  load(R"(permit(principal, action in Aegis::Action::"call_tool", resource);
          forbid(principal, action, resource) when { context.findings.pii > 0 };)");
  EXPECT_EQ(result("read").effect, Effect::allow);
  EXPECT_EQ(definition("read").effect, Effect::allow);
  facts_.pii = 1;
  EXPECT_EQ(result("read").effect, Effect::deny);
  facts_.pii = 0;
  load(
      R"(permit(principal, action == Aegis::Action::"receive_output", resource) when { context.target == "read" };
          permit(principal, action in Aegis::Action::"call_tool", resource);)");
  EXPECT_EQ(result("read").effect, Effect::allow);
  EXPECT_EQ(result("write").effect, Effect::deny);
}

TEST_F(PoliciesTest, TheStrongestEffectOfAllThatApplyWins) {
  load(std::string(kAll) + R"(
    @id("cautious") @decision("sanitize") permit(principal, action == Aegis::Action::"send", resource);
    @id("ask") @requireApproval("money leaves") @approver_group("finance")
    permit(principal, action == Aegis::Action::"send", resource) when { context.input has amount && context.input.amount > 100 };)");
  EXPECT_EQ(call("send", R"({"amount": 5})").effect, Effect::sanitize);
  const PolicyVerdict verdict = call("send", R"({"amount": 500})");
  EXPECT_EQ(verdict.effect, Effect::require_approval);
  EXPECT_EQ(verdict.rule, "ask");
  EXPECT_EQ(verdict.reason, "money leaves");
  EXPECT_EQ(verdict.approver_group, "finance");
  EXPECT_EQ(verdict.policies, (std::vector<std::string>{"default", "user.cedar:policy0", "cautious", "ask"}));
}

TEST_F(PoliciesTest, LogOnlyAllowsAndIsNamed) {
  load(
      std::string(kAll) +
      R"(@id("watched") @decision("log_only") permit(principal, action == Aegis::Action::"send", resource);)");
  EXPECT_EQ(call("send").effect, Effect::allow);
  EXPECT_EQ(call("send").rule, "watched");
  EXPECT_EQ(call("read").rule, "");
}

TEST_F(PoliciesTest, QuarantineDenies) {
  load(std::string(kAll) +
       R"(@decision("quarantine") permit(principal, action == Aegis::Action::"send", resource);)");
  EXPECT_EQ(call("send").effect, Effect::deny);
}

TEST_F(PoliciesTest, AForbidThatCannotBeEvaluatedDenies) {
  load(
      std::string(kAll) +
      R"(@id("big") forbid(principal, action == Aegis::Action::"send", resource) when { context.input.amount > 100 };)");
  EXPECT_EQ(call("send", R"({"amount": 5})").effect, Effect::allow);
  const PolicyVerdict missing = call("send");
  EXPECT_EQ(missing.effect, Effect::deny);
  EXPECT_EQ(missing.rule, "big");
  EXPECT_NE(missing.reason.find("there is no attribute \"amount\""), std::string::npos) << missing.reason;
  EXPECT_EQ(call("send", R"({"amount": "5"})").effect, Effect::deny) << "a wrong type is not small";
  EXPECT_EQ(call("read").effect, Effect::allow) << "not in its scope";
}

TEST_F(PoliciesTest, APermitThatWouldHaveTightenedAndFailsDenies) {
  load(
      std::string(kAll) +
      R"(@decision("require_approval") permit(principal, action == Aegis::Action::"send", resource) when { context.input.amount > 100 };)");
  EXPECT_EQ(call("send").effect, Effect::deny);
  load(
      std::string(kAll) +
      R"(permit(principal, action == Aegis::Action::"send", resource) when { context.input.amount > 100 };)");
  EXPECT_EQ(call("send").effect, Effect::allow) << "one that only allows is not missed";
}

TEST_F(PoliciesTest, AnArgumentThatPoliciesCannotReadDeniesWhereOneLooksAtIt) {
  load(std::string(kAll) + R"(@id("big") forbid(principal, action == Aegis::Action::"send", resource)
                              when { context.input has amount && context.input.amount > 100 };)");
  EXPECT_EQ(call("send", R"({"amount": 18446744073709551615})").rule, "big");
  EXPECT_EQ(call("send", R"({"amount": 0.00001})").effect, Effect::deny);
  EXPECT_EQ(call("send", R"({"amount": [1, {"x": 0.00001}]})").effect, Effect::deny) << "however deep";
  EXPECT_EQ(call("send", R"({"amount": 5, "weights": [0.00001]})").effect, Effect::allow)
      << "nobody looks there";
  EXPECT_EQ(call("send", R"([1])").effect, Effect::deny) << "no object";
  EXPECT_EQ(call("draw", R"({"amount": 0.00001})").effect, Effect::allow) << "not in its scope";
  load(std::string(kAll) + R"(forbid(principal, action, resource) when { context.input == {"a": 1} };)");
  EXPECT_EQ(call("draw", R"({"weights": 0.00001})").effect, Effect::deny) << "the whole is looked at";
}

TEST_F(PoliciesTest, AToolCannotTakeTheNameOfAGroup) {
  load(R"(permit(principal, action in Aegis::Action::"readOnly", resource);)");
  EXPECT_EQ(call("look", "{}", {.read_only = true, .destructive = false}).effect, Effect::allow);
  EXPECT_EQ(call("readOnly").effect, Effect::deny);
  EXPECT_EQ(call("tool:readOnly").effect, Effect::deny);
  load(R"(permit(principal, action == Aegis::Action::"tool:readOnly", resource);)");
  EXPECT_EQ(call("readOnly").effect, Effect::allow) << "under the name it is given";
  EXPECT_EQ(call("tool:readOnly").effect, Effect::deny);
}

TEST_F(PoliciesTest, AgentsServersAndEnvironmentsAreNamed) {
  load(R"(permit(principal == Aegis::Agent::"nightly", action, resource == Aegis::Server::"Files")
          when { principal in Aegis::Tenant::"default" && principal.environment == "production" && resource.name == "Files" };)");
  EXPECT_EQ(call("read").effect, Effect::allow);
  load(R"(permit(principal == Aegis::Agent::"daily", action, resource);)");
  EXPECT_EQ(call("read").effect, Effect::deny);
}

TEST_F(PoliciesTest, TheOtherVocabularyJudgesCallsAlone) {
  load(R"(permit(principal, action == Action::"tool_call", resource) when { context.mutates_state == false };
          @decision("require_approval") @reason("from outside") @approver_group("security")
          permit(principal, action == Action::"tool_call", resource)
            when { context.mutates_state && context.trust_level == "untrusted_external" };
          permit(principal == Agent::"nightly", action == Action::"tool_call", resource == ToolAction::"files_write_file")
            when { context.is_mcp_tool_known == false && context.environment == "production" && context.agent_risk_tier == "unknown" };
          forbid(principal, action, resource) when { context.resource_base_branch == "main" };)");
  EXPECT_EQ(call("read", "{}", {.read_only = true, .destructive = false}).effect, Effect::allow);
  EXPECT_EQ(call("delete").rule, kNoPermit);
  EXPECT_EQ(call("Write_File").effect, Effect::allow) << "names are compared in lower case";
  EXPECT_EQ(call("Write_File", R"({"base_branch": "main"})").effect, Effect::deny);
  facts_.source_trust = SourceTrust::untrusted_external;
  EXPECT_EQ(call("delete").effect, Effect::require_approval);
  EXPECT_EQ(call("delete").approver_group, "security");
  EXPECT_EQ(result("delete").effect, Effect::allow);
}

TEST_F(PoliciesTest, FilesOfBothVocabulariesAreLayersOfTheirOwn) {
  load_all(
      {{"a.cedar",
        R"(forbid(principal, action == Aegis::Action::"delete", resource); permit(principal, action, resource);)"},
       {"b.cedar",
        R"(permit(principal, action == Action::"tool_call", resource) when { context.trust_level != "unknown" };)"}});
  EXPECT_EQ(policies_->layers().size(), 3u);
  EXPECT_EQ(call("read").effect, Effect::allow);
  EXPECT_EQ(call("delete").rule, "a.cedar:policy0");
}

TEST_F(PoliciesTest, WhatIsWrongWithATextIsSaidWithItsPlace) {
  EXPECT_EQ(refused("permit(principal, action, resource)"),
            "dir/user.cedar:1:36: expected `when`, `unless` or `;`, found the end of the text");
  EXPECT_EQ(
      refused(
          "permit(principal, action, resource);\n@decision(\"ask\") permit(principal, action, resource);"),
      "dir/user.cedar:2:1: policy1: unknown @decision; it must be allow, log_only, sanitize, redact, "
      "require_approval, quarantine or deny");
  EXPECT_NE(refused(R"(@decision("sanitize") forbid(principal, action, resource);)").find("a forbid denies"),
            std::string::npos);
  EXPECT_NE(refused(R"(@decision("redact") permit(principal, action, resource);)").find("@redact_fields"),
            std::string::npos);
  EXPECT_NE(refused(R"(@durability("some") permit(principal, action, resource);)").find("@durability"),
            std::string::npos);
  EXPECT_NE(refused(R"(@id("a b") permit(principal, action, resource);)").find("@id"), std::string::npos);
  EXPECT_NE(refused(R"(@id("default") permit(principal, action, resource);)")
                .find("taken by a policy of another layer"),
            std::string::npos);
  EXPECT_NE(
      refused(
          R"(@id("x") permit(principal, action, resource); @id("x") permit(principal, action, resource);)")
          .find("another policy has the id x"),
      std::string::npos);
  EXPECT_NE(refused("permit(principal == ?principal, action, resource);").find("a template"),
            std::string::npos);
  EXPECT_NE(refused(R"(permit(principal is Aegis::Agent, action == Action::"tool_call", resource);)")
                .find("put them in two"),
            std::string::npos);
}

TEST_F(PoliciesTest, ListsBlockReviewAndAllow) {
  using Kind = ListEntry::Kind;
  const std::vector<ListEntry> entries{
      {.kind = Kind::block, .position = 0, .tool = "delete_*"},
      {.kind = Kind::block, .position = 1, .agent = "daily", .tool = "read"},
      {.kind = Kind::block, .position = 2, .server = "F*", .tool = "format", .reason = "it is \"final\"\n"},
      {.kind = Kind::review, .position = 0, .tool = "send", .approver_group = "finance"}};
  lists_ = {"config.json: /lists", list_policies(entries)};
  load_all({});
  EXPECT_EQ(call("delete_all").rule, "lists:block:0");
  EXPECT_EQ(call("delete_all").reason, "the configuration blocks this tool (/lists/block/0).");
  EXPECT_EQ(call("read").effect, Effect::allow) << "another agent's";
  EXPECT_EQ(call("format").reason, "it is \"final\"\n");
  EXPECT_EQ(call("send").effect, Effect::require_approval);
  EXPECT_EQ(call("send").approver_group, "finance");
  EXPECT_EQ(call("other").effect, Effect::allow);
  EXPECT_EQ(result("delete_all").effect, Effect::allow);
}

TEST_F(PoliciesTest, AnAgentWithAnAllowListMayCallNothingElse) {
  using Kind = ListEntry::Kind;
  const std::vector<ListEntry> entries{
      {.kind = Kind::allow, .position = 0, .agent = "night*", .tool = "read"},
      {.kind = Kind::allow, .position = 1, .agent = "nightly", .tool = "readOnly"},
      {.kind = Kind::review, .position = 0, .tool = "send"}};
  lists_ = {"config.json: /lists", list_policies(entries)};
  load_all({});
  EXPECT_EQ(call("read").effect, Effect::allow);
  EXPECT_EQ(call("readOnly").effect, Effect::allow) << "a tool of that name, not the group";
  EXPECT_EQ(call("look", "{}", {.read_only = true, .destructive = false}).rule, kNoPermit);
  EXPECT_EQ(call("send").effect, Effect::require_approval);
  EXPECT_EQ(decide({.operation = "resources/read", .target = "file:///x"}).effect, Effect::allow);
  const auto other =
      policies_->decide({.operation = "tools/call", .target = "write"}, {}, {.agent = "daily"});
  EXPECT_EQ(other.effect, Effect::allow);
}

TEST_F(PoliciesTest, EnforceIsThePacksAlone) {
  load(std::string(kAll) +
       R"(@enforce("always") forbid(principal, action == Aegis::Action::"send", resource);)");
  EXPECT_EQ(call("send").effect, Effect::deny);
  EXPECT_FALSE(call("send").even_observing);
}

TEST_F(PoliciesTest, TheHashIsOfTheTexts) {
  const std::string pack = policies_->hash();
  load(kAll);
  const std::string one = policies_->hash();
  load(std::string(kAll) + " ");
  EXPECT_EQ(one.size(), 64u);
  EXPECT_NE(pack, one);
  EXPECT_NE(one, policies_->hash());
}

}  // namespace
}  // namespace aegis::guard
