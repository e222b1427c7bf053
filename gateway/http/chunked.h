// The chunked transfer coding of a request body, read strictly: sizes are plain hexadecimal digits, lines end
// with CR LF, and there are no extensions and no trailers, which no MCP client sends and which parsers
// disagree about.
//
// Used by one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::gateway {

class ChunkedReader {
 public:
  enum class State { more, done, bad, too_large };

  // `max_bytes`: of the body, the coding not counted.
  explicit ChunkedReader(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Takes what belongs to the body from the front of `input` and appends the decoded bytes to `body`. What is
  // left of `input` after `done` is the next request's.
  State feed(std::string_view* input, std::string* body);

 private:
  enum class At { size, size_newline, data, data_return, data_newline, end_return, end_newline };
  State size_digit(char c);

  std::size_t max_bytes_;
  std::size_t taken_ = 0;      // bytes of the body so far, this chunk's announced ones included
  std::size_t remaining_ = 0;  // of this chunk
  int digits_ = 0;
  At at_ = At::size;
};

}  // namespace aegis::gateway
