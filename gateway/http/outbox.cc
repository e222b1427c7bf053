#include "gateway/http/outbox.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "mcp/message.h"
#include "mcp/splice.h"
#include "mcp/sse.h"

namespace aegis::gateway {
namespace {

using std::chrono::milliseconds;

// Bytes written at once, so that a long backlog does not become one long string.
constexpr std::size_t kWriteBytes = std::size_t{256} << 10;

// An answer the session could not keep for a client that was away. It is told, rather than left waiting.
std::string answer_not_kept(std::string_view answer) {
  const auto id = mcp::find_value(answer, {"id"});
  return mcp::error_message(
      id ? answer.substr(id->begin, id->end - id->begin) : std::string_view(), mcp::kInternalError,
      "the answer was not kept for a client that was away: it was too large or too long ago");
}

class BatchItem final : public Exchange {
 public:
  explicit BatchItem(std::shared_ptr<Outbox> outbox) : outbox_(std::move(outbox)) {}
  void send(std::string_view line) override { outbox_->send(line); }
  void finish(std::string_view line) override {
    if (!finished_.exchange(true)) outbox_->finish(line);
  }
  // The rest of the batch is still answered.
  void close() override { finish({}); }

 private:
  std::shared_ptr<Outbox> outbox_;
  std::atomic<bool> finished_{false};
};

}  // namespace

Outbox::Outbox(std::size_t answers, OnAnswer on_answer)
    : answers_(answers), on_answer_(std::move(on_answer)) {}

std::shared_ptr<Outbox> Outbox::make(std::size_t answers, OnAnswer on_answer) {
  return std::shared_ptr<Outbox>(new Outbox(answers, std::move(on_answer)));
}

std::shared_ptr<Exchange> Outbox::item(const std::shared_ptr<Outbox>& outbox) {
  return std::make_shared<BatchItem>(outbox);
}

void Outbox::send(std::string_view line) { put(line, false); }

void Outbox::finish(std::string_view line) {
  if (on_answer_) {
    bool tell = false;
    {
      const std::lock_guard lock(mutex_);
      tell = told_ < answers_;
      if (tell) ++told_;
    }
    if (tell) on_answer_(line);
  }
  put(line, true);
}

void Outbox::put(std::string_view line, bool answer) {
  std::shared_ptr<ReplayLedger> ledger;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (complete_locked()) return;
    if (line.empty()) {
      if (answer) closed_ = true;
    } else {
      // Whoever is too slow keeps nobody waiting and fills no memory.
      const bool read_by_somebody = attached_ || ledger_ == nullptr;
      if (!answer && read_by_somebody && unsent_bytes_ > kMaxUnsentBytes) {
        overrun_ = true;
        attached_ = false;
        changed_.notify_all();
        if (ledger_ == nullptr) return;
        drop_forgotten();
      }
      number = ++last_;
      events_.push_back({number, std::string(line), answer});
      unsent_bytes_ += line.size();
      ledger = ledger_;
    }
    if (answer) {
      ++answered_;
      if (answers_ == 0) closed_ = true;
    } else {
      only_answers_ = false;
    }
    changed_.notify_all();
  }
  if (ledger != nullptr && number != 0) ledger->add(weak_from_this(), number, line.size());
}

void Outbox::close() {
  std::size_t untold = 0;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    untold = answers_ - std::exchange(told_, answers_);
    changed_.notify_all();
  }
  for (; on_answer_ && untold > 0; --untold) on_answer_({});
}

Outbox::Word Outbox::first_word(int timeout_ms, const std::function<bool()>& hung_up) {
  const auto end = std::chrono::steady_clock::now() + milliseconds(timeout_ms);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!only_answers_ || overrun_) return Word::stream;
    if (answers_ > 0 && answered_ == answers_ && !events_.empty()) return Word::answer;
    if (closed_) return Word::closed;
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return Word::stream;
    changed_.wait_until(lock, std::min(end, now + milliseconds(kHangUpPollMs)));
    if (!only_answers_ || complete_locked() || !hung_up) continue;
    lock.unlock();
    const bool gone = hung_up();
    lock.lock();
    if (gone) {
      closed_ = true;
      return Word::gone;
    }
  }
}

std::string Outbox::json(bool as_array) {
  const std::lock_guard lock(mutex_);
  std::string body;
  if (!as_array) {
    body = std::move(events_.front().text);
  } else {
    for (const auto& event : events_) (body += body.empty() ? "[" : ",") += event.text;
    body += "]";
  }
  events_.clear();
  unsent_bytes_ = 0;
  sent_ = last_;
  return body;
}

void Outbox::keep(const std::shared_ptr<ReplayLedger>& ledger, std::string tag, std::uint64_t stream) {
  std::vector<std::pair<std::uint64_t, std::size_t>> present;
  {
    const std::lock_guard lock(mutex_);
    ledger_ = ledger;
    tag_ = std::move(tag);
    stream_ = stream;
    present.reserve(events_.size());
    for (const auto& event : events_) present.emplace_back(event.number, event.text.size());
  }
  for (const auto& [number, bytes] : present) ledger->add(weak_from_this(), number, bytes);
}

std::uint64_t Outbox::attach(std::uint64_t after, bool prime, int keep_alive_ms) {
  const std::lock_guard lock(mutex_);
  attached_ = true;
  overrun_ = false;
  prime_ = prime;
  keep_alive_ms_ = keep_alive_ms;
  wrote_us_ = monotonic_us();
  sent_ = std::min(after, last_);
  unsent_bytes_ = 0;
  for (const auto& event : events_) {
    if (event.number > sent_) unsent_bytes_ += event.text.size();
  }
  changed_.notify_all();
  return ++attachment_;
}

bool Outbox::step(std::uint64_t attachment, int wait_ms, const Write& write) {
  std::string bytes;
  std::uint64_t up_to = 0;
  std::size_t counted = 0;
  {
    std::unique_lock lock(mutex_);
    const auto mine = [&] { return attached_ && attachment_ == attachment && !overrun_; };
    changed_.wait_for(lock, milliseconds(wait_ms),
                      [&] { return !mine() || prime_ || last_ > sent_ || complete_locked(); });
    if (!mine()) return false;
    up_to = sent_;
    if (prime_) {
      bytes +=
          "id: " + event_id(tag_, stream_, sent_) + "\nretry: " + std::to_string(kRetryMs) + "\ndata:\n\n";
      prime_ = false;
    }
    for (auto event = std::find_if(events_.begin(), events_.end(),
                                   [&](const Event& one) { return one.number > sent_; });
         event != events_.end() && bytes.size() < kWriteBytes; ++event) {
      bytes += mcp::sse_event(event->text,
                              ledger_ == nullptr ? std::string() : event_id(tag_, stream_, event->number));
      up_to = event->number;
      counted += event->text.size();
    }
    if (bytes.empty()) {
      if (complete_locked()) return false;
      if (monotonic_us() - wrote_us_ < std::int64_t{keep_alive_ms_} * 1'000) return true;
      bytes = mcp::kSseKeepAlive;
    }
  }
  if (!write(bytes)) return false;

  const std::lock_guard lock(mutex_);
  if (!attached_ || attachment_ != attachment) return false;
  wrote_us_ = monotonic_us();
  sent_ = std::max(sent_, up_to);
  unsent_bytes_ -= std::min(unsent_bytes_, counted);
  if (ledger_ == nullptr) {
    while (!events_.empty() && events_.front().number <= sent_) events_.pop_front();
  } else {
    drop_forgotten();
  }
  return !complete_locked() || last_ > sent_;
}

bool Outbox::detach(std::uint64_t attachment) {
  const std::lock_guard lock(mutex_);
  if (attachment_ != attachment) return false;
  attached_ = false;
  drop_forgotten();
  return true;
}

void Outbox::forget(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  forgotten_ = std::max(forgotten_, number);
  drop_forgotten();
}

void Outbox::drop_forgotten() {
  for (auto event = events_.begin(); event != events_.end() && event->number <= forgotten_;) {
    const bool unsent = event->number > sent_;
    if (unsent && attached_) return;  // it goes out first
    if (unsent) unsent_bytes_ -= std::min(unsent_bytes_, event->text.size());
    if (unsent && event->answer) {
      event->text = answer_not_kept(event->text);
      unsent_bytes_ += event->text.size();
      ++event;
    } else {
      event = events_.erase(event);
    }
  }
}

bool Outbox::complete() const {
  const std::lock_guard lock(mutex_);
  return complete_locked();
}

bool Outbox::attached() const {
  const std::lock_guard lock(mutex_);
  return attached_;
}

bool Outbox::knows(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return number <= last_;
}

bool Outbox::spent() const {
  const std::lock_guard lock(mutex_);
  return complete_locked() && !attached_ && events_.empty();
}

}  // namespace aegis::gateway
