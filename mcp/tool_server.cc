#include "mcp/tool_server.h"

#include <utility>

#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

namespace dom = simdjson::dom;

Json params_of(std::string_view text) {
  Json message = Json::parse(text, nullptr, false);
  const auto params = message.find("params");
  return params == message.end() ? Json::object() : std::move(*params);
}

// What an error that answers no request is written for.
const Revision* spoken(const ConnectionState& state) {
  const Revision* revision = state.revision.load();
  return revision == nullptr && state.seen_modern ? find_revision(kModernRevision) : revision;
}

// A connection that shook hands is told of server/discover what its revision says of it: nothing.
bool is_modern(const Message& message, const ConnectionState& state) {
  const Revision* revision = state.revision.load();
  if (revision != nullptr && revision->modern) return true;
  return revision == nullptr ? is_modern_request(message) : has_modern_meta(message);
}

std::string unknown_method(const Message& message) {
  return error_message(message.id, kMethodNotFound,
                       "unknown method '" + std::string(message.method.substr(0, 64)) + "'");
}

bool asks_for_a_page(const Message& message) {
  std::string_view cursor;
  return message.has_body && message.body["cursor"].get(cursor) == simdjson::SUCCESS;
}
constexpr const char* kOnePage = "unknown cursor: the list of tools is one page";

// The result of a call, the same in both eras. Errors: what a client, not the model, got wrong.
Result<Json> call_tool(ToolProvider* tools, const Json& params) {
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string()) return invalid_input("params.name must be a string");
  const auto arguments = params.find("arguments");
  if (arguments != params.end() && !arguments->is_object())
    return invalid_input("params.arguments must be an object");
  const auto result =
      tools->call(name->get<std::string>(), arguments == params.end() ? Json::object() : *arguments);
  if (result) {
    return Json{{"content", Json::array({{{"type", "text"}, {"text", dump_json(*result)}}})},
                {"structuredContent", *result}};
  }
  if (result.error().code == ErrorCode::not_found) return result.error();
  return Json{{"content", Json::array({{{"type", "text"}, {"text", result.error().message}}})},
              {"isError", true}};
}

}  // namespace

ToolServer::ToolServer(ServerInfo info, ToolProvider* tools) : info_(std::move(info)), tools_(tools) {}

std::string ToolServer::oversized(const ConnectionState& state) const {
  return unaddressed_error(
      kInvalidRequest,
      "the message has more than the limit of " + std::to_string(kMaxRequestBytes) + " bytes", spoken(state));
}

bool ToolServer::read(std::string_view line, JsonParser* parser, ConnectionState* state, Incoming* incoming,
                      Reply* reply) const {
  *reply = Reply{};
  const auto parsed = parser->parse(line);
  if (!parsed) {
    reply->answer = unaddressed_error(parsed.error().code == ErrorCode::limit ? kInvalidRequest : kParseError,
                                      parsed.error().message, spoken(*state));
    return false;
  }
  if (parsed->root.is_array()) {
    reply->answer = batch_reply(parsed->text, state);
    return false;
  }
  std::string id;
  auto message = read_message(parsed->root, &id);
  if (!message) {
    reply->answer = id.empty() ? unaddressed_error(kInvalidRequest, message.error().message, spoken(*state))
                               : error_message(id, kInvalidRequest, message.error().message);
    return false;
  }
  *incoming = Incoming{std::move(*message), parsed->text};
  return true;
}

Reply ToolServer::reply(const Incoming& incoming, ConnectionState* state) const {
  if (incoming.message.kind != MessageKind::request) return {};  // notifications and answers want nothing
  if (!is_modern(incoming.message, *state)) return {.answer = legacy_reply(incoming, state)};
  state->seen_modern = true;
  return modern_reply(incoming);
}

Reply ToolServer::reply(std::string_view line, ConnectionState* state) const {
  JsonParser parser(kMaxRequestBytes);
  Incoming incoming;
  Reply answer;
  return read(line, &parser, state, &incoming, &answer) ? reply(incoming, state) : answer;
}

// --- legacy

// Batches exist in one revision, where nobody sends them with a call worth cancelling: they are worked off in
// place.
std::string ToolServer::batch_reply(std::string_view text, ConnectionState* state) const {
  const Json batch = Json::parse(text, nullptr, false);
  const Revision* revision = spoken(*state);
  const auto refuse = [&](std::string_view why) { return unaddressed_error(kInvalidRequest, why, revision); };
  if (revision == nullptr) return refuse("a batch is not allowed before initialize");
  if (!revision->batches)
    return refuse("protocol revision " + std::string(revision->name) + " has no batches");
  if (batch.empty()) return refuse("an empty batch is no message");
  std::string replies;
  JsonParser parser(kMaxRequestBytes);
  for (const auto& item : batch) {
    const std::string line = dump_json(item);
    const auto parsed = parser.parse(line);
    std::string id;
    auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
    std::string one;
    if (!message) {
      one = id.empty() ? refuse(message.error().message)
                       : error_message(id, kInvalidRequest, message.error().message);
    } else if (message->kind == MessageKind::request && message->method == "initialize") {
      one = error_message(id, kInvalidRequest, "initialize must not be part of a batch");
    } else if (message->kind == MessageKind::request && has_modern_meta(*message)) {
      one = error_message(id, kInvalidRequest,
                          "protocol revision " + std::string(kModernRevision) + " has no batches");
    } else if (message->kind == MessageKind::request) {
      one = legacy_reply({std::move(*message), parsed->text}, state);
    }
    if (!one.empty()) (replies += replies.empty() ? "" : ",") += one;
  }
  return replies.empty() ? replies : "[" + replies + "]";
}

std::string ToolServer::legacy_reply(const Incoming& incoming, ConnectionState* state) const {
  const Message& message = incoming.message;
  if (message.method == "initialize") return initialize(message, state);
  if (message.method == "ping") return result_message(message.id, Json::object());
  if (message.method == "tools/list") {
    if (asks_for_a_page(message)) return error_message(message.id, kInvalidParams, kOnePage);
    return result_message(message.id, Json{{"tools", tools_->list()}});
  }
  if (message.method == "tools/call") {
    const auto result = call_tool(tools_, params_of(incoming.text));
    return result ? result_message(message.id, *result)
                  : error_message(message.id, kInvalidParams, result.error().message);
  }
  return unknown_method(message);
}

std::string ToolServer::initialize(const Message& message, ConnectionState* state) const {
  std::string_view requested;
  if (!message.has_body || message.body["protocolVersion"].get(requested) != simdjson::SUCCESS)
    return error_message(message.id, kInvalidParams, "params.protocolVersion must be a string");
  const Revision* none = nullptr;
  const Revision& revision = negotiate(requested);
  if (!state->revision.compare_exchange_strong(none, &revision))
    return error_message(message.id, kInvalidRequest, "the session is initialized already");
  return result_message(message.id, Json{{"protocolVersion", revision.name},
                                         {"capabilities", {{"tools", Json::object()}}},
                                         {"serverInfo", implementation()},
                                         {"instructions", info_.instructions}});
}

// --- modern

Json ToolServer::implementation() const {
  return Json{{"name", info_.name}, {"title", info_.title}, {"version", info_.version}};
}

// Members every result of that era has.
Json ToolServer::modern(const Json& result) const {
  Json whole{{"resultType", "complete"}};
  whole.update(result);
  whole["_meta"] = Json{{kMetaServerInfo, implementation()}};
  return whole;
}

// The same for everybody who asks: nothing here depends on a principal.
Json ToolServer::cacheable(const Json& result) const {
  Json whole = modern(result);
  whole["ttlMs"] = kOwnResultTtlMs;
  whole["cacheScope"] = "public";
  return whole;
}

std::string ToolServer::listen_ended(std::string_view id) const {
  Json result = modern(Json::object());
  result["_meta"][std::string(kMetaSubscriptionId)] = Json::parse(id, nullptr, false);
  return result_message(id, result);
}

Reply ToolServer::modern_reply(const Incoming& incoming) const {
  const Message& message = incoming.message;
  const auto error = [&](int code, std::string_view text) {
    return Reply{.answer = error_message(message.id, code, text)};
  };
  const auto result = [&](const Json& value) { return Reply{.answer = result_message(message.id, value)}; };
  RequestMeta meta;
  MetaProblem problem;
  if (!read_request_meta(message, &meta, &problem))
    return {.answer = error_message(message.id, problem.code, problem.text, problem.data)};

  if (message.method == "server/discover") {
    return result(cacheable(Json{{"supportedVersions", supported_versions()},
                                 {"capabilities", {{"tools", Json::object()}}},
                                 {"instructions", info_.instructions}}));
  }
  if (message.method == "tools/list") {
    if (asks_for_a_page(message)) return error(kInvalidParams, kOnePage);
    return result(cacheable(Json{{"tools", tools_->list()}}));
  }
  if (message.method == "tools/call") {
    const auto called = call_tool(tools_, params_of(incoming.text));
    return called ? result(modern(*called)) : error(kInvalidParams, called.error().message);
  }
  if (message.method == "subscriptions/listen") {
    dom::object wanted;
    if (message.body["notifications"].get(wanted) != simdjson::SUCCESS)
      return error(kInvalidParams, "params.notifications must be an object");
    // Whatever was asked for: our list of tools never changes, and there is nothing else to tell of.
    return {
        .notification = R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":)"
                        R"({"_meta":{")" +
                        std::string(kMetaSubscriptionId) + "\":" + message.id + R"(},"notifications":{}}})",
        .listening = true};
  }
  return {.answer = unknown_method(message)};
}

}  // namespace aegis::mcp
