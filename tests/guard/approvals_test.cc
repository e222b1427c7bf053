// A call that needs a person: when it goes on, when it waits, when it is refused.
#include "guard/approvals.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "store/store.h"
#include "tests/support/temp_folder.h"

namespace aegis::guard {
namespace {

using store::ApprovalState;

const std::string kAwsKey = std::string("AKIA") + "QYLPMN5HHHFPZAM2";

class ApprovalDeskTest : public testing::Test {
 protected:
  // A call that some policy wants approved.
  struct Call {
    std::string arguments = R"({"path":"/etc/hosts"})";
    std::string target = "write_file";
    std::string server = "files";
    std::string policies = "p1";
    std::string definition;
    std::string group;
    std::string edit_of;
    Effect enforced = Effect::require_approval;
    bool strict = false;
    bool continues_approved = false;
  };

  Verdict settle(const Call& call) {
    Verdict verdict;
    verdict.effect = verdict.enforced = call.enforced;
    verdict.rule = "writes-outside";
    verdict.reason = "it writes outside of the project.";
    verdict.approver_group = call.group;
    const Event event{.operation = "tools/call",
                      .target = call.target,
                      .arguments = [&]() -> std::string_view { return call.arguments; },
                      .definition_hash = call.definition,
                      .edit_of = call.edit_of,
                      .continues_approved = call.continues_approved};
    went_on_ = desk_.settle({.agent = agent_,
                             .server = call.server,
                             .detector = *detector_,
                             .policy_set_hash = call.policies,
                             .nobody_is_asked = call.strict},
                            event, &verdict);
    return verdict;
  }
  bool goes_on(const Call& call) {
    settle(call);
    return went_on_;
  }
  // The approval a call waits for.
  std::string asked(const Call& call) {
    const Verdict verdict = settle(call);
    EXPECT_FALSE(went_on_);
    EXPECT_EQ(verdict.enforced, Effect::require_approval) << verdict.reason;
    EXPECT_TRUE(verdict.approval);
    return verdict.approval ? verdict.approval->id : "";
  }
  void at_the_command_line(const std::string& id, ApprovalState state, std::string arguments = "") {
    const auto decided = store_->approvals().decide(
        id, {.state = state, .channel = "cli", .edited_arguments = std::move(arguments)}, now_ms());
    ASSERT_TRUE(decided) << decided.error().message;
  }
  ApprovalState state(const std::string& id) { return store_->approvals().by_id(id, now_ms())->state; }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_ / "aegis.db").value();
  store::AgentId agent_ = store_->ensure_agent("tester")->id;
  std::shared_ptr<const detectors::Detector> detector_ = detectors::Detector::builtin();
  ApprovalDesk desk_{&store_->approvals(), {.expires_ms = 60'000, .out_of_band = {"security"}}};
  bool went_on_ = false;
};

TEST_F(ApprovalDeskTest, ACallWaitsGoesOnOnceAndWaitsAgain) {
  const UnixMillis before = now_ms();
  const Verdict waiting = settle({});
  ASSERT_TRUE(waiting.approval);
  EXPECT_EQ(waiting.enforced, Effect::require_approval);
  EXPECT_EQ(waiting.reason, "it writes outside of the project.");
  EXPECT_GE(waiting.approval->expires_at, before + 60'000);
  EXPECT_EQ(waiting.approval->shown, R"({"path":"/etc/hosts"})");
  const std::string id = waiting.approval->id;
  EXPECT_EQ(asked({}), id) << "an identical call waits for the same";

  at_the_command_line(id, ApprovalState::approved);
  const Verdict approved = settle({});
  EXPECT_TRUE(went_on_);
  EXPECT_EQ(approved.approved_by, id);
  EXPECT_NE(approved.reason.find(id), std::string::npos);
  EXPECT_EQ(state(id), ApprovalState::consumed);
  EXPECT_NE(asked({}), id) << "it was good once";
}

TEST_F(ApprovalDeskTest, AnApprovalIsGoodForThatCallOnly) {
  const std::string id = asked({});
  at_the_command_line(id, ApprovalState::approved);
  EXPECT_FALSE(goes_on({.arguments = R"({"path":"/etc/hostS"})"})) << "one byte";
  EXPECT_FALSE(goes_on({.arguments = R"({"path":"/etc/hosts","x":null})"}));
  EXPECT_FALSE(goes_on({.target = "write_file2"}));
  EXPECT_FALSE(goes_on({.server = "other"}));
  EXPECT_FALSE(goes_on({.policies = "p2"})) << "given under other policies";
  EXPECT_FALSE(goes_on({.definition = "changed"}));
  EXPECT_EQ(state(id), ApprovalState::approved);
  EXPECT_TRUE(goes_on({.arguments = R"( { "path" : "\/etc\/hosts" } )"})) << "the same, written differently";
}

TEST_F(ApprovalDeskTest, AnotherAgentCannotUseIt) {
  at_the_command_line(asked({}), ApprovalState::approved);
  agent_ = store_->ensure_agent("other")->id;
  EXPECT_FALSE(goes_on({}));
}

TEST_F(ApprovalDeskTest, ADenialSaysToStop) {
  const std::string id = asked({});
  ASSERT_TRUE(store_->approvals().decide(
      id, {.state = ApprovalState::denied, .channel = "cli", .note = "not on\nFridays"}, now_ms()));
  const Verdict verdict = settle({});
  EXPECT_FALSE(went_on_);
  EXPECT_EQ(verdict.enforced, Effect::deny);
  EXPECT_EQ(verdict.rule, "approval-denied");
  EXPECT_NE(verdict.reason.find("not on Fridays"), std::string::npos) << verdict.reason;
  EXPECT_NE(verdict.reason.find("stop and tell the user"), std::string::npos) << verdict.reason;
}

TEST_F(ApprovalDeskTest, StrictAsksNobody) {
  const Verdict verdict = settle({.strict = true});
  EXPECT_EQ(verdict.effect, Effect::deny);
  EXPECT_EQ(verdict.enforced, Effect::deny);
  EXPECT_FALSE(verdict.approval);
  EXPECT_TRUE(store_->approvals().list(true, now_ms())->empty());
}

TEST_F(ApprovalDeskTest, WhatNeedsNoApprovalIsLeftAlone) {
  for (const Effect effect : {Effect::allow, Effect::sanitize, Effect::deny}) {
    EXPECT_EQ(settle({.enforced = effect, .strict = true}).enforced, effect);
    EXPECT_FALSE(went_on_);
  }
  EXPECT_TRUE(store_->approvals().list(true, now_ms())->empty());
}

TEST_F(ApprovalDeskTest, WithoutAStoreNothingIsAllowed) {
  desk_ = ApprovalDesk(nullptr, {});
  const Verdict verdict = settle({});
  EXPECT_EQ(verdict.enforced, Effect::deny);
  EXPECT_EQ(verdict.rule, "store-unavailable");
  EXPECT_FALSE(desk_.answer(agent_, "x", true));
}

TEST_F(ApprovalDeskTest, AnExpiredOneIsAskedForAnew) {
  desk_ = ApprovalDesk(&store_->approvals(), {.expires_ms = 0});
  const std::string id = settle({}).approval->id;
  const auto late = desk_.answer(agent_, id, true);
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message.find("expired"), std::string::npos) << late.error().message;
  EXPECT_NE(settle({}).approval->id, id);
}

TEST_F(ApprovalDeskTest, TooManyAreDeniedWithANumber) {
  for (std::size_t i = 0; i < store::kMaxPendingApprovals; ++i)
    asked({.arguments = "{\"n\":" + std::to_string(i) + "}"});
  const Verdict verdict = settle({.arguments = R"({"n":"more"})"});
  EXPECT_EQ(verdict.enforced, Effect::deny);
  EXPECT_EQ(verdict.rule, "approval-unavailable");
  EXPECT_NE(verdict.reason.find(std::to_string(store::kMaxPendingApprovals)), std::string::npos);
}

TEST_F(ApprovalDeskTest, FormsDecideForTheirOwnAgentAndWhereTheGroupTakesThem) {
  const std::string id = asked({});
  EXPECT_FALSE(desk_.answer(store_->ensure_agent("other")->id, id, true)) << "not its own";
  EXPECT_FALSE(desk_.state(store_->ensure_agent("other")->id, id));
  EXPECT_EQ(desk_.answer(agent_, id, true)->channel, "form");
  EXPECT_FALSE(desk_.answer(agent_, id, false)) << "decided already";
  EXPECT_TRUE(goes_on({}));

  const Call of_security{.target = "deploy", .group = "security"};
  const Verdict verdict = settle(of_security);
  EXPECT_EQ(verdict.approval->group, "security");
  EXPECT_TRUE(verdict.approval->out_of_band);
  const auto refused = desk_.answer(agent_, verdict.approval->id, true);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("security"), std::string::npos);
  EXPECT_EQ(state(verdict.approval->id), ApprovalState::pending);
  at_the_command_line(verdict.approval->id, ApprovalState::approved);
  EXPECT_TRUE(goes_on(of_security));
}

TEST_F(ApprovalDeskTest, WhatTheApproverWroteGoesOnInstead) {
  const std::string id = asked({});
  at_the_command_line(id, ApprovalState::edited, R"({"path":"/tmp/hosts"})");
  const Verdict edited = settle({});
  EXPECT_FALSE(went_on_) << "the agent's own arguments were not approved";
  ASSERT_TRUE(edited.approval);
  EXPECT_EQ(edited.approval->edited_arguments, R"({"path":"/tmp/hosts"})");
  // The gateway has the approver's arguments judged.
  EXPECT_FALSE(goes_on({.arguments = R"({"path":"/tmp/hostS"})", .edit_of = id}));
  EXPECT_FALSE(goes_on({.arguments = R"({"path":"/tmp/hosts"})", .edit_of = id, .enforced = Effect::deny}))
      << "policies hold for approvers too";
  EXPECT_EQ(state(id), ApprovalState::edited);
  EXPECT_TRUE(goes_on({.arguments = R"({ "path": "/tmp/hosts" })", .edit_of = id}));
  EXPECT_EQ(state(id), ApprovalState::consumed);
  EXPECT_EQ(settle({.arguments = R"({"path":"/tmp/hosts"})", .edit_of = id}).enforced, Effect::deny)
      << "once";
}

TEST_F(ApprovalDeskTest, AnEditThatNeedsNoApprovalUsesItUpAllTheSame) {
  const std::string id = asked({});
  at_the_command_line(id, ApprovalState::edited, "{}");
  EXPECT_TRUE(goes_on({.arguments = "{}", .edit_of = id, .enforced = Effect::allow}));
  EXPECT_EQ(state(id), ApprovalState::consumed);
  EXPECT_EQ(settle({.arguments = "{}", .edit_of = id, .enforced = Effect::allow}).enforced, Effect::deny);
}

TEST_F(ApprovalDeskTest, TheSecondHalfOfAnApprovedCallNeedsNoOther) {
  EXPECT_TRUE(goes_on({.continues_approved = true}));
  EXPECT_TRUE(store_->approvals().list(true, now_ms())->empty());
}

TEST_F(ApprovalDeskTest, NothingSecretIsStoredOrShown) {
  const std::string arguments = R"({"note":"key )" + kAwsKey + R"( here","list":[{")" + kAwsKey +
                                R"(":"123-45-6789 is the social security number"}]})";
  const Verdict verdict = settle({.arguments = arguments, .target = "file:///x?key=" + kAwsKey});
  const auto stored = store_->approvals().by_id(verdict.approval->id, now_ms());
  for (const std::string& text : {stored->request.summary, stored->request.target, verdict.approval->shown}) {
    EXPECT_EQ(text.find(kAwsKey), std::string::npos) << text;
    EXPECT_EQ(text.find("123-45-6789"), std::string::npos) << text;
  }
  EXPECT_NE(stored->request.summary.find("here"), std::string::npos) << stored->request.summary;
}

TEST(ShownArguments, AreOneLineOfBoundedLengthAndSayWhatIsMissing) {
  const auto detector = detectors::Detector::builtin();
  EXPECT_EQ(shown_arguments(*detector, "", 100), "{}");
  const std::string shown = shown_arguments(
      *detector, R"({"a":"one\ntwo\u001b[2Jthree\u202e","b":")" + std::string(500, 'x') + "\"}", 60);
  EXPECT_EQ(shown.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_EQ(shown.find("\u202e"), std::string::npos);
  EXPECT_LT(shown.size(), 120U);
  EXPECT_NE(shown.find("more bytes are not shown"), std::string::npos) << shown;
  const std::string large = "{\"a\":\"" + std::string(300 << 10, 'x') + "\"}";
  EXPECT_NE(shown_arguments(*detector, large, 60).find(std::to_string(large.size())), std::string::npos);
  EXPECT_NE(shown_arguments(*detector, R"({"n":1e999,"b":"x"})", 60).find("1e999"), std::string::npos);
}

}  // namespace
}  // namespace aegis::guard
