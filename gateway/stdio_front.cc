#include "gateway/stdio_front.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/output_queue.h"
#include "gateway/upstream/child_port.h"
#include "mcp/frame.h"

namespace aegis::gateway {
namespace {

// A server that ends before the client's first request has come through gets this long to have it answered.
constexpr int kLastRequestMs = 300;
// What one read() asks for: a pipe's usual capacity.
constexpr std::size_t kReadBytes = 65536;

// The handler may only write to a descriptor; it is the one thing here that must be global.
int signal_pipe[2] = {-1, -1};

void on_signal(int number) {
  const int saved = errno;
  const auto byte = static_cast<unsigned char>(number);
  [[maybe_unused]] const auto written = ::write(signal_pipe[1], &byte, 1);
  errno = saved;
}

bool catch_signals() {
  if (::pipe(signal_pipe) != 0) return false;
  for (const int end : signal_pipe) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return true;
}

enum class ReadResult { more, later, closed };

ReadResult read_into(mcp::FrameBuffer* frames, int descriptor) {
  const ssize_t size = ::read(descriptor, frames->reserve(kReadBytes), kReadBytes);
  if (size > 0) {
    frames->commit(static_cast<std::size_t>(size));
    return ReadResult::more;
  }
  return size < 0 && (errno == EINTR || errno == EAGAIN) ? ReadResult::later : ReadResult::closed;
}

class StdioFront {
 public:
  StdioFront(Backend* backend, std::function<void()> on_hangup)
      : backend_(backend),
        on_hangup_(std::move(on_hangup)),
        client_writer_(nonblocking_writer(STDOUT_FILENO)),
        to_client_(client_writer_) {}

  ~StdioFront() {
    if (client_writer_ != STDOUT_FILENO) ::close(client_writer_);
  }
  StdioFront(const StdioFront&) = delete;
  StdioFront& operator=(const StdioFront&) = delete;

  Result<void> start() {
    return backend_->start([this](std::string_view line, const Delivery&) { to_client_.send(line); });
  }

  int run() {
    for (;;) {
      poll_once();
      if (stop_signal_ != 0) return stopped_by_signal();
      if (to_client_.broken()) return client_gone();
      if (backend_->ended()) return backend_ended();
      if (client_closed_ && drained()) return client_gone();
    }
  }

 private:
  // Reading stops while the peer has too much waiting already.
  bool may_read_client() const {
    return !client_closed_ && backend_->queued() < kMaxQueuedBytes && to_client_.size() < kMaxQueuedBytes;
  }

  void poll_once() {
    fds_.clear();
    fds_.push_back({signal_pipe[0], POLLIN, 0});
    fds_.push_back({may_read_client() ? STDIN_FILENO : -1, POLLIN, 0});
    fds_.push_back({to_client_.empty() ? -1 : client_writer_, POLLOUT, 0});
    backend_->descriptors(to_client_.size() < kMaxQueuedBytes, &fds_);
    const int ready = ::poll(fds_.data(), fds_.size(), timeout_ms());
    if (ready > 0) {
      if (fds_[0].revents != 0) read_signals();
      if (fds_[2].revents != 0) to_client_.flush();
      backend_->ready(std::span(fds_).subspan(3));
      if (fds_[1].revents != 0) read_client();
    }
    const std::int64_t deadline = backend_->deadline_us();
    if (deadline != 0 && monotonic_us() >= deadline) backend_->tick();
  }

  int timeout_ms() const {
    const std::int64_t next = earlier(backend_->deadline_us(), drain_deadline_us_);
    if (next == 0) return -1;
    return static_cast<int>(std::clamp<std::int64_t>((next - monotonic_us()) / 1000 + 1, 0, 3'600'000));
  }

  void read_signals() {
    unsigned char number = 0;
    while (::read(signal_pipe[0], &number, 1) == 1) {
      if (number == SIGHUP && on_hangup_)
        on_hangup_();
      else
        stop_signal_ = number;
    }
  }

  void read_client() {
    switch (read_into(&client_frames_, STDIN_FILENO)) {
      case ReadResult::later: return;
      case ReadResult::closed:
        if (!mcp::is_blank(client_frames_.rest())) backend_->from_client(client_frames_.rest());
        client_closed_ = true;
        drain_deadline_us_ = monotonic_us() + std::int64_t{kDrainMs} * 1000;
        backend_->finish();
        return;
      case ReadResult::more: break;
    }
    while (const auto frame = client_frames_.next()) {
      if (frame->oversized)
        backend_->oversized_from_client();
      else
        backend_->from_client(frame->line);
    }
  }

  bool drained() {
    const bool late = monotonic_us() >= drain_deadline_us_;
    return late || (backend_->waiting() == 0 && backend_->queued() == 0);
  }

  // The client ended the session: the server has a moment to end by itself, and what it still says goes to
  // the client if that still listens.
  int client_gone() {
    backend_->finish();
    client_closed_ = true;
    drain_deadline_us_ = monotonic_us() + std::int64_t{kEndGraceMs} * 1000;
    while (backend_->ends_by_itself() && !backend_->ended() && stop_signal_ == 0 &&
           monotonic_us() < drain_deadline_us_) {
      poll_once();
      if (to_client_.broken() && backend_->exit_code()) break;
    }
    if (stop_signal_ != 0) return stopped_by_signal();
    backend_->fail_waiting("the session ended");
    flush_to_client();
    const int code = backend_->exit_code().value_or(0);
    backend_->shut();
    return code;
  }

  int backend_ended() {
    const std::string why = *backend_->ended();
    if (!client_closed_) answer_last_requests(why);
    backend_->fail_waiting(why);
    flush_to_client();
    backend_->shut();
    const int code = backend_->exit_code().value_or(1);
    if (code != 0) log::error(why);
    return code;
  }

  // Requests that are on their way to a server that is gone get an answer too, instead of a closed pipe.
  void answer_last_requests(const std::string& why) {
    backend_->fail_waiting(why);
    const auto deadline = monotonic_us() + std::int64_t{kLastRequestMs} * 1000;
    while (!client_closed_ && monotonic_us() < deadline) {
      pollfd fd{STDIN_FILENO, POLLIN, 0};
      const auto left = static_cast<int>((deadline - monotonic_us()) / 1000);
      if (::poll(&fd, 1, std::max(left, 0)) <= 0) break;
      read_client();
      if (backend_->waiting() > 0) break;
    }
  }

  int stopped_by_signal() {
    backend_->fail_waiting("aegis-mcp was told to end");
    flush_to_client();
    backend_->interrupt(stop_signal_);
    backend_->shut();
    return 128 + stop_signal_;
  }

  void flush_to_client() {
    const auto deadline = monotonic_us() + std::int64_t{kEndGraceMs} * 1000;
    while (to_client_.flush() && !to_client_.empty() && monotonic_us() < deadline) {
      pollfd fd{client_writer_, POLLOUT, 0};
      ::poll(&fd, 1, 50);
    }
  }

  Backend* backend_;
  std::function<void()> on_hangup_;
  int client_writer_;
  OutputQueue to_client_;
  mcp::FrameBuffer client_frames_{kMaxMessageBytes};
  std::vector<pollfd> fds_;
  bool client_closed_ = false;
  int stop_signal_ = 0;
  std::int64_t drain_deadline_us_ = 0;  // monotonic; 0: none
};

}  // namespace

int run_stdio_front(Backend* backend, std::function<void()> on_hangup) {
  if (!catch_signals()) {
    log::error("no descriptors left to catch signals with");
    return 1;
  }
  StdioFront front(backend, std::move(on_hangup));
  if (const auto started = front.start(); !started) {
    log::error(started.error().message);
    return started.error().code == ErrorCode::not_found ? 127 : 126;
  }
  return front.run();
}

}  // namespace aegis::gateway
