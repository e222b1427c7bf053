// Lines from both sides, time and the server's end, in any order: the bridge must stay whole, write nothing
// but what it was given or JSON-RPC, and not without end.
//
// Input, one step a line: c… client sends, s… server sends, e server ends, r server replaced, t time passes.
// In lines "$I" stands for the last id the bridge made up towards that side, "$S" for the last requestState.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "mcp/bridge.h"

namespace {

using namespace aegis;

struct Side {
  std::string last_id = "\"none\"";
};

void replace_all(std::string* text, std::string_view from, const std::string& to) {
  for (auto at = text->find(from); at != std::string::npos; at = text->find(from, at + to.size()))
    text->replace(at, from.size(), to);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Side client, server;
  std::string state = "\"none\"";
  std::set<std::string> given;  // lines that may come out as they are
  std::int64_t now_us = 1;
  std::size_t out = 0;
  JsonParser parser, input_parser;

  const auto emitted = [&](std::string_view line, Side* to) {
    ++out;
    if (given.contains(std::string(line))) return;
    const auto parsed = parser.parse(line);
    std::string id;
    const auto message = parsed ? mcp::read_message(parsed->root, &id) : Result<mcp::Message>(parsed.error());
    if (!message) std::abort();
    if (message->kind == mcp::MessageKind::request) to->last_id = id;
    std::string_view found;
    if (message->kind == mcp::MessageKind::result && message->body.is_object() &&
        message->body["requestState"].get(found) == simdjson::SUCCESS)
      state = mcp::json_quote(found);
  };
  mcp::Bridge bridge({.to_client = [&](std::string_view line, std::string_view) { emitted(line, &client); },
                      .to_server = [&](std::string_view line) { emitted(line, &server); },
                      .respawn = [] {},
                      .principal = "p",
                      .proxy_info = {"n", "t", "1", ""},
                      .now_us = [&] { return now_us; }});
  std::size_t in = 0;
  while (!rest.empty()) {
    std::string line(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty()) continue;
    ++in;
    const char step = line[0];
    line.erase(0, 1);
    replace_all(&line, "\"$I\"", step == 'c' ? client.last_id : server.last_id);
    replace_all(&line, "\"$S\"", state);
    if (step == 'c') {
      const auto parsed = input_parser.parse(line);
      std::string id;
      if (!parsed || !mcp::read_message(parsed->root, &id)) continue;
      line = parsed->text;
      given.insert(line);
      bridge.from_client(line);
    } else if (step == 's') {
      if (const auto parsed = input_parser.parse(line)) given.insert(std::string(parsed->text));
      given.insert(line);
      bridge.from_server(line, in % 2 == 0 ? "" : "1");
    } else if (step == 'e') {
      bridge.server_ended();
    } else if (step == 'r') {
      bridge.server_replaced();
    } else if (step == 't') {
      now_us += 5'000'000;
      if (const auto due = bridge.deadline_us(); due != 0 && due <= now_us) bridge.tick();
    }
  }
  // Nothing multiplies: a step brings a few lines, and what waits comes once.
  if (out > 64 + in * 512) std::abort();
  return 0;
}
