// WaitingLines: messages of a client kept, in order, until it is known how to pass them on. Not thread-safe.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "mcp/bridge.h"

namespace aegis::mcp {

class WaitingLines {
 public:
  // False: no more are kept (kMaxQueuedMessages, kMaxQueuedMessageBytes).
  bool add(std::string_view line) {
    if (lines_.size() >= kMaxQueuedMessages || bytes_ + line.size() > kMaxQueuedMessageBytes) return false;
    lines_.emplace_back(line);
    bytes_ += line.size();
    return true;
  }

  void push_front(std::string line) {
    bytes_ += line.size();
    lines_.push_front(std::move(line));
  }

  std::deque<std::string> take() {
    bytes_ = 0;
    return std::exchange(lines_, {});
  }

 private:
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace aegis::mcp
