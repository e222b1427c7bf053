// What is taken out of a message besides its parsed form: the id spliced into its text, and the headers that
// mirror it. Held against a second reading of the same text.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.h"
#include "mcp/http_headers.h"
#include "mcp/splice.h"

namespace {

using namespace aegis;

void require(bool condition) {
  if (!condition) std::abort();
}

// The value below `keys`, or null.
const Json* below(const Json& value, std::initializer_list<std::string_view> keys) {
  const Json* at = &value;
  for (const auto key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(key));
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

void check_path(std::string_view text, const Json& other, std::initializer_list<std::string_view> path) {
  const auto span = mcp::find_value(text, path);
  const Json* expected = below(other, path);
  require(span.has_value() == (expected != nullptr));
  if (!span) return;
  require(span->begin < span->end && span->end <= text.size());
  require(Json::parse(text.substr(span->begin, span->end - span->begin), nullptr, false) == *expected);
  const std::string changed = mcp::replace_value(text, path, R"("put")");
  const Json read = Json::parse(changed, nullptr, false);
  require(*below(read, path) == "put");
  require(mcp::replace_value(changed, path, text.substr(span->begin, span->end - span->begin)) == text);
}

void check_headers(const simdjson::dom::element& root) {
  std::string id;
  const auto message = mcp::read_message(root, &id);
  if (!message || message->method.empty()) return;
  std::vector<mcp::ParamHeader> params;
  // A schema may come in the arguments: any one will do.
  simdjson::dom::element schema;
  if (message->has_body && message->body["schema"].get(schema) == simdjson::SUCCESS) {
    auto read = mcp::param_headers(schema);
    require(read || !read.error().message.empty());
    params = read.value_or(std::vector<mcp::ParamHeader>());
  }
  const auto headers = mcp::request_headers(*message, "2026-07-28", params);
  for (const auto& [name, value] : headers) {
    for (const char c : name) require(c > 0x20 && c < 0x7F && c != ':');
    if (name == "Mcp-Method") continue;  // a method of ours is safe; another's is the listener's to refuse
    for (const char c : value) require(c >= 0x20 && c < 0x7F);
    require(value.empty() || (value.front() != ' ' && value.back() != ' '));
    require(mcp::decode_header_value(value).has_value());
  }
  const auto checked = mcp::check_headers(
      *message,
      [&](std::string_view name) -> std::optional<std::string> {
        for (const auto& header : headers) {
          if (header.first == name) return header.second;
        }
        return std::nullopt;
      },
      params);
  // What we write passes our own check, unless the body names another version, or a name that no header can
  // hold.
  simdjson::dom::element other;
  const auto holds_more_than_text = [&](const char* key) {
    return message->body[key].get(other) == simdjson::SUCCESS && !other.is_string();
  };
  const bool unusual = message->has_body && (message->body["_meta"].get(other) == simdjson::SUCCESS ||
                                             holds_more_than_text("name") || holds_more_than_text("uri") ||
                                             holds_more_than_text("taskId"));
  if (!unusual) require(checked.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<char> exact(data, data + size);
  const std::string_view bytes(exact.data(), exact.size());
  if (const auto decoded = mcp::decode_header_value(bytes)) {
    require(mcp::decode_header_value(mcp::encode_header_value(*decoded)).value_or("") == *decoded);
  }
  if (simdjson::validate_utf8(bytes))
    require(*mcp::decode_header_value(mcp::encode_header_value(bytes)) == bytes);
  // Any bytes: no read past the end.
  mcp::find_value(bytes, {"params", "_meta", "progressToken"});

  JsonParser parser(1 << 16);
  const auto parsed = parser.parse(bytes);
  if (!parsed) return 0;
  const Json other = Json::parse(parsed->text, nullptr, false);
  check_path(parsed->text, other, {"id"});
  check_path(parsed->text, other, {"params", "_meta", "progressToken"});
  check_path(parsed->text, other, {"result"});
  check_headers(parsed->root);
  return 0;
}
