// One connection from its first byte to its last: requests are read, judged, handed to their route and
// answered, one after the other.
//
// serve_connection() runs on a thread of its own; what the connections of a listener share is thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

#include "gateway/http/listener.h"
#include "gateway/http/origin.h"
#include "gateway/http/router.h"
#include "gateway/http/wire.h"

namespace aegis::gateway {

struct Shared {
  HttpLimits limits;
  Premises premises;
  Router router;
  TlsContext tls;  // null: plain
  StopSignal stop;
  std::atomic<std::size_t> streams{0};
  std::atomic<std::size_t> body_bytes{0};  // held by requests being served
};

// Takes `fd`. Returns when the connection is over.
void serve_connection(Shared* shared, int fd);

// A small JSON error as the listener itself gives it. It never echoes anything of the request. `hint`, text
// without quotes, stands after the reason.
HttpResponse error_response(int status, std::string_view hint = {});

// The head of a response. `body_bytes` nothing: a stream, chunked in HTTP/1.1.
std::string response_head(const HttpResponse& response, const mcp::HeaderList& cors,
                          std::optional<std::size_t> body_bytes, bool http11, bool keep_alive);

}  // namespace aegis::gateway
