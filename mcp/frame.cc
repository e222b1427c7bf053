#include "mcp/frame.h"

#include <algorithm>
#include <cstring>

namespace aegis::mcp {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

char* FrameBuffer::reserve(std::size_t size) {
  if (begin_ > 0) {
    if (end_ > begin_) std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  // Doubling, so that a long line costs linear time however small the pieces it comes in.
  if (bytes_.size() < end_ + size) bytes_.resize(std::max(end_ + size, bytes_.size() * 2));
  return bytes_.data() + end_;
}

void FrameBuffer::commit(std::size_t size) { end_ += size; }

std::optional<Frame> FrameBuffer::next() {
  while (scanned_ < end_) {
    const void* found = std::memchr(bytes_.data() + scanned_, '\n', end_ - scanned_);
    if (found == nullptr) {
      scanned_ = end_;
      break;
    }
    const std::size_t newline = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.data());
    std::string_view line(bytes_.data() + begin_, newline - begin_);
    begin_ = scanned_ = newline + 1;
    if (discarding_) {
      discarding_ = false;
      continue;
    }
    if (line.size() > max_line_) return Frame{{}, true};
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (is_blank(line)) continue;
    return Frame{line, false};
  }
  if (end_ - begin_ > max_line_) {
    begin_ = scanned_ = end_ = 0;
    bytes_.clear();
    bytes_.shrink_to_fit();
    if (!discarding_) {
      discarding_ = true;
      return Frame{{}, true};
    }
  }
  return std::nullopt;
}

}  // namespace aegis::mcp
