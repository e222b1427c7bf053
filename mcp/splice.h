// Changing a message's id or progress token without touching any other byte of it.
//
// REQUIRES everywhere: `text` is one JSON object that JsonParser accepted (so it has no duplicate keys).
// Pure, thread-safe; linear in the text. Nothing is allocated but the result (and a key written with
// escapes).
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aegis::mcp {

// Where a member's value stands in the text.
struct ValueSpan {
  std::size_t begin = 0, end = 0;
  std::size_t name = 0;  // where the member begins, with its name
};

// The value under a path of object keys: {"id"}, {"params", "_meta", "progressToken"}. A key written with
// escapes ("\u0069d") is found as well.
std::optional<ValueSpan> find_value(std::string_view text, std::initializer_list<std::string_view> path);

// The same value as it stands in the text; empty when there is none. Lifetime: the text's.
std::string_view raw_value(std::string_view text, std::initializer_list<std::string_view> path);

// `text` with the value under `path` replaced by `value` (JSON text); `text` itself when there is none.
std::string replace_value(std::string_view text, std::initializer_list<std::string_view> path,
                          std::string_view value);

// `text` without the member under `path`; `text` itself when there is none.
std::string without_value(std::string_view text, std::initializer_list<std::string_view> path);

// The items of an array, each as it stands in the text. REQUIRES: `array` is one JSON array.
// Lifetime: the argument's.
std::vector<std::string_view> array_items(std::string_view array);

}  // namespace aegis::mcp
