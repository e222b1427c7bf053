// What a bridge sends, in order, and the ids of what it asks of its own accord.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.h"
#include "mcp/bridge.h"

namespace aegis::mcp {

// Lines wait here until the bridge has finished with the message it is at: a sink may hand the bridge the
// next message from within (a guard that refuses a server's question answers it at once), and finds its state
// in order then. Not thread-safe.
class Outbox {
 public:
  Outbox(RelatedSink to_client, std::function<void(std::string_view line)> to_server)
      : to_client_(std::move(to_client)), to_server_(std::move(to_server)) {}

  void to_client(std::string line, std::string_view related = {}) {
    lines_.push_back({true, std::move(line), std::string(related)});
  }
  void to_server(std::string line) { lines_.push_back({false, std::move(line), {}}); }

  // Nothing waits and nobody is at it.
  [[nodiscard]] bool idle() const { return lines_.empty() && !flushing_; }

  void flush() {
    if (flushing_) return;  // the flush below us goes on with what was added
    flushing_ = true;
    while (!lines_.empty()) {
      const Line line = std::move(lines_.front());
      lines_.pop_front();
      if (line.client)
        to_client_(line.text, line.related);
      else
        to_server_(line.text);
    }
    flushing_ = false;
  }

 private:
  struct Line {
    bool client = false;
    std::string text, related;
  };
  RelatedSink to_client_;
  std::function<void(std::string_view line)> to_server_;
  std::deque<Line> lines_;
  bool flushing_ = false;
};

// Ids that neither side can have chosen or can guess. As JSON text.
class OwnIds {
 public:
  OwnIds() : prefix_("\"aegis-" + random_hex(8) + "-") {}

  std::string next() { return prefix_ + std::to_string(++last_) + "\""; }
  [[nodiscard]] bool made(std::string_view id) const { return id.starts_with(prefix_); }
  // Whether the text can hold one of them.
  [[nodiscard]] bool occurs_in(std::string_view text) const {
    return text.find(std::string_view(prefix_).substr(1)) != std::string_view::npos;
  }

 private:
  std::string prefix_;
  std::uint64_t last_ = 0;
};

}  // namespace aegis::mcp
