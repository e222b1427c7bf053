#include "gateway/http/workers.h"

#include <chrono>
#include <system_error>
#include <utility>

namespace aegis::gateway {

Workers::Workers(std::size_t max_threads, int idle_ms) : max_threads_(max_threads), idle_ms_(idle_ms) {}

Workers::~Workers() { stop(); }

bool Workers::submit(std::function<void()> task) {
  join_finished();
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  const bool idle = idle_ > queue_.size();
  if (!idle && threads_.size() >= max_threads_) return false;
  queue_.push_back(std::move(task));
  if (idle) {
    work_.notify_one();
    return true;
  }
  const auto self = threads_.emplace(threads_.end());
  try {
    *self = std::thread([this, self] { run(self); });  // looks at the lists only after we let go of the lock
  } catch (const std::system_error&) {                 // the machine has no more threads for us
    threads_.erase(self);
    queue_.pop_back();
    return false;
  }
  return true;
}

void Workers::run(std::list<std::thread>::iterator self) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (queue_.empty()) {
      if (stopping_) break;
      ++idle_;
      const bool work = work_.wait_for(lock, std::chrono::milliseconds(idle_ms_),
                                       [&] { return stopping_ || !queue_.empty(); });
      --idle_;
      if (!work) break;
      continue;
    }
    {
      const auto task = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
  }
  finished_.splice(finished_.end(), threads_, self);
  ended_.notify_all();
}

void Workers::join_finished() {
  std::list<std::thread> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (std::thread& thread : finished) thread.join();
}

void Workers::stop() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    work_.notify_all();
    ended_.wait(lock, [&] { return threads_.empty(); });
  }
  join_finished();
}

std::size_t Workers::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

}  // namespace aegis::gateway
