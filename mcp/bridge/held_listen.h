// HeldListen: the one `subscriptions/listen` that is kept open with a modern server for a legacy client.
//
// When the client's wishes change, a new one is opened and the old one cancelled once the new one is
// acknowledged, so that nothing falls between the two. One that the server ends is opened again after a
// while. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "mcp/bridge/outbox.h"
#include "mcp/message.h"

namespace aegis::mcp {

// Before a stream that ended is opened again.
inline constexpr int kListenAgainMs = 5'000;

class HeldListen {
 public:
  // `meta`: the _meta of the requests, as JSON text.
  HeldListen(Outbox* out, OwnIds* ids, std::function<std::int64_t()> now_us, std::string meta)
      : out_(out), ids_(ids), now_us_(std::move(now_us)), meta_(std::move(meta)) {}

  // What is wanted from now on: a SubscriptionFilter. Empty: nothing, and no stream.
  void want(Json filter);
  // Whether what the server sent belongs to the stream; it is dealt with unless the caller is to pass it on.
  enum class Fate { not_ours, done, pass_on };
  Fate from_server(const Message& message);

  void server_replaced();
  [[nodiscard]] std::int64_t deadline_us() const { return again_us_; }
  void tick();

 private:
  void open();
  void close(std::string* id);
  void ended(bool for_good);

  Outbox* out_;
  OwnIds* ids_;
  std::function<std::int64_t()> now_us_;
  std::string meta_;
  Json filter_ = Json::object();
  std::string current_;  // ids as JSON text; empty: none
  bool acknowledged_ = false;
  std::string previous_;  // cancelled when the current one is acknowledged
  std::int64_t again_us_ = 0;
};

}  // namespace aegis::mcp
