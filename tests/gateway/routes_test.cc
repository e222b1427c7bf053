#include "gateway/routes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aegis::gateway {
namespace {

using mcp::MessageKind;

// A way back that remembers what came along it.
class Recorder : public Exchange {
 public:
  void send(std::string_view line) override { sent.emplace_back(line); }
  void finish(std::string_view line) override { answer = std::string(line); }
  void close() override { closed = true; }
  std::vector<std::string> sent;
  std::string answer;
  bool closed = false;
};

std::shared_ptr<Recorder> recorder() { return std::make_shared<Recorder>(); }

const std::string kCall = R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t"}})";

TEST(Routes, TwoClientsWithTheSameIdGetTheirOwnAnswers) {
  Routes routes(mcp::Era::modern);
  const auto first = recorder(), second = recorder();
  const std::string one = *routes.in(kCall, first);
  const std::string one_id = routes.last_id();
  const std::string two = *routes.in(kCall, second);
  const std::string two_id = routes.last_id();
  ASSERT_NE(one_id, two_id);
  EXPECT_EQ(one, R"({"jsonrpc":"2.0","id":)" + one_id + R"(,"method":"tools/call","params":{"name":"t"}})");

  routes.out(R"({"jsonrpc":"2.0","id":)" + two_id + R"(,"result":{"n":2}})", {MessageKind::result, two_id});
  routes.out(R"({"jsonrpc":"2.0","id":)" + one_id + R"(,"error":{"code":1,"message":"m"}})",
             {MessageKind::error, one_id});
  EXPECT_EQ(first->answer, R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"m"}})");
  EXPECT_EQ(second->answer, R"({"jsonrpc":"2.0","id":7,"result":{"n":2}})");
  EXPECT_EQ(routes.waiting(), 0u);
}

TEST(Routes, StringIdsComeBackAsTheyWere) {
  Routes routes(mcp::Era::modern);
  const auto exchange = recorder();
  routes.in(R"({"id":"a\"\u00e9","jsonrpc":"2.0","method":"tools/list"})", exchange);
  routes.out(R"({"jsonrpc":"2.0","result":{},"id":)" + routes.last_id() + "}",
             {MessageKind::result, routes.last_id()});
  EXPECT_EQ(exchange->answer, R"({"jsonrpc":"2.0","result":{},"id":"a\"\u00e9"})");
}

TEST(Routes, ProgressGoesToTheRequestThatAskedForIt) {
  for (const auto era : {mcp::Era::modern, mcp::Era::legacy}) {
    Routes routes(era);
    const auto first = recorder(), second = recorder();
    routes.in(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":"p"}}})",
              first);
    const std::string token = era == mcp::Era::modern ? routes.last_id() : "\"p\"";
    const std::string id = routes.last_id();
    routes.in(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"_meta":{"progressToken":"q"}}})",
              second);
    const auto progress = [](const std::string& for_token) {
      return R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":)" + for_token +
             R"(,"progress":1}})";
    };
    routes.out(progress(token), {MessageKind::notification, ""});
    ASSERT_EQ(first->sent.size(), 1u);
    EXPECT_EQ(first->sent.front(), progress("\"p\""));
    EXPECT_TRUE(second->sent.empty());

    routes.out(R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})", {MessageKind::result, id});
    routes.out(progress(token), {MessageKind::notification, ""});
    EXPECT_EQ(first->sent.size(), 1u) << "nobody waits for it any more";
  }
}

TEST(Routes, ASubscriptionsMessagesCarryTheClientsOwnId) {
  Routes routes(mcp::Era::modern);
  const auto listen = recorder(), other = recorder();
  routes.in(R"({"jsonrpc":"2.0","id":"sub","method":"subscriptions/listen","params":{}})", listen);
  const std::string id = routes.last_id();
  routes.in(kCall, other);
  routes.out(
      R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":)" +
          id + "}}}",
      {MessageKind::notification, ""});
  ASSERT_EQ(listen->sent.size(), 1u);
  EXPECT_NE(listen->sent.front().find(R"("io.modelcontextprotocol/subscriptionId":"sub")"),
            std::string::npos);
  EXPECT_TRUE(other->sent.empty());
}

TEST(Routes, WhatBelongsToNoRequestWaitsForTheSessionsStream) {
  Routes routes(mcp::Era::legacy);
  const std::string ask = R"({"jsonrpc":"2.0","id":1,"method":"roots/list"})";
  const std::string changed = R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})";
  routes.out(ask, {MessageKind::request, ""});
  routes.out(changed, {MessageKind::notification, ""});
  const auto stream = recorder();
  routes.set_stream(stream);
  EXPECT_EQ(stream->sent, (std::vector<std::string>{ask, changed}));

  routes.hung_up(stream);
  for (std::size_t i = 0; i <= kMaxUnrouted; ++i)
    routes.out(i == 0 ? ask : changed, {MessageKind::notification, ""});
  const auto again = recorder();
  routes.set_stream(again);
  EXPECT_EQ(again->sent, std::vector<std::string>(kMaxUnrouted, changed)) << "the oldest are let go";
}

TEST(Routes, AServersQuestionInMidCallRidesOnTheCall) {
  Routes routes(mcp::Era::legacy);
  const auto stream = recorder(), first = recorder(), second = recorder();
  routes.set_stream(stream);
  routes.in(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})", first);
  routes.in(R"({"jsonrpc":"2.0","id":2,"method":"tools/call"})", second);
  const std::string ask = R"({"jsonrpc":"2.0","id":9,"method":"elicitation/create","params":{}})";
  routes.out(ask, {MessageKind::request, "1"});
  EXPECT_EQ(first->sent.size(), 1u) << "the server said which call it is about";
  routes.out(ask, {MessageKind::request, ""});
  EXPECT_EQ(second->sent.size(), 1u) << "it did not: the latest";
  EXPECT_TRUE(stream->sent.empty());
}

TEST(Routes, AHangUpNamesTheRequestToCancel) {
  Routes routes(mcp::Era::modern);
  const auto exchange = recorder();
  routes.in(kCall, exchange);
  EXPECT_EQ(routes.hung_up(exchange), routes.last_id());
  EXPECT_EQ(routes.hung_up(exchange), std::nullopt) << "once";
  routes.out(R"({"jsonrpc":"2.0","id":)" + routes.last_id() + R"(,"result":{}})",
             {MessageKind::result, routes.last_id()});
  EXPECT_EQ(exchange->answer, "") << "late answers have nowhere to go";
}

TEST(Routes, ACancelledRequestsExchangeEnds) {
  Routes routes(mcp::Era::legacy);
  const auto exchange = recorder();
  routes.in(kCall, exchange);
  routes.in(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})", nullptr);
  EXPECT_TRUE(exchange->closed);
  EXPECT_EQ(routes.waiting(), 0u);
}

TEST(Routes, AnIdThatIsInUseIsRefusedAndTheFirstKeepsItsAnswer) {
  Routes routes(mcp::Era::legacy);
  const auto first = recorder(), second = recorder();
  ASSERT_TRUE(routes.in(kCall, first));
  EXPECT_FALSE(routes.in(kCall, second));
  EXPECT_NE(second->answer.find("-32600"), std::string::npos) << second->answer;
  routes.out(R"({"jsonrpc":"2.0","id":7,"result":{}})", {MessageKind::result, "7"});
  EXPECT_EQ(first->answer, R"({"jsonrpc":"2.0","id":7,"result":{}})");
}

TEST(Routes, ABatchOfAnswersIsTakenApart) {
  Routes routes(mcp::Era::legacy);
  const auto first = recorder(), second = recorder();
  routes.in(R"({"jsonrpc":"2.0","id":1,"method":"tools/call"})", first);
  routes.in(R"({"jsonrpc":"2.0","id":"b","method":"tools/call"})", second);
  routes.out(R"([{"jsonrpc":"2.0","id":"b","result":{}},{"jsonrpc":"2.0","id":1,"result":{}}])",
             {MessageKind::result, "\"b\""});
  EXPECT_EQ(first->answer, R"({"jsonrpc":"2.0","id":1,"result":{}})");
  EXPECT_EQ(second->answer, R"({"jsonrpc":"2.0","id":"b","result":{}})");
}

TEST(Routes, TheEndAnswersEveryoneWithTheirOwnId) {
  Routes routes(mcp::Era::modern);
  const auto exchange = recorder();
  routes.in(R"({"jsonrpc":"2.0","id":"mine","method":"tools/call"})", exchange);
  routes.fail_all(mcp::kServerGone, "the session ended");
  EXPECT_NE(exchange->answer.find(R"("id":"mine")"), std::string::npos);
  EXPECT_NE(exchange->answer.find("the session ended"), std::string::npos);
}

}  // namespace
}  // namespace aegis::gateway
