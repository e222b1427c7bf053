#include "gateway/stdio_wrap.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/child.h"
#include "gateway/stream.h"
#include "mcp/frame.h"

namespace aegis::gateway {
namespace {

using std::chrono::milliseconds;

// A server that ends before the client's first request has come through gets this long to have it answered.
constexpr int kLastWordsMs = 300;
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
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaction(number, &action, nullptr);
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

std::string exit_sentence(const std::string& server, const ChildServer& child, int code) {
  return "the server '" + server + "' " +
         (child.killed() ? "was killed by signal " + std::to_string(code - 128)
                         : "exited with code " + std::to_string(code));
}

class WrapLoop {
 public:
  WrapLoop(guard::Guard* guard, ChildServer child, WrapSession wrap)
      : server_name_(wrap.session.server),
        child_(std::move(child)),
        client_writer_(nonblocking_writer(STDOUT_FILENO)),
        to_client_(client_writer_),
        to_server_(child_.input()),
        proxy_(guard, {.session = std::move(wrap.session),
                       .known_server = wrap.known_server,
                       .to_client = [this](std::string_view line) { to_client_.send(line); },
                       .to_server = [this](std::string_view line) { to_server_.send(line); }}) {}

  ~WrapLoop() {
    if (client_writer_ != STDOUT_FILENO) ::close(client_writer_);
  }
  WrapLoop(const WrapLoop&) = delete;
  WrapLoop& operator=(const WrapLoop&) = delete;

  int run() {
    for (;;) {
      poll_once();
      if (stop_signal_ != 0) return stopped_by_signal();
      if (to_client_.broken()) return client_gone();
      if (server_closed_) return server_ended();
      if (client_closed_ && drained()) return client_gone();
      if (junk_deadline_us_ != 0 && monotonic_us() >= junk_deadline_us_) {
        proxy_.fail_waiting("the server '" + server_name_ +
                            "' wrote text that is not JSON-RPC and nothing else since");
        junk_deadline_us_ = 0;
      }
    }
  }

 private:
  // Reading stops while the peer has too much waiting already.
  bool may_read_client() const {
    return !client_closed_ && to_server_.size() < kMaxQueuedBytes && to_client_.size() < kMaxQueuedBytes;
  }
  bool may_read_server() const { return !server_closed_ && to_client_.size() < kMaxQueuedBytes; }

  void poll_once() {
    std::array<pollfd, 5> fds{{{signal_pipe[0], POLLIN, 0},
                               {may_read_client() ? STDIN_FILENO : -1, POLLIN, 0},
                               {may_read_server() ? child_.output() : -1, POLLIN, 0},
                               {to_client_.empty() ? -1 : client_writer_, POLLOUT, 0},
                               {to_server_.empty() ? -1 : child_.input(), POLLOUT, 0}}};
    if (::poll(fds.data(), fds.size(), timeout_ms()) <= 0) return;
    if (fds[0].revents != 0) read_signals();
    if (fds[3].revents != 0) to_client_.flush();
    if (fds[4].revents != 0) to_server_.flush();
    if (fds[2].revents != 0 && !server_closed_) read_server();
    if (fds[1].revents != 0) read_client();
    if (client_closed_ && to_server_.empty()) child_.close_input();
  }

  int timeout_ms() const {
    std::int64_t next = 0;
    for (const auto deadline : {junk_deadline_us_, drain_deadline_us_}) {
      if (deadline != 0 && (next == 0 || deadline < next)) next = deadline;
    }
    if (next == 0) return -1;
    return static_cast<int>(std::max<std::int64_t>(0, (next - monotonic_us()) / 1000 + 1));
  }

  void read_signals() {
    unsigned char number = 0;
    while (::read(signal_pipe[0], &number, 1) == 1) {
      if (number == SIGCHLD) {
        // Its last output is still in the pipe; but a grandchild may hold the pipe open, so its end may never
        // come.
        if (child_.exit_code()) server_exited_ = true;
      } else {
        stop_signal_ = number;
      }
    }
    if (server_exited_) {
      drain_server();
      server_closed_ = true;
    }
  }

  void read_client() {
    switch (read_into(&client_frames_, STDIN_FILENO)) {
      case ReadResult::later: return;
      case ReadResult::closed:
        if (!mcp::is_blank(client_frames_.rest())) proxy_.from_client(client_frames_.rest());
        client_closed_ = true;
        drain_deadline_us_ = monotonic_us() + std::int64_t{kDrainMs} * 1000;
        return;
      case ReadResult::more: break;
    }
    while (const auto frame = client_frames_.next()) {
      if (frame->oversized)
        proxy_.oversized_from_client();
      else
        proxy_.from_client(frame->line);
    }
  }

  void read_server() {
    switch (read_into(&server_frames_, child_.output())) {
      case ReadResult::later: return;
      case ReadResult::closed: server_closed_ = true; return;
      case ReadResult::more: break;
    }
    while (const auto frame = server_frames_.next()) {
      if (frame->oversized)
        proxy_.oversized_from_server();
      else
        proxy_.from_server(frame->line);
    }
    if (!proxy_.server_talks_junk() || proxy_.waiting() == 0) {
      junk_deadline_us_ = 0;
    } else if (junk_deadline_us_ == 0) {
      const int grace_ms = proxy_.server_speaks_mcp() ? kStrayTextGraceMs : kJunkGraceMs;
      junk_deadline_us_ = monotonic_us() + std::int64_t{grace_ms} * 1000;
    }
  }

  // Takes what an ended server left in its pipe, for a while only: something it started may go on writing
  // there.
  void drain_server() {
    const auto deadline = monotonic_us() + std::int64_t{kLastWordsMs} * 1000;
    while (!server_closed_ && !to_client_.broken() && monotonic_us() < deadline) {
      pollfd fd{child_.output(), POLLIN, 0};
      if (::poll(&fd, 1, 0) <= 0) return;
      read_server();
    }
  }

  bool drained() {
    if (proxy_.waiting() > 0 && monotonic_us() < drain_deadline_us_) return false;
    return to_server_.empty() || monotonic_us() >= drain_deadline_us_;
  }

  // The client ended the session: the server sees its stdin close and has a moment to end by itself; what it
  // still says goes to the client if that still listens.
  int client_gone() {
    child_.close_input();
    const auto deadline = monotonic_us() + std::int64_t{kEndGraceMs} * 1000;
    while (!server_closed_ && stop_signal_ == 0 && monotonic_us() < deadline) {
      drain_deadline_us_ = deadline;
      client_closed_ = true;
      poll_once();
      if (to_client_.broken() && child_.exit_code()) break;
    }
    if (stop_signal_ != 0) return stopped_by_signal();
    proxy_.fail_waiting("the session ended");
    flush_to_client();
    // Its output closes a moment before it is gone.
    const bool ended_by_itself = server_closed_ && child_.wait(milliseconds(kEndGraceMs));
    const int code = child_.end(milliseconds(0));
    return ended_by_itself ? code : 0;
  }

  int server_ended() {
    child_.close_input();
    const int code = child_.end(milliseconds(kEndGraceMs));
    const std::string why = exit_sentence(server_name_, child_, code);
    if (!client_closed_) answer_last_requests(why);
    proxy_.fail_waiting(why);
    flush_to_client();
    if (code != 0) log::error(why);
    return code;
  }

  // Requests that are on their way to a server that is gone get an answer too, instead of a closed pipe.
  void answer_last_requests(const std::string& why) {
    proxy_.fail_waiting(why);
    const auto deadline = monotonic_us() + std::int64_t{kLastWordsMs} * 1000;
    while (!client_closed_ && monotonic_us() < deadline) {
      pollfd fd{STDIN_FILENO, POLLIN, 0};
      const auto left = static_cast<int>((deadline - monotonic_us()) / 1000);
      if (::poll(&fd, 1, std::max(left, 0)) <= 0) break;
      read_client();
      if (proxy_.waiting() > 0) break;
    }
  }

  int stopped_by_signal() {
    child_.close_input();
    proxy_.fail_waiting("aegis-mcp was told to end");
    flush_to_client();
    child_.signal_group(stop_signal_);
    child_.end(milliseconds(kEndGraceMs));
    return 128 + stop_signal_;
  }

  void flush_to_client() {
    const auto deadline = monotonic_us() + std::int64_t{kEndGraceMs} * 1000;
    while (to_client_.flush() && !to_client_.empty() && monotonic_us() < deadline) {
      pollfd fd{client_writer_, POLLOUT, 0};
      ::poll(&fd, 1, 50);
    }
  }

  std::string server_name_;
  ChildServer child_;
  int client_writer_;
  OutputQueue to_client_;
  OutputQueue to_server_;
  McpProxy proxy_;
  mcp::FrameBuffer client_frames_{kMaxMessageBytes};
  mcp::FrameBuffer server_frames_{kMaxMessageBytes};
  bool client_closed_ = false;
  bool server_closed_ = false;  // its output ended, or it exited
  bool server_exited_ = false;
  int stop_signal_ = 0;
  std::int64_t junk_deadline_us_ = 0;   // monotonic; 0: none
  std::int64_t drain_deadline_us_ = 0;  // likewise
};

}  // namespace

int run_stdio_wrap(guard::Guard* guard, WrapSession wrap) {
  if (!catch_signals()) {
    log::error("no descriptors left to catch signals with");
    return 1;
  }
  auto child = ChildServer::start(wrap.command);
  if (!child) {
    log::error(child.error().message);
    return child.error().code == ErrorCode::not_found ? 127 : 126;
  }
  return WrapLoop(guard, std::move(*child), std::move(wrap)).run();
}

}  // namespace aegis::gateway
