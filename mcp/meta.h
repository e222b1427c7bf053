// What a 2026-07-28 ("modern") request carries in params._meta, and the members that era adds to results.
//
// A modern request says in _meta what `initialize` settled before: protocol version, client, capabilities
// (basic/index, "_meta"). Names are the specification's. Pure functions over a parsed message; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "mcp/message.h"

namespace aegis::mcp {

inline constexpr std::string_view kModernRevision = "2026-07-28";

inline constexpr std::string_view kReservedPrefix = "io.modelcontextprotocol/";
inline constexpr std::string_view kMetaProtocolVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kMetaClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view kMetaClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kMetaLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kMetaServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view kMetaSubscriptionId = "io.modelcontextprotocol/subscriptionId";

// Error codes the 2026-07-28 specification reserves for itself.
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingClientCapability = -32021;
inline constexpr int kUnsupportedProtocolVersion = -32022;
// Codes of older revisions, translated at the bridges and never sent by us to a modern client.
inline constexpr int kResourceNotFound = -32002;
inline constexpr int kUrlElicitationRequired = -32042;

enum class Era { legacy, modern };

// Views into the message; absent members are empty (an element is then null).
struct RequestMeta {
  std::string_view protocol_version;
  simdjson::dom::element client_capabilities;  // an object
  simdjson::dom::element client_info;          // null when absent
  std::string_view log_level;                  // empty: the server must not send notifications/message
  bool has_progress_token = false;
  std::string progress_token;  // as JSON text
};

// Whether a client that sends this request speaks the modern era: its _meta has one of the keys that era
// requires or recommends (so that one that lacks the others is told what is missing), or it is
// `server/discover`, which no older revision has. Other reserved keys prove nothing: 2025-11-25 has some too.
bool is_modern_request(const Message& message);
// The same without the exception for `server/discover`.
bool has_modern_meta(const Message& message);

// The revisions a request may name in its _meta, oldest first: what `supportedVersions` and the `supported`
// of an error list. Those with a handshake are negotiated by that, and no request may name them.
Json supported_versions();

// What is wrong with a modern request's envelope, as the error to answer with.
// NOLINTNEXTLINE(bugprone-exception-escape): making a null Json allocates nothing
struct MetaProblem {
  int code = kInvalidParams;  // or kUnsupportedProtocolVersion
  std::string text;
  Json data;  // null: none. {"supported":[…],"requested":…} for an unsupported version
};

// False fills *problem: version or capabilities missing, or one of the members below of the wrong type
// (-32602), a version that is not spoken without a handshake (-32022). Also for a request that
// is_modern_request() does not recognise but that something else (an HTTP header) says is modern.
bool read_request_meta(const Message& message, RequestMeta* meta, MetaProblem* problem);

// An error with `data`; a null `data` is left out.
std::string error_message(std::string_view id, int code, std::string_view text, const Json& data);

}  // namespace aegis::mcp
