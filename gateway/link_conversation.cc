#include "gateway/link_conversation.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/members.h"
#include "gateway/routes.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

// How long a backend that was told that nothing more comes may take to end by itself; then it gets SIGTERM.
constexpr int kFinishMs = 1'000;
// While the server's input is full: how often it is looked whether it still is.
constexpr int kInboxPollMs = 50;

struct Item {
  enum class Kind { message, hung_up, stream, reload } kind = Kind::message;
  std::string line;
  std::shared_ptr<Exchange> exchange;
  mcp::HeaderList headers;
};

// A pipe whose reading end wakes a poll().
class WakeUp {
 public:
  WakeUp() {
    if (::pipe(ends_.data()) != 0) return;
    for (const int end : ends_) {
      ::fcntl(end, F_SETFD, FD_CLOEXEC);
      ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
  }
  ~WakeUp() {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  [[nodiscard]] int descriptor() const { return ends_[0]; }
  void wake() const {
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(ends_[1], &byte, 1);  // full: it wakes anyway
  }
  void clear() const {
    std::array<char, 64> bytes{};
    while (::read(ends_[0], bytes.data(), bytes.size()) > 0) {
    }
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

class LinkConversation final : public Link {
 public:
  LinkConversation(std::unique_ptr<Backend> backend, mcp::Era era, std::shared_ptr<ClientHeaders> headers)
      : backend_(std::move(backend)), headers_(std::move(headers)), routes_(era) {}

  ~LinkConversation() override { end("the session ended"); }
  LinkConversation(const LinkConversation&) = delete;
  LinkConversation& operator=(const LinkConversation&) = delete;

  Result<void> start() {
    if (wake_.descriptor() < 0) return unavailable("no descriptors are left for another conversation");
    try {
      thread_ = std::jthread([this] { run(); });
    } catch (const std::system_error& error) {
      return unavailable(std::string("no thread for another conversation: ") + error.what());
    }
    return {};
  }

  bool receive(std::string_view line, std::shared_ptr<Exchange> exchange, mcp::HeaderList headers) override {
    return put({Item::Kind::message, std::string(line), std::move(exchange), std::move(headers)});
  }
  void hung_up(const std::shared_ptr<Exchange>& exchange) override {
    put({Item::Kind::hung_up, {}, exchange, {}});
  }
  void set_stream(std::shared_ptr<Exchange> stream) override {
    put({Item::Kind::stream, {}, std::move(stream), {}});
  }

  void reload() override { put({Item::Kind::reload, {}, nullptr, {}}); }

  std::vector<mcp::ParamHeader> param_headers(std::string_view tool) override {
    const std::lock_guard lock(mutex_);
    const auto found = param_headers_.find(tool);
    return found == param_headers_.end() ? std::vector<mcp::ParamHeader>() : found->second;
  }

  void end(const std::string& why) override {
    {
      const std::lock_guard lock(mutex_);
      if (ending_) return;
      ending_ = true;
      end_because_ = why;
    }
    wake_.wake();
  }

  [[nodiscard]] bool ended() const override { return ended_; }

 private:
  // REQUIRES: mutex_ held.
  [[nodiscard]] bool has_room_for(const Item& item) const {
    if (closed_) return false;
    return item.kind != Item::Kind::message || inbox_bytes_ + item.line.size() <= kMaxInboxBytes;
  }

  bool put(Item item) {
    {
      std::unique_lock lock(mutex_);
      if (has_room_for(item)) {
        inbox_bytes_ += item.line.size();
        inbox_.push_back(std::move(item));
        lock.unlock();
        wake_.wake();
        return true;
      }
    }
    if (item.kind == Item::Kind::message && item.exchange != nullptr) {
      Routes refused(mcp::Era::legacy);
      refused.in(item.line, item.exchange);
      refused.fail_all(mcp::kServerGone, "aegis-mcp: the message was not passed on: the conversation " +
                                             std::string(ended_ ? "has ended" : "has too much waiting"));
    }
    return false;
  }

  void run() {
    if (const auto started = backend_->start(
            [this](std::string_view line, const Delivery& delivery) { to_client(line, delivery); });
        !started) {
      log::error(started.error().message);
      close(started.error().message);
      return;
    }
    std::vector<pollfd> fds;
    while (!ending() && !backend_->ended()) {
      fds.assign(1, {wake_.descriptor(), POLLIN, 0});
      backend_->descriptors(true, &fds);
      const int ready = ::poll(fds.data(), fds.size(), timeout_ms());
      if (ready > 0) {
        if (fds[0].revents != 0) wake_.clear();
        backend_->ready(std::span(fds).subspan(1));
      }
      take_inbox();
      const std::int64_t deadline = backend_->deadline_us();
      if (deadline != 0 && monotonic_us() >= deadline) backend_->tick();
    }
    const std::string why = backend_->ended().value_or(end_reason());
    backend_->fail_waiting(why);
    close(why);
    backend_->finish();
    const std::int64_t until = monotonic_us() + std::int64_t{kFinishMs} * 1000;
    while (backend_->ends_by_itself() && !backend_->ended() && monotonic_us() < until) {
      fds.clear();
      backend_->descriptors(true, &fds);
      if (::poll(fds.data(), fds.size(), 50) > 0) backend_->ready(fds);
      backend_->tick();
    }
    if (!backend_->ended()) backend_->interrupt(SIGTERM);
    backend_->shut();
  }

  int timeout_ms() const {
    const std::int64_t next = backend_->deadline_us();
    // Not every backend has a descriptor that tells when it takes input again.
    const int longest = server_keeps_up() ? 3'600'000 : kInboxPollMs;
    if (next == 0) return server_keeps_up() ? -1 : longest;
    return static_cast<int>(std::clamp<std::int64_t>((next - monotonic_us()) / 1000 + 1, 0, longest));
  }

  // A server that does not take its input fills the inbox, which has a limit, and not the memory.
  bool server_keeps_up() const { return backend_->queued() < kMaxQueuedBytes; }

  void take_inbox() {
    if (!server_keeps_up()) return;
    std::vector<Item> items;
    {
      const std::lock_guard lock(mutex_);
      items.swap(inbox_);
      inbox_bytes_ = 0;
    }
    for (Item& item : items) {
      switch (item.kind) {
        case Item::Kind::message: take_message(&item); break;
        case Item::Kind::stream: routes_.set_stream(std::move(item.exchange)); break;
        case Item::Kind::reload: backend_->reload(); break;
        case Item::Kind::hung_up:
          if (const auto id = routes_.hung_up(item.exchange)) {
            if (headers_ != nullptr) headers_->erase(*id);
            backend_->from_client(
                R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + *id +
                R"(,"reason":"the client closed its stream"}})");
          }
          break;
      }
    }
  }

  void take_message(Item* item) {
    const auto line = routes_.in(item->line, item->exchange);
    if (!line) return;
    if (headers_ != nullptr && item->exchange != nullptr && !item->headers.empty())
      headers_->insert_or_assign(routes_.last_id(), std::move(item->headers));
    backend_->from_client(*line);
  }

  void to_client(std::string_view line, const Delivery& delivery) {
    if (delivery.kind == mcp::MessageKind::result || delivery.kind == mcp::MessageKind::error) {
      if (headers_ != nullptr) headers_->erase(std::string(delivery.related));
      if (routes_.method_of(delivery.related) == "tools/list") learn_param_headers(line);
    }
    routes_.out(line, delivery);
  }

  void learn_param_headers(std::string_view line) {
    if (line.find("x-mcp-header") == std::string_view::npos) return;
    const auto parsed = parser_.parse(line);
    dom::array list;
    if (!parsed || parsed->root["result"]["tools"].get(list) != simdjson::SUCCESS) return;
    for (const auto tool : list) {
      dom::element schema;
      if (!tool.is_object() || tool["inputSchema"].get(schema) != simdjson::SUCCESS) continue;
      auto params = mcp::param_headers(schema);
      if (!params) continue;  // a client drops such a tool
      const std::lock_guard lock(mutex_);
      param_headers_.insert_or_assign(std::string(string_member(tool, "name")), std::move(*params));
    }
  }

  bool ending() {
    const std::lock_guard lock(mutex_);
    return ending_;
  }
  std::string end_reason() {
    const std::lock_guard lock(mutex_);
    return end_because_;
  }

  // From here on nothing is taken in; what came too late is answered.
  void close(const std::string& why) {
    ended_ = true;
    std::vector<Item> late;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      late.swap(inbox_);
    }
    for (const Item& item : late) {
      if (item.kind == Item::Kind::message && item.exchange != nullptr) routes_.in(item.line, item.exchange);
    }
    routes_.fail_all(mcp::kServerGone, "aegis-mcp: " + why);
    routes_.set_stream(nullptr);
  }

  std::unique_ptr<Backend> backend_;
  std::shared_ptr<ClientHeaders> headers_;
  Routes routes_;
  JsonParser parser_;
  WakeUp wake_;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;  // guards what follows
  std::vector<Item> inbox_;
  std::size_t inbox_bytes_ = 0;
  std::map<std::string, std::vector<mcp::ParamHeader>, std::less<>> param_headers_;
  bool ending_ = false;
  bool closed_ = false;
  std::string end_because_;
  std::jthread thread_;
};

}  // namespace

Result<std::shared_ptr<Link>> open_link(std::unique_ptr<Backend> backend, mcp::Era era,
                                        std::shared_ptr<ClientHeaders> headers) {
  auto link = std::make_shared<LinkConversation>(std::move(backend), era, std::move(headers));
  if (const auto started = link->start(); !started) return started.error();
  return std::shared_ptr<Link>(std::move(link));
}

}  // namespace aegis::gateway
