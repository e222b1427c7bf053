// The one thread that writes: a bounded queue, committed in groups.
//
// Rows nobody waits for gather for up to kGroupMs, so that a call's decision and outcome cost one commit; a
// job somebody waits for is committed at once, together with everything queued before it, and so is a
// FlowNote, since the next call that asks for it comes through another process. When a group cannot be
// committed its rows are kept and tried again every kRetryMs, while every new job is refused with the reason.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "base/result.h"
#include "store/sqlite/database.h"
#include "store/sqlite/records.h"
#include "store/sqlite/registry.h"
#include "store/store.h"

namespace aegis::store::sqlite {

inline constexpr std::size_t kGroupRows = 512;  // keeps the write lock short for other processes
inline constexpr std::chrono::milliseconds kGroupMs{5};
inline constexpr std::chrono::milliseconds kRetryMs{100};
inline constexpr std::chrono::milliseconds kAnswerSlackMs{3000};  // beyond the busy timeout, for a slow disk

// Thread-safe, but for the destructor.
class Writer {
 public:
  using Record = std::variant<Decision, Outcome, Interaction, FlowNote>;
  using Task = std::function<Result<void>(Registry&)>;

  Writer(std::unique_ptr<Database> database, int busy_timeout_ms);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Writes what is queued. Rows that cannot be written now are given up, with a line in the log.
  ~Writer();

  // Returns once the record is in the queue. Waits up to kQueueWaitMs for room.
  Result<void> queue(Record record);
  // Returns once the record is committed, or was not and never will be. After a time-out either may be true.
  Result<void> commit(Record record);
  // Runs `task` on the writer's thread and returns its result once that is committed.
  template <class T>
  Result<T> run(std::function<Result<T>(Registry&)> task) {
    // Shared, because the writer may come to it after the caller has given up waiting.
    auto answer = std::make_shared<std::optional<Result<T>>>();
    auto done = wait_for([answer, task = std::move(task)](Registry& registry) -> Result<void> {
      answer->emplace(task(registry));
      if (!**answer) return (*answer)->error();
      return {};
    });
    if (!done) return done.error();
    return std::move(**answer);
  }
  // Returns once everything queued so far is committed. Reports rows refused since the last flush.
  Result<void> flush();

 private:
  struct Ticket {
    std::condition_variable done;
    std::optional<Result<void>> result;
    bool abandoned = false;
  };
  struct Job {
    std::variant<Record, Task> work;
    std::shared_ptr<Ticket> ticket;  // none: nobody waits
    Result<void> result;             // an error: refused, the rest of its group is fine

    // Somebody waits for it, or another process may ask for it at any moment.
    [[nodiscard]] bool hurries() const;
  };

  // REQUIRES: `lock` holds mutex_.
  Result<void> push(std::unique_lock<std::mutex>& lock, Job job);
  Result<void> wait_for(std::variant<Record, Task> work);

  // The thread's.
  void work();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  bool take();  // moves jobs into group_; false when there were none or no room
  Result<void> write_group();
  Result<bool> try_group(std::chrono::steady_clock::time_point deadline);
  Result<void> apply(Job& job);
  void finish_group();
  void fail_group(const Error& error);
  void give_up();

  const std::unique_ptr<Database> database_;  // the thread's alone, like these two
  Records records_{*database_};
  Registry registry_{*database_};
  std::vector<Job> group_;  // the thread's: taken, not yet committed

  const std::chrono::milliseconds answer_wait_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::condition_variable room_;
  std::deque<Job> queue_;
  std::size_t unfinished_ = 0;  // queue_ and group_
  std::size_t hurried_ = 0;     // jobs among queue_ that are not to gather
  bool idle_ = false;           // the thread sleeps until woken
  bool stopping_ = false;
  std::optional<Error> failure_;  // why the last group could not be committed
  std::optional<Error> refused_;  // the latest row refused for its own fault
  std::size_t refused_rows_ = 0;

  std::jthread thread_;  // last: starts when all of the above is there
};

}  // namespace aegis::store::sqlite
