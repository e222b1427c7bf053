#include "gateway/guarded_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gateway/link_conversation.h"
#include "store/store.h"
#include "tests/support/temp_folder.h"

namespace aegis::gateway {
namespace {

// A connection whose other side is the test.
class FakePort : public ServerPort {
 public:
  explicit FakePort(std::vector<FakePort*>* all) { all->push_back(this); }
  Result<void> open(Events given) override {
    events = std::move(given);
    return {};
  }
  void send(std::string_view line) override { sent.emplace_back(line); }
  std::size_t queued() const override { return 0; }
  void descriptors(bool, std::vector<pollfd>* fds) override { fds->push_back({-1, 0, 0}); }
  void ready(std::span<const pollfd>) override {
    if (on_ready) on_ready();
  }
  void shut() override {}

  Events events;
  std::vector<std::string> sent;
  std::function<void()> on_ready;  // what the server does when it is polled next
};

class GuardedServerTest : public testing::Test {
 protected:
  void start(ServerPolicy policy) {
    store_ = store::open_sqlite(folder_ / "aegis.db").value();
    guard_ = std::make_unique<guard::Guard>(
        guard::Rulebook{detectors::Detector::builtin(), guard::Mode::balanced}, store_.get());
    GuardedServer::Options options;
    options.session.agent = store_->ensure_agent("tester")->id;
    options.session.server = "shop";
    options.policy = policy;
    options.connect = [this]() -> Result<std::unique_ptr<ServerPort>> {
      if (!startable_) return unavailable("cannot start 'shop': no such file");
      return std::unique_ptr<ServerPort>(std::make_unique<FakePort>(&ports_));
    };
    server_ = std::make_unique<GuardedServer>(guard_.get(), std::move(options));
    ASSERT_TRUE(
        server_->start([this](std::string_view line, const Delivery&) { at_client_.emplace_back(line); }));
  }
  // What the newest instance of the server does, at the place where it would: while it is polled.
  void does(std::function<void(FakePort&)> what) {
    FakePort& port = *ports_.back();
    port.on_ready = [&] { what(port); };
    std::vector<pollfd> fds;
    server_->descriptors(true, &fds);
    server_->ready(fds);
  }
  void says(const std::string& line) {
    does([&](FakePort& port) { port.events.line(line, {}); });
  }
  void dies() {
    does([](FakePort& port) { port.events.closed("the server 'shop' was killed by signal 11"); });
  }
  void handshake() {
    server_->from_client(
        R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})");
    says(R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18","capabilities":{}}})");
    server_->from_client(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    at_client_.clear();
  }
  void call(int id) {
    server_->from_client(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                         R"(,"method":"tools/call","params":{"name":"t","arguments":{}}})");
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<guard::Guard> guard_;
  std::vector<FakePort*> ports_;  // every instance there was; only the newest may be used
  bool startable_ = true;
  std::vector<std::string> at_client_;
  std::unique_ptr<GuardedServer> server_;
};

// Through the loop that drives it: whoever polls acts on deadlines as they were announced.
TEST_F(GuardedServerTest, ACallWithoutAnAnswerIsGivenUp) {
  start({.restart = true, .call_timeout_ms = 50});
  handshake();
  class Waiter : public Exchange {
   public:
    void send(std::string_view) override {}
    void finish(std::string_view line) override { answer.set_value(std::string(line)); }
    void close() override {}
    std::promise<std::string> answer;
  };
  const auto waiter = std::make_shared<Waiter>();
  const auto link = open_link(std::move(server_), mcp::Era::legacy, nullptr).value();
  link->receive(R"({"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"t","arguments":{}}})",
                waiter, {});
  auto answer = waiter->answer.get_future();
  ASSERT_EQ(answer.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_NE(answer.get().find("within the time allowed for a call"), std::string::npos);
}

TEST_F(GuardedServerTest, AServersEndIsTheSessionsEndWhereNobodyRestartsIt) {
  start({.restart = false});
  handshake();
  call(1);
  dies();
  EXPECT_EQ(server_->ended(), "the server 'shop' was killed by signal 11");
  EXPECT_EQ(ports_.size(), 1u);
}

TEST_F(GuardedServerTest, ACrashedServerIsStartedAgainAndIntroducedToItsClient) {
  start({.restart = true});
  handshake();
  call(1);
  dies();
  ASSERT_EQ(at_client_.size(), 1u);
  EXPECT_NE(at_client_[0].find(R"("id":1,"error":{"code":-31001)"), std::string::npos) << at_client_[0];
  EXPECT_NE(at_client_[0].find("signal 11"), std::string::npos);
  server_->tick();
  ASSERT_EQ(ports_.size(), 2u) << "the first time at once";
  ASSERT_EQ(ports_[1]->sent.size(), 1u);
  EXPECT_NE(ports_[1]->sent[0].find(R"("method":"initialize","params":{"protocolVersion":"2025-06-18"})"),
            std::string::npos);

  call(2);
  EXPECT_EQ(ports_[1]->sent.size(), 1u) << "it is introduced first";
  const std::string& introduction = ports_[1]->sent[0];
  const auto id = introduction.substr(introduction.find("\"id\":") + 5);
  says(R"({"jsonrpc":"2.0","id":)" + id.substr(0, id.find(',')) +
       R"(,"result":{"protocolVersion":"2025-06-18"}})");
  ASSERT_EQ(ports_[1]->sent.size(), 3u);
  EXPECT_NE(ports_[1]->sent[1].find("notifications/initialized"), std::string::npos);
  EXPECT_NE(ports_[1]->sent[2].find(R"("id":2,"method":"tools/call")"), std::string::npos);
  at_client_.clear();
  says(R"({"jsonrpc":"2.0","id":2,"result":{"content":[]}})");
  EXPECT_EQ(at_client_, std::vector<std::string>{R"({"jsonrpc":"2.0","id":2,"result":{"content":[]}})"});
}

TEST_F(GuardedServerTest, OneThatKeepsDyingIsGivenUpAndEveryCallSaysSo) {
  start({.restart = true});
  handshake();
  dies();
  startable_ = false;
  server_->tick();
  call(1);
  ASSERT_FALSE(at_client_.empty());
  EXPECT_NE(at_client_.back().find("cannot start 'shop'"), std::string::npos) << at_client_.back();
  EXPECT_GT(server_->deadline_us(), 0) << "it is tried again, later";
  EXPECT_FALSE(server_->ended());
}

TEST_F(GuardedServerTest, AnOldServerThatEndsWhenAskedWhatItIsIsStartedAgainForTheHandshake) {
  start({.restart = false});
  server_->from_client(
      R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})");
  ASSERT_EQ(ports_[0]->sent.size(), 1u);
  dies();
  ASSERT_EQ(ports_.size(), 2u);
  EXPECT_FALSE(server_->ended());
  ASSERT_EQ(ports_[1]->sent.size(), 1u);
  EXPECT_NE(ports_[1]->sent[0].find(R"("method":"initialize")"), std::string::npos);
}

TEST_F(GuardedServerTest, ACallWithoutAnAnswerIsGivenUpInTime) {
  start({.restart = false, .call_timeout_ms = 1});
  handshake();
  call(1);
  EXPECT_GT(server_->deadline_us(), 0);
  while (at_client_.empty()) server_->tick();
  EXPECT_NE(at_client_[0].find("within the time allowed"), std::string::npos);
  EXPECT_NE(ports_[0]->sent.back().find("notifications/cancelled"), std::string::npos);
}

}  // namespace
}  // namespace aegis::gateway
