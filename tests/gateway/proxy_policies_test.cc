// A user's policies as a client and a server see them: through the proxy, bytes to bytes.
#include <string>

#include "guard/policies.h"
#include "tests/gateway/proxy_fixture.h"

namespace aegis::gateway {
namespace {

class ProxyPolicies : public McpProxyTest {
 protected:
  void load(const std::string& text) {
    auto made = guard::Policies::make(guard::Mode::balanced, std::nullopt,
                                      {.what = "user.cedar", .sources = {{"user.cedar", text}}});
    ASSERT_TRUE(made) << made.error().message;
    guard::Rulebook rulebook = *guard_->rulebook();
    rulebook.policies = *made;
    guard_->replace(std::move(rulebook));
    handshake();
  }
};

constexpr const char* kAll = "permit(principal, action, resource);\n";

TEST_F(ProxyPolicies, AFieldOfACallIsTakenOutBeforeTheServerSeesIt) {
  load(std::string(kAll) + R"(@id("no-notes") @decision("redact") @redact_fields("note, secret")
                              permit(principal, action == Aegis::Action::"ticket", resource);)");
  client(call(1, "ticket", R"({"title":"note","note":"blue","deep":[{"secret":["red"],"n":1}]})"));
  EXPECT_EQ(
      at_server(),
      call(1, "ticket",
           R"({"title":"note","note":"[NOTE_REDACTED]","deep":[{"secret":["[SECRET_REDACTED]"],"n":1}]})"));
  EXPECT_EQ(log()[0].rule, "no-notes");
  EXPECT_EQ(log()[0].policies, (std::vector<std::string>{"default", "user.cedar:policy0", "no-notes"}));
}

TEST_F(ProxyPolicies, AFieldThatNoLabelCanStandForDenies) {
  load(
      std::string(kAll) +
      R"(@decision("redact") @redact_fields("pin") permit(principal, action in Aegis::Action::"call_tool", resource);)");
  client(call(1, "ticket", R"({"pin":1234})"));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("'pin'"), std::string::npos);
  client(call(2, "ticket", R"({"pin":null,"title":"x"})"));
  EXPECT_EQ(at_server(), call(2, "ticket", R"({"pin":null,"title":"x"})"))
      << "nothing to take out, nothing changed";
}

TEST_F(ProxyPolicies, AFieldOfAResultIsTakenOutBeforeTheClientSeesIt) {
  load(std::string(kAll) + R"(@id("no-salaries") @decision("redact") @redact_fields("salary")
                              permit(principal, action == Aegis::Action::"receive_output", resource);)");
  client(call(1, "people", "{}"));
  at_server();
  server(
      R"({"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"name":"ada","salary":"9000"}}})");
  const std::string answer = at_client();
  EXPECT_NE(answer.find(R"("salary":"[SALARY_REDACTED]")"), std::string::npos) << answer;
  EXPECT_NE(answer.find("no-salaries"), std::string::npos) << answer;
  client(call(2, "save", R"({"salary":"[SALARY_REDACTED]"})"));
  EXPECT_EQ(at_server(), "") << "the label is not written back";
}

TEST_F(ProxyPolicies, WhatWasReadFromOutsideIsRemembered) {
  load(std::string(kAll) + R"(@id("tainted") forbid(principal, action == Aegis::Action::"write", resource)
                              when { context.session.source_trust == "untrusted_external" };)");
  client(call(1, "write", "{}"));
  EXPECT_NE(at_server(), "");
  server(text_result(1, "done"));
  at_client();
  client(call(2, "write", "{}"));
  EXPECT_EQ(at_server(), "") << "its first answer came from a tool of the open world";
  EXPECT_NE(at_client().find("tainted"), std::string::npos);
}

TEST_F(ProxyPolicies, AToolThatNoPolicyOffersIsWithheld) {
  load(std::string(kAll) + R"(@id("no-shell") @reason("there is no shell here.")
                              forbid(principal, action == Aegis::Action::"offer_tool", resource) when { context.target == "shell" };
                              forbid(principal, action in Aegis::Action::"call_tool", resource) unless { context.tool_listed };)");
  tools(R"({"name":"shell","inputSchema":{}},{"name":"read","inputSchema":{}})");
  const std::string list = at_client();
  EXPECT_EQ(list.find("shell"), std::string::npos) << list;
  EXPECT_NE(list.find("read"), std::string::npos);
  client(call(1, "shell", "{}"));
  client(call(2, "other", "{}"));
  EXPECT_EQ(at_server(), "");
  client(call(3, "read", "{}"));
  EXPECT_NE(at_server(), "");
}

TEST_F(ProxyPolicies, ApprovalIsAskedForInRecordAndAnswer) {
  load(std::string(kAll) +
       R"(@id("ask") @requireApproval("it is final") @approver_group("owners") @durability("strict")
                              permit(principal, action == Aegis::Action::"format", resource);)");
  client(call(1, "format", "{}"));
  EXPECT_EQ(at_server(), "");
  EXPECT_NE(at_client().find("it is final"), std::string::npos);
  EXPECT_EQ(log()[0].effect, "require_approval");
}

}  // namespace
}  // namespace aegis::gateway
