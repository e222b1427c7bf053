#include "store/sqlite/writer.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace aegis::store::sqlite {
namespace {

using Clock = std::chrono::steady_clock;

// The row or the request is at fault; the store is fine.
bool is_refusal(const Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::not_found ||
         error.code == ErrorCode::limit;
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, int busy_timeout_ms)
    : database_(std::move(database)),
      answer_wait_(std::chrono::milliseconds(busy_timeout_ms) + kAnswerSlackMs),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool Writer::Job::hurries() const {
  const auto* record = std::get_if<Record>(&work);
  return ticket != nullptr || (record != nullptr && std::holds_alternative<FlowNote>(*record));
}

// ---- The callers' side.

Result<void> Writer::push(std::unique_lock<std::mutex>& lock, Job job) {
  const bool ticketed = job.ticket != nullptr;
  const auto may_go_on = [&] { return unfinished_ < kQueueRows || (failure_ && !ticketed); };
  if (!room_.wait_for(lock, std::chrono::milliseconds(kQueueWaitMs), may_go_on)) {
    if (failure_) return *failure_;
    return limit_reached("store " + database_->path() + ": " + std::to_string(kQueueRows) +
                         " rows wait to be written, and for " + std::to_string(kQueueWaitMs) +
                         " ms none could be; its disk is too slow for this many calls");
  }
  // Behind a failure only jobs with someone waiting are taken: they learn how the next attempt ends.
  if (failure_ && !ticketed) return *failure_;
  const bool hurries = job.hurries();
  queue_.push_back(std::move(job));
  ++unfinished_;
  if (hurries) ++hurried_;
  // A gathering group needs no further wake-up: it ends by its own clock.
  if (idle_ || hurries || queue_.size() == kGroupRows) wake_.notify_one();
  return {};
}

Result<void> Writer::queue(Record record) {
  std::unique_lock lock(mutex_);
  return push(lock, {std::move(record), nullptr, {}});
}

Result<void> Writer::commit(Record record) { return wait_for(std::move(record)); }

Result<void> Writer::wait_for(std::variant<Record, Task> work) {
  const auto ticket = std::make_shared<Ticket>();
  std::unique_lock lock(mutex_);
  if (auto pushed = push(lock, {std::move(work), ticket, {}}); !pushed) return pushed;
  if (ticket->done.wait_for(lock, answer_wait_, [&] { return ticket->result.has_value(); }))
    return *ticket->result;
  ticket->abandoned = true;
  return unavailable("store " + database_->path() + ": not confirmed within " +
                     std::to_string(answer_wait_.count()) +
                     " ms, so it may or may not have been written; check its disk");
}

Result<void> Writer::flush() {
  if (auto done = wait_for(Task([](Registry&) -> Result<void> { return {}; })); !done) return done;
  const std::lock_guard lock(mutex_);
  if (!refused_) return {};
  Error error = *std::exchange(refused_, std::nullopt);
  error.message =
      std::to_string(std::exchange(refused_rows_, 0)) + " rows were refused; the last: " + error.message;
  return error;
}

// ---- The thread's side.

void Writer::work() {
  while (true) {
    bool stopping = false;
    {
      std::unique_lock lock(mutex_);
      wait_for_work(lock);
      stopping = stopping_;
      if (stopping && queue_.empty() && group_.empty()) return;
    }
    if (auto written = write_group(); written) {
      finish_group();
    } else {
      fail_group(written.error());
      if (stopping) return give_up();
    }
  }
}

void Writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto in_a_hurry = [&] { return stopping_ || hurried_ > 0; };
  if (!group_.empty()) {
    wake_.wait_for(lock, kRetryMs, in_a_hurry);
    return;
  }
  idle_ = true;
  wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  idle_ = false;
  wake_.wait_for(lock, kGroupMs, [&] { return in_a_hurry() || queue_.size() >= kGroupRows; });
}

bool Writer::take() {
  const std::lock_guard lock(mutex_);
  bool took = false;
  while (!queue_.empty() && group_.size() < kGroupRows) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    if (job.hurries()) --hurried_;
    if (job.ticket && job.ticket->abandoned) {
      --unfinished_;
      continue;
    }
    group_.push_back(std::move(job));
    took = true;
  }
  return took;
}

Result<void> Writer::write_group() {
  const auto deadline = Clock::now() + kGroupMs;
  take();
  while (true) {
    const Result<bool> committed = try_group(deadline);
    records_.forget_counters();
    if (!committed) return committed.error();
    if (*committed) return {};
  }
}

// False: a record was refused and everything was rolled back with it; without it the rest may go on.
Result<bool> Writer::try_group(Clock::time_point deadline) {
  if (auto in_place = database_->check_in_place(); !in_place) return in_place.error();
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return transaction.error();
  std::size_t next = 0;
  do {
    for (; next < group_.size(); ++next) {
      Job& job = group_[next];
      const bool is_record = std::holds_alternative<Record>(job.work);
      if (is_record && !job.result) continue;
      job.result = apply(job);
      if (job.result) continue;
      if (!is_refusal(job.result.error())) return std::exchange(job.result, {}).error();
      if (is_record) return false;
    }
  } while (Clock::now() < deadline && take());
  if (auto done = records_.write_counters(); !done) return done.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return true;
}

Result<void> Writer::apply(Job& job) {
  if (auto* task = std::get_if<Task>(&job.work)) return (*task)(registry_);
  return std::visit([this](const auto& record) { return records_.write(record); },
                    std::get<Record>(job.work));
}

void Writer::finish_group() {
  std::vector<Job> written = std::exchange(group_, {});  // freed after the lock
  bool recovered = false;
  std::optional<Error> refused;
  {
    const std::lock_guard lock(mutex_);
    for (Job& job : written) {
      if (job.ticket) {
        job.ticket->result = job.result;
        job.ticket->done.notify_one();
      } else if (!job.result) {
        refused = refused_ = job.result.error();
        ++refused_rows_;
      }
    }
    unfinished_ -= written.size();
    recovered = failure_.has_value();
    failure_.reset();
  }
  room_.notify_all();
  if (recovered) log::warn("store " + database_->path() + ": writing again; nothing queued was lost");
  if (refused) log::warn("a record was refused: " + refused->message);
}

void Writer::fail_group(const Error& error) {
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = !failure_ || failure_->message != error.message;
    failure_ = error;
    // Whoever waits is told, and what was told to have failed must not be written later.
    const auto told = [&](Job& job) {
      if (!job.ticket) return false;
      job.ticket->result = error;
      job.ticket->done.notify_one();
      --unfinished_;
      return true;
    };
    std::erase_if(group_, told);
    std::erase_if(queue_, told);
    hurried_ = static_cast<std::size_t>(
        std::count_if(queue_.begin(), queue_.end(), [](const Job& job) { return job.hurries(); }));
  }
  room_.notify_all();
  if (is_new) log::error(error.message);
}

void Writer::give_up() {
  const std::lock_guard lock(mutex_);
  if (unfinished_ == 0) return;
  log::error("store " + database_->path() + ": " + std::to_string(unfinished_) +
             " rows were not written before the end: " + failure_->message);
}

}  // namespace aegis::store::sqlite
