// The 2026-07-28 era over HTTP: streams, cancellation, and the conversations behind the requests.
#include "gateway/http/modern_posts.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/gateway/endpoint_fixture.h"

namespace aegis::gateway::testing {
namespace {

std::string params(const std::string& capabilities = "{}") {
  return R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
         R"("io.modelcontextprotocol/clientCapabilities":)" +
         capabilities + "}}";
}
Headers headers(const std::string& method, const Headers& more = {}) {
  return EndpointTest::with(EndpointTest::with(kPost, more),
                            {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", method}});
}

class ModernPostsTest : public EndpointTest {
 protected:
  Answer post(const std::string& method, const std::string& capabilities = "{}", const Headers& more = {}) {
    return send("POST", headers(method, more), call("1", method, params(capabilities)));
  }
  std::unique_ptr<RawPeer> begin(const std::string& method) {
    return open("POST", headers(method), call("1", method, params()));
  }
};

TEST_F(ModernPostsTest, ANotificationBeforeTheAnswerMakesAStream) {
  start();
  const Answer answer = post("talk");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-type"), "text/event-stream");
  EXPECT_EQ(answer.header("x-accel-buffering"), "no");
  EXPECT_EQ(answer.header("mcp-session-id"), "");
  EXPECT_EQ(answer.body,
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"n\":1}}\n\n"
            "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"talked\":true}}\n\n");
}

TEST_F(ModernPostsTest, ALongSilenceBecomesAStreamWithKeepAlives) {
  start();
  const auto peer = begin("hold");
  EXPECT_NE(peer->until("\r\n\r\n").find("text/event-stream"), std::string::npos);
  EXPECT_NE(peer->until(": keep-alive\n\n").find(": keep-alive"), std::string::npos);
  const auto held = factory_.last()->take_held();
  held.exchange->finish(mcp::result_message(held.id, {{"late", true}}));
  EXPECT_NE(peer->rest().find("\"late\":true"), std::string::npos);
}

TEST_F(ModernPostsTest, AnAnswerFromAnotherThreadWithinTheTimeIsJson) {
  EndpointLimits limits = quick();
  limits.first_word_ms = kPatienceMs;
  start(limits);
  const auto peer = begin("hold");
  while (factory_.last() == nullptr) std::this_thread::yield();
  const auto held = factory_.last()->take_held();
  held.exchange->finish(mcp::error_message(held.id, -32601, "no such method"));
  const Answer answer = parse_answer(peer->rest());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), -32601);
}

TEST_F(ModernPostsTest, HangingUpBeforeTheFirstByteCancels) {
  EndpointLimits limits = quick();
  limits.first_word_ms = 60'000;
  start(limits);
  auto peer = begin("hold");
  while (factory_.last() == nullptr) std::this_thread::yield();
  const auto conversation = factory_.last();
  const auto held = conversation->take_held();
  peer.reset();
  EXPECT_TRUE(conversation->wait([&] { return conversation->hang_ups == 1; }));
  held.exchange->finish(mcp::result_message(held.id, {}));  // too late; nobody minds
}

TEST_F(ModernPostsTest, ClosingTheStreamCancels) {
  start();
  auto peer = begin("hold");
  peer->until("\r\n\r\n");
  const auto conversation = factory_.last();
  const auto held = conversation->take_held();
  peer.reset();
  EXPECT_TRUE(conversation->wait([&] { return conversation->hang_ups == 1; }));
  held.exchange->send(R"({"jsonrpc":"2.0","method":"notifications/progress"})");
  held.exchange->finish(mcp::result_message(held.id, {}));
}

TEST_F(ModernPostsTest, AnAnsweredRequestIsNotCancelled) {
  start();
  post("talk");
  post("x");
  const auto conversation = factory_.last();
  endpoint_->stop();
  served_->stop();
  EXPECT_EQ(conversation->hang_ups, 0);
}

TEST_F(ModernPostsTest, OneConversationForAPrincipalAndItsCapabilities) {
  start();
  post("x", R"({"sampling":{},"elicitation":{"url":{},"form":{}}})");
  post("x", R"({ "elicitation": {"form":{}, "url":{}}, "sampling":{} })");
  EXPECT_EQ(factory_.opened().size(), 1u);
  EXPECT_EQ(factory_.opened()[0].capabilities, R"({"elicitation":{"form":{},"url":{}},"sampling":{}})");
  EXPECT_EQ(factory_.opened()[0].era, mcp::Era::modern);
  post("x", "{}");
  EXPECT_EQ(factory_.opened().size(), 2u);
  post("x", "{}", {{"Authorization", "Bearer ann"}});
  EXPECT_EQ(factory_.opened().size(), 3u);
  EXPECT_EQ(factory_.opened()[2].principal, "ann");
}

TEST_F(ModernPostsTest, ManyAtOnceOpenOneConversation) {
  start();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_EQ(post("x").status, 200); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(factory_.opened().size(), 1u);
}

TEST_F(ModernPostsTest, AConversationThatEndedIsReplaced) {
  start();
  post("x");
  const auto first = factory_.last();
  first->gone = true;
  EXPECT_EQ(post("x").status, 200);
  EXPECT_EQ(factory_.opened().size(), 2u);
  EXPECT_EQ(first->ends, 1);
}

TEST_F(ModernPostsTest, AnIdleConversationEndsUnlessSomethingWaits) {
  EndpointLimits limits = quick();
  limits.session_idle_ms = 50;
  start(limits);
  const auto peer = begin("hold");
  peer->until("\r\n\r\n");
  const auto conversation = factory_.last();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // nothing must happen
  EXPECT_EQ(conversation->ends, 0);
  const auto held = conversation->take_held();
  held.exchange->finish(mcp::result_message(held.id, {}));
  peer->rest();
  EXPECT_TRUE(conversation->wait([&] { return conversation->ends == 1; }));
}

TEST_F(ModernPostsTest, MadeUpCapabilitiesPushOutTheOldestIdleOnesOfTheirOwnPrincipal) {
  EndpointLimits limits = quick();
  limits.max_capability_sets = 3;
  start(limits);
  post("x", "{}", {{"Authorization", "Bearer ann"}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(post("x", R"({"c)" + std::to_string(i) + "\":{}}").status, 200);
  const auto opened = factory_.opened();
  ASSERT_EQ(opened.size(), 6u);
  std::vector<int> ends;
  for (const auto& one : opened) ends.push_back(one.conversation->ends);
  EXPECT_EQ(ends, (std::vector<int>{0, 1, 1, 0, 0, 0}));
}

TEST_F(ModernPostsTest, NoConversationIsTakenFromARequestThatWaits) {
  EndpointLimits limits = quick();
  limits.max_capability_sets = 1;
  start(limits);
  const auto peer = begin("hold");
  peer->until("\r\n\r\n");
  EXPECT_EQ(post("x", R"({"other":{}})").status, 503);
  EXPECT_EQ(factory_.last()->ends, 0);
}

TEST_F(ModernPostsTest, OversizedCapabilitiesAreRefused) {
  start();
  EXPECT_EQ(post("x", R"({"a":")" + std::string(kMaxCapabilityBytes, 'a') + "\"}").code(), -32602);
  EXPECT_TRUE(factory_.opened().empty());
}

TEST_F(ModernPostsTest, AReaderThatLagsTooFarBehindIsHungUpOn) {
  start();
  RawPeer peer(served_->port, 4096);
  peer.send(request("POST", headers("hold"), call("1", "hold", params())));
  peer.until("\r\n\r\n");
  const auto conversation = factory_.last();
  const auto held = conversation->take_held();
  const std::string much = R"({"jsonrpc":"2.0","method":"notifications/message","params":{"data":")" +
                           std::string(1 << 20, 'x') + "\"}}";
  for (int i = 0; i < 40; ++i) held.exchange->send(much);
  // Its reader does not even see that: the write itself runs into the listener's deadline.
  peer.rest();
  EXPECT_TRUE(conversation->wait([&] { return conversation->hang_ups == 1; }));
}

TEST_F(ModernPostsTest, StoppingAnswersWhatWaits) {
  EndpointLimits limits = quick();
  limits.first_word_ms = 60'000;
  start(limits);
  const auto peer = begin("hold");
  while (factory_.last() == nullptr) std::this_thread::yield();
  const auto conversation = factory_.last();
  ASSERT_TRUE(conversation->wait([&] { return !conversation->held.empty(); }));
  endpoint_->stop();
  const Answer answer = parse_answer(peer->rest());
  EXPECT_EQ(answer.code(), mcp::kServerGone);
  EXPECT_EQ(conversation->ends, 1);
  EXPECT_EQ(post("x").status, 503);
}

TEST(StatusOf, FollowsTheErrorsOfTheProtocolItself) {
  const std::vector<std::pair<std::string, int>> cases{
      {R"({"jsonrpc":"2.0","id":1,"result":{}})", 200},
      {R"({"jsonrpc":"2.0","id":1,"result":{"error":{"code":-32601}}})", 200},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"x"}})", 404},
      {R"({"id":1,"error":{"message":"x", "code" : -32020},"jsonrpc":"2.0"})", 400},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"x"}})", 400},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"x"}})", 400},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-326010,"message":"x"}})", 200},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32700,"message":"-32601"}})", 200},
  };
  for (const auto& [answer, status] : cases) EXPECT_EQ(status_of(answer), status) << answer;
}

}  // namespace
}  // namespace aegis::gateway::testing
