#include "gateway/serve_conversation.h"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_folder.h"
#include "tools/registry.h"

namespace aegis::gateway {
namespace {

const std::string kMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

std::string modern(int id, const std::string& method, const std::string& params = "") {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method + R"(","params":{)" +
         kMeta + (params.empty() ? "" : "," + params) + "}}";
}

class Recorder : public Exchange {
 public:
  void send(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(finished_.empty()) << "nothing may follow the answer";
    sent_.emplace_back(line);
  }
  void finish(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(finished_.empty()) << "one answer only";
    EXPECT_FALSE(line.empty());
    finished_ = line;
  }
  void close() override { ADD_FAILURE() << "every request is answered"; }
  std::vector<std::string> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::string finished() {
    const std::lock_guard lock(mutex_);
    return finished_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> sent_;
  std::string finished_;
};

// The real tools on a real store, an agent for each principal.
class ServeConversationTest : public testing::Test {
 protected:
  ServeConversationTest()
      : store_(store::open_sqlite(folder_ / "aegis.db").value()),
        factory_({"aegis-mcp", "Aegis MCP", "0.0.0", "Instructions."}, [this](const Principal& principal) {
          if (principal.name == "nobody") return std::shared_ptr<mcp::ToolProvider>();
          return std::shared_ptr<mcp::ToolProvider>(std::make_shared<tools::Registry>(
              tools::Context{.detector = detector_, .store = store_.get(), .agent = principal.agent}));
        }) {}

  Principal principal(const std::string& name) { return {store_->ensure_agent(name)->id, name}; }
  std::shared_ptr<Conversation> open(mcp::Era era, const std::string& name = "ada") {
    return factory_.open(principal(name), era, "{}").value();
  }
  static std::string ask(Conversation& conversation, const std::string& line) {
    const auto exchange = std::make_shared<Recorder>();
    conversation.receive(line, exchange, {});
    EXPECT_TRUE(exchange->sent().empty());
    return exchange->finished();
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const detectors::Detector> detector_ = detectors::Detector::builtin();
  ServeFactory factory_;
};

TEST_F(ServeConversationTest, AnswersAModernClientAtOnce) {
  const auto conversation = open(mcp::Era::modern);
  EXPECT_NE(ask(*conversation, modern(1, "server/discover")).find(R"("supportedVersions":["2026-07-28")"),
            std::string::npos);
  const std::string scanned =
      ask(*conversation, modern(2, "tools/call", R"("name":"scan_prompt","arguments":{"text":"hello"})"));
  EXPECT_NE(scanned.find(R"("id":2,"result":{"resultType":"complete")"), std::string::npos) << scanned;
  EXPECT_NE(scanned.find(R"("safe":true)"), std::string::npos) << scanned;
}

TEST_F(ServeConversationTest, InAModernConversationNothingIsLegacy) {
  const auto conversation = open(mcp::Era::modern);
  EXPECT_NE(ask(*conversation, R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})").find("\"code\":-32602"),
            std::string::npos);
  EXPECT_NE(ask(*conversation, modern(2, "initialize", R"("protocolVersion":"2025-11-25")"))
                .find("\"code\":-32601"),
            std::string::npos);
  EXPECT_NE(ask(*conversation, modern(3, "ping")).find("\"code\":-32601"), std::string::npos);
}

TEST_F(ServeConversationTest, ALegacySessionShakesHandsOnceAndIsAnotherForEveryClient) {
  const auto first = open(mcp::Era::legacy);
  const auto second = open(mcp::Era::legacy);
  const std::string initialize =
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}})";
  EXPECT_NE(ask(*first, initialize).find(R"("protocolVersion":"2025-06-18")"), std::string::npos);
  EXPECT_NE(ask(*first, initialize).find("initialized already"), std::string::npos);
  EXPECT_NE(ask(*second, initialize).find(R"("protocolVersion":"2025-06-18")"), std::string::npos);
  first->receive(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", nullptr, {});
  const std::string list = ask(*first, R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_NE(list.find("scan_prompt"), std::string::npos);
  EXPECT_EQ(list.find("resultType"), std::string::npos);
}

TEST_F(ServeConversationTest, EveryPrincipalHasTheToolsOfItsOwnAgent) {
  const std::string report = modern(
      1, "tools/call",
      R"("name":"report_interaction","arguments":{"app_name":"a","model":"m","provider":"openai","tokens_in":40,"tokens_out":2})");
  const Principal ada = principal("ada"), bob = principal("bob");
  EXPECT_NE(ask(*factory_.open(ada, mcp::Era::modern, "{}").value(), report).find(R"("logged":true)"),
            std::string::npos);
  ASSERT_TRUE(store_->flush());
  EXPECT_EQ(store_->budget_use(ada.agent, now_ms())->daily_tokens, 42);
  EXPECT_EQ(store_->budget_use(bob.agent, now_ms())->daily_tokens, 0);
  const auto none = factory_.open({0, "nobody"}, mcp::Era::modern, "{}");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unavailable);
}

TEST_F(ServeConversationTest, AMessageTooLargeForTheToolsIsRefusedByItsId) {
  const auto conversation = open(mcp::Era::modern);
  const std::string large = std::string(mcp::kMaxRequestBytes, 'x');
  const std::string answer =
      ask(*conversation,
          modern(5, "tools/call", R"("name":"scan_prompt","arguments":{"text":")" + large + "\"}"));
  EXPECT_EQ(
      answer,
      R"({"jsonrpc":"2.0","id":5,"error":{"code":-32600,"message":"the message has more than the limit of 8388608 bytes"}})");
}

TEST_F(ServeConversationTest, ASubscriptionIsAcknowledgedAndStaysOpenUntilTheEnd) {
  const auto conversation = open(mcp::Era::modern);
  const auto stays = std::make_shared<Recorder>(), leaves = std::make_shared<Recorder>();
  conversation->receive(modern(7, "subscriptions/listen", R"("notifications":{"toolsListChanged":true})"),
                        stays, {});
  conversation->receive(modern(8, "subscriptions/listen", R"("notifications":{})"), leaves, {});
  EXPECT_EQ(
      stays->sent(),
      std::vector<std::string>{
          R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":7},"notifications":{}}})"});
  EXPECT_TRUE(stays->finished().empty());
  conversation->hung_up(leaves);
  EXPECT_EQ(leaves.use_count(), 1) << "a stream nobody reads is let go";
  EXPECT_FALSE(conversation->ended());
  conversation->end("shutting down");
  EXPECT_TRUE(conversation->ended());
  EXPECT_TRUE(leaves->finished().empty());
  EXPECT_NE(stays->finished().find(R"("id":7,"result":{"resultType":"complete")"), std::string::npos)
      << stays->finished();
  EXPECT_NE(stays->finished().find(R"("io.modelcontextprotocol/subscriptionId":7)"), std::string::npos);
  EXPECT_EQ(stays.use_count(), 1);
  EXPECT_NE(ask(*conversation, modern(9, "tools/list")).find("\"code\":-31001"), std::string::npos);
}

TEST_F(ServeConversationTest, ServesManyThreadsAtOnce) {
  constexpr int kThreads = 8, kCalls = 20;
  const auto conversation = open(mcp::Era::modern);
  std::latch start(kThreads);
  std::mutex mutex;
  std::multiset<std::string> ids;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        start.arrive_and_wait();
        for (int i = 0; i < kCalls; ++i) {
          const int id = t * kCalls + i;
          const std::string answer =
              i % 5 == 4 ? ask(*conversation, modern(id, "tools/call",
                                                     R"("name":"check_budget","arguments":{"agent_id":1})"))
                         : ask(*conversation,
                               modern(id, "tools/call",
                                      R"("name":"scan_prompt","arguments":{"text":"mail ada@example.com"})"));
          const Json read = Json::parse(answer, nullptr, false);
          const std::lock_guard lock(mutex);
          if (read.contains("result") && !read["result"].contains("isError")) ids.insert(read["id"].dump());
        }
      });
    }
  }
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kThreads * kCalls));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(ServeFactory, KnowsTheAnnotatedArgumentsOfItsTools) {
  class Annotated : public mcp::ToolProvider {
   public:
    const Json& list() const override { return list_; }
    Result<Json> call(const std::string&, const Json&) override { return Json::object(); }

   private:
    Json list_ = Json::parse(
        R"([{"name":"a","inputSchema":{"properties":{"r":{"type":"string","x-mcp-header":"Region"}}}},)"
        R"({"name":"bad","inputSchema":{"properties":{"r":{"type":"number","x-mcp-header":"Region"}}}},{"name":"plain","inputSchema":{}}])");
  };
  ServeFactory factory({}, [](const Principal&) { return std::make_shared<Annotated>(); });
  const auto conversation = factory.open({}, mcp::Era::modern, "{}").value();
  ASSERT_EQ(conversation->param_headers("a").size(), 1U);
  EXPECT_EQ(conversation->param_headers("a")[0].header, "Mcp-Param-Region");
  EXPECT_TRUE(conversation->param_headers("bad").empty());
  EXPECT_TRUE(conversation->param_headers("plain").empty());
  EXPECT_TRUE(conversation->param_headers("unknown").empty());
}

}  // namespace
}  // namespace aegis::gateway
