#include "gateway/upstream/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace aegis::gateway {
namespace {

using std::chrono::milliseconds;

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    if (read_end >= 0) ::close(read_end);
    if (write_end >= 0) ::close(write_end);
  }
  bool open() {
    std::array<int, 2> ends{};
    // Other children must not inherit these: a pipe held open elsewhere never reports its end. Where the
    // system can, in one step, since another thread may fork between two.
#ifdef __linux__
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
#else
    if (::pipe(ends.data()) != 0) return false;
#endif
    read_end = ends[0];
    write_end = ends[1];
    return ::fcntl(read_end, F_SETFD, FD_CLOEXEC) == 0 && ::fcntl(write_end, F_SETFD, FD_CLOEXEC) == 0;
  }
};

int release(int* descriptor) { return std::exchange(*descriptor, -1); }

// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(const Pipe& in, const Pipe& out, const Pipe& failure, char* const* arguments,
                         char** environment, const char* folder, pid_t parent) {
  ::setpgid(0, 0);
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it died before we asked to be told
#else
  (void)parent;
#endif
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);  // threads of ours block some
  if ((folder == nullptr || ::chdir(folder) == 0) && ::dup2(in.read_end, STDIN_FILENO) >= 0 &&
      ::dup2(out.write_end, STDOUT_FILENO) >= 0) {
    environ = environment;
    ::execvp(arguments[0], arguments);
  }
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(failure.write_end, &reason, sizeof reason);
  ::_exit(127);
}

// NAME=value for every variable of the child's.
std::vector<std::string> variables_of(const ChildEnvironment& environment) {
  std::vector<std::string> all;
  for (const auto& [name, value] : environment.set) all.push_back(name + "=" + value);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    const std::string_view name = variable.substr(0, variable.find('='));
    const bool replaced = std::any_of(environment.set.begin(), environment.set.end(),
                                      [&](const auto& one) { return one.first == name; });
    const bool removed =
        std::find(environment.unset.begin(), environment.unset.end(), name) != environment.unset.end();
    if (!replaced && !removed) all.emplace_back(variable);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings->size() + 1);
  for (auto& one : *strings) pointers.push_back(one.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<ChildServer> ChildServer::start(std::vector<std::string> command, const ChildEnvironment& environment,
                                       const std::string& folder) {
  const auto system_error = [&](int number) {
    const std::string message = "cannot start '" + command.front() + "'" +
                                (folder.empty() ? "" : " in '" + folder + "'") + ": " + std::strerror(number);
    return number == ENOENT ? not_found(message) : unavailable(message);
  };
  Pipe in, out, failure;
  if (!in.open() || !out.open() || !failure.open()) return system_error(errno);

  // All memory is taken before the fork: in the child another thread's lock may be held for ever.
  const std::vector<char*> arguments = pointers_to(&command);
  std::vector<std::string> variables = variables_of(environment);
  std::vector<char*> variable_pointers = pointers_to(&variables);

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return system_error(errno);
  if (pid == 0) {
    become(in, out, failure, arguments.data(), variable_pointers.data(),
           folder.empty() ? nullptr : folder.c_str(), parent);
  }

  ::close(release(&failure.write_end));
  int reason = 0;
  ssize_t size = 0;
  do {
    size = ::read(failure.read_end, &reason, sizeof reason);
  } while (size < 0 && errno == EINTR);
  if (size == sizeof reason) {
    ::waitpid(pid, nullptr, 0);
    return system_error(reason);
  }
  ::fcntl(in.write_end, F_SETFL, O_NONBLOCK);
  ::fcntl(out.read_end, F_SETFL, O_NONBLOCK);
  return ChildServer(pid, release(&in.write_end), release(&out.read_end));
}

ChildServer::ChildServer(ChildServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      killed_(other.killed_),
      exit_code_(other.exit_code_) {}

ChildServer::~ChildServer() {
  if (pid_ > 0) {
    close_input();
    end(milliseconds(0));
  }
  if (output_ >= 0) ::close(output_);
}

void ChildServer::close_input() {
  if (input_ >= 0) ::close(std::exchange(input_, -1));
}

std::optional<int> ChildServer::exit_code() {
  if (exit_code_ || pid_ <= 0) return exit_code_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  killed_ = WIFSIGNALED(status);
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return exit_code_;
}

void ChildServer::signal_group(int number) const {
  if (pid_ > 0) ::kill(-pid_, number);
}

bool ChildServer::wait(milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (auto pause = milliseconds(1); !exit_code(); pause = std::min(pause * 2, milliseconds(20))) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

int ChildServer::end(milliseconds grace) {
  // Long enough for an interpreter to run its exit handlers, short enough for a client that waits for us.
  constexpr milliseconds kTermGrace{1500};
  if (!wait(grace)) {
    signal_group(SIGTERM);
    if (!wait(std::max(grace, kTermGrace))) {
      signal_group(SIGKILL);
      wait(kTermGrace);
    }
  }
  // What the child had started may outlive it; the group goes with its leader.
  signal_group(SIGKILL);
  pid_ = -1;
  return exit_code_.value_or(128 + SIGKILL);
}

}  // namespace aegis::gateway
