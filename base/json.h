// JSON, read strictly: what the guard judged is byte for byte what the next party reads.
//
// Two readings of one message by two parsers is how a guard is walked around, so anything parsers disagree
// about is refused here: duplicate keys, invalid UTF-8, trailing bytes, a byte order mark, deep nesting.
// Viewing is by simdjson (the hot path), changing and configuration by nlohmann.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace aegis {

// Keeps the order of keys, so that a changed message differs from the original only where it was changed.
using Json = nlohmann::ordered_json;

// Deeper than any message of a real server (the deepest JSON Schema in the official servers nests 14 levels),
// far below what would exhaust a stack.
inline constexpr std::size_t kMaxJsonDepth = 128;

// Bytes of one message. Base64 images of a few megabytes are ordinary results; memory for
// one is some ten times its size at the worst (many tiny values in a message that is changed).
inline constexpr std::size_t kMaxMessageBytes = std::size_t{64} << 20;

struct ParsedJson {
  simdjson::dom::element root;
  // The text `root` was read from: the input, or the parser's repaired copy of it. This is what may be
  // forwarded.
  std::string_view text;
};

// Parses one text after another, reusing its buffers. One per thread; not thread-safe.
class JsonParser {
 public:
  explicit JsonParser(std::size_t max_bytes = kMaxMessageBytes) : max_bytes_(max_bytes) {}

  // Views in the result are valid until the next call and while `text` lives. Errors (invalid_input, limit)
  // say what is wrong and at which byte, and never quote the text.
  //
  // One thing is repaired instead of refused: an escaped lone surrogate ("\ud83d" alone), which JavaScript
  // writers produce whenever they cut a string inside an emoji. It becomes U+FFFD, and `text` is the repaired
  // copy.
  Result<ParsedJson> parse(std::string_view text);

 private:
  std::size_t max_bytes_;
  simdjson::dom::parser parser_;
  std::string repaired_;
  std::string viewed_;
};

// The same strictness, as a value to keep or change.
Result<Json> parse_json(std::string_view text, std::size_t max_bytes = kMaxMessageBytes);

// Compact, as on the wire. Invalid UTF-8 (which only our own strings could hold) becomes U+FFFD.
std::string dump_json(const Json& value);

}  // namespace aegis
