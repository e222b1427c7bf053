// An MCP endpoint behind a real listener, before a conversation the test directs.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "gateway/mcp_endpoint.h"
#include "mcp/message.h"
#include "tests/support/http_peer.h"

namespace aegis::gateway::testing {

using testing_support::kPatienceMs;
using testing_support::RawPeer;
using testing_support::Served;

// Answers by method: "hold" waits for the test, "talk" sends a notification first, "fail" answers with
// params.code, anything else with what was asked.
class DirectedConversation final : public Conversation {
 public:
  struct Held {
    std::string id;
    std::shared_ptr<Exchange> exchange;
  };

  bool receive(std::string_view line, std::shared_ptr<Exchange> exchange, mcp::HeaderList headers) override {
    const Json message = Json::parse(line, nullptr, false);
    {
      const std::lock_guard lock(mutex_);
      lines.emplace_back(line);
      seen_headers = std::move(headers);
      changed_.notify_all();
    }
    if (exchange == nullptr) return true;
    const std::string id = message["id"].dump();
    const std::string method = message["method"];
    const Json params = message.value("params", Json::object());
    if (method == "hold" || params.value("slow", false)) {
      const std::lock_guard lock(mutex_);
      held.push_back({id, std::move(exchange)});
      changed_.notify_all();
    } else if (method == "talk") {
      exchange->send(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"n":1}})");
      exchange->finish(mcp::result_message(id, {{"talked", true}}));
    } else if (method == "fail") {
      exchange->finish(mcp::error_message(id, params.value("code", -32603), "it failed"));
    } else if (method == "initialize") {
      if (params.value("refuse", false)) {
        exchange->finish(mcp::error_message(id, -32602, "not with you"));
      } else {
        const std::string asked = params.value("protocolVersion", "");
        exchange->finish(
            mcp::result_message(id, {{"protocolVersion", std::string(mcp::negotiate(asked).name)}}));
      }
    } else {
      exchange->finish(mcp::result_message(id, {{"method", method}}));
    }
    return true;
  }
  void hung_up(const std::shared_ptr<Exchange>&) override {
    const std::lock_guard lock(mutex_);
    ++hang_ups;
    changed_.notify_all();
  }
  void set_stream(std::shared_ptr<Exchange> now) override {
    const std::lock_guard lock(mutex_);
    stream = std::move(now);
    ++streams_set;
    changed_.notify_all();
  }
  std::vector<mcp::ParamHeader> param_headers(std::string_view tool) override {
    if (tool != "annotated") return {};
    return {{.header = "Mcp-Param-Region", .path = {"region"}}};
  }
  void end(const std::string& why) override {
    std::vector<Held> waiting;
    {
      const std::lock_guard lock(mutex_);
      ++ends;
      waiting.swap(held);
      changed_.notify_all();
    }
    for (const auto& one : waiting) one.exchange->finish(mcp::error_message(one.id, mcp::kServerGone, why));
  }
  [[nodiscard]] bool ended() const override { return gone; }

  // False: it did not come true.
  bool wait(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(kPatienceMs), condition);
  }
  // The next request that waits.
  Held take_held() {
    EXPECT_TRUE(wait([&] { return !held.empty(); }));
    const std::lock_guard lock(mutex_);
    if (held.empty()) return {};
    Held one = held.front();
    held.erase(held.begin());
    return one;
  }
  std::shared_ptr<Exchange> current_stream() {
    const std::lock_guard lock(mutex_);
    return stream;
  }
  std::vector<std::string> received() {
    const std::lock_guard lock(mutex_);
    return lines;
  }

  std::vector<std::string> lines;
  mcp::HeaderList seen_headers;
  std::vector<Held> held;
  std::shared_ptr<Exchange> stream;
  int hang_ups = 0, streams_set = 0, ends = 0;
  std::atomic<bool> gone{false};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class DirectedFactory final : public ConversationFactory {
 public:
  struct Opened {
    std::string principal;
    mcp::Era era;
    std::string capabilities;
    std::shared_ptr<DirectedConversation> conversation;
  };

  Result<std::shared_ptr<Conversation>> open(const Principal& principal, mcp::Era era,
                                             std::string_view capabilities) override {
    const std::lock_guard lock(mutex_);
    if (fails) return unavailable("the guarded server does not start");
    opened_.push_back(
        {principal.name, era, std::string(capabilities), std::make_shared<DirectedConversation>()});
    return std::shared_ptr<Conversation>(opened_.back().conversation);
  }
  std::vector<Opened> opened() {
    const std::lock_guard lock(mutex_);
    return opened_;
  }
  std::shared_ptr<DirectedConversation> last() {
    const std::lock_guard lock(mutex_);
    return opened_.empty() ? nullptr : opened_.back().conversation;
  }

  std::atomic<bool> fails{false};

 private:
  std::mutex mutex_;
  std::vector<Opened> opened_;
};

// "Bearer NAME" is NAME; nothing is "local"; "Bearer nobody" is refused.
class NamedAuthenticator final : public Authenticator {
 public:
  bool authenticate(const std::optional<std::string>& authorization, std::string_view metadata_url,
                    Principal* principal, AuthProblem* problem) override {
    principal->name = authorization ? authorization->substr(7) : "local";
    if (principal->name != "nobody") return true;
    *problem = {401, "Bearer resource_metadata=\"" + std::string(metadata_url) + "\"", "who are you?"};
    return false;
  }
  [[nodiscard]] Json metadata(std::string_view resource_url) const override {
    return oauth ? Json{{"resource", resource_url}} : Json();
  }
  bool oauth = true;
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  [[nodiscard]] Json json() const { return Json::parse(body, nullptr, false); }
  [[nodiscard]] int code() const {
    const Json whole = json();
    return whole.is_object() && whole.contains("error") ? whole["error"].value("code", 0) : 0;
  }
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

inline Answer parse_answer(const std::string& text) {
  Answer answer;
  const auto end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == std::string::npos) return answer;
  answer.status = std::stoi(text.substr(9, 3));
  answer.body = text.substr(end + 4);
  for (auto at = text.find("\r\n") + 2; at < end;) {
    const auto line_end = text.find("\r\n", at);
    const auto colon = text.find(':', at);
    std::string name = text.substr(at, colon - at);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = text.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  return answer;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

class EndpointTest : public ::testing::Test {
 public:
  static Headers with(Headers headers, const Headers& more) {
    headers.insert(headers.end(), more.begin(), more.end());
    return headers;
  }

 protected:
  static EndpointLimits quick() {
    EndpointLimits limits;
    limits.first_word_ms = limits.legacy_first_word_ms = 200;
    limits.keep_alive_ms = 300;
    limits.listen_grace_ms = 100;
    limits.housekeeping_ms = 20;
    return limits;
  }

  void start(const EndpointLimits& limits = quick(), const HttpOptions& options = {}) {
    endpoint_ = std::make_unique<McpEndpoint>(&factory_, &authenticator_, limits);
    served_ = std::make_unique<Served>(options);
    endpoint_->add_to(served_->listener.get());
    served_->start();
  }
  void TearDown() override {
    if (endpoint_) endpoint_->stop();
    if (served_) served_->stop();
  }

  // The request as bytes; version 1.0, so that an event stream is not in chunks and ends with the connection.
  std::string request(const std::string& method, const Headers& headers, const std::string& body,
                      const std::string& path = "/mcp") {
    std::string text = method + " " + path + " HTTP/1.0\r\nHost: " + served_->host() + "\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
  }
  Answer send(const std::string& method, const Headers& headers, const std::string& body = {},
              const std::string& path = "/mcp") {
    RawPeer peer(served_->port);
    peer.send(request(method, headers, body, path));
    return parse_answer(peer.rest());
  }
  // A connection whose answer is read piece by piece.
  std::unique_ptr<RawPeer> open(const std::string& method, const Headers& headers,
                                const std::string& body = {}) {
    auto peer = std::make_unique<RawPeer>(served_->port);
    peer->send(request(method, headers, body));
    return peer;
  }

  DirectedFactory factory_;
  NamedAuthenticator authenticator_;
  std::unique_ptr<McpEndpoint> endpoint_;
  std::unique_ptr<Served> served_;
};

inline const Headers kPost{{"Content-Type", "application/json"},
                           {"Accept", "application/json, text/event-stream"}};

inline std::string call(const std::string& id, const std::string& method, const std::string& params = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}

}  // namespace aegis::gateway::testing
