#include "gateway/http/wire.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "base/clock.h"

namespace aegis::gateway {
namespace {

constexpr std::int64_t kLingerMs = 500;
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;

}  // namespace

StopSignal::StopSignal() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() {
  if (fd_ >= 0) close(fd_);
}

void StopSignal::request() {
  requested_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(fd_, &one, sizeof one);
}

Pace::Pace(int window_ms) : window_us_(window_ms * std::int64_t{1000}), start_us_(monotonic_us()) {}

bool Pace::renew(std::size_t total) {
  if (static_cast<std::int64_t>(total - before_) * 1'000'000 < kMinBytesPerSecond * window_us_) return false;
  before_ = total;
  start_us_ = monotonic_us();
  return true;
}

void TlsContextDeleter::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> make_tls_context(const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return internal_error("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  // Resumption buys an agent's few connections nothing and would keep sessions in memory.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return invalid_input("the TLS certificate " + certificate + " cannot be read as PEM");
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return invalid_input("the TLS key " + key +
                         " cannot be read as PEM, or does not belong to the certificate");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return invalid_input("the TLS key " + key + " does not belong to the certificate " + certificate);
  }
  return context;
}

Wire::Wire(int fd, ssl_ctx_st* tls, const StopSignal* stop) : fd_(fd), stop_(stop) {
  if (!tls) return;
  ssl_ = SSL_new(tls);
  if (ssl_) SSL_set_fd(ssl_, fd_);
  broken_ = true;  // until the handshake is done
}

Wire::~Wire() {
  SSL_free(ssl_);
  close(fd_);
}

Wire::Io Wire::wait(short events, std::int64_t deadline_us, bool heed_stop) {
  for (;;) {
    if (!heed_stop && stop_->requested())
      deadline_us = std::min(deadline_us, monotonic_us() + kStopGraceMs * 1000);
    const std::int64_t left = deadline_us - monotonic_us();
    if (left <= 0) return Io::timeout;
    std::array<pollfd, 2> fds{{{fd_, events, 0}, {stop_->descriptor(), POLLIN, 0}}};
    // Once a stop is known, its descriptor would only spin.
    const nfds_t count = !heed_stop && stop_->requested() ? 1 : 2;
    const int ready =
        poll(fds.data(), count, static_cast<int>(std::min<std::int64_t>(left / 1000 + 1, 60'000)));
    if (ready < 0 && errno != EINTR) return Io::error;
    if (ready <= 0) continue;
    if (fds[0].revents != 0) return Io::ok;
    if (heed_stop && fds[1].revents != 0) return Io::stopped;
  }
}

short Wire::tls_wants(int code, Io* result) {
  const int error = SSL_get_error(ssl_, code);
  if (error == SSL_ERROR_WANT_READ) return POLLIN;
  if (error == SSL_ERROR_WANT_WRITE) return POLLOUT;
  *result = error == SSL_ERROR_ZERO_RETURN ? Io::end : Io::error;
  broken_ = broken_ || *result == Io::error;
  return 0;
}

Wire::Io Wire::handshake(std::int64_t deadline_us) {
  if (!ssl_) return broken_ ? Io::error : Io::ok;
  for (;;) {
    ERR_clear_error();
    const int code = SSL_accept(ssl_);
    if (code == 1) {
      broken_ = false;
      return Io::ok;
    }
    Io result = Io::error;
    const short events = tls_wants(code, &result);
    if (events == 0) return Io::error;
    result = wait(events, deadline_us, true);
    if (result != Io::ok) return result;
  }
}

Wire::Io Wire::read(char* buffer, std::size_t capacity, std::size_t* got, std::int64_t deadline_us) {
  for (;;) {
    short events = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      Io result = Io::error;
      const int code = SSL_read_ex(ssl_, buffer, capacity, got);
      if (code == 1) return Io::ok;
      events = tls_wants(code, &result);
      if (events == 0) return result;
    } else {
      const ssize_t count = recv(fd_, buffer, capacity, 0);
      if (count > 0) {
        *got = static_cast<std::size_t>(count);
        return Io::ok;
      }
      if (count == 0) return Io::end;
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Io::error;
    }
    const Io result = wait(events, deadline_us, true);
    if (result != Io::ok) return result;
  }
}

Wire::Io Wire::write(std::string_view bytes, int window_ms) {
  Pace pace(window_ms);
  const std::size_t all = bytes.size();
  while (!bytes.empty()) {
    short events = POLLOUT;
    if (ssl_) {
      ERR_clear_error();
      Io result = Io::error;
      std::size_t written = 0;
      const int code = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written);
      if (code == 1) {
        bytes.remove_prefix(written);
        continue;
      }
      events = tls_wants(code, &result);
      if (events == 0) return result;
    } else {
      const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Io::error;
    }
    const Io result = wait(events, pace.deadline_us(), false);
    if (result == Io::timeout && !stop_->requested() && pace.renew(all - bytes.size())) continue;
    if (result != Io::ok) {
      broken_ = true;  // half a record is out
      return result;
    }
  }
  return Io::ok;
}

bool Wire::hung_up() const {
  pollfd fd{fd_, POLLRDHUP, 0};
  return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void Wire::finish(bool unread) {
  if (ssl_ && !broken_) {
    ERR_clear_error();
    SSL_shutdown(ssl_);  // does not wait for the peer's
  }
  shutdown(fd_, SHUT_WR);
  const std::int64_t deadline = monotonic_us() + kLingerMs * 1000;
  std::array<char, 8192> waste;
  for (std::size_t taken = 0; unread && taken < kLingerBytes;) {
    const ssize_t count = recv(fd_, waste.data(), waste.size(), 0);
    if (count > 0) {
      taken += static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR) || wait(POLLIN, deadline, true) != Io::ok) {
      return;
    }
  }
}

}  // namespace aegis::gateway
