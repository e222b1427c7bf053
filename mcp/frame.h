// FrameBuffer: the stdio transport's framing. Bytes in, lines out; a line is one message.
//
// Not thread-safe. Memory is bounded by the limit given: a longer line is discarded up to its newline and
// reported once, so that the session can go on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aegis::mcp {

struct Frame {
  std::string_view line;   // without newline and trailing carriage return; valid until the next call
  bool oversized = false;  // the line was longer than the limit; `line` is empty
};

bool is_blank(std::string_view line);

class FrameBuffer {
 public:
  explicit FrameBuffer(std::size_t max_line) : max_line_(max_line) {}

  // Where to read the next bytes to, at least `size` of them; then commit() how many came.
  char* reserve(std::size_t size);
  void commit(std::size_t size);

  // The next whole line that is not blank, or nothing.
  std::optional<Frame> next();

  // The unfinished last line: what is left when the stream ends without a newline.
  // Nothing when it belongs to a line over the limit.
  [[nodiscard]] std::string_view rest() const {
    return discarding_ ? std::string_view() : std::string_view(bytes_.data() + begin_, end_ - begin_);
  }

 private:
  std::size_t max_line_;
  std::string bytes_;
  std::size_t begin_ = 0;    // start of the current line
  std::size_t scanned_ = 0;  // no newline before this
  std::size_t end_ = 0;      // end of the bytes that came
  bool discarding_ = false;  // inside a line over the limit
};

}  // namespace aegis::mcp
