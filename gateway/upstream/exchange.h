// Exchange: one message POSTed to the server, and everything that comes back for it.
//
// run() blocks the worker it is given to; the other methods may be called from any thread. An exchange that
// was run answers its request exactly once, by the server or by an error made here, unless it was cancelled.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/upstream/answer_reader.h"
#include "gateway/upstream/http_connection.h"
#include "gateway/upstream/port_core.h"

namespace aegis::gateway {

// A stream that goes on after its answer is closed, and the connection given up.
inline constexpr int kLingerMs = 1'000;
// A legacy request whose cancellation went out; a server need not answer it, nor end its stream.
inline constexpr int kCancelGraceMs = 5'000;
// Attempts to resume a broken stream without a new message; with the back-off some 16 s.
inline constexpr int kMaxResumes = 5;
inline constexpr int kMaxRedirects = 3;

struct Outgoing {
  std::string line;
  std::string id;  // JSON text; empty unless it is a request
  std::string method;
  bool modern = false;
  mcp::HeaderList headers;  // of a modern message

  [[nodiscard]] bool is_request() const { return !id.empty(); }
  // Legacy messages that nothing of the session may overtake.
  [[nodiscard]] bool is_barrier() const {
    return !modern && (method == "initialize" || method == "notifications/initialized");
  }
};

class Exchange {
 public:
  // What an exchange tells its port; called on the worker.
  class Owner {
   public:
    virtual ~Owner() = default;
    // The whole message is on its way, or never will be.
    virtual void sent(Exchange* exchange) = 0;
    // What waits behind it may go on. May be called more than once.
    virtual void settled(Exchange* exchange) = 0;
    // The server took `notifications/initialized`.
    virtual void session_ready() = 0;
    // Tries HTTP+SSE; true: the session has an old_target() now.
    virtual bool fall_back() = 0;
    // A deadline was set: expire_if_due() wants to be called then.
    virtual void watch(std::int64_t deadline_us) = 0;
  };

  Exchange(PortCore* core, Owner* owner, Outgoing outgoing)
      : core_(core), owner_(owner), outgoing_(std::move(outgoing)) {}

  void run(HttpConnection& connection);

  [[nodiscard]] const Outgoing& outgoing() const { return outgoing_; }
  [[nodiscard]] bool was_sent() const { return sent_; }

  // Nobody waits for an answer any more. `at_once`: its stream is closed, which is how a modern server learns
  // of it; else a grace begins.
  void cancel(bool at_once);
  // The port ends. Idempotent, and may have to be repeated.
  void stop() { cutter_.stop(); }
  [[nodiscard]] std::int64_t deadline_us() const { return deadline_us_; }
  void expire_if_due(std::int64_t now_us);

 private:
  struct Attempt {
    enum class Body { none, json, stream } body = Body::none;
    HttpReply reply;
    HttpOutcome outcome;
    std::string text;     // a JSON body, or that of an error
    std::string problem;  // a predicate; empty: none
    std::int64_t begun_us = 0;
  };

  void converse(HttpConnection* connection);
  Attempt post(HttpConnection* connection, const std::string& target, AnswerReader* reader);
  bool head(const HttpReply& reply, Attempt* attempt, AnswerReader* reader);
  bool data(std::string_view bytes, Attempt* attempt, AnswerReader* reader);
  bool redirected(Attempt* attempt, int hops, std::string* target);
  void conclude(HttpConnection* connection, const Attempt& attempt, AnswerReader* reader);
  void refused(HttpConnection* connection, const Attempt& attempt, AnswerReader* reader);
  void resume(HttpConnection* connection, const Attempt& broken, AnswerReader* reader);
  void on_answer(const mcp::Message& message, std::string* line);
  void fail(std::string_view predicate, int code = mcp::kServerGone);
  void set_deadline(int milliseconds);
  void expect_head();
  void clear_deadline();
  void mark_sent();

  PortCore* core_;
  Owner* owner_;
  const Outgoing outgoing_;
  Cutter cutter_;
  std::string session_id_;  // that the server gave with the answer that is being read
  bool fell_back_ = false;
  std::atomic<bool> sent_{false}, cancelled_{false}, expired_{false};
  std::atomic<std::int64_t> deadline_us_{0};
};

}  // namespace aegis::gateway
