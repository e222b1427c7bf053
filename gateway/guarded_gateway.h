// GuardedGateway: many guarded servers as one.
//
//   client → Bridge → Aggregator → GuardedServer, one for each server → …, and back
//
// Each server has a guard session of its own under its own name. Used by one thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/aggregator.h"
#include "gateway/backend.h"
#include "gateway/guarded_server.h"
#include "mcp/bridge.h"

namespace aegis::gateway {

class GuardedGateway : public Backend {
 public:
  // A server of the gateway.
  struct Server {
    std::string name;  // unique; REQUIRES is_server_name()
    // What it is, as far as two can be told apart by it: on a reload a server with the same name and identity
    // is left alone.
    std::string identity;
    guard::ServerIdentity configured;
    const guard::KnownServer* known_server = nullptr;
    std::function<Result<std::unique_ptr<ServerPort>>()> connect;
  };
  struct Options {
    store::AgentId agent = 0;
    std::string principal;
    std::shared_ptr<guard::SessionFlow> flow;  // of the client's session
    mcp::ServerInfo about_us;
    int call_timeout_ms = 0;
    // The servers, in their order, as they are configured now; asked at the start and at every reload().
    std::function<std::vector<Server>()> servers;
  };

  // The Guard must outlive it.
  GuardedGateway(guard::Guard* guard, Options options);
  ~GuardedGateway() override;

  Result<void> start(ClientSink to_client) override;
  void from_client(std::string_view line) override;
  void oversized_from_client() override;
  void finish() override;
  [[nodiscard]] bool ends_by_itself() const override;
  [[nodiscard]] std::size_t queued() const override;
  [[nodiscard]] std::size_t waiting() const override { return aggregator_->waiting(); }
  void fail_waiting(const std::string& why) override;
  void descriptors(bool may_read, std::vector<pollfd>* fds) override;
  void ready(std::span<const pollfd> fds) override;
  [[nodiscard]] std::int64_t deadline_us() const override;
  void tick() override;
  // Only after finish(), when every server has ended: one that ends before that is started again.
  [[nodiscard]] std::optional<std::string> ended() const override;
  [[nodiscard]] std::optional<int> exit_code() override {
    return ended() ? std::optional<int>(0) : std::nullopt;
  }
  void reload() override;
  void interrupt(int signal) override;
  void shut() override;

 private:
  struct Running {
    std::size_t number = 0;  // what the aggregator knows it by; never used again
    Server server;
    std::unique_ptr<GuardedServer> guarded;
    std::size_t descriptors = 0;  // of the last poll
  };

  Running* add(Server server);
  void start_server(Running* running);
  Running* find(std::size_t number);
  void to_client(std::string_view line, std::string_view related);

  guard::Guard* guard_;
  Options options_;
  ClientSink to_client_;
  JsonParser parser_;
  // Of a server that was taken out; nobody else uses that any more.
  struct Ending {
    std::shared_ptr<std::atomic<bool>> done;
    std::jthread thread;
  };

  std::unique_ptr<mcp::Bridge> bridge_;
  std::unique_ptr<Aggregator> aggregator_;
  std::vector<std::unique_ptr<Running>> running_;  // in their order
  std::vector<std::unique_ptr<Running>> leaving_;  // ended at the next tick: they may be at work now
  std::vector<Ending> endings_;
  std::size_t next_number_ = 0;
  bool started_ = false;
  bool finishing_ = false;
};

}  // namespace aegis::gateway
