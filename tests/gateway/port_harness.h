// A link's side of a ServerPort: opens it, sends lines, and polls until what a test waits for is there.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "gateway/server_port.h"
#include "gateway/upstream/http_port.h"

namespace aegis::gateway {

struct PortHarness {
  struct Line {
    std::string text, related;
  };

  explicit PortHarness(HttpPortOptions options) {
    if (options.name.empty()) options.name = "files";
    auto made = make_http_port(std::move(options));
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    port = std::move(*made);
    const auto opened = port->open({.line =
                                        [this](std::string_view line, std::string_view related) {
                                          lines.push_back({std::string(line), std::string(related)});
                                        },
                                    .oversized = [this] { ++oversized; },
                                    .closed = [this](const std::string& why) { closed = why; }});
    EXPECT_TRUE(opened);
  }

  void send(std::string_view line) { port->send(line); }

  // Polls until `holds`; false: not within `milliseconds`.
  bool run_until(const std::function<bool()>& holds, int milliseconds = 10'000) {
    const std::int64_t end = monotonic_us() + std::int64_t{milliseconds} * 1000;
    while (!holds()) {
      const std::int64_t now = monotonic_us();
      if (now >= end) return false;
      const std::int64_t due = port->deadline_us();
      // What is waited for may also come about on another thread, which wakes no descriptor.
      constexpr std::int64_t kLookAgainUs = 50'000;
      const std::int64_t until = std::min({end, now + kLookAgainUs, due == 0 ? end : std::max(due, now)});
      fds.clear();
      port->descriptors(may_read, &fds);
      if (::poll(fds.data(), fds.size(), static_cast<int>((until - now) / 1000 + 1)) > 0) port->ready(fds);
      if (due != 0 && monotonic_us() >= due) port->tick();
    }
    return true;
  }
  bool wait_for_lines(std::size_t count, int milliseconds = 10'000) {
    return run_until([&] { return lines.size() >= count || closed; }, milliseconds) && lines.size() >= count;
  }
  // Whatever comes within `milliseconds`; for what must not come.
  std::size_t lines_after(int milliseconds) {
    run_until([] { return false; }, milliseconds);
    return lines.size();
  }

  std::vector<Line> lines;
  int oversized = 0;
  std::optional<std::string> closed;
  bool may_read = true;
  std::unique_ptr<ServerPort> port;
  std::vector<pollfd> fds;
};

}  // namespace aegis::gateway
