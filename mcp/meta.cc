#include "mcp/meta.h"

#include <algorithm>
#include <array>

#include "mcp/version.h"

namespace aegis::mcp {
namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::string_view, 8> kLogLevels{"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

// A default element belongs to no document and must not be asked anything; this one is a null for everybody.
dom::element null_element() {
  static dom::parser parser;
  static const dom::element null = [] {
    dom::element root;
    return parser.parse(std::string_view("null")).get(root) == simdjson::SUCCESS ? root : dom::element();
  }();
  return null;
}

bool meta_of(const Message& message, dom::object* meta) {
  return message.has_body && message.body.is_object() &&
         message.body["_meta"].get(*meta) == simdjson::SUCCESS;
}

bool has(const dom::object& object, std::string_view key) {
  return object.at_key(key).error() == simdjson::SUCCESS;
}

std::string member(std::string_view key) { return "params._meta[\"" + std::string(key) + "\"]"; }

}  // namespace

bool is_modern_request(const Message& message) {
  return message.method == "server/discover" || has_modern_meta(message);
}

bool has_modern_meta(const Message& message) {
  dom::object meta;
  return meta_of(message, &meta) && (has(meta, kMetaProtocolVersion) || has(meta, kMetaClientCapabilities) ||
                                     has(meta, kMetaClientInfo));
}

Json supported_versions() {
  Json names = Json::array();
  for (const Revision& revision : revisions()) {
    if (revision.modern) names.push_back(revision.name);
  }
  return names;
}

bool read_request_meta(const Message& message, RequestMeta* meta, MetaProblem* problem) {
  *meta = RequestMeta{};
  meta->client_capabilities = meta->client_info = null_element();
  *problem = MetaProblem{};
  const auto refuse = [&](std::string text) {
    problem->text = std::move(text);
    return false;
  };
  dom::object object;
  if (!meta_of(message, &object)) return refuse("params._meta must be an object");

  dom::element value;
  if (object.at_key(kMetaProtocolVersion).get(value) != simdjson::SUCCESS)
    return refuse(member(kMetaProtocolVersion) + " is missing");
  if (value.get(meta->protocol_version) != simdjson::SUCCESS)
    return refuse(member(kMetaProtocolVersion) + " must be a string");
  // Before the other members: a version we do not know may have other ones.
  if (meta->protocol_version != kModernRevision) {
    problem->code = kUnsupportedProtocolVersion;
    problem->text = find_revision(meta->protocol_version) != nullptr
                        ? "this protocol version needs the initialize handshake"
                        : "unsupported protocol version";
    problem->data = Json{{"supported", supported_versions()}, {"requested", meta->protocol_version}};
    return false;
  }
  if (object.at_key(kMetaClientCapabilities).get(value) != simdjson::SUCCESS)
    return refuse(member(kMetaClientCapabilities) + " is missing");
  if (!value.is_object()) return refuse(member(kMetaClientCapabilities) + " must be an object");
  meta->client_capabilities = value;

  if (object.at_key(kMetaClientInfo).get(value) == simdjson::SUCCESS) {
    if (!value.is_object()) return refuse(member(kMetaClientInfo) + " must be an object");
    meta->client_info = value;
  }
  if (object.at_key(kMetaLogLevel).get(value) == simdjson::SUCCESS) {
    if (value.get(meta->log_level) != simdjson::SUCCESS ||
        std::find(kLogLevels.begin(), kLogLevels.end(), meta->log_level) == kLogLevels.end())
      return refuse(member(kMetaLogLevel) + " must name a log level");
  }
  if (object.at_key("progressToken").get(value) == simdjson::SUCCESS) {
    auto token = read_id(value);  // the same two types
    if (!token) return refuse("params._meta.progressToken must be a string or an integer");
    meta->has_progress_token = true;
    meta->progress_token = std::move(*token);
  }
  return true;
}

std::string error_message(std::string_view id, int code, std::string_view text, const Json& data) {
  std::string message = error_message(id, code, text);
  if (data.is_null()) return message;
  message.insert(message.size() - 2, ",\"data\":" + dump_json(data));
  return message;
}

}  // namespace aegis::mcp
