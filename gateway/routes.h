// Routes: which HTTP exchange each message of a conversation goes back on.
//
// A backend has one line to its client; a client over HTTP has as many ways back as it has requests open. In
// the legacy era ids are the client's own and unique in its session. In the modern era clients that know
// nothing of each other share a conversation, so ids and progress tokens are made unique on the way in and
// given back on the way out; no other byte changes. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/conversation.h"
#include "gateway/mcp_proxy.h"
#include "mcp/meta.h"

namespace aegis::gateway {

// Messages of a legacy server that belong to no request, kept until the client opens its stream.
inline constexpr std::size_t kMaxUnrouted = 64;

class Routes {
 public:
  explicit Routes(mcp::Era era) : era_(era) {}

  // What the backend is given for a client's message. Nothing: a legacy client used the id of a request that
  // still waits; `exchange` has got an error. REQUIRES: `line` is one valid JSON-RPC message.
  std::optional<std::string> in(std::string_view line, const std::shared_ptr<Exchange>& exchange);
  // A line of the backend's, to where it belongs.
  void out(std::string_view line, const Delivery& delivery);

  // Its client hung up: the id (as the backend knows it) of the request to cancel, if one waits.
  std::optional<std::string> hung_up(const std::shared_ptr<Exchange>& exchange);
  void set_stream(std::shared_ptr<Exchange> stream);

  // The id the backend knows the last request of in() by.
  [[nodiscard]] const std::string& last_id() const { return last_id_; }
  // Asks what a request was, for its answer; empty: not waiting.
  [[nodiscard]] std::string_view method_of(std::string_view id) const;

  // Nothing will come any more: every exchange gets `error_text` as its answer.
  void fail_all(int code, const std::string& error_text);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    std::shared_ptr<Exchange> exchange;
    std::string method;
    std::string client_id;     // as the client wrote it
    std::string client_token;  // likewise; empty: it asked for no progress
    std::uint64_t number = 0;  // order of arrival
  };

  void answer(std::string_view line, std::string_view id);
  void notification(std::string_view line, std::string_view related);
  void batch(std::string_view line);
  void without_request(std::string_view line);
  Waiting* find(std::string_view id);
  Waiting* newest();
  void drop(std::string_view id);

  mcp::Era era_;
  std::uint64_t next_ = 1;
  std::string last_id_;
  std::unordered_map<std::string, Waiting> waiting_;  // by the id the backend knows
  std::unordered_map<std::string, std::string>
      tokens_;  // progress token → id, both as the backend knows them
  std::shared_ptr<Exchange> stream_;
  std::deque<std::string> unrouted_;
};

}  // namespace aegis::gateway
