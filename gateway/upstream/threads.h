// ThreadSet and WorkerPool: the threads of a port, all of them joined before it is gone.
//
// Thread-safe. Signals are blocked in every thread: the program's handlers run on its main thread, and a
// write to a closed connection is an error there, never a SIGPIPE.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "gateway/upstream/http_connection.h"

namespace aegis::gateway {

class ThreadSet {
 public:
  ~ThreadSet() { join(); }

  // False: the system gives no more threads.
  bool start(std::function<void()> work);
  // Whether all have ended within `milliseconds`.
  bool wait(int milliseconds);
  void join();

 private:
  struct Entry {
    std::thread thread;
    bool done = false;
  };
  void reap();  // REQUIRES: mutex_ held

  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Entry> entries_;
  std::size_t running_ = 0;
};

// Jobs on threads made as they are needed. Each thread keeps one connection for the jobs it does and ends,
// with its connection, when it has had none for kIdleConnectionMs.
class WorkerPool {
 public:
  using Job = std::function<void(HttpConnection& connection)>;

  WorkerPool(std::size_t max_threads, std::function<std::unique_ptr<HttpConnection>()> connect)
      : max_threads_(max_threads), connect_(std::move(connect)) {}

  // False: it is stopping, or the system gives no thread and none is there to do it.
  bool submit(Job job);
  // Jobs that have not begun are dropped; then wait for the others.
  void stop();
  bool wait(int milliseconds) { return threads_.wait(milliseconds); }

 private:
  void work();

  const std::size_t max_threads_;
  const std::function<std::unique_ptr<HttpConnection>()> connect_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t idle_ = 0, alive_ = 0;
  bool stopping_ = false;
  ThreadSet threads_;  // last: its destructor joins what uses the rest
};

}  // namespace aegis::gateway
