// HttpConnection: one kept-alive HTTP/1.1 connection to one origin, for one request after another.
//
// Used by one thread at a time; cut() may be called from any. Built on cpp-httplib's client, which only
// http_connection.cc includes. What it does not do: follow redirects, decompress, read proxy settings from
// the environment, send a header it was not given (but Host, Content-Length and Connection).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/upstream/url.h"
#include "mcp/http_headers.h"

namespace aegis::gateway {

// Servers close an idle connection after 5 s as a rule (Node's and uvicorn's default). A request sent into
// that moment is lost and must not be repeated, so we give the connection up before they do.
inline constexpr int kIdleConnectionMs = 4'000;

struct HttpReply {
  int status = 0;
  std::string media_type;  // in lower case, without parameters
  std::string encoding;    // Content-Encoding
  std::string location;
  std::string session;  // Mcp-Session-Id
};

struct HttpCall {
  std::string method;
  std::string target;
  mcp::HeaderList headers;
  std::string_view body;            // must outlive the call; empty: none
  std::function<bool()> cancelled;  // asked now and then; true ends the call
  std::function<void()> sent;       // the whole request is on its way; not for a call without a body
  // Status and headers are here. False ends the call; the connection is closed then.
  std::function<bool(const HttpReply& reply)> head;
  std::function<bool(std::string_view bytes)> data;  // likewise, for each piece of the body
};

struct HttpOutcome {
  enum class End {
    complete,   // the whole answer was read
    refused,    // head, data or cancelled ended it
    silent,     // no byte for the read time-out
    broken,     // the connection ended in mid-answer, or spoke no HTTP
    no_answer,  // nothing of an answer came: not reached, not trusted, closed
  };
  End end = End::complete;
  std::string why;  // unless complete or refused: a predicate for "the server '…' "
};

struct HttpEndpoint {
  Url origin;
  std::string ca_file;  // empty: the system's
  int connect_timeout_ms = 0;
  int read_timeout_ms = 0;  // of silence
  // As in HttpPortOptions.
  std::function<void(std::string_view digest)> shown_key = {};
};

// Whether a header may have this value: no control characters but the tab.
bool is_header_value(std::string_view value);

class HttpConnection {
 public:
  explicit HttpConnection(HttpEndpoint endpoint);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  HttpOutcome run(const HttpCall& call);

  // Ends whatever run() waits for, at once. A later run() connects anew. A run() that has not got as far as a
  // socket does not notice: whoever cuts it makes its `cancelled` true first, and may have to cut again.
  void cut();

 private:
  class Client;
  void watch(int socket);

  const HttpEndpoint endpoint_;
  std::unique_ptr<Client> client_;
  std::int64_t last_use_us_ = 0;

  // Our own duplicate of the client's socket: shutting that down needs none of the client's locks, which it
  // holds while it connects, and cannot hit a descriptor that has been closed and given to somebody else.
  std::mutex socket_mutex_;
  int socket_ = -1;
};

}  // namespace aegis::gateway
