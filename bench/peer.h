// Peer: a program on the other end of two pipes, spoken to in lines, and what /proc says of it.
//
// Not thread-safe. Errors end the benchmark with a message: a figure from a broken run is worse than none.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aegis::bench {

[[noreturn]] void give_up(const std::string& why);

class Peer {
 public:
  // Its standard error is ours. CPU affinity is inherited from the caller.
  explicit Peer(const std::vector<std::string>& command);
  // Closes its input and waits; kills it after two seconds.
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Writes one line (which ends in '\n') and blocks until one line came back; valid until the next call.
  std::string_view ask(std::string_view line);
  void tell(std::string_view line);

  // Of /proc/PID/status, in kB: "VmRSS:", "VmHWM:", "RssAnon:".
  [[nodiscard]] long memory_kb(std::string_view field) const;
  // CPU time of all its living threads so far. Unit: nanoseconds.
  [[nodiscard]] double cpu_ns() const;

 private:
  std::string name_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::vector<char> buffer_;
};

// A sorted copy's element at `fraction` (nearest rank).
double percentile(std::vector<double> values, double fraction);

double now_us();

}  // namespace aegis::bench
