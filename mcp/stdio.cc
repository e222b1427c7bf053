#include "mcp/stdio.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

#include "mcp/frame.h"

namespace aegis::mcp {
namespace {

constexpr std::size_t kReadBytes = 65536;

// False: the reader is gone.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      return false;
  }
  return true;
}

}  // namespace

void serve_stdio(ServerInfo info, ToolProvider* tools, int input, int output) {
  std::atomic<bool> reader_gone = false;
  Server server(std::move(info), tools, [&](std::string_view line) {
    std::string framed(line);
    framed += '\n';
    if (!write_all(output, framed)) reader_gone = true;
  });
  std::jthread worker([&] { server.run(); });

  FrameBuffer frames(kMaxRequestBytes);
  while (!reader_gone) {
    const ssize_t size = ::read(input, frames.reserve(kReadBytes), kReadBytes);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    frames.commit(static_cast<std::size_t>(size));
    while (const auto frame = frames.next()) {
      if (frame->oversized)
        server.handle_oversized();
      else
        server.handle(frame->line);
    }
  }
  if (!is_blank(frames.rest())) server.handle(frames.rest());
  server.finish();
}

}  // namespace aegis::mcp
