// What is configured for HTTP: who may call, over which names, with which credentials. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings_reader.h"
#include "base/result.h"
#include "gateway/auth/authenticator.h"

namespace aegis::app {

struct HttpSettings {
  // Host headers accepted besides loopback and the address listened on; names or addresses without a port,
  // lowercase. Default: none more.
  Setting<std::vector<std::string>> allowed_hosts;
  // Origins browsers may call from, as a browser writes them (lowercase, no default port, no slash), or "*".
  // Default: none but loopback.
  Setting<std::vector<std::string>> cors_origins;
  // PEM files; both or none. Default: plain HTTP.
  Setting<std::string> tls_certificate, tls_key;
  // A request without a credential is refused. Nothing: not said; whoever listens decides by the address.
  std::optional<Setting<bool>> require_key;
  // Tokens of these issuers are accepted beside agents' keys. Default: keys only.
  std::optional<gateway::OAuthOptions> oauth;
};

// Mistakes go to the reader's problems. REQUIRES: the reader has read the file.
HttpSettings read_http_settings(SettingsReader* reader);

// An origin in the form browsers send (RFC 6454): scheme://host[:port], lowercase, without the scheme's own
// port. One or more slashes at the end are forgiven. Errors: invalid_input.
Result<std::string> normal_origin(std::string_view text);

}  // namespace aegis::app
