#include "gateway/link_conversation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

// A way back another thread waits at.
class Waiter : public Exchange {
 public:
  void send(std::string_view line) override { put(&sent_, line); }
  void finish(std::string_view line) override { put(&answers_, line); }
  void close() override {}

  // The answer; empty if none comes within a time no healthy machine needs.
  std::string answer() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !answers_.empty(); });
    return answers_.empty() ? "" : answers_.front();
  }
  std::size_t answers() {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }

 private:
  void put(std::vector<std::string>* lines, std::string_view line) {
    const std::lock_guard lock(mutex_);
    lines->emplace_back(line);
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> sent_, answers_;
};

// What the tests see of a backend, from any thread.
struct Seen {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  bool shut = false;
  std::atomic<std::size_t> queued = 0;  // what the server has not taken of its input

  std::string line(std::size_t index) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(20), [&] { return lines.size() > index; });
    return lines.size() > index ? lines[index] : "";
  }
};

// Answers `echo` with its params, and nothing else.
class EchoBackend : public Backend {
 public:
  EchoBackend(Seen* seen, std::optional<Error> refuse) : seen_(seen), refuse_(std::move(refuse)) {}

  Result<void> start(ClientSink to_client) override {
    to_client_ = std::move(to_client);
    if (refuse_) return *refuse_;
    return {};
  }
  void from_client(std::string_view line) override {
    {
      const std::lock_guard lock(seen_->mutex);
      seen_->lines.emplace_back(line);
      seen_->changed.notify_all();
    }
    const auto method = mcp::find_value(line, {"method"}), id = mcp::find_value(line, {"id"});
    const auto params = mcp::find_value(line, {"params"});
    if (!id || line.substr(method->begin, method->end - method->begin) != "\"echo\"") return;
    const std::string id_text(line.substr(id->begin, id->end - id->begin));
    to_client_(R"({"jsonrpc":"2.0","id":)" + id_text + R"(,"result":)" +
                   std::string(line.substr(params->begin, params->end - params->begin)) + "}",
               {.kind = mcp::MessageKind::result, .related = id_text});
  }
  void oversized_from_client() override {}
  void finish() override {}
  bool ends_by_itself() const override { return false; }
  std::size_t queued() const override { return seen_->queued; }
  std::size_t waiting() const override { return 0; }
  void fail_waiting(const std::string&) override {}
  void descriptors(bool, std::vector<pollfd>*) override {}
  void ready(std::span<const pollfd>) override {}
  std::int64_t deadline_us() const override { return 0; }
  void tick() override {}
  std::optional<std::string> ended() const override { return std::nullopt; }
  void interrupt(int) override {}
  void shut() override {
    const std::lock_guard lock(seen_->mutex);
    seen_->shut = true;
  }

 private:
  Seen* seen_;
  std::optional<Error> refuse_;
  ClientSink to_client_;
};

std::shared_ptr<Link> open(Seen* seen, mcp::Era era, std::optional<Error> refuse = {},
                           std::shared_ptr<ClientHeaders> headers = nullptr) {
  return open_link(std::make_unique<EchoBackend>(seen, std::move(refuse)), era, std::move(headers)).value();
}

TEST(LinkConversation, ManyClientsWithTheSameIdsGetTheirOwnAnswers) {
  Seen seen;
  const auto link = open(&seen, mcp::Era::modern);
  std::vector<std::jthread> clients;
  std::atomic<int> right = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int id = 0; id < 50; ++id) {
        const std::string nonce =
            R"({"nonce":")" + std::to_string(client) + "-" + std::to_string(id) + R"("})";
        const auto waiter = std::make_shared<Waiter>();
        link->receive(
            R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"echo","params":)" + nonce + "}",
            waiter, {});
        right += waiter->answer() ==
                 R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + nonce + "}";
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 8 * 50);
}

TEST(LinkConversation, ItsEndAnswersWhoWaitsAndEndsTheBackend) {
  Seen seen;
  auto link = open(&seen, mcp::Era::legacy);
  const auto waiter = std::make_shared<Waiter>();
  link->receive(R"({"jsonrpc":"2.0","id":"a","method":"hang"})", waiter, {});
  ASSERT_NE(seen.line(0), "");
  link->end("the session was deleted");
  EXPECT_NE(waiter->answer().find("the session was deleted"), std::string::npos);
  EXPECT_NE(waiter->answer().find(R"("id":"a")"), std::string::npos);
  while (!link->ended()) std::this_thread::yield();
  const auto late = std::make_shared<Waiter>();
  link->receive(R"({"jsonrpc":"2.0","id":"b","method":"echo","params":{}})", late, {});
  EXPECT_NE(late->answer().find("has ended"), std::string::npos);
  link.reset();
  EXPECT_TRUE(seen.shut);
  EXPECT_EQ(waiter->answers(), 1u);
}

TEST(LinkConversation, ABackendThatDoesNotStartSaysWhyToEveryClient) {
  Seen seen;
  const auto link = open(&seen, mcp::Era::modern, unavailable("cannot start 'x': no such file"));
  const auto waiter = std::make_shared<Waiter>();
  link->receive(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{}})", waiter, {});
  EXPECT_NE(waiter->answer().find("\"error\""), std::string::npos);
  while (!link->ended()) std::this_thread::yield();
}

TEST(LinkConversation, AClientThatHangsUpCancelsItsRequest) {
  Seen seen;
  const auto link = open(&seen, mcp::Era::modern);
  const auto waiter = std::make_shared<Waiter>();
  link->receive(R"({"jsonrpc":"2.0","id":"mine","method":"hang"})", waiter, {});
  const std::string asked = seen.line(0);
  link->hung_up(waiter);
  const std::string cancelled = seen.line(1);
  const auto id = mcp::find_value(asked, {"id"}), named = mcp::find_value(cancelled, {"params", "requestId"});
  ASSERT_TRUE(id && named) << cancelled;
  EXPECT_EQ(asked.substr(id->begin, id->end - id->begin),
            cancelled.substr(named->begin, named->end - named->begin));
  EXPECT_NE(cancelled.find("notifications/cancelled"), std::string::npos);
}

TEST(LinkConversation, AServerThatTakesNoInputFillsTheInboxAndNotTheMemory) {
  Seen seen;
  seen.queued = kMaxQueuedBytes;
  const auto link = open(&seen, mcp::Era::legacy);
  const std::string note =
      R"({"jsonrpc":"2.0","method":"n","params":")" + std::string(kMaxInboxBytes / 4, 'x') + "\"}";
  int taken = 0;
  while (taken < 10 && link->receive(note, nullptr, {})) ++taken;
  EXPECT_EQ(taken, 3) << "and whoever sent the fourth is told";
  const auto waiter = std::make_shared<Waiter>();
  EXPECT_TRUE(link->receive(R"({"jsonrpc":"2.0","id":2,"method":"echo","params":{}})", waiter, {}));
  EXPECT_EQ(seen.lines.size(), 0u);
  seen.queued = 0;
  EXPECT_NE(waiter->answer().find("\"result\""), std::string::npos)
      << "once the server reads, all of it goes on";
}

TEST(LinkConversation, TooMuchWaitingIsRefusedNotLost) {
  Seen seen;
  const auto link = open(&seen, mcp::Era::legacy);
  const std::string big =
      R"({"jsonrpc":"2.0","id":1,"method":"hang","params":")" + std::string(kMaxInboxBytes, 'x') + "\"}";
  const auto waiter = std::make_shared<Waiter>();
  link->receive(big, waiter, {});
  EXPECT_NE(waiter->answer().find("too much waiting"), std::string::npos);
  const auto next = std::make_shared<Waiter>();
  link->receive(R"({"jsonrpc":"2.0","id":2,"method":"echo","params":{}})", next, {});
  EXPECT_NE(next->answer().find("\"result\""), std::string::npos);
}

}  // namespace
}  // namespace aegis::gateway
