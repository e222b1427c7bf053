// Outbox: the messages on their way to one HTTP response (or event stream a client listens to).
//
// The conversation puts in, from any thread, and never waits; one connection at a time takes out. An answer
// that comes first and alone goes out as JSON; anything else begins an event stream. A legacy outbox keeps
// what was sent (see ReplayLedger), and outlives its connection: a client may come back for the rest.
//
// Thread-safe. Calls nobody with its lock held.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/conversation.h"
#include "gateway/http/replay.h"

namespace aegis::gateway {

// Bytes a connection may lag behind. A reader slower than that is hung up on: a modern request is cancelled,
// a legacy client may come back for what the session still keeps.
inline constexpr std::size_t kMaxUnsentBytes = std::size_t{8} << 20;
// How soon a client that hangs up before the first byte of its answer is noticed.
inline constexpr int kHangUpPollMs = 100;
// Reconnection time told to clients with the first event of a stream.
inline constexpr int kRetryMs = 1'000;

class Outbox final : public Exchange, public std::enable_shared_from_this<Outbox> {
 public:
  using Write = std::function<bool(std::string_view)>;
  using OnAnswer = std::function<void(std::string_view answer)>;

  // `answers`: how many complete it; 0: a stream somebody listens to, which no answer ends.
  // `on_answer` is called once for each of them: by finish(), on its thread, before the answer can go out
  // (and where it cannot), or by close(), empty, for those that will not come. It must not call back.
  static std::shared_ptr<Outbox> make(std::size_t answers, OnAnswer on_answer = {});

  // The conversation's side.
  void send(std::string_view line) override;
  void finish(std::string_view line) override;
  // For a batch: the exchange of one of its items.
  static std::shared_ptr<Exchange> item(const std::shared_ptr<Outbox>& outbox);

  // Nothing more is taken; what was goes out.
  void close() override;

  // The connection's side: first first_word(), then json() or attach() and step().
  enum class Word { answer, stream, gone, closed };
  Word first_word(int timeout_ms, const std::function<bool()>& hung_up);
  // The answer, or the answers of a batch as an array. REQUIRES: first_word() gave `answer`.
  std::string json(bool as_array);

  // Legacy, before attach(): keep what goes out, under these event ids.
  void keep(const std::shared_ptr<ReplayLedger>& ledger, std::string tag, std::uint64_t stream);
  // A connection takes over, after event `after`; one that did before is let go. `prime`: begin with an event
  // that has an id but no data. Returns what step() and detach() want.
  std::uint64_t attach(std::uint64_t after, bool prime, int keep_alive_ms);
  // Writes what there is, waiting for it up to `wait_ms`. False: the stream is over for this connection.
  bool step(std::uint64_t attachment, int wait_ms, const Write& write);
  // The connection is gone. False: another one took over long before.
  bool detach(std::uint64_t attachment);

  // All answers are there, or it was closed.
  [[nodiscard]] bool complete() const;
  [[nodiscard]] bool attached() const;
  // Whether `number` can have been an event of this stream.
  [[nodiscard]] bool knows(std::uint64_t number) const;
  // Complete, without a connection, and nothing is kept that anybody could come back for.
  [[nodiscard]] bool spent() const;

  // The ledger's: events up to `number` need not be kept once they went out (or cannot go out).
  void forget(std::uint64_t number);

 private:
  struct Event {
    std::uint64_t number = 0;
    std::string text;
    bool answer = false;
  };

  Outbox(std::size_t answers, OnAnswer on_answer);
  void put(std::string_view line, bool answer);
  void drop_forgotten();  // with the lock held
  [[nodiscard]] bool complete_locked() const { return closed_ || (answers_ > 0 && answered_ == answers_); }

  const std::size_t answers_;
  const OnAnswer on_answer_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Event> events_;     // in order; kept (legacy) or not yet sent
  std::uint64_t last_ = 0;       // number of the newest
  std::uint64_t sent_ = 0;       // up to here they went out
  std::uint64_t forgotten_ = 0;  // up to here they need not be kept
  std::size_t unsent_bytes_ = 0;
  std::size_t answered_ = 0;
  std::size_t told_ = 0;  // calls of on_answer_
  bool only_answers_ = true;
  bool closed_ = false;

  std::shared_ptr<ReplayLedger> ledger_;
  std::string tag_;
  std::uint64_t stream_ = 0;

  std::uint64_t attachment_ = 0;  // of the connection that came last
  bool attached_ = false;
  bool overrun_ = false;  // that connection is too slow
  bool prime_ = false;
  int keep_alive_ms_ = 0;
  std::int64_t wrote_us_ = 0;
};

}  // namespace aegis::gateway
