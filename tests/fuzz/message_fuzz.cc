// Bytes as a peer sends them: framing, strict JSON, JSON-RPC. Whatever we accept another parser must accept
// too, and hold to be the same value: that is what "scanned is what is forwarded" rests on.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "base/json.h"
#include "gateway/fields.h"
#include "mcp/frame.h"
#include "mcp/message.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_line(std::string_view line) {
  using namespace aegis;
  JsonParser parser(1 << 16);
  const auto parsed = parser.parse(line);
  if (!parsed) {
    require(!parsed.error().message.empty());
    return;
  }
  const Json other = Json::parse(parsed->text, nullptr, false);
  require(!other.is_discarded());
  std::vector<std::string_view> fields;
  gateway::collect_fields(parsed->root, &fields);
  // Every field can be named.
  std::vector<std::size_t> all(fields.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  require(gateway::field_pointers(parsed->root, all).size() == fields.size());
  std::string id;
  const auto message = mcp::read_message(parsed->root, &id);
  require(message || !message.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 64 + 1;
  aegis::mcp::FrameBuffer frames(4096);
  for (std::size_t at = 1; at < size; at += piece) {
    const std::size_t part = std::min(piece, size - at);
    std::memcpy(frames.reserve(part), data + at, part);
    frames.commit(part);
    while (const auto frame = frames.next()) {
      require(frame->line.find('\n') == std::string_view::npos);
      check_line(frame->line);
    }
  }
  // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(frames.rest().begin(), frames.rest().end());
  check_line({exact.data(), exact.size()});
  return 0;
}
