// http and https URLs as they are configured: enough to judge them and to connect. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis::gateway::auth {

struct HttpUrl {
  bool https = true;
  std::string host;  // lowercase; an IPv6 address without its brackets
  int port = 443;
  std::string target;  // path and query; at least "/"

  // "https://host:port", as a client wants it.
  [[nodiscard]] std::string origin() const;
  // Reached without leaving this machine: localhost, 127.0.0.0/8, ::1.
  [[nodiscard]] bool loopback() const;
};

// Errors (invalid_input): another scheme, no host, a bad port, a user name or password (they end up in logs),
// a fragment, white space or a character outside ASCII. They do not quote the URL.
Result<HttpUrl> parse_http_url(std::string_view text);

// Whether it may be a host's name or an IPv4 address: letters, digits, '-', '.' and '_', at most 253.
bool is_host_name(std::string_view host);
// Of an IPv6 address, without brackets.
bool is_ipv6(std::string_view host);

// ASCII letters only.
std::string lowercase(std::string_view text);

}  // namespace aegis::gateway::auth
