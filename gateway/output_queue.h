// OutputQueue: bytes on their way to a descriptor that may not take them now.
//
// Never blocks. Borrows the descriptor. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::gateway {

// A descriptor to write to without blocking. Our standard streams may be shared with other processes, whose
// view of them O_NONBLOCK would change, so a pipe is opened anew; a socket is written with MSG_DONTWAIT
// instead.
class OutputQueue {
 public:
  explicit OutputQueue(int descriptor);

  // Queues one line and writes what the descriptor takes at once.
  void send(std::string_view line);
  // Writes what it takes now. False: the reader is gone; what was queued is dropped.
  bool flush();

  [[nodiscard]] bool empty() const { return sent_ == bytes_.size(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size() - sent_; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  int descriptor_;
  bool is_socket_ = false;
  std::string bytes_;
  std::size_t sent_ = 0;
  bool broken_ = false;
};

// A second, non-blocking descriptor for what `descriptor` refers to where the system can give one; else
// `descriptor` itself, set non-blocking if it is a pipe of ours alone. The caller closes the result if it
// differs.
int nonblocking_writer(int descriptor);

}  // namespace aegis::gateway
