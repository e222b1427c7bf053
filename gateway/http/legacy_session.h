// LegacySession: what one handshake-era client shares over its many HTTP requests: a conversation, the
// revision settled on, and the event streams it may come back to.
//
// Thread-safe. The conversation is called with `routing_` held in one place (set_stream, whose calls must not
// overtake each other) and with no lock elsewhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/conversation.h"
#include "gateway/http/limits.h"
#include "gateway/http/listener.h"
#include "gateway/http/outbox.h"
#include "mcp/version.h"

namespace aegis::gateway {

class LegacySession : public std::enable_shared_from_this<LegacySession> {
 public:
  LegacySession(std::string principal, std::shared_ptr<Conversation> conversation,
                const EndpointLimits& limits);

  [[nodiscard]] const std::string& principal() const { return principal_; }
  Conversation& conversation() { return *conversation_; }
  // Null until `initialize` was answered.
  [[nodiscard]] const mcp::Revision* revision() const { return answers_->revision.load(); }
  // The answer to `initialize` was an error: there is no session.
  [[nodiscard]] bool refused() const { return answers_->refused.load(); }

  // The outbox of a POST with that many requests. Null: too many wait already.
  std::shared_ptr<Outbox> outbox(std::size_t requests, bool initialize);
  // Such an outbox becomes an event stream.
  HttpResponse stream(const std::shared_ptr<Outbox>& outbox);
  // An outbox whose answer went out as JSON, or never will.
  void drop(const std::shared_ptr<Outbox>& outbox);

  // GET: a stream for what belongs to no request. Status 409: too many are open.
  HttpResponse listen();
  // GET with Last-Event-ID. False: no event of a stream this session keeps.
  bool resume(std::string_view last_event_id, HttpResponse* response);

  void touch();
  // Nobody has used or listened to it since `before_us`.
  [[nodiscard]] bool idle_since(std::int64_t before_us) const;
  // When it was last used; nothing while it is: a connection is open, or a request waits.
  [[nodiscard]] std::optional<std::int64_t> unused_since() const;
  // Tells the conversation when a broken GET stream has not come back in time; drops streams nobody can come
  // back to.
  void tidy();

  // Ends conversation and streams; the first call counts.
  void end(const std::string& why);

 private:
  // What answers change. They come on the conversation's thread, which must not hold the session: its last
  // holder ends the conversation and waits for that thread.
  struct Answers {
    std::atomic<const mcp::Revision*> revision{nullptr};
    std::atomic<bool> refused{false};
    std::atomic<std::size_t> waiting{0};  // requests without an answer
    void take(std::string_view answer, bool initialize);
  };
  struct Stream {
    std::shared_ptr<Outbox> outbox;
    bool listening = false;
    std::int64_t lost_us = 0;  // when its connection broke
  };

  HttpResponse attach(std::uint64_t number, const std::shared_ptr<Outbox>& outbox, std::uint64_t after,
                      bool prime);
  std::uint64_t add_stream(const std::shared_ptr<Outbox>& outbox, bool listening);
  void connection_ended(std::uint64_t number, bool last);
  void route();

  const std::string principal_;
  const std::shared_ptr<Conversation> conversation_;
  const EndpointLimits limits_;
  const std::string tag_;
  const std::shared_ptr<ReplayLedger> ledger_;
  const std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();

  std::mutex routing_;  // taken before mutex_; orders calls of set_stream
  std::shared_ptr<Outbox> routed_;

  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint64_t, Stream> streams_;
  std::vector<std::shared_ptr<Outbox>> first_words_;  // outboxes that are no streams yet
  std::vector<std::uint64_t> listening_;              // attached ones, the newest last
  std::uint64_t last_stream_ = 0;
  std::size_t connections_ = 0;
  std::int64_t used_us_ = 0;
  bool ended_ = false;
};

}  // namespace aegis::gateway
