// Members of one object inside a message, read and changed without touching any other byte.
//
// REQUIRES everywhere: `text` is JSON that JsonParser accepted. A `path` is a list of object keys; {} is the
// whole text. Pure, thread-safe; linear in the text.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/message.h"

namespace aegis::mcp {

using Path = std::initializer_list<std::string_view>;

struct Member {
  std::string_view key;
  std::string value;  // JSON text
};

// The JSON text of the value under `path`; nothing when there is none. Lifetime: the text's.
std::optional<std::string_view> value_text(std::string_view text, Path path);

// Some servers answer request 7 as "7", and the clients of the installed base accept it: the 7 of an answer
// to "7"; nothing for any other message.
std::optional<std::string> quoted_number(const Message& message);

// `text` with the members `set` in the object under `path`, put first, and the members `remove` taken out.
// `text` itself when there is no object under `path`.
std::string edit_object(std::string_view text, Path path, const std::vector<Member>& set, Path remove = {});

// An object's text without the members whose keys the specification reserves (io.modelcontextprotocol/…).
std::string without_reserved(std::string_view object);

}  // namespace aegis::mcp
