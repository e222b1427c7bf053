#include "gateway/http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "gateway/http/connection.h"
#include "gateway/http/head.h"
#include "gateway/http/workers.h"

namespace aegis::gateway {
namespace {

constexpr int kBacklog = 1024;                        // connections the kernel holds until we accept them
constexpr std::size_t kReservedDescriptors = 256;     // for the store, logs, servers behind us
constexpr std::size_t kDescriptorsPerConnection = 2;  // itself, and one towards a server for its sake
constexpr int kRetryAcceptMs = 50;                    // after an accept that failed for want of resources

// Raises the soft limit of open files to the hard one; returns how many connections fit in.
std::size_t connections_that_fit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMaxConnections;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur == RLIM_INFINITY) return kMaxConnections;
  const std::size_t files = limit.rlim_cur;
  // With few files, half of them.
  return std::max<std::size_t>(files > 2 * kReservedDescriptors
                                   ? (files - kReservedDescriptors) / kDescriptorsPerConnection
                                   : files / 4,
                               1);
}

struct AddressList {
  addrinfo* first = nullptr;
  ~AddressList() {
    if (first) freeaddrinfo(first);
  }
};

class HttpListener final : public Listener {
 public:
  HttpListener(HttpOptions options, TlsContext tls) : options_(std::move(options)) {
    const std::size_t fit = connections_that_fit();
    shared_.limits = options_.limits;
    if (fit < shared_.limits.max_connections) {
      log::warn("http: the limit of open files allows " + std::to_string(fit) + " connections at once, not " +
                std::to_string(shared_.limits.max_connections));
      shared_.limits.max_connections = fit;
    }
    shared_.premises.bound_host = options_.host;
    shared_.premises.tls = tls != nullptr;
    shared_.premises.allowed_hosts = options_.allowed_hosts;
    shared_.premises.cors_origins = options_.cors_origins;
    shared_.tls = std::move(tls);
  }

  ~HttpListener() override {
    shared_.stop.request();
    if (socket_ >= 0) close(socket_);
  }

  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  void route(std::string method, std::string path, HttpHandler handler, HttpGate gate) override {
    shared_.router.add(std::move(method), std::move(path), std::move(handler), std::move(gate));
  }

  Result<int> bind() override;
  void run() override;
  void stop() override { shared_.stop.request(); }
  [[nodiscard]] bool stopping() const override { return shared_.stop.requested(); }

 private:
  void accept_all(Workers* workers);
  void turn_away(int fd) const;

  HttpOptions options_;
  Shared shared_;
  int socket_ = -1;
};

Result<int> HttpListener::bind() {
  std::string host = options_.host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string where = options_.host + ":" + std::to_string(options_.port);
  if (shared_.stop.descriptor() < 0) return unavailable("cannot listen on " + where + ": no more open files");
  if (options_.port < 0 || options_.port > 65535)
    return invalid_input("cannot listen on " + where + ": no such port");
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  AddressList list;
  // Both ::1 and 127.0.0.1 are localhost; clients that try only one of them try the latter.
  if (same_letters(host, "localhost")) host = "127.0.0.1";
  const int failed = getaddrinfo(host.c_str(), std::to_string(options_.port).c_str(), &hints, &list.first);
  if (failed != 0) return invalid_input("cannot listen on " + where + ": " + gai_strerror(failed));
  int error = 0;
  for (const addrinfo* one = list.first; one; one = one->ai_next) {
    const int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      error = errno;
      continue;
    }
    const int on = 1, off = 0;
    // Not SO_REUSEPORT, with which another process could take a share of our connections.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (one->ai_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::bind(fd, one->ai_addr, one->ai_addrlen) == 0 && listen(fd, kBacklog) == 0 &&
        getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
      socket_ = fd;
      shared_.premises.port =
          ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                            : reinterpret_cast<sockaddr_in&>(bound).sin_port);
      return shared_.premises.port;
    }
    error = errno;
    close(fd);
  }
  return unavailable("cannot listen on " + where + ": " + std::strerror(error));
}

void HttpListener::turn_away(int fd) const {
  if (!shared_.tls) {
    // One try, without waiting: this is the thread that accepts for everybody.
    const HttpResponse response = error_response(503, "as many connections are open as may be");
    const std::string text = response_head(response, {}, response.body.size(), true, false) + response.body;
    [[maybe_unused]] const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
  }
  close(fd);
}

void HttpListener::accept_all(Workers* workers) {
  for (;;) {
    const int fd = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        pollfd stop{shared_.stop.descriptor(), POLLIN, 0};
        poll(&stop, 1, kRetryAcceptMs);
        return;
      }
      if (errno == ECONNABORTED || errno == EINTR) continue;  // that connection's own trouble
      return;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!workers->submit([this, fd] { serve_connection(&shared_, fd); })) turn_away(fd);
    if (shared_.stop.requested()) return;
  }
}

void HttpListener::run() {
  Workers workers(shared_.limits.max_connections);
  while (socket_ >= 0 && !shared_.stop.requested()) {
    std::array<pollfd, 2> fds{{{socket_, POLLIN, 0}, {shared_.stop.descriptor(), POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) break;
    if (fds[0].revents != 0 && !shared_.stop.requested()) accept_all(&workers);
  }
  if (socket_ >= 0) close(std::exchange(socket_, -1));  // refuses new ones while the old ones end
  workers.stop();
}

}  // namespace

std::optional<std::string> HttpRequest::header(std::string_view name) const {
  return find_header(headers, name);
}

Result<std::unique_ptr<Listener>> Listener::make(HttpOptions options) {
  TlsContext tls;
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return invalid_input("TLS needs both a certificate and a key file");
  }
  if (!options.tls_certificate.empty()) {
    auto context = make_tls_context(options.tls_certificate, options.tls_key);
    if (!context) return context.error();
    tls = std::move(*context);
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
  }
  return std::unique_ptr<Listener>(std::make_unique<HttpListener>(std::move(options), std::move(tls)));
}

}  // namespace aegis::gateway
