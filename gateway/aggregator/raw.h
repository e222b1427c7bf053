// Pieces of a message as they stand in its text, so that what is passed on keeps its bytes.
//
// REQUIRES everywhere: the text was accepted by JsonParser. Pure, thread-safe; linear in the text.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/splice.h"

namespace aegis::gateway {

// A value to be replaced: where it stands (mcp::find_value), and what replaces it (JSON text).
struct Change {
  std::optional<mcp::ValueSpan> span;  // nothing: nothing is changed
  std::string_view value;
};
// `text` with all of them replaced in one copy. REQUIRES: no span lies in another.
std::string with_changes(std::string_view text, std::initializer_list<Change> changes);

// `text` with one more member, put first into the object under `path`; `text` itself when no object is there.
std::string with_member(std::string_view text, std::initializer_list<std::string_view> path,
                        std::string_view key, std::string_view value);

// A message on one line: newlines between its values become blanks. Nothing: it is on one line already.
std::optional<std::string> on_one_line(std::string_view text);

}  // namespace aegis::gateway
