// HttpPort: a guarded server reached over Streamable HTTP, of either era, or over the old HTTP+SSE.
//
// Each message decides for itself: a modern request goes out with the modern headers, `initialize` opens a
// legacy session, and what follows in that session carries its id. An `initialize` that the URL refuses with
// a 4xx is tried once more as HTTP+SSE (2024-11-05). Requests run on threads of this port, each with its own
// connection, and post what they read to the link's thread through a descriptor.
//
// Certificates and host names are checked. Proxy settings in the environment are ignored, and redirects to
// another origin are refused: a configured credential goes to the configured server and nowhere else.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/server_port.h"
#include "mcp/http_headers.h"

namespace aegis::gateway {

// Requests on their way at once. Each is a thread and a connection; an agent rarely has ten.
inline constexpr std::size_t kMaxInFlight = 256;
// Messages that are sent or wait for that; beyond, requests are refused.
inline constexpr std::size_t kMaxOutstanding = 4'096;
// Open subscriptions/listen streams, which have threads of their own.
inline constexpr std::size_t kMaxListenStreams = 64;
// How long a server of the old HTTP+SSE transport has to name its endpoint.
inline constexpr int kEndpointMs = 10'000;
// What shut() spends on telling the server that its session is over.
inline constexpr int kGoodbyeMs = 2'000;

struct HttpPortOptions {
  std::string name;  // of the server, for messages
  std::string url;   // http:// or https://
  // Configured by the user; sent with every request. Never a client's credential. Those that are the
  // protocol's own (Accept, Content-Type, Content-Length, Mcp-Session-Id, …) are left out, with a warning.
  mcp::HeaderList headers;
  std::string ca_file;  // empty: the system's
  // Told the server's public key (SHA-256 of its SubjectPublicKeyInfo, hex) of each TLS connection that is
  // trusted, on whatever thread makes it. May be empty.
  std::function<void(std::string_view digest)> shown_key = {};
  // Mcp-Param-* of the client's that the tool does not declare, by the id (JSON text) of the request that
  // carries them. Called by send(), on the link's thread. May be empty.
  std::function<mcp::HeaderList(std::string_view id)> client_headers;
  int connect_timeout_ms = 10'000;
  // Without a byte from the server for so long, a request is given up.
  int read_timeout_ms = 300'000;
};

// `headers` without those that are the protocol's own, each of which is warned of. Errors: one that no
// request may hold.
Result<mcp::HeaderList> usable_headers(const std::string& server, mcp::HeaderList headers);

// Errors: a URL that is none, or with a scheme that is not http or https; a header no request may hold; a
// ca_file that cannot be read.
Result<std::unique_ptr<ServerPort>> make_http_port(HttpPortOptions options);

}  // namespace aegis::gateway
