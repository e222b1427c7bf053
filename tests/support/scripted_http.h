// An HTTP server whose every byte a test decides: requests are read and recorded, answers are what the script
// writes. Loopback, a free port, a thread per connection, over TLS if given a certificate.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "mcp/http_headers.h"

namespace aegis::testing_support {

struct ScriptedRequest {
  std::string method, target, body;
  mcp::HeaderList headers;  // names in lower case
  int connection = 0;       // which one it came on, from 1

  // Empty: absent.
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

class ScriptedServer;

class ScriptedConnection {
 public:
  ScriptedConnection(ScriptedServer* server, int socket, SSL* tls, int number)
      : server_(server), socket_(socket), tls_(tls), number_(number) {}

  // False: the peer is gone.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  bool respond(int status, std::string_view type, std::string_view body, std::string_view more = {}) {
    std::string head = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(more);
    if (!type.empty()) head += "Content-Type: " + std::string(type) + "\r\n";
    return write(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }
  bool begin_events(std::string_view more = {}) {
    return write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n" +
                 std::string(more) + "\r\n");
  }
  bool chunk(std::string_view bytes) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return write(size + std::string(bytes) + "\r\n");
  }
  bool event(std::string_view data, std::string_view id = {}, std::string_view type = {}) {
    std::string text;
    if (!type.empty()) text += "event: " + std::string(type) + "\n";
    if (!id.empty()) text += "id: " + std::string(id) + "\n";
    return chunk(text + "data: " + std::string(data) + "\n\n");
  }
  bool end_events() { return write("0\r\n\r\n"); }
  void close() { closed_ = true; }
  // Blocks until the peer closes.
  bool wait_for_hang_up();
  [[nodiscard]] int number() const { return number_; }

 private:
  friend class ScriptedServer;
  bool fill() {
    char bytes[16384];
    const auto size =
        tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }
  bool read(ScriptedRequest* request);

  ScriptedServer* server_;
  int socket_;
  SSL* tls_;
  int number_;
  bool closed_ = false;
  std::string input_;
};

class ScriptedServer {
 public:
  // Called for each request, on the connection's thread.
  using Script = std::function<void(ScriptedConnection& connection, const ScriptedRequest& request)>;

  explicit ScriptedServer(Script script, SSL_CTX* tls = nullptr) : script_(std::move(script)), tls_(tls) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 256) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  ~ScriptedServer() { stop(); }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      if (std::exchange(stopping_, true)) return;
      ::shutdown(listener_, SHUT_RDWR);
      for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
      changed_.notify_all();
    }
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/mcp") const {
    return std::string(tls_ != nullptr ? "https" : "http") + "://127.0.0.1:" + std::to_string(port_) +
           std::string(path);
  }

  [[nodiscard]] std::vector<ScriptedRequest> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  // Until `holds` is true of what was recorded so far. False: not within 10 s.
  bool wait_until(const std::function<bool(const std::vector<ScriptedRequest>&)>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return holds(requests_); });
  }
  bool wait_for_requests(std::size_t count) {
    return wait_until([&](const auto& requests) { return requests.size() >= count; });
  }
  bool wait_for_hang_ups(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return hang_ups_ >= count; });
  }

 private:
  friend class ScriptedConnection;

  void accept() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const std::scoped_lock lock(mutex_);
      if (stopping_) {
        ::close(socket);
        return;
      }
      sockets_.push_back(socket);
      threads_.emplace_back([this, socket, number = ++connections_] { serve(socket, number); });
    }
  }

  void serve(int socket, int number) {
    sigset_t pipe;  // what TLS writes to a closed connection
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    SSL* tls = nullptr;
    if (tls_ != nullptr) {
      tls = SSL_new(tls_);
      SSL_set_fd(tls, socket);
    }
    if (tls == nullptr || SSL_accept(tls) == 1) {
      ScriptedConnection connection(this, socket, tls, number);
      ScriptedRequest request;
      while (!connection.closed_ && connection.read(&request)) {
        {
          const std::scoped_lock lock(mutex_);
          requests_.push_back(request);
          changed_.notify_all();
        }
        script_(connection, request);
      }
    }
    if (tls != nullptr) SSL_free(tls);
    const std::scoped_lock lock(mutex_);
    sockets_.remove(socket);
    ::close(socket);
  }

  Script script_;
  SSL_CTX* tls_;
  int listener_ = -1, port_ = 0;
  std::thread acceptor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<int> sockets_;
  std::list<std::thread> threads_;
  std::vector<ScriptedRequest> requests_;
  int connections_ = 0, hang_ups_ = 0;
  bool stopping_ = false;
};

inline bool ScriptedConnection::wait_for_hang_up() {
  while (fill()) {
  }
  closed_ = true;
  const std::scoped_lock lock(server_->mutex_);
  ++server_->hang_ups_;
  server_->changed_.notify_all();
  return true;
}

inline bool ScriptedConnection::read(ScriptedRequest* request) {
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return false;
  }
  *request = {};
  request->connection = number_;
  const std::string head = input_.substr(0, end + 2);
  input_.erase(0, end + 4);
  std::size_t at = head.find("\r\n");
  const auto first = head.substr(0, at);
  request->method = first.substr(0, first.find(' '));
  request->target = first.substr(first.find(' ') + 1, first.rfind(' ') - first.find(' ') - 1);
  for (at += 2; at < head.size();) {
    const auto next = head.find("\r\n", at);
    const auto line = head.substr(at, next - at);
    std::string name = line.substr(0, line.find(':'));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto value = line.find_first_not_of(' ', line.find(':') + 1);
    request->headers.emplace_back(name, value == std::string::npos ? "" : line.substr(value));
    at = next + 2;
  }
  const std::string length = request->header("content-length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (input_.size() < size) {
    if (!fill()) return false;
  }
  request->body = input_.substr(0, size);
  input_.erase(0, size);
  return true;
}

}  // namespace aegis::testing_support
