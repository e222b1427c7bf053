// Who may call: the judgement of Host (against DNS rebinding) and Origin (against other people's web pages),
// and what CORS answers.
//
// Pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/http_headers.h"

namespace aegis::gateway {

// host[:port], as in a Host header. `host` in lower case, an IPv6 address without its brackets.
struct Authority {
  std::string host;
  std::optional<int> port;
};
std::optional<Authority> read_authority(std::string_view text);

// Where this server is, and whom it trusts.
struct Premises {
  std::string bound_host;  // as configured; "0.0.0.0" and "::" name nobody
  int port = 0;
  bool tls = false;
  std::vector<std::string> allowed_hosts;  // host[:port]; without a port: any
  std::vector<std::string> cors_origins;   // scheme://host[:port], "null" or "*"
};

// `local_address`: the address this connection came in at. A client that names it as a literal reached it as
// itself: only names can be rebound.
bool host_allowed(const Premises& premises, std::string_view host, std::string_view local_address);

// `host` was allowed. A page of this very server (same authority, or a loopback name and this port) may call
// it.
bool origin_allowed(const Premises& premises, std::string_view origin, std::string_view host);

// The headers of every answer to a request that may have an Origin; `origin` was allowed (or is absent).
mcp::HeaderList cors_headers(const Premises& premises, const std::optional<std::string>& origin);

// The further headers of a preflight's answer. `methods`: of the route; `requested`:
// Access-Control-Request-Headers.
mcp::HeaderList preflight_headers(std::string_view methods, std::string_view requested);

// A name or address only this machine can mean, in any spelling a Host header has.
bool is_loopback_name(std::string_view host);

}  // namespace aegis::gateway
