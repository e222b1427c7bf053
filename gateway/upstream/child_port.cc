#include "gateway/upstream/child_port.h"

#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/output_queue.h"
#include "gateway/upstream/child.h"
#include "mcp/frame.h"

namespace aegis::gateway {
namespace {

using std::chrono::milliseconds;

// What one read() asks for: a pipe's usual capacity.
constexpr std::size_t kReadBytes = 65536;
// How long the output of a server that exited is still read: something it started may go on writing there.
constexpr int kLastWordsMs = 300;
// How often an exit is asked for where the system has no descriptor that tells.
constexpr int kExitPollMs = 200;

// A descriptor that becomes readable when the process exits; -1 where there is none.
int exit_descriptor(pid_t pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
#else
  (void)pid;
  return -1;
#endif
}

class ChildPort : public ServerPort {
 public:
  explicit ChildPort(ChildCommand command) : command_(std::move(command)) {}
  ~ChildPort() override {
    if (exit_fd_ >= 0) ::close(exit_fd_);
  }
  ChildPort(const ChildPort&) = delete;
  ChildPort& operator=(const ChildPort&) = delete;

  Result<void> open(Events events) override {
    events_ = std::move(events);
    auto child = ChildServer::start(command_.words, command_.environment, command_.folder);
    if (!child) return child.error();
    child_.emplace(std::move(*child));
    to_server_.emplace(child_->input());
    exit_fd_ = exit_descriptor(child_->pid());
    exit_poll_us_ = monotonic_us() + std::int64_t{kExitPollMs} * 1000;
    return {};
  }

  void send(std::string_view line) override { to_server_->send(line); }
  std::size_t queued() const override { return to_server_->size(); }

  void descriptors(bool may_read, std::vector<pollfd>* fds) override {
    fds->push_back({may_read && !output_closed_ ? child_->output() : -1, POLLIN, 0});
    fds->push_back({to_server_->empty() ? -1 : child_->input(), POLLOUT, 0});
    fds->push_back({closed_ ? -1 : exit_fd_, POLLIN, 0});
  }

  void ready(std::span<const pollfd> fds) override {
    if (fds[1].revents != 0) to_server_->flush();
    if (fds[0].revents != 0 && !output_closed_ && read_some() == Read::closed) output_ended();
    if (fds[2].revents != 0) check_exit();
    if (finishing_ && to_server_->empty()) child_->close_input();
  }

  std::int64_t deadline_us() const override {
    if (closed_) return 0;
    if (exit_deadline_us_ != 0) return exit_deadline_us_;
    return exit_fd_ < 0 ? exit_poll_us_ : 0;
  }

  void tick() override {
    if (closed_) return;
    check_exit();
    exit_poll_us_ = monotonic_us() + std::int64_t{kExitPollMs} * 1000;
    if (!closed_ && exit_deadline_us_ != 0 && monotonic_us() >= exit_deadline_us_) {
      child_->end(milliseconds(0));
      close();
    }
  }

  bool ends_by_itself() const override { return true; }

  void finish() override {
    if (finishing_) return;
    finishing_ = true;
    finished_us_ = monotonic_us();
    if (to_server_->empty()) child_->close_input();
  }

  void shut() override {
    if (!child_) return;
    const std::int64_t since_us = finishing_ ? monotonic_us() - finished_us_ : 0;
    child_->close_input();
    const std::int64_t grace_ms = interrupted_ ? kInterruptGraceMs : kEndGraceMs;
    child_->end(milliseconds(std::max<std::int64_t>(0, grace_ms - since_us / 1000)));
  }

  void interrupt(int signal) override {
    interrupted_ = true;
    child_->close_input();
    child_->signal_group(signal);
  }

  std::optional<int> exit_code() override { return child_ ? child_->exit_code() : std::nullopt; }

 private:
  enum class Read { more, later, closed };

  // One read, and the lines it completed.
  Read read_some() {
    const ssize_t size = ::read(child_->output(), frames_.reserve(kReadBytes), kReadBytes);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return Read::later;
    if (size <= 0) return Read::closed;
    frames_.commit(static_cast<std::size_t>(size));
    while (const auto frame = frames_.next()) {
      if (frame->oversized)
        events_.oversized();
      else
        events_.line(frame->line, {});
    }
    return Read::more;
  }

  // It may be about to exit, and its exit code belongs into the reason.
  void output_ended() {
    output_closed_ = true;
    child_->close_input();
    exit_deadline_us_ = monotonic_us() + std::int64_t{kEndGraceMs} * 1000;
    check_exit();
  }

  void check_exit() {
    if (closed_ || !child_->exit_code()) return;
    const auto deadline = monotonic_us() + std::int64_t{kLastWordsMs} * 1000;
    while (!output_closed_ && read_some() == Read::more && monotonic_us() < deadline) {
    }
    close();
  }

  void close() {
    closed_ = true;
    output_closed_ = true;
    const int code = child_->exit_code().value_or(128 + 9);
    events_.closed("the server '" + command_.name + "' " +
                   (child_->killed() ? "was killed by signal " + std::to_string(code - 128)
                                     : "exited with code " + std::to_string(code)));
  }

  ChildCommand command_;
  Events events_;
  std::optional<ChildServer> child_;
  std::optional<OutputQueue> to_server_;
  mcp::FrameBuffer frames_{kMaxMessageBytes};
  int exit_fd_ = -1;
  bool output_closed_ = false;
  bool closed_ = false;  // events_.closed was called
  bool finishing_ = false;
  bool interrupted_ = false;
  std::int64_t finished_us_ = 0;
  std::int64_t exit_deadline_us_ = 0;  // monotonic; 0: its output is open
  std::int64_t exit_poll_us_ = 0;      // monotonic; used without exit_fd_
};

}  // namespace

std::unique_ptr<ServerPort> make_child_port(ChildCommand command) {
  return std::make_unique<ChildPort>(std::move(command));
}

}  // namespace aegis::gateway
