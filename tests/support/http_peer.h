// A listener at work and raw sockets to it, for the tests of what goes over the wire byte for byte.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gateway/http/listener.h"

namespace aegis::testing_support {

using gateway::HttpOptions;
using gateway::HttpRequest;
using gateway::HttpResponse;
using gateway::Listener;

using Clock = std::chrono::steady_clock;

inline int ms_since(Clock::time_point start) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

// Everything a test waits for comes long before this, unless it is broken.
inline constexpr int kPatienceMs = 10'000;

class RawPeer {
 public:
  explicit RawPeer(int port, int receive_buffer = 0) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawPeer(RawPeer&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), inbox_(std::move(other.inbox_)) {}
  RawPeer& operator=(RawPeer&&) = delete;
  ~RawPeer() {
    if (fd_ >= 0) close(fd_);
  }

  [[nodiscard]] bool connected() const { return connected_; }

  // False: the server no longer takes it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }

  // Until `mark` was read; what came, `mark` included. Without it (the end, or no patience): all there was.
  std::string until(std::string_view mark) {
    std::size_t at;
    while ((at = inbox_.find(mark)) == std::string::npos) {
      if (!more()) return std::exchange(inbox_, {});
    }
    std::string taken = inbox_.substr(0, at + mark.size());
    inbox_.erase(0, taken.size());
    return taken;
  }

  // Everything until the server closes. `closed` false: it does not.
  std::string rest(bool* closed = nullptr) {
    while (more()) {
    }
    if (closed) *closed = ended_;
    return std::exchange(inbox_, {});
  }

  // Takes a few bytes, if there are any.
  void sip() {
    char buffer[100];
    [[maybe_unused]] const ssize_t count = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
  }

  // One response with its Content-Length.
  std::string response() {
    std::string head = until("\r\n\r\n");
    const std::size_t at = head.find("Content-Length: ");
    if (at == std::string::npos) return head;
    const std::size_t size = std::stoul(head.substr(at + 16));
    while (inbox_.size() < size && more()) {
    }
    head += inbox_.substr(0, size);
    inbox_.erase(0, size);
    return head;
  }

  // "HTTP/1.1 200 OK" → 200; 0: no response came.
  int status() {
    const std::string text = response();
    return text.starts_with("HTTP/1.1 ") ? std::stoi(text.substr(9, 3)) : 0;
  }

 private:
  bool more() {
    pollfd fd{fd_, POLLIN, 0};
    if (poll(&fd, 1, kPatienceMs) <= 0) return false;
    char buffer[65536];
    const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    if (count <= 0) {
      ended_ = true;
      return false;
    }
    inbox_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string inbox_;
};

// A listener that answers on a thread of its own until the end of the test.
class Served {
 public:
  explicit Served(HttpOptions options = {}) : listener(Listener::make(std::move(options)).value()) {}
  ~Served() { stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  // After the routes.
  Served& start() {
    const auto bound = listener->bind();
    EXPECT_TRUE(bound) << bound.error().message;
    port = bound ? *bound : 0;
    thread_ = std::thread([this] { listener->run(); });
    return *this;
  }
  void stop() {
    listener->stop();
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port); }
  // A request line and Host, to be completed.
  [[nodiscard]] std::string head(const std::string& line) const {
    return line + " HTTP/1.1\r\nHost: " + host() + "\r\n";
  }

  std::unique_ptr<Listener> listener;
  int port = 0;

 private:
  std::thread thread_;
};

inline HttpResponse text_response(std::string body) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

// POST /echo gives the body back, GET /hello a greeting.
inline void add_echo(Listener* listener) {
  listener->route("POST", "/echo", [](HttpRequest& request) { return text_response(request.body); });
  listener->route("GET", "/hello", [](HttpRequest&) { return text_response("hello"); });
}

}  // namespace aegis::testing_support
