#include "mcp/server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace aegis::mcp {
namespace {

// One tool, which can be made to wait until the test lets it go on.
class OneTool : public ToolProvider {
 public:
  const Json& list() const override { return list_; }
  Result<Json> call(const std::string& name, const Json& arguments) override {
    if (name != "echo") return not_found("unknown tool '" + name + "'");
    if (arguments.contains("fail")) return invalid_input("argument 'fail' is not welcome.");
    std::unique_lock lock(mutex);
    ++calls;
    changed.notify_all();
    changed.wait(lock, [&] { return !blocked; });
    return Json{{"echo", arguments}};
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool blocked = false;
  int calls = 0;

 private:
  Json list_ = Json::array({{{"name", "echo"}, {"inputSchema", {{"type", "object"}}}}});
};

class ServerTest : public testing::Test {
 protected:
  ServerTest()
      : server_({"n", "t", "1", "i"}, &tool_, [this](std::string_view line) {
          const std::lock_guard lock(mutex_);
          lines_.emplace_back(line);
        }) {}

  void initialize(const std::string& revision) {
    server_.handle(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" +
                   revision + R"(","capabilities":{},"clientInfo":{"name":"c","version":"1"}}})");
    take();
  }
  // Everything answered so far, calls worked off.
  std::vector<std::string> answers() {
    server_.finish();
    server_.run();
    return take();
  }
  std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lines_, {});
  }

  OneTool tool_;
  Server server_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

constexpr const char* kCall =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"x":1}}})";

TEST_F(ServerTest, CallsAToolAndGivesTheResultBothWays) {
  server_.handle(kCall);
  EXPECT_EQ(
      answers(),
      std::vector<std::string>{
          R"({"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"echo\":{\"x\":1}}"}],)"
          R"("structuredContent":{"echo":{"x":1}}}})"});
}

TEST_F(ServerTest, WhatAModelCanMendIsAResultAndWhatAClientGotWrongAnError) {
  server_.handle(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"fail":1}}})");
  server_.handle(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"nope"}})");
  server_.handle(R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{}})");
  server_.handle(
      R"({"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"echo","arguments":"{\"x\":1}"}})");
  const auto lines = answers();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_NE(lines[0].find(R"("isError":true)"), std::string::npos);
  EXPECT_NE(lines[0].find("argument 'fail' is not welcome."), std::string::npos);
  EXPECT_NE(lines[1].find(R"("code":-32602,"message":"unknown tool 'nope'")"), std::string::npos);
  EXPECT_NE(lines[2].find("params.name must be a string"), std::string::npos);
  EXPECT_NE(lines[3].find("params.arguments must be an object"), std::string::npos);
}

TEST_F(ServerTest, MistakesGetPreciseErrorsAndTheSessionLivesOn) {
  server_.handle("{");
  server_.handle("nonsense");
  server_.handle(R"({"jsonrpc":"2.0","id":1,"method":"nope/nope"})");
  server_.handle(R"({"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"cursor":"x"}})");
  server_.handle(R"({"jsonrpc":"2.0","id":3,"id":4,"method":"ping"})");
  server_.handle_oversized();
  server_.handle(R"({"jsonrpc":"2.0","method":"notifications/unknown"})");
  server_.handle(R"({"jsonrpc":"2.0","id":5,"result":{}})");
  server_.handle(R"({"jsonrpc":"2.0","id":6,"method":"ping"})");
  const auto lines = take();
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_NE(lines[0].find(R"("id":null,"error":{"code":-32700)"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find(R"("code":-32700,"message":"not valid JSON at byte 2")"), std::string::npos)
      << lines[1];
  EXPECT_NE(lines[2].find(R"("id":1,"error":{"code":-32601)"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find(R"("id":2,"error":{"code":-32602)"), std::string::npos) << lines[3];
  EXPECT_NE(lines[4].find("same key twice"), std::string::npos) << lines[4];
  EXPECT_NE(lines[5].find("8388608 bytes"), std::string::npos) << lines[5];
  EXPECT_EQ(lines[6], R"({"jsonrpc":"2.0","id":6,"result":{}})");
}

TEST_F(ServerTest, BatchesAreAnsweredInTheOneRevisionThatHasThem) {
  initialize("2025-03-26");
  server_.handle(
      std::string("[") + kCall +
      R"(,{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2,"method":"ping"},7])");
  server_.handle("[]");
  server_.handle(R"([{"jsonrpc":"2.0","method":"notifications/x"}])");
  const auto lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].front(), '[');
  EXPECT_NE(lines[0].find(R"("id":1,"result")"), std::string::npos);
  EXPECT_NE(lines[0].find(R"("id":2,"result":{})"), std::string::npos);
  EXPECT_NE(lines[0].find(R"("id":null,"error":{"code":-32600)"), std::string::npos);
  EXPECT_NE(lines[1].find("an empty batch"), std::string::npos);
}

TEST_F(ServerTest, BatchesAreRefusedInTheOthers) {
  initialize("2025-06-18");
  server_.handle(std::string("[") + kCall + "]");
  const auto lines = answers();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("protocol revision 2025-06-18 has no batches"), std::string::npos);
  EXPECT_EQ(tool_.calls, 0);
}

TEST_F(ServerTest, InitializeIsForOnce) {
  initialize("2025-11-25");
  server_.handle(
      R"({"jsonrpc":"2.0","id":9,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
  EXPECT_NE(take().at(0).find("initialized already"), std::string::npos);
}

TEST_F(ServerTest, APingIsAnsweredWhileACallRunsAndCancelledCallsGetNoAnswer) {
  tool_.blocked = true;
  std::jthread worker([this] { server_.run(); });
  server_.handle(kCall);
  server_.handle(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo"}})");
  server_.handle(R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo"}})");
  {
    std::unique_lock lock(tool_.mutex);
    tool_.changed.wait(lock, [&] { return tool_.calls == 1; });
  }
  server_.handle(R"({"jsonrpc":"2.0","id":"p","method":"ping"})");
  EXPECT_EQ(take(), std::vector<std::string>{R"({"jsonrpc":"2.0","id":"p","result":{}})"});
  server_.handle(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");  // running
  server_.handle(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");  // waiting
  server_.handle(
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}})");  // unknown
  {
    const std::lock_guard lock(tool_.mutex);
    tool_.blocked = false;
    tool_.changed.notify_all();
  }
  server_.finish();
  worker.join();
  const auto lines = take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find(R"("id":3)"), std::string::npos);
  EXPECT_EQ(tool_.calls, 2);  // the waiting one never ran
}

const std::string kModern =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

TEST_F(ServerTest, AModernCallWaitsItsTurnAndCanBeCancelledToo) {
  tool_.blocked = true;
  std::jthread worker([this] { server_.run(); });
  for (const char* id : {"1", "2", "3"}) {
    server_.handle(R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"tools/call","params":{)" +
                   kModern + R"(,"name":"echo"}})");
  }
  {
    std::unique_lock lock(tool_.mutex);
    tool_.changed.wait(lock, [&] { return tool_.calls == 1; });
  }
  server_.handle(R"({"jsonrpc":"2.0","id":"d","method":"server/discover","params":{)" + kModern + "}}");
  EXPECT_NE(take().at(0).find(R"("id":"d","result":{"resultType":"complete")"), std::string::npos);
  server_.handle(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  server_.handle(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");
  {
    const std::lock_guard lock(tool_.mutex);
    tool_.blocked = false;
    tool_.changed.notify_all();
  }
  server_.finish();
  worker.join();
  const auto lines = take();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find(R"("id":3,"result":{"resultType":"complete")"), std::string::npos) << lines[0];
}

TEST_F(ServerTest, ErasMayMixOnOneConnection) {
  const std::string modern_list =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + kModern + "}}";
  const std::string legacy_list = R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})";
  server_.handle(modern_list);
  initialize("2025-06-18");
  server_.handle(modern_list);
  server_.handle(legacy_list);
  const auto lines = take();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find(R"("cacheScope":"public")"), std::string::npos);
  EXPECT_EQ(lines[1].find("cacheScope"), std::string::npos);
}

TEST_F(ServerTest, ErrorsNobodyAskedForHaveNoIdOnceTheClientSpokeModern) {
  server_.handle("{");
  server_.handle(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{)" + kModern + "}}");
  server_.handle("{");
  server_.handle_oversized();
  const auto lines = take();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_NE(lines[0].find("\"id\":null"), std::string::npos);
  EXPECT_EQ(lines[2].find("\"id\""), std::string::npos) << lines[2];
  EXPECT_EQ(lines[3].find("\"id\""), std::string::npos) << lines[3];
}

}  // namespace
}  // namespace aegis::mcp
