// Wire: one accepted connection, plain or TLS, on which nothing waits longer than it was told to.
//
// Used by the connection's own thread. A StopSignal, which any thread may give, ends every wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct ssl_st;
struct ssl_ctx_st;

namespace aegis::gateway {

// Given once, seen by every thread that polls. Requesting it is safe even in a signal handler.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void request();
  [[nodiscard]] bool requested() const { return requested_.load(std::memory_order_acquire); }
  [[nodiscard]] int descriptor() const { return fd_; }  // readable for ever after the request

 private:
  std::atomic<bool> requested_{false};
  int fd_;
};

struct TlsContextDeleter {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextDeleter>;

// TLS 1.2 or newer with this certificate chain and key (PEM files). Errors name the file and what is wrong.
Result<TlsContext> make_tls_context(const std::string& certificate, const std::string& key);

// A peer must take or give this much for every second it is waited for: a drip of bytes does not hold a
// thread. Far below any link in use.
inline constexpr std::int64_t kMinBytesPerSecond = std::int64_t{4} * 1024;

// Watches that a transfer goes on: in every window of time, kMinBytesPerSecond for its length.
class Pace {
 public:
  explicit Pace(int window_ms);
  [[nodiscard]] std::int64_t deadline_us() const { return start_us_ + window_us_; }
  // At the deadline: begins another window if enough of `total` bytes came in this one.
  bool renew(std::size_t total);

 private:
  std::int64_t window_us_, start_us_;
  std::size_t before_ = 0;
};

// How long a stop waits for a peer to take what is being written.
inline constexpr std::int64_t kStopGraceMs = 500;

class Wire {
 public:
  enum class Io { ok, end, timeout, stopped, error };

  // Takes `fd`, a connected non-blocking socket. `tls` null: plain. Both pointers must outlive it.
  Wire(int fd, ssl_ctx_st* tls, const StopSignal* stop);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // REQUIRES (TLS only): called before anything else. Does nothing on a plain wire.
  Io handshake(std::int64_t deadline_us);

  // At least one byte, or why not. Deadlines are monotonic_us() values.
  Io read(char* buffer, std::size_t capacity, std::size_t* got, std::int64_t deadline_us);

  // All of it, or why not. `window_ms`: of its Pace.
  Io write(std::string_view bytes, int window_ms);

  // The peer has closed (its side is enough: nobody who waits for an answer does that).
  [[nodiscard]] bool hung_up() const;

  // Says good-bye. `unread`: the peer may still be sending what nobody will read; without taking some of it,
  // the kernel would reset the connection and our last answer with it.
  void finish(bool unread);

 private:
  Io wait(short events, std::int64_t deadline_us, bool heed_stop);
  // What to wait for after an SSL_ call returned `code`; 0: nothing, see `result`.
  short tls_wants(int code, Io* result);

  int fd_;
  ssl_st* ssl_ = nullptr;
  const StopSignal* stop_;
  bool broken_ = false;  // TLS forbids a good-bye after a failure
};

}  // namespace aegis::gateway
