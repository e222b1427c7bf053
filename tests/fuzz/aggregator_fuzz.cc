// A client and up to three servers, all of them hostile, through the Aggregator. Every line that comes out
// must be one valid JSON message for somebody who exists; no request of the client's may be answered twice,
// and none may be left waiting when the servers are gone.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "gateway/aggregator.h"
#include "mcp/message.h"

namespace {

using namespace aegis;

void require(bool condition) {
  if (!condition) std::abort();
}

class Dialogue {
 public:
  explicit Dialogue(std::size_t servers)
      : servers_(servers),
        gateway_({.names = names(servers),
                  .to_client = [this](std::string_view line, std::string_view) { to_client(line); },
                  .to_server =
                      [this](std::size_t server, std::string_view line) {
                        require(server < servers_);
                        require_message(line);
                      },
                  .info = {.name = "n", .title = "t", .version = "1", .instructions = "i"},
                  .now_us = [this] { return now_us_; }}) {}

  // The first byte of a line says what happens: 'c' the client sends the rest, '0' to '2' a server does (one
  // that knows the call it belongs to with '(' first), 't' time passes, 'e' and 'r' a server ends or is
  // replaced, 's' others are configured.
  void step(std::string_view line) {
    const char what = line[0];
    line.remove_prefix(1);
    const std::size_t server = line.empty() ? 0 : static_cast<unsigned char>(line[0]) % servers_;
    switch (what) {
      case 'c': return from_client(line);
      case 't': now_us_ += 5'000'000; return gateway_.tick();
      case 'e': return gateway_.server_ended(server, "has ended");
      case 'r': return gateway_.server_replaced(server);
      case 's':
        return gateway_.set_servers(server == 0 ? std::vector<gateway::ServerRef>{{0, "a"}}
                                                : std::vector<gateway::ServerRef>{{server, "b"}, {0, "a"}});
      default:
        return gateway_.from_server(static_cast<unsigned char>(what) % servers_, line,
                                    line.size() % 3 == 0 ? "4" : "");
    }
  }
  void finish() {
    gateway_.set_servers({});
    now_us_ += 100'000'000;
    gateway_.tick();
    require(gateway_.waiting() == 0);
    require(gateway_.deadline_us() == 0);
  }

 private:
  static std::vector<std::string> names(std::size_t servers) {
    std::vector<std::string> all{"a", "b", "c"};
    all.resize(servers);
    return all;
  }
  // One for all runs: its buffers cost more than the rest of one.
  static JsonParser& parser() {
    static JsonParser one;
    return one;
  }
  static void require_message(std::string_view line) {
    require(line.find('\n') == std::string_view::npos);
    require(Json::accept(line));
  }
  void from_client(std::string_view line) {
    if (const auto parsed = parser().parse(line)) {
      std::string id;
      const auto message = mcp::read_message(parsed->root, &id);
      if (!id.empty() && (!message || message->kind == mcp::MessageKind::request)) ++asked_[id];
      batches_ |= parsed->root.is_array();
    }
    gateway_.from_client(line);
  }
  void to_client(std::string_view line) {
    require_message(line);
    const auto parsed = parser().parse(line);
    require(parsed.has_value());
    std::string id;
    const auto message = mcp::read_message(parsed->root, &id);
    require(message.has_value());
    const bool is_answer =
        message->kind == mcp::MessageKind::result || message->kind == mcp::MessageKind::error;
    if (is_answer && !id.empty() && !batches_) require(asked_[id]-- > 0);
  }

  std::size_t servers_;
  std::int64_t now_us_ = 1;
  std::map<std::string, int> asked_;
  bool batches_ = false;
  gateway::Aggregator gateway_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::set_level(log::Level::off);
  if (size == 0) return 0;
  Dialogue dialogue(data[0] % 3 + 1);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.empty()) dialogue.step(line);
  }
  dialogue.finish();
  return 0;
}
