// Url: where a guarded server is, and what else belongs to the same origin.
//
// Redirects and the old transport's `endpoint` event name further URLs; they come from the server and are
// trusted with nothing: a URL of another origin is refused, so that configured credentials stay where they
// were configured for. Values and pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis::gateway {

// Longer than any URL a server or proxy is known to take.
inline constexpr std::size_t kMaxUrlBytes = 8'000;

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // in lower case; an IPv6 address without its brackets
  int port = 0;
  std::string target;  // path and query as they go on the wire; begins with "/"

  [[nodiscard]] bool secure() const { return scheme == "https"; }
  // Whether nobody but this machine can answer there.
  [[nodiscard]] bool loopback() const;
};

bool same_origin(const Url& a, const Url& b);

// Errors (invalid_input): no URL, another scheme, a user name or password in it (credentials belong into
// headers), characters no URL holds. The URL is not quoted: it may hold a secret.
Result<Url> parse_url(std::string_view text);

// A reference as a header or an event carries it (RFC 3986, section 4.1), absolute or relative to `base`; dot
// segments stay as they are. Errors as parse_url.
Result<Url> resolve_url(const Url& base, std::string_view reference);

}  // namespace aegis::gateway
