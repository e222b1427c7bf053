// A whole session of hostile lines from both sides through the proxy and the guard. Every line that comes out
// must be one valid JSON message, and after the session nothing may be waiting.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/log.h"
#include "gateway/mcp_proxy.h"
#include "tests/support/temp_folder.h"

namespace {

void require_message(std::string_view line) {
  if (line.find('\n') != std::string_view::npos) std::abort();
  if (aegis::Json::parse(line, nullptr, false).is_discarded()) std::abort();
}

}  // namespace

// The first byte of a line says whose it is: 'c' the client's, anything else the server's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aegis;
  log::set_level(log::Level::off);
  // A real store, so that calls are let through and their answers judged and changed.
  static const testing_support::TempFolder folder;
  static const auto store = store::open_sqlite(folder / "aegis.db").value();
  static const auto agent = store->ensure_agent("fuzz")->id;
  static guard::Guard balanced({.detector = detectors::Detector::builtin(), .mode = guard::Mode::balanced},
                               store.get());
  static guard::Guard strict({.detector = detectors::Detector::builtin(), .mode = guard::Mode::strict},
                             store.get());
  if (size == 0) return 0;
  gateway::McpProxy proxy(
      data[0] % 2 == 0 ? &balanced : &strict,
      {.session = {.agent = agent, .server = "s"},
       .known_server = nullptr,
       .to_client = [](std::string_view line, const gateway::Delivery&) { require_message(line); },
       .to_server = require_message});
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.size() < 2) continue;
    if (line[0] == 'c')
      proxy.from_client(line.substr(1));
    else
      proxy.from_server(line.substr(1));
  }
  proxy.fail_waiting("the session ended");
  if (proxy.waiting() != 0) std::abort();
  return 0;
}
