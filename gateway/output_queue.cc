#include "gateway/output_queue.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace aegis::gateway {

OutputQueue::OutputQueue(int descriptor) : descriptor_(descriptor) {
  struct stat status {};
  is_socket_ = ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

void OutputQueue::send(std::string_view line) {
  if (broken_) return;
  if (empty()) {
    bytes_.clear();
    sent_ = 0;
  }
  // What was sent already goes once it is the larger part, so that a slow reader costs no more than what
  // waits for it.
  if (sent_ > bytes_.size() / 2) {
    bytes_.erase(0, sent_);
    sent_ = 0;
  }
  bytes_ += line;
  bytes_ += '\n';
  flush();
}

bool OutputQueue::flush() {
  while (!broken_ && !empty()) {
    const char* data = bytes_.data() + sent_;
    const std::size_t size = bytes_.size() - sent_;
    const ssize_t written = is_socket_ ? ::send(descriptor_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                       : ::write(descriptor_, data, size);
    if (written >= 0) {
      sent_ += static_cast<std::size_t>(written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  // A large message is rare; its buffer is not kept for the life of the session.
  constexpr std::size_t kKeep = std::size_t{1} << 20;
  if (broken_ || empty()) {
    bytes_.clear();
    sent_ = 0;
    if (bytes_.capacity() > kKeep) bytes_.shrink_to_fit();
  }
  return !broken_;
}

int nonblocking_writer(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode))
    return descriptor;
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  const int own = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (own >= 0) return own;
  // No /proc: rather a changed flag on our own end of the client's pipe than a guard that can block.
  if (S_ISFIFO(status.st_mode)) ::fcntl(descriptor, F_SETFL, O_WRONLY | O_NONBLOCK);
  return descriptor;
}

}  // namespace aegis::gateway
