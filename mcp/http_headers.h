// The headers Streamable HTTP (2026-07-28) mirrors from a message's body, so that proxies can route without
// reading it: MCP-Protocol-Version, Mcp-Method, Mcp-Name and one Mcp-Param-* for each annotated argument of a
// tool. Written by a client, checked against the body by a server.
//
// Pure functions; thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "mcp/message.h"

namespace aegis::mcp {

using HeaderList = std::vector<std::pair<std::string, std::string>>;
// A request's value of one header; nothing when it is absent. Names compare without case. A header sent twice
// gives nothing and is reported by the listener.
using HeaderLookup = std::function<std::optional<std::string>(std::string_view name)>;

// A value as it may stand in a header: itself where every character is safe, else =?base64?…?=.
std::string encode_header_value(std::string_view value);
// Errors: not valid base64 of UTF-8 text, or bytes that no header may hold. The message goes on after the
// header's name ("is not valid base64").
Result<std::string> decode_header_value(std::string_view header);

// One argument a tool's inputSchema annotates with "x-mcp-header".
struct ParamHeader {
  std::string header;             // "Mcp-Param-Region"
  std::vector<std::string> path;  // of keys below `arguments`
  enum class Type { string, integer, boolean } type = Type::string;
};

// Annotated arguments of one tool; each is a header of every call, and servers commonly take a hundred.
inline constexpr std::size_t kMaxParamHeaders = 64;

// The annotated arguments of one tool. Errors (invalid_input): an annotation the specification forbids (empty
// or unsafe name, repeated but for case, on another type, not reachable through `properties` only): an HTTP
// client must drop such a tool.
Result<std::vector<ParamHeader>> param_headers(simdjson::dom::element input_schema);

// The headers of a modern message, MCP-Protocol-Version first. `params` are those of the tool it calls (empty
// for any other message).
HeaderList request_headers(const Message& message, std::string_view protocol_version,
                           const std::vector<ParamHeader>& params);

// Checks a modern request's headers against its body. Errors (invalid_input) name the header and what is
// wrong: missing, mismatched, undecodable; never a value. The caller answers HTTP 400 with kHeaderMismatch.
// Param headers not in `params` are nobody's and pass. What the body itself lacks (a protocol version, a
// name) is left to who reads the body: answer a missing member of _meta (-32602) before these headers, and a
// version that is not spoken (-32022) after them.
Result<void> check_headers(const Message& message, const HeaderLookup& headers,
                           const std::vector<ParamHeader>& params);

}  // namespace aegis::mcp
