// A POST to the MCP endpoint: the first four lines are Content-Type, Accept, MCP-Protocol-Version and
// Last-Event-ID, the rest is the body. Whatever is accepted is one line, and a batch's items are the array's.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http/inbound.h"
#include "gateway/http/replay.h"

using namespace aegis;  // NOLINT(google-build-using-namespace): a program of one file

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&] {
    const auto end = rest.find('\n');
    const auto one = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return std::string(one);
  };
  gateway::HttpRequest request;
  for (const char* name : {"Content-Type", "Accept", "MCP-Protocol-Version"}) {
    if (std::string value = line(); !value.empty()) request.headers.emplace_back(name, std::move(value));
  }
  if (const auto id = gateway::parse_event_id(line())) {
    const auto again = gateway::parse_event_id(gateway::event_id(id->tag, id->stream, id->number));
    require(again && again->tag == id->tag && again->stream == id->stream && again->number == id->number);
  }
  request.body = std::string(rest);

  gateway::InboundReader reader;
  gateway::Inbound inbound;
  gateway::Refusal refusal;
  if (!reader.read(request, &inbound, &refusal)) {
    require(refusal.status >= 400 && parse_json(gateway::refuse(refusal, inbound.header_revision).body));
    return 0;
  }
  require(inbound.line.find_first_of("\r\n") == std::string_view::npos);
  const auto before = parse_json(request.body);
  require(before && *before == *parse_json(inbound.line));
  if (inbound.batch) {
    require(inbound.items.size() == before->size());
    for (std::size_t i = 0; i < inbound.items.size(); ++i) {
      const auto item = parse_json(inbound.items[i]);
      require(item && *item == (*before)[i]);
    }
  }
  return 0;
}
