// Who is asking: the credential of an HTTP request, turned into a principal.
//
// An agent's key (`Authorization: Bearer aais_…`) or a token of a trusted OAuth issuer. A credential that is
// shown and not good is refused, also where none is needed: nobody is quietly taken for somebody else.
// Whether the agent may act (the kill switch) is not asked here; the guard asks before each call.
//
// Thread-safe. A credential is never logged, stored, quoted in an error or passed to a guarded server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "gateway/conversation.h"
#include "store/store.h"

namespace aegis::gateway {

inline constexpr std::size_t kMaxAgentKeyBytes = 128;  // ours have 45

// OAuth 2.1 resource server (RFC 9728, RFC 8707, RFC 7519): which tokens are for us.
struct OAuthOptions {
  std::vector<std::string> issuers;  // `iss` must be one of them; also authorization_servers of the metadata
  std::string audience;              // `aud` must hold it: the canonical URL of this server
  std::string jwks_file, jwks_url;   // one of the two
  std::vector<std::string> scopes;   // all needed; empty: none
};

struct AuthOptions {
  store::Store* store = nullptr;  // agents' keys (aais_…); must outlive the Authenticator. Null: there is no
                                  // store to ask, and every credential is answered with 503
  bool required = false;              // a request without a credential is refused
  Principal anonymous;                // who it is otherwise
  std::optional<OAuthOptions> oauth;  // none: keys only
  // Monotonic microseconds, for how long a credential is remembered.
  std::int64_t (*clock_us)() = &monotonic_us;
};

// A refusal, as RFC 6750 section 3 wants it.
struct AuthProblem {
  int status = 401;       // 401; 403 for a scope that is missing; 503 when it cannot be told who is asking
  std::string challenge;  // the WWW-Authenticate header; empty with 503
  std::string text;       // for people
};

class Authenticator {
 public:
  // Errors: the key set cannot be read.
  static Result<std::unique_ptr<Authenticator>> make(AuthOptions options);
  virtual ~Authenticator() = default;

  // `authorization`: the header's value; nothing when the request has none. `metadata_url`: where this
  // request's protected-resource metadata is, for the challenge (left out without OAuth). True: `principal`
  // is set; false: `problem` is.
  virtual bool authenticate(const std::optional<std::string>& authorization, std::string_view metadata_url,
                            Principal* principal, AuthProblem* problem) = 0;

  // RFC 9728 metadata for the resource at `resource_url`; null without OAuth. `resource` in it is the
  // configured audience where that is a URL: a token asked for under another name would be refused.
  [[nodiscard]] virtual Json metadata(std::string_view resource_url) const = 0;
};

}  // namespace aegis::gateway
