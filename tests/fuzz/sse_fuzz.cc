// An event stream as a server sends it: however its bytes arrive, the same events come out, and an event
// written anew is read back as it was.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "mcp/sse.h"

namespace {

constexpr std::size_t kLimit = 512;

void require(bool condition) {
  if (!condition) std::abort();
}

using Events = std::vector<std::tuple<std::string, std::string, std::string>>;

// False: an event over the limit.
bool read(std::string_view bytes, std::size_t piece, std::size_t limit, Events* events, int* retry) {
  aegis::mcp::SseDecoder decoder(limit);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
    const std::vector<char> exact(
        bytes.begin() + static_cast<std::ptrdiff_t>(at),
        bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, bytes.size())));
    decoder.append({exact.data(), exact.size()});
    for (;;) {
      const auto event = decoder.next();
      if (!event) return false;
      if (!event->has_value()) break;
      require((*event)->data.size() <= limit);
      events->emplace_back((*event)->type, (*event)->id, (*event)->data);
    }
  }
  *retry = decoder.retry_ms();
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Events whole, pieces;
  int whole_retry = 0, pieces_retry = 0;
  const bool done = read(bytes, std::max<std::size_t>(bytes.size(), 1), kLimit, &whole, &whole_retry);
  require(read(bytes, data[0] % 16 + 1, kLimit, &pieces, &pieces_retry) == done);
  require(whole == pieces && whole_retry == pieces_retry);
  for (const auto& [type, id, text] : whole) {
    Events again;
    int retry = 0;
    // Our own spelling of a field may be longer by a blank.
    require(read(aegis::mcp::sse_event(text, id, type), 7, kLimit + 1, &again, &retry));
    require(again == Events{{type, id, text}});
  }
  return 0;
}
