// Workers: threads on demand, one for each task that runs, up to a limit. A thread without work ends after a
// while. A task beyond the limit is refused, never queued: whoever waits in a queue behind streams waits for
// ever.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace aegis::gateway {

inline constexpr int kIdleThreadMs = 10'000;  // a thread without a connection

class Workers {
 public:
  explicit Workers(std::size_t max_threads, int idle_ms = kIdleThreadMs);
  ~Workers();  // as stop()
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False: every thread is busy and there are no more, or stop() was called. `task` must not throw.
  bool submit(std::function<void()> task);

  // Waits for the tasks and the threads. Not from a task.
  void stop();

  [[nodiscard]] std::size_t threads() const;

 private:
  void run(std::list<std::thread>::iterator self);
  void join_finished();

  const std::size_t max_threads_;
  const int idle_ms_;
  mutable std::mutex mutex_;
  std::condition_variable work_, ended_;
  std::list<std::function<void()>> queue_;  // never more than there are idle threads
  std::list<std::thread> threads_, finished_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace aegis::gateway
