// A call that a person has to approve, as its client and its server see it.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/clock.h"
#include "guard/policies.h"
#include "mcp/splice.h"
#include "tests/gateway/proxy_fixture.h"

namespace aegis::gateway {
namespace {

using store::ApprovalState;

constexpr const char* kPolicies = R"(
permit (principal, action, resource);
@id("ask-deploy") @decision("require_approval") @reason("deployments are approved by a person.")
permit (principal, action == Aegis::Action::"deploy", resource);
@id("ask-read") @decision("require_approval")
permit (principal, action == Aegis::Action::"read_resource", resource) when { context.target == "file:///deploy" };
@id("ask-security") @decision("require_approval") @approver_group("security")
permit (principal, action == Aegis::Action::"release", resource);
@id("not-to-mars")
forbid (principal, action == Aegis::Action::"deploy", resource) when { context.input has to && context.input.to == "mars" };
)";
constexpr const char* kArguments = R"({"to":"production","n":1.50})";

class ApprovalProxyTest : public McpProxyTest {
 protected:
  ApprovalProxyTest() { restart(guard::Mode::balanced); }

  // Another process on the same store.
  void restart(guard::Mode mode, const std::string& policies = kPolicies) {
    start(mode);
    guard::Rulebook rulebook = *guard_->rulebook();
    rulebook.policies = guard::Policies::make(mode, std::nullopt,
                                              {.what = "user.cedar", .sources = {{"user.cedar", policies}}})
                            .value();
    guard_->replace(std::move(rulebook));
  }
  void legacy_client(const std::string& capabilities) {
    client(
        R"({"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":)" +
        capabilities + "}}");
    server(R"({"jsonrpc":"2.0","id":"i","result":{"protocolVersion":"2025-11-25"}})");
    at_server();
    at_client();
  }
  static std::string modern_call(int id, const std::string& rest = "",
                                 const std::string& capabilities = R"({"elicitation":{}})",
                                 const std::string& arguments = kArguments) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
           R"(,"method":"tools/call","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":)" +
           capabilities + R"(},"name":"deploy","arguments":)" + arguments + rest + "}}";
  }
  static std::string deploy(int id, const std::string& arguments = kArguments) {
    return call(id, "deploy", arguments);
  }

  // The only approval there is that is open.
  store::Approval waiting() {
    const auto open = *store_->approvals().list(false, now_ms());
    EXPECT_EQ(open.size(), 1U);
    return open.empty() ? store::Approval{} : open.front();
  }
  void decide(ApprovalState state, const std::string& arguments = "", const std::string& note = "") {
    ASSERT_TRUE(store_->approvals().decide(
        waiting().id, {.state = state, .channel = "cli", .note = note, .edited_arguments = arguments},
        now_ms()));
  }
  // As the conversation's loop does, once enough time has gone by.
  void poll() {
    ASSERT_NE(proxy_->deadline_us(), 0);
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::max<std::int64_t>(0, proxy_->deadline_us() - monotonic_us()) + 1));
    proxy_->tick();
  }
  // The form the client is sent by the last call; its id, as JSON text.
  std::string form() {
    form_ = at_client();
    EXPECT_NE(form_.find(R"("method":"elicitation/create")"), std::string::npos) << form_;
    return std::string(mcp::raw_value(form_, {"id"}));
  }
  void answer(const std::string& form, const std::string& result) {
    client(R"({"jsonrpc":"2.0","id":)" + form + R"(,"result":)" + result + "}");
  }
  static std::string yes() { return R"({"action":"accept","content":{"decision":"approve"}})"; }
  static std::string no() { return R"({"action":"accept","content":{"decision":"deny"}})"; }
  static bool stopped(const std::string& answer, int id) {
    return answer.find(R"("id":)" + std::to_string(id)) != std::string::npos &&
           answer.find(R"("isError":true)") != std::string::npos;
  }
  // A modern answer that asks; its state, as JSON text.
  std::string asked() {
    form_ = at_client();
    EXPECT_NE(form_.find(R"("resultType":"input_required")"), std::string::npos) << form_;
    return std::string(mcp::raw_value(form_, {"result", "requestState"}));
  }
  static std::string with(const std::string& state, const std::string& result) {
    return R"(,"requestState":)" + state + R"(,"inputResponses":{"aegis-approval":)" + result + "}";
  }

  std::string form_;
};

// ---- Clients that cannot be asked.

TEST_F(ApprovalProxyTest, AClientWithoutFormsIsToldToComeBack) {
  legacy_client("{}");
  client(deploy(1));
  EXPECT_EQ(at_server(), "");
  const std::string told = at_client();
  EXPECT_TRUE(stopped(told, 1)) << told;
  const auto approval = waiting();
  for (const std::string& part :
       {approval.id, rfc3339(approval.expires_at), "aegis-mcp approve " + approval.id,
        std::string("identical"), std::string("ask-deploy")})
    EXPECT_NE(told.find(part), std::string::npos) << part << "\n" << told;
  EXPECT_EQ(proxy_->deadline_us(), 0) << "nothing is polled for";

  client(deploy(2));
  EXPECT_NE(at_client().find(approval.id), std::string::npos) << "the same approval";
  decide(ApprovalState::approved);
  client(deploy(3));
  EXPECT_EQ(at_server(), deploy(3)) << "byte for byte";
  server(text_result(3, "deployed"));
  EXPECT_EQ(at_client(), text_result(3, "deployed"));
  client(deploy(4));
  EXPECT_EQ(at_server(), "") << "it was good once";
  EXPECT_NE(waiting().id, approval.id);
}

TEST_F(ApprovalProxyTest, AnApprovedCallIsNotSwappedForAnother) {
  legacy_client("{}");
  client(deploy(1));
  decide(ApprovalState::approved);
  at_client();
  client(deploy(2, R"({"to":"production","n":1.5})"));
  EXPECT_EQ(at_server(), "");
  client(deploy(3, R"({"to":"productioN","n":1.50})"));
  EXPECT_EQ(at_server(), "");
  EXPECT_EQ(store_->approvals().list(false, now_ms())->size(), 3U);
}

TEST_F(ApprovalProxyTest, ADenialSaysStop) {
  legacy_client("{}");
  client(deploy(1));
  at_client();
  decide(ApprovalState::denied, "", "not today");
  client(deploy(2));
  EXPECT_EQ(at_server(), "");
  const std::string told = at_client();
  EXPECT_NE(told.find("not today"), std::string::npos) << told;
  EXPECT_NE(told.find("stop and tell the user"), std::string::npos) << told;
}

TEST_F(ApprovalProxyTest, AKilledAgentsApprovalIsGoodForNothing) {
  legacy_client("{}");
  client(deploy(1));
  decide(ApprovalState::approved);
  at_client();
  store_->set_status("tester", store::AgentStatus::paused).value();
  client(deploy(2));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("paused"), std::string::npos);
  EXPECT_EQ(waiting().state, ApprovalState::approved) << "and is not used up";
}

TEST_F(ApprovalProxyTest, AReadOfAResourceIsAskedAboutInAnError) {
  legacy_client("{}");
  client(R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///deploy"}})");
  EXPECT_EQ(at_server(), "");
  const std::string told = at_client();
  EXPECT_NE(told.find(R"("code":-31002)"), std::string::npos) << told;
  EXPECT_NE(told.find(waiting().id), std::string::npos) << told;
}

TEST_F(ApprovalProxyTest, ObserveForwards) {
  restart(guard::Mode::observe);
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  EXPECT_EQ(at_server(), deploy(1));
  EXPECT_TRUE(store_->approvals().list(true, now_ms())->empty());
}

TEST_F(ApprovalProxyTest, StrictDeniesAndAsksNobody) {
  restart(guard::Mode::strict);
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  EXPECT_EQ(at_server(), "");
  EXPECT_TRUE(stopped(at_client(), 1));
  EXPECT_TRUE(store_->approvals().list(true, now_ms())->empty());
}

// ---- Clients of the older revisions that fill in forms.

TEST_F(ApprovalProxyTest, AYesInTheFormLetsTheCallGoOn) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  EXPECT_EQ(at_server(), "");
  const std::string question = form();
  for (const std::string part : {"deploy", "files", "production", "deployments are approved"})
    EXPECT_NE(form_.find(part), std::string::npos) << form_;
  EXPECT_EQ(proxy_->waiting(), 0U) << "the server has nothing to answer";
  answer(question, yes());
  EXPECT_EQ(at_server(), deploy(1)) << "and the answer is nobody else's";
  EXPECT_EQ(at_client(), "");
  server(text_result(1, "deployed"));
  EXPECT_EQ(at_client(), text_result(1, "deployed"));
  EXPECT_EQ(store_->approvals().list(true, now_ms())->front().channel, "form");
  EXPECT_EQ(proxy_->deadline_us(), 0);
}

TEST_F(ApprovalProxyTest, ANoInTheFormStopsTheCall) {
  legacy_client(R"({"elicitation":{"form":{}}})");
  for (const std::string& result : {no(), std::string(R"({"action":"decline"})")}) {
    const std::string arguments = mcp::json_quote(result);
    client(deploy(1, "{\"a\":" + arguments + "}"));
    answer(form(), result);
    EXPECT_EQ(at_server(), "");
    const std::string told = at_client();
    EXPECT_TRUE(stopped(told, 1)) << told;
    EXPECT_NE(told.find("said no"), std::string::npos) << told;
  }
}

TEST_F(ApprovalProxyTest, WhatIsNoClearAnswerDecidesNothing) {
  legacy_client(R"({"elicitation":{}})");
  int id = 0;
  for (const std::string result :
       {R"({"action":"cancel"})", R"({"action":"accept"})",
        R"({"action":"accept","content":{"decision":"yes"}})",
        R"({"action":"accept","content":{"decision":["approve"]}})", R"({"content":{"decision":"approve"}})",
        R"({"action":"Accept","content":{"decision":"approve"}})", "{}"}) {
    client(deploy(++id));
    answer(form(), result);
    EXPECT_EQ(at_server(), "");
    const std::string told = at_client();
    EXPECT_TRUE(stopped(told, id)) << result << told;
    EXPECT_NE(told.find("did not decide"), std::string::npos) << told;
    EXPECT_EQ(waiting().state, ApprovalState::pending);
  }
  client(deploy(++id));
  client(R"({"jsonrpc":"2.0","id":)" + form() + R"(,"error":{"code":-32601,"message":"no forms here"}})");
  EXPECT_TRUE(stopped(at_client(), id));
  EXPECT_EQ(at_server(), "");
}

TEST_F(ApprovalProxyTest, OthersCallsGoOnMeanwhile) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string question = form();
  client(call(2, "other", "{}"));
  EXPECT_EQ(at_server(), call(2, "other", "{}"));
  server(text_result(2, "fine"));
  EXPECT_EQ(at_client(), text_result(2, "fine"));
  client(deploy(1));
  EXPECT_NE(at_client().find("still waiting"), std::string::npos) << "its id is taken";
  client(R"({"jsonrpc":"2.0","id":"aegis-approval-999","result":{"action":"accept"}})");
  EXPECT_NE(at_server(), "") << "somebody else's answer is relayed";
  answer(question, yes());
  EXPECT_EQ(at_server(), deploy(1));
}

TEST_F(ApprovalProxyTest, ADecisionAtTheCommandLineIsSeenAndTheFormTakenBack) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string question = form();
  poll();
  EXPECT_EQ(at_server() + at_client(), "") << "nobody decided yet";
  decide(ApprovalState::approved);
  poll();
  EXPECT_EQ(at_server(), deploy(1));
  const std::string closed = at_client();
  EXPECT_NE(closed.find("notifications/cancelled"), std::string::npos) << closed;
  EXPECT_NE(closed.find(question), std::string::npos) << closed;

  client(deploy(2));
  form();
  decide(ApprovalState::denied);
  poll();
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("said no"), std::string::npos);
}

TEST_F(ApprovalProxyTest, OneYesIsForOneOfTwoIdenticalCalls) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string question = form();
  client(deploy(2));
  EXPECT_EQ(at_client(), "") << "one form is open about it";
  answer(question, yes());
  const std::string forwarded = at_server();
  EXPECT_TRUE(forwarded == deploy(1) || forwarded == deploy(2)) << forwarded;
  const std::string second = form();
  EXPECT_NE(second, question);
  answer(second, no());
  EXPECT_EQ(at_server(), "");
  EXPECT_TRUE(at_client().find("said no") != std::string::npos);
}

TEST_F(ApprovalProxyTest, AClientThatGaveUpMayStillDecideAndComeBack) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string question = form();
  client(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"timed out"}})");
  EXPECT_EQ(at_server(), "") << "the server never heard of the call";
  EXPECT_EQ(proxy_->deadline_us(), 0);
  answer(question, yes());
  EXPECT_EQ(at_server() + at_client(), "");
  client(deploy(2));
  EXPECT_EQ(at_server(), deploy(2));
}

TEST_F(ApprovalProxyTest, AnAnswerThatComesTooLateIsRefused) {
  rules_.expires_ms = 1;
  restart(guard::Mode::balanced);
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string question = form();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  answer(question, yes());
  EXPECT_EQ(at_server(), "");
  const std::string told = at_client();
  EXPECT_TRUE(stopped(told, 1)) << told;
  EXPECT_NE(told.find("expired"), std::string::npos) << told;

  client(deploy(2));
  form();
  poll();
  EXPECT_NE(at_client().find("expired"), std::string::npos) << "nobody has to answer for that";
}

TEST_F(ApprovalProxyTest, AGroupMayInsistOnAnotherWay) {
  rules_.out_of_band = {"security"};
  restart(guard::Mode::balanced);
  legacy_client(R"({"elicitation":{}})");
  client(call(1, "release", "{}"));
  const std::string told = at_client();
  EXPECT_TRUE(stopped(told, 1)) << told;
  EXPECT_EQ(told.find("elicitation"), std::string::npos) << told;
  EXPECT_NE(told.find("'security'"), std::string::npos) << told;
  decide(ApprovalState::approved);
  client(call(2, "release", "{}"));
  EXPECT_EQ(at_server(), call(2, "release", "{}"));
}

TEST_F(ApprovalProxyTest, TheEndOfTheSessionAnswersWhatWaits) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  form();
  proxy_->fail_waiting("the session ended");
  const std::string told = at_client();
  EXPECT_NE(told.find(R"("id":1)"), std::string::npos) << told;
  EXPECT_NE(told.find(waiting().id), std::string::npos) << told;
  decide(ApprovalState::approved);
  restart(guard::Mode::balanced);  // another process
  legacy_client("{}");
  client(deploy(1));
  EXPECT_EQ(at_server(), deploy(1));
}

TEST_F(ApprovalProxyTest, NothingSecretIsInTheForm) {
  legacy_client(R"({"elicitation":{}})");
  const std::string arguments = R"({"token":")" + kAwsKey + R"("})";
  client(deploy(1, arguments));
  const std::string question = form();
  EXPECT_EQ(form_.find(kAwsKey), std::string::npos) << form_;
  answer(question, yes());
  const std::string forwarded = at_server();
  EXPECT_NE(forwarded, "");
  EXPECT_EQ(forwarded.find(kAwsKey), std::string::npos) << "the yes is no licence to send it away";
}

// ---- The approver writes other arguments.

TEST_F(ApprovalProxyTest, TheApproversArgumentsGoOutInstead) {
  legacy_client("{}");
  client(deploy(1));
  at_client();
  decide(ApprovalState::edited, R"({"to":"staging"})");
  client(deploy(2));
  EXPECT_EQ(at_server(), deploy(2, R"({"to":"staging"})"));
  server(text_result(2, "deployed"));
  const std::string told = at_client();
  EXPECT_NE(told.find("deployed"), std::string::npos);
  EXPECT_NE(told.find("other arguments"), std::string::npos) << told;
  client(deploy(3));
  EXPECT_EQ(at_server(), "") << "once";
}

TEST_F(ApprovalProxyTest, TheApproversLinesAreOneLineAndOneCall) {
  legacy_client("{}");
  client(deploy(1));
  at_client();
  decide(ApprovalState::edited,
         "{\r\n\"to\":\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\"}\n}\n");
  client(deploy(2));
  const std::string sent = at_server();
  EXPECT_NE(sent.find("\"method\":\"tools/call\"}"), std::string::npos) << sent;
  EXPECT_EQ(sent.find_first_of("\r\n"), std::string::npos) << "a server would take each line for a message";
}

TEST_F(ApprovalProxyTest, AServerCannotTellWhatOurFormsAreCalled) {
  legacy_client(R"({"elicitation":{}})");
  client(deploy(1));
  const std::string form = at_client();
  server(
      R"({"jsonrpc":"2.0","id":"aegis-approval-000000000001","method":"elicitation/create","params":{"message":"Show tips?"}})");
  client(
      R"({"jsonrpc":"2.0","id":"aegis-approval-000000000001","result":{"action":"accept","content":{"decision":"approve"}}})");
  EXPECT_EQ(at_server().find("deploy"), std::string::npos) << form;
  EXPECT_EQ(waiting().state, ApprovalState::pending);
}

TEST_F(ApprovalProxyTest, TheApproversArgumentsAreJudgedToo) {
  legacy_client("{}");
  client(deploy(1));
  at_client();
  decide(ApprovalState::edited, R"({"to":")" + kAwsKey + R"("})");
  client(deploy(2));
  const std::string forwarded = at_server();
  EXPECT_NE(forwarded, "");
  EXPECT_EQ(forwarded.find(kAwsKey), std::string::npos);
}

TEST_F(ApprovalProxyTest, PoliciesHoldForApproversToo) {
  legacy_client("{}");
  client(deploy(1));
  at_client();
  decide(ApprovalState::edited, R"({"to":"mars"})");
  client(deploy(2));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("not-to-mars"), std::string::npos);
  EXPECT_EQ(waiting().state, ApprovalState::edited) << "it is not used up";
}

TEST_F(ApprovalProxyTest, AnApprovalOfOtherPoliciesIsGoodForNothing) {
  legacy_client("{}");
  client(deploy(1));
  const std::string id = waiting().id;
  decide(ApprovalState::approved);
  restart(guard::Mode::balanced, std::string(kPolicies) + "// changed");
  legacy_client("{}");
  client(deploy(2));
  EXPECT_EQ(at_server(), "");
  EXPECT_EQ(at_client().find(id), std::string::npos) << "another is asked for";
}

TEST_F(ApprovalProxyTest, ACallWithoutArgumentsMayGetSome) {
  legacy_client("{}");
  const std::string bare = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"deploy"}})";
  client(bare);
  at_client();
  decide(ApprovalState::edited, R"({"to":"staging"})");
  client(bare);
  EXPECT_NE(at_server().find(R"("arguments":{"to":"staging"})"), std::string::npos);
}

// ---- Clients of 2026-07-28.

TEST_F(ApprovalProxyTest, AModernClientIsAskedInTheResult) {
  client(modern_call(1));
  EXPECT_EQ(at_server(), "");
  const std::string state = asked();
  EXPECT_NE(form_.find(R"("method":"elicitation/create")"), std::string::npos) << form_;
  EXPECT_EQ(form_.find(waiting().request.key.action_hash), std::string::npos);
  client(modern_call(2, with(state, yes())));
  EXPECT_EQ(at_server(), modern_call(2)) << "the server gets the call as it was made, and no answer of ours";
  server(text_result(2, "deployed"));
  EXPECT_EQ(at_client(), text_result(2, "deployed"));
  client(modern_call(3, with(state, yes())));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("-32602"), std::string::npos) << "a state is good once";
}

TEST_F(ApprovalProxyTest, AModernClientsNoStopsTheCall) {
  client(modern_call(1));
  client(modern_call(2, with(asked(), no())));
  EXPECT_EQ(at_server(), "");
  const std::string told = at_client();
  EXPECT_NE(told.find("said no"), std::string::npos) << told;
  EXPECT_NE(told.find(R"("resultType":"complete")"), std::string::npos) << told;
}

TEST_F(ApprovalProxyTest, AModernClientMayNotSwapTheCallOrSkipTheQuestion) {
  client(modern_call(1));
  const std::string state = asked();
  client(modern_call(2, with(state, yes()), R"({"elicitation":{}})", R"({"to":"productioN","n":1.50})"));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("-32602"), std::string::npos);
  client(modern_call(3, R"(,"inputResponses":{"aegis-approval":)" + yes() + "}"));
  EXPECT_EQ(at_server(), "") << "nobody asked in this call";
  EXPECT_EQ(waiting().state, ApprovalState::pending);
  at_client();
  client(modern_call(4, R"(,"requestState":)" + state));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("did not decide"), std::string::npos);
}

TEST_F(ApprovalProxyTest, AModernClientWithoutFormsIsToldToComeBack) {
  for (const std::string capabilities : {"{}", R"({"elicitation":{"url":{}}})"}) {
    client(modern_call(1, "", capabilities));
    EXPECT_EQ(at_server(), "");
    const std::string told = at_client();
    EXPECT_TRUE(stopped(told, 1)) << told;
    EXPECT_NE(told.find(waiting().id), std::string::npos);
  }
  decide(ApprovalState::approved);
  client(modern_call(2));
  EXPECT_EQ(at_server(), modern_call(2));
}

TEST_F(ApprovalProxyTest, ADecisionElsewhereWinsOverTheForm) {
  client(modern_call(1));
  std::string state = asked();
  decide(ApprovalState::approved);
  client(modern_call(2, with(state, R"({"action":"cancel"})")));
  EXPECT_EQ(at_server(), modern_call(2));

  client(modern_call(3));
  state = asked();
  decide(ApprovalState::approved);
  client(modern_call(4, with(state, no())));
  EXPECT_EQ(at_server(), "") << "but who says no is heard";
  EXPECT_NE(at_client().find("said no"), std::string::npos);
}

TEST_F(ApprovalProxyTest, TheOtherHalfIsKnownWhereTheServerNeedsNoState) {
  client(modern_call(1));
  client(modern_call(2, with(asked(), yes())));
  at_server();
  server(
      R"({"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"elicitation/create","params":{"message":"Sure?"}}}}})");
  const std::string state = asked();
  EXPECT_NE(form_.find("Sure?"), std::string::npos) << form_;
  const std::string rest = R"(,"inputResponses":{"k":{"action":"accept"}})";
  client(modern_call(3, rest + R"(,"requestState":)" + state));
  EXPECT_EQ(at_server(), modern_call(3, rest));
}

TEST_F(ApprovalProxyTest, AnswersThatNobodyAskedForAreNotPartOfWhatWasApproved) {
  client(modern_call(1, "", "{}"));
  at_client();
  decide(ApprovalState::approved);
  client(modern_call(2, R"(,"inputResponses":{"sure":{"action":"accept"}})", "{}"));
  EXPECT_EQ(at_server(), modern_call(2, "", "{}"));
}

TEST_F(ApprovalProxyTest, TheOtherHalfOfAnApprovedCallIsNotAskedAboutAgain) {
  client(modern_call(1));
  client(modern_call(2, with(asked(), yes())));
  at_server();
  const std::string question =
      R"({"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","requestState":"theirs","inputRequests":{"k":{"method":"elicitation/create","params":{"message":"Which one?"}}}}})";
  server(question);
  const std::string state = asked();
  const std::string rest = R"(,"inputResponses":{"k":{"action":"accept"}},"requestState":)";
  client(modern_call(3, rest + state));
  EXPECT_EQ(at_server(), modern_call(3, rest + "\"theirs\""));

  // One whose arguments the approver wrote is another call than the one the client goes on with.
  server(text_result(3, "done"));
  at_client();
  client(modern_call(4));
  at_client();
  decide(ApprovalState::edited, R"({"to":"staging"})");
  client(modern_call(5));
  EXPECT_NE(at_server().find("staging"), std::string::npos);
  server(R"({"jsonrpc":"2.0","id":5,"result":{"resultType":"input_required","requestState":"theirs"}})");
  client(modern_call(6, R"(,"requestState":)" + asked()));
  EXPECT_EQ(at_server(), "");
  EXPECT_TRUE(stopped(at_client(), 6));
}

TEST(ApprovalWaits, TellsClientsThatAskedForProgress) {
  ApprovalWaits waits;
  waits.add({.id = "1", .approval = "a", .progress_token = "7"}, 0);
  waits.add({.id = "2", .approval = "a"}, 0);
  EXPECT_TRUE(waits.due_progress(kApprovalProgressMs * 1000 - 1).empty());
  auto due = waits.due_progress(kApprovalProgressMs * 1000);
  ASSERT_EQ(due.size(), 1U) << "the other did not ask";
  EXPECT_EQ(due[0].progress, 1);
  EXPECT_TRUE(waits.due_progress(kApprovalProgressMs * 1000).empty());
  due = waits.due_progress(2 * kApprovalProgressMs * 1000);
  EXPECT_EQ(due.at(0).progress, 2) << "each is more than the one before";
}

}  // namespace
}  // namespace aegis::gateway
