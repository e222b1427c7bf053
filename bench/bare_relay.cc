// The reference: a relay between its own standard streams and those of the command it is given, which does
// nothing but read and write. What a guard costs is measured against this, because any program in between
// pays at least it.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace {

struct Direction {
  int from;
  int to;
  std::array<char, 65536> bytes;  // a pipe's capacity; never cleared
  std::size_t begin = 0;
  std::size_t end = 0;
  bool closed = false;

  Direction(int source, int sink) : from(source), to(sink) {}
  bool has_data() const { return begin < end; }

  void read_some() {
    const ssize_t size = ::read(from, bytes.data(), bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    closed = size <= 0;
    begin = 0;
    end = closed ? 0 : static_cast<std::size_t>(size);
  }
  void write_some() {
    const ssize_t size = ::write(to, bytes.data() + begin, end - begin);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size < 0) closed = true;
    begin = size < 0 ? end : begin + static_cast<std::size_t>(size);
  }
};

}  // namespace

int main(int argc, char** argv) {
  int to_child[2], from_child[2];
  if (argc < 2 || ::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) return 2;
  const pid_t pid = ::fork();
  if (pid < 0) return 2;
  if (pid == 0) {
    ::dup2(to_child[0], STDIN_FILENO);
    ::dup2(from_child[1], STDOUT_FILENO);
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  ::close(to_child[0]);
  ::close(from_child[1]);
  ::signal(SIGPIPE, SIG_IGN);

  Direction request(STDIN_FILENO, to_child[1]);
  Direction answer(from_child[0], STDOUT_FILENO);
  for (const int descriptor : {request.from, request.to, answer.from, answer.to}) {
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  }
  while (!answer.closed) {
    std::array<pollfd, 2> fds;
    std::size_t n = 0;
    for (Direction* direction : {&request, &answer}) {
      const bool full = direction->has_data();
      fds[n++] = {direction->closed ? -1
                  : full            ? direction->to
                                    : direction->from,
                  static_cast<short>(full ? POLLOUT : POLLIN), 0};
    }
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    n = 0;
    for (Direction* direction : {&request, &answer}) {
      if (fds[n++].revents == 0) continue;
      if (!direction->has_data()) direction->read_some();
      if (direction->has_data()) direction->write_some();
    }
    if (request.closed && request.to >= 0) {
      ::close(request.to);
      request.to = -1;
    }
  }
  return 0;
}
