// One JSON-RPC 2.0 message as MCP uses it: which kind it is, and how to write one.
//
// Values and pure functions; thread-safe as such.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "mcp/version.h"

namespace aegis::mcp {

// JSON-RPC 2.0, section 5.1.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
// Ours, outside the range JSON-RPC and MCP reserve (-32768…-32000): the guarded server cannot answer.
inline constexpr int kServerGone = -31001;

enum class MessageKind { request, notification, result, error };

// A view of a parsed message; valid as long as the parser's result is.
struct Message {
  MessageKind kind = MessageKind::notification;
  std::string id;  // as JSON text: `7` or `"abc"`; empty for a notification (and an error without id)
  std::string_view method;  // requests and notifications
  simdjson::dom::element root;
  // params of a request or notification, result, or error; has_body says whether there was one.
  simdjson::dom::element body;
  bool has_body = false;
};

// Whether `name` is one of `known` (in lower case) but for the case of its letters. Such a name is refused:
// parsers that ignore case would read another message than we did.
bool resembles(std::string_view name, std::initializer_list<std::string_view> known);

// Errors: what makes `root` no JSON-RPC message MCP allows (ids are strings or integers, never null). When an
// id could be read all the same it is in *id, for the reply.
Result<Message> read_message(simdjson::dom::element root, std::string* id);

// An id as JSON text. Errors: not a string or an integer.
Result<std::string> read_id(simdjson::dom::element value);

// `id` as JSON text; "" writes null. One line without the newline.
std::string result_message(std::string_view id, const Json& result);
std::string error_message(std::string_view id, int code, std::string_view text);

// An error nobody's id belongs to: the message it answers could not be read. `revision` may be null (not
// negotiated).
std::string unaddressed_error(int code, std::string_view text, const Revision* revision);

// Text as a JSON string token, quotes included.
std::string json_quote(std::string_view text);

}  // namespace aegis::mcp
