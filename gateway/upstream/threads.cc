#include "gateway/upstream/threads.h"

#include <signal.h>

#include <chrono>
#include <system_error>
#include <utility>

namespace aegis::gateway {

bool ThreadSet::start(std::function<void()> work) {
  const std::scoped_lock lock(mutex_);
  reap();
  entries_.emplace_back();
  const auto entry = std::prev(entries_.end());
  // A thread is born with its maker's mask.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    entry->thread = std::thread([this, entry, work = std::move(work)] {
      work();
      const std::scoped_lock done(mutex_);
      entry->done = true;
      --running_;
      ended_.notify_all();
    });
    ++running_;
  } catch (const std::system_error&) {
    entries_.erase(entry);
    started = false;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

void ThreadSet::reap() {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->done) {
      entry->thread.join();  // it has left its last locked section
      entry = entries_.erase(entry);
    } else {
      ++entry;
    }
  }
}

bool ThreadSet::wait(int milliseconds) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return running_ == 0; });
}

void ThreadSet::join() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return running_ == 0; });
  reap();
}

bool WorkerPool::submit(Job job) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return false;
  jobs_.push_back(std::move(job));
  if (jobs_.size() > idle_ && alive_ < max_threads_) {
    if (threads_.start([this] { work(); })) {
      ++alive_;
    } else if (alive_ == 0) {
      jobs_.pop_back();
      return false;
    }
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::work() {
  const auto connection = connect_();
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    const bool busy = changed_.wait_for(lock, std::chrono::milliseconds(kIdleConnectionMs),
                                        [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (stopping_ || !busy) break;
    {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job(*connection);
    }
    lock.lock();
  }
  --alive_;
}

void WorkerPool::stop() {
  std::deque<Job> dropped;
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  dropped.swap(jobs_);  // destroyed after the lock: what they hold may be the last of its kind
  changed_.notify_all();
}

}  // namespace aegis::gateway
