// Listener: the HTTP server. Limits, deadlines, Host and Origin checks, CORS and TLS; routes belong to
// others.
//
// Thread contract: routes are added before run(); handlers run on the listener's threads, many at once. A
// thread per connection, on demand (workers.h); requests are read by head.h and chunked.h, which are strict
// where ready-made servers are lenient (docs/adr/0015-the-listener-reads-http-itself.md).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mcp/http_headers.h"

namespace aegis::gateway {

// Named limits; docs/limits.md has their reasons.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{32} * 1024;  // of one request, together
inline constexpr std::size_t kMaxHeaders = 100;
inline constexpr int kHeaderDeadlineMs =
    10'000;                                      // from the first byte of a request to the end of its headers
inline constexpr int kBodyDeadlineMs = 30'000;   // in which at least 4 KiB a second of a body must come
inline constexpr int kWriteDeadlineMs = 10'000;  // in which at least 4 KiB a second must be taken
inline constexpr int kIdleMs = 15'000;           // a connection without a request, new or kept alive
inline constexpr std::size_t kMaxBodiesBytes = std::size_t{512}
                                               << 20;  // of all requests being served, together
inline constexpr std::size_t kMaxStreams = 1'500;      // open event streams
inline constexpr std::size_t kMaxConnections = 4'096;  // each is a thread while it lives

// The limits above, where a test or a small machine needs others.
struct HttpLimits {
  std::size_t max_body_bytes = kMaxBodyBytes;
  std::size_t max_bodies_bytes = kMaxBodiesBytes;
  std::size_t max_header_bytes = kMaxHeaderBytes;
  std::size_t max_headers = kMaxHeaders;
  std::size_t max_streams = kMaxStreams;
  std::size_t max_connections = kMaxConnections;
  int header_deadline_ms = kHeaderDeadlineMs;
  int body_deadline_ms = kBodyDeadlineMs;
  int write_deadline_ms = kWriteDeadlineMs;
  int idle_ms = kIdleMs;
};

struct HttpOptions {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: any free one
  // Host headers accepted besides localhost, 127.0.0.1, [::1], `host` itself and the literal address a
  // connection came in at; with a port, that one only. Another Host is refused with 403.
  std::vector<std::string> allowed_hosts;
  // Origins (scheme://host[:port], "null", or "*") that browsers may call from. This very server's own pages
  // are always allowed. A request with another Origin is refused with 403.
  std::vector<std::string> cors_origins;
  std::string tls_certificate, tls_key;  // PEM files; both or none
  HttpLimits limits;
};

struct HttpRequest {
  std::string method;
  std::string path;   // unescaped; no dot segments, no escaped separators
  std::string query;  // as sent, without the '?'
  std::string remote_address;
  std::string origin_url;  // scheme://authority the client used, from the validated Host
  std::string body;
  mcp::HeaderList headers;

  // Nothing when absent. Names compare without case. Headers that must not repeat (Content-Length, Host,
  // Authorization, Mcp-*, …) were refused by the listener when they did; others are joined by commas.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  // The client has closed the connection (asks the socket), or the server is stopping. For the handler's own
  // thread, until it returns.
  std::function<bool()> hung_up;
  // Sets one of kMaxStreams aside for this request's answer, whether it becomes a stream or not. False: none
  // is free, and an answer with a stream would be refused. For what must not happen without its answer.
  std::function<bool()> reserve_stream;
};

// What goes out piece by piece. Called on the connection's thread until it returns false (the end) or the
// client is gone. `write` false: the client is gone. Must return at least every kStreamStepMs, having written
// or not, so that a closed connection and the server's end are noticed.
inline constexpr int kStreamStepMs = 1'000;
using StreamSource = std::function<bool(const std::function<bool(std::string_view)>& write)>;

// Sent with every answer unless `headers` has its own: Cache-Control: no-store (event streams: no-cache),
// X-Content-Type-Options: nosniff. What frames the message (Content-Length, Connection, …) is the listener's.
struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: no body
  std::string body;
  mcp::HeaderList headers;
  StreamSource stream;  // instead of body
  // Called once when the stream is over, for whatever reason; even if it never began (kMaxStreams, HEAD).
  std::function<void()> on_stream_end;
};

using HttpHandler = std::function<HttpResponse(HttpRequest& request)>;
// Looks at a request before its body is read. An answer is a refusal: the body is not taken.
using HttpGate = std::function<std::optional<HttpResponse>(const HttpRequest& request)>;

class Listener {
 public:
  // Errors: the certificate or key cannot be read, or one is missing.
  static Result<std::unique_ptr<Listener>> make(HttpOptions options);
  virtual ~Listener() = default;

  // `method` "*": any. `path` exact, or a prefix when it ends with "/*" (the longest wins). A GET route
  // serves HEAD too.
  virtual void route(std::string method, std::string path, HttpHandler handler, HttpGate gate = {}) = 0;

  // Binds. Errors name address and reason. Returns the port.
  virtual Result<int> bind() = 0;
  // Serves until stop(); blocking.
  virtual void run() = 0;
  // From any thread (not from a signal handler): no new connections, open streams end, run() returns.
  virtual void stop() = 0;
  [[nodiscard]] virtual bool stopping() const = 0;
};

// Whether an address can only be reached from this machine.
bool is_loopback(std::string_view host);

}  // namespace aegis::gateway
