#include "gateway/upstream/http_connection.h"

#include <fcntl.h>
#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <locale>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"

namespace aegis::gateway {
namespace {

// A request body is written in pieces; a server that takes none for so long is gone.
constexpr int kWriteTimeoutMs = 30'000;
// A stream may be silent for hours. These find a peer that vanished without a word: 60 s + 4 × 15 s.
constexpr int kKeepAliveIdleSeconds = 60;
constexpr int kKeepAliveIntervalSeconds = 15;
constexpr int kKeepAliveProbes = 4;

// The client compiles a regular expression for each answer, and libstdc++'s regex fills a cache of the
// locale's while it does, without a lock (GCC bug 77704). Filled before there are threads, it is only read.
[[maybe_unused]] const bool kNarrowCacheFilled = [] {
  const auto& ctype = std::use_facet<std::ctype<char>>(std::locale());
  for (int c = 1; c < 256; ++c) ctype.narrow(static_cast<char>(c), '\0');
  return true;
}();

std::string media_type(std::string_view header) {
  header = header.substr(0, header.find(';'));
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  std::string type(header);
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return type;
}

void set_option(int socket, int level, int name, int value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

std::string seconds(int milliseconds) {
  return milliseconds % 1000 == 0 ? std::to_string(milliseconds / 1000) + " s"
                                  : std::to_string(milliseconds) + " ms";
}

std::string why_no_answer(httplib::Error error, const HttpEndpoint& endpoint) {
  using httplib::Error;
  switch (error) {
    case Error::Connection: return "cannot be reached";
    case Error::ConnectionTimeout:
      return "did not take the connection within " + seconds(endpoint.connect_timeout_ms);
    case Error::SSLConnection: return "did not complete the TLS handshake";
    case Error::SSLLoadingCerts: return "cannot be trusted: the certificate authorities cannot be loaded";
    case Error::SSLServerVerification: return "cannot be trusted: its certificate is not valid";
    case Error::SSLServerHostnameVerification:
      return "cannot be trusted: its certificate is for another host";
    case Error::Write: return "did not take the request";
    default: return "closed the connection or did not speak HTTP";
  }
}

// SHA-256 of the SubjectPublicKeyInfo of the server's certificate, in hex; it stays when a certificate is
// renewed for the same key.
std::string key_digest(SSL* session) {
  X509* certificate = SSL_get_peer_certificate(session);
  if (certificate == nullptr) return {};
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
  std::string digest;
  if (size > 0) digest = sha256_hex({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
  X509_free(certificate);
  return digest;
}

}  // namespace

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

class HttpConnection::Client {
 public:
  Client(const HttpEndpoint& endpoint, std::function<void(int)> on_socket) {
    const auto& origin = endpoint.origin;
    if (origin.secure()) {
      auto tls = std::make_unique<httplib::SSLClient>(origin.host, origin.port);
      tls->enable_server_certificate_verification(true);
      tls->enable_server_hostname_verification(true);
      tls->set_session_verifier([this](httplib::tls::session_t session) {
        key = key_digest(static_cast<SSL*>(session));
        return httplib::SSLVerifierResponse::NoDecisionMade;
      });
      http = std::move(tls);
      if (!endpoint.ca_file.empty()) http->set_ca_cert_path(endpoint.ca_file);
    } else {
      http = std::make_unique<httplib::ClientImpl>(origin.host, origin.port);
    }
    http->set_keep_alive(true);
    http->set_follow_location(false);
    http->set_decompress(false);
    http->set_path_encode(false);
    http->set_tcp_nodelay(true);  // head and body go out in two writes
    http->set_connection_timeout(std::chrono::milliseconds(endpoint.connect_timeout_ms));
    http->set_read_timeout(std::chrono::milliseconds(endpoint.read_timeout_ms));
    http->set_write_timeout(std::chrono::milliseconds(std::min(kWriteTimeoutMs, endpoint.read_timeout_ms)));
    http->set_socket_options([on_socket = std::move(on_socket)](int socket) { on_socket(socket); });
  }

  std::unique_ptr<httplib::ClientImpl> http;
  std::string key;  // that the latest handshake showed; told when an answer shows that it was trusted
};

HttpConnection::HttpConnection(HttpEndpoint endpoint)
    : endpoint_(std::move(endpoint)),
      client_(std::make_unique<Client>(endpoint_, [this](int socket) { watch(socket); })) {}

HttpConnection::~HttpConnection() {
  client_.reset();
  if (socket_ >= 0) ::close(socket_);
}

void HttpConnection::watch(int socket) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
#endif
  const std::scoped_lock lock(socket_mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

void HttpConnection::cut() {
  const std::scoped_lock lock(socket_mutex_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

HttpOutcome HttpConnection::run(const HttpCall& call) {
  auto& http = *client_->http;
  if (last_use_us_ != 0 && monotonic_us() - last_use_us_ > std::int64_t{kIdleConnectionMs} * 1000)
    http.stop();

  bool has_head = false;
  bool refused = false;
  std::int64_t last_byte_us = monotonic_us();
  const auto go_on = [&](bool wanted) {
    last_byte_us = monotonic_us();
    refused = !wanted || (call.cancelled && call.cancelled());
    return !refused;
  };

  httplib::Request request;
  request.method = call.method;
  request.path = call.target;
  for (const auto& [name, value] : call.headers) {
    // The client checks too, but then waits for an answer to what it has not sent.
    if (!is_header_value(value)) {
      return {HttpOutcome::End::no_answer,
              "was not asked: '" + name + "' would hold what no header may hold"};
    }
    request.headers.emplace(name, value);
  }
  request.body.assign(call.body);
  request.upload_progress = [&](std::size_t written, std::size_t total) {
    const bool wanted = go_on(true);
    if (wanted && written == total && call.sent) call.sent();
    return wanted;
  };
  request.response_handler = [&](const httplib::Response& response) {
    has_head = true;
    if (endpoint_.shown_key && !client_->key.empty()) endpoint_.shown_key(std::exchange(client_->key, {}));
    return go_on(!call.head || call.head({.status = response.status,
                                          .media_type = media_type(response.get_header_value("Content-Type")),
                                          .encoding = response.get_header_value("Content-Encoding"),
                                          .location = response.get_header_value("Location"),
                                          .session = response.get_header_value("Mcp-Session-Id")}));
  };
  request.content_receiver = [&](const char* bytes, std::size_t size, std::size_t, std::size_t) {
    return go_on(!call.data || call.data({bytes, size}));
  };

  httplib::Response response;
  auto error = httplib::Error::Success;
  bool complete = false;
  try {
    complete = http.send(request, response, error);
  } catch (const std::exception&) {  // out of memory; nothing of it crosses into the gateway
    http.stop();
    return {HttpOutcome::End::no_answer, "could not be asked: out of memory"};
  }
  last_use_us_ = monotonic_us();
  using End = HttpOutcome::End;
  if (refused) return {End::refused, {}};
  if (complete) {
    // An answer without a body (204) skips the handler.
    if (!has_head && call.head &&
        !call.head({.status = response.status, .session = response.get_header_value("Mcp-Session-Id")})) {
      return {End::refused, {}};
    }
    return {};
  }
  const std::int64_t silence_us = monotonic_us() - last_byte_us;
  if (error == httplib::Error::Read && silence_us / 1000 >= endpoint_.read_timeout_ms - 1) {
    return {End::silent, "did not answer within " + seconds(endpoint_.read_timeout_ms)};
  }
  if (!has_head) return {End::no_answer, why_no_answer(error, endpoint_)};
  return {End::broken, "broke off in the middle of its answer"};
}

}  // namespace aegis::gateway
