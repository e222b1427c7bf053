#include "mcp/bridge/legacy_server.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"
#include "mcp/bridge/members.h"
#include "mcp/sealed_state.h"
#include "mcp/version.h"

namespace aegis::mcp {
namespace {

constexpr std::string_view kInitialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

// Methods that the modern era does not have, or not as this server means them.
bool is_gone(std::string_view method) {
  static constexpr std::array kGone{"initialize",
                                    "ping",
                                    "logging/setLevel",
                                    "resources/subscribe",
                                    "roots/list",
                                    "resources/unsubscribe",
                                    "sampling/createMessage",
                                    "elicitation/create"};
  return std::find(kGone.begin(), kGone.end(), method) != kGone.end() || method.starts_with("tasks/");
}

// Results that say how long they may be kept.
bool is_cacheable(std::string_view method) {
  return method == "tools/list" || method == "resources/list" || method == "resources/templates/list" ||
         method == "prompts/list" || method == "resources/read";
}

bool is_object_text(const std::optional<std::string_view>& text) { return text && text->starts_with('{'); }

Json implementation(const Json& given, const Json& otherwise) {
  const bool valid = given.is_object() && given.contains("name") && given["name"].is_string() &&
                     given.contains("version") && given["version"].is_string();
  return valid ? given : otherwise;
}

}  // namespace

LegacyServer::LegacyServer(BridgeContext context, const Json& client_capabilities, const Json& client_info)
    : context_(std::move(context)),
      legacy_capabilities_(legacy_client_capabilities(client_capabilities)),
      client_info_(implementation(
          client_info, Json{{"name", context_.proxy_info.name}, {"version", context_.proxy_info.version}})),
      calls_({.out = context_.out,
              .ids = context_.ids,
              .principal = context_.principal,
              .now_us = context_.now_us,
              .server_info = &server_info_}),
      listens_(context_.out, context_.ids) {}

std::string LegacyServer::initialize_request(std::string_view id) const {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"initialize","params":)" +
         dump_json(Json{{"protocolVersion", negotiate("").name},
                        {"capabilities", legacy_capabilities_},
                        {"clientInfo", client_info_}}) +
         "}";
}

bool LegacyServer::begin(std::string_view answer) {
  const auto text = value_text(answer, {"result"});
  if (!is_object_text(text)) return false;
  const Json result = Json::parse(*text, nullptr, false);
  if (!result.is_object() || !result.contains("protocolVersion") || !result["protocolVersion"].is_string())
    return false;
  initialize_result_ = *text;
  const Json capabilities = result.value("capabilities", Json::object());
  server_capabilities_ = modern_server_capabilities(capabilities);
  server_info_ =
      implementation(result.value("serverInfo", Json()), Json{{"name", "unknown"}, {"version", "unknown"}});
  const auto instructions = result.find("instructions");
  instructions_ = instructions != result.end() && instructions->is_string() ? instructions->get<std::string>()
                                                                            : std::string();
  logs_ = server_capabilities_.contains("logging");
  log_level_ = -1;
  context_.out->to_server(std::string(kInitialized));
  return true;
}

void LegacyServer::from_client(const Message& message, std::string_view text) {
  if (lost_ && message.kind == MessageKind::request) server_replaced();
  if (!handshake_id_.empty()) {
    if (!queue_.add(text) && message.kind == MessageKind::request) {
      context_.out->to_client(
          error_message(message.id, kInternalError, "too many requests wait for the server to start"),
          message.id);
    }
    return;
  }
  if (message.kind == MessageKind::request) {
    request(message, text);
  } else if (message.kind == MessageKind::notification && message.method == "notifications/cancelled") {
    simdjson::dom::element value;
    if (!message.has_body || message.body["requestId"].get(value) != simdjson::SUCCESS) return;
    const auto id = read_id(value);
    if (id && !listens_.close(*id)) calls_.cancel(*id, text);
  }
  // A modern client has no other notification, and nothing to answer.
}

void LegacyServer::request(const Message& message, std::string_view text) {
  const auto refuse = [&](int code, std::string_view why, const Json& data) {
    context_.out->to_client(error_message(message.id, code, why, data), message.id);
  };
  if (is_gone(message.method)) {
    refuse(kMethodNotFound, "protocol version 2026-07-28 has no such method", nullptr);
    return;
  }
  RequestMeta meta;
  MetaProblem problem;
  if (!read_request_meta(message, &meta, &problem)) {
    refuse(problem.code, problem.text, problem.data);
    return;
  }
  if (calls_.waits(message.id) || listens_.has(message.id)) {
    refuse(kInvalidRequest, "a request with this id is still waiting for its answer", nullptr);
    return;
  }
  if (message.method == "server/discover") {
    discover(message.id);
  } else if (message.method == "subscriptions/listen") {
    const auto wanted = value_text(text, {"params", "notifications"});
    listens_.open(message.id, wanted ? Json::parse(*wanted, nullptr, false) : Json(), server_capabilities_);
  } else {
    forward(message, text, meta);
  }
}

void LegacyServer::discover(const std::string& id) {
  Json result{{"resultType", "complete"},
              {"supportedVersions", supported_versions()},
              {"capabilities", server_capabilities_},
              {"ttlMs", 0},
              {"cacheScope", "private"},
              {"_meta", {{std::string(kMetaServerInfo), server_info_}}}};
  if (!instructions_.empty()) result["instructions"] = instructions_;
  context_.out->to_client(result_message(id, result), id);
}

void LegacyServer::forward(const Message& message, std::string_view text, const RequestMeta& meta) {
  Call call{.client_id = message.id,
            .method = std::string(message.method),
            .abilities = abilities_of(meta.client_capabilities),
            .server_token = meta.progress_token,
            .client_token = meta.progress_token,
            .log_level = log_level(meta.log_level)};
  const auto params = value_text(text, {"params"});
  const bool may_be_parked = may_ask_back(message.method);
  if (may_be_parked && call.abilities.any()) call.digest = params_digest(*params);
  if (may_be_parked && value_text(*params, {"requestState"})) {
    const auto retry = calls_.retry(call, *params);
    if (!retry.forward) return;
    call.rounds = retry.rounds;
  } else if (may_be_parked && value_text(*params, {"inputResponses"})) {
    context_.out->to_client(error_message(message.id, kInvalidParams, "inputResponses without requestState"),
                            message.id);
    return;
  }

  call.server_id = calls_.id_for_server(message.id);
  const auto given_meta = value_text(*params, {"_meta"});
  const std::string kept_meta = without_reserved(given_meta.value_or("{}"));
  std::vector<Member> set;
  if (kept_meta != "{}") set.push_back({"_meta", kept_meta});
  std::string line = may_be_parked
                         ? edit_object(text, {"params"}, set, {"_meta", "requestState", "inputResponses"})
                         : edit_object(text, {"params"}, set, {"_meta"});
  if (call.server_id != message.id) line = edit_object(line, {}, {{"id", call.server_id}});
  const std::string server_id = call.server_id;
  const bool wants_log = call.log_level >= 0;
  calls_.start(std::move(call));
  if (wants_log) set_log_level();
  context_.out->to_server(std::move(line));
  calls_.put_held(server_id);
}

void LegacyServer::set_log_level() {
  const int wanted = calls_.wanted_log_level();
  if (!logs_ || wanted < 0 || wanted == log_level_) return;
  log_level_ = wanted;
  context_.out->to_server(R"({"jsonrpc":"2.0","id":)" + context_.ids->next() +
                          R"(,"method":"logging/setLevel","params":{"level":")" +
                          std::string(log_level_name(wanted)) + "\"}}");
}

void LegacyServer::from_server(const Message& message, std::string_view text, std::string_view related) {
  if (const auto asked = quoted_number(message);
      asked && calls_.find(message.id) == nullptr && calls_.find(*asked) != nullptr) {
    Message meant = message;
    meant.id = *asked;
    const std::string changed = edit_object(text, {}, {{"id", *asked}});
    if (meant.kind == MessageKind::result)
      answer(meant, changed);
    else
      error_answer(meant, changed);
    return;
  }
  switch (message.kind) {
    case MessageKind::result:
    case MessageKind::error:
      if (!handshake_id_.empty() && message.id == handshake_id_)
        handshake_answer(message, text);
      else if (message.kind == MessageKind::result)
        answer(message, text);
      else
        error_answer(message, text);
      break;
    case MessageKind::request: server_request(message, text, related); break;
    case MessageKind::notification: notification(message, text, related); break;
  }
}

std::string LegacyServer::modern_result(std::string_view method, std::string_view text) const {
  const auto meta = value_text(text, {"result", "_meta"});
  const std::string stamped = edit_object(is_object_text(meta) ? without_reserved(*meta) : "{}", {},
                                          {{kMetaServerInfo, dump_json(server_info_)}});
  std::vector<Member> set{{"resultType", "\"complete\""}, {"_meta", stamped}};
  if (is_cacheable(method)) {
    set.push_back({"ttlMs", "0"});
    set.push_back({"cacheScope", "\"private\""});
  }
  return edit_object(text, {"result"}, set);
}

void LegacyServer::answer(const Message& message, std::string_view text) {
  const Call* call = calls_.find(message.id);
  if (call == nullptr) return;  // to a request of ours, or nobody's
  calls_.answer(message.id,
                is_object_text(value_text(text, {"result"}))
                    ? modern_result(call->method, text)
                    : error_message(message.id, kInternalError,
                                    "the server's answer is no object, as the protocol wants it"));
}

void LegacyServer::error_answer(const Message& message, std::string_view text) {
  if (calls_.find(message.id) == nullptr) return;
  std::int64_t code = 0;
  if (message.body["code"].get(code) != simdjson::SUCCESS) code = 0;
  switch (code) {
    case kResourceNotFound:
      calls_.answer(message.id, edit_object(text, {"error"}, {{"code", std::to_string(kInvalidParams)}}));
      return;
    case kHeaderMismatch:
    case kMissingClientCapability:
    case kUnsupportedProtocolVersion:
      // These mean something else in the modern era, which a legacy server cannot have meant.
      calls_.answer(message.id, edit_object(text, {"error"}, {{"code", std::to_string(kInternalError)}}));
      return;
    case kUrlElicitationRequired: {
      const auto wanted = value_text(text, {"error", "data", "elicitations"});
      if (calls_.elicit_first(message.id, wanted ? Json::parse(*wanted, nullptr, false) : Json())) return;
      constexpr std::string_view kNeedsUrl = "the server wants a page to be visited first";
      const Json data{{"requiredCapabilities", {{"elicitation", {{"url", Json::object()}}}}}};
      calls_.answer(message.id, calls_.find(message.id)->abilities.url
                                    ? error_message(message.id, kInternalError, kNeedsUrl)
                                    : error_message(message.id, kMissingClientCapability, kNeedsUrl, data));
      return;
    }
    default: calls_.answer(message.id, std::string(text));
  }
}

void LegacyServer::server_request(const Message& message, std::string_view text, std::string_view related) {
  if (message.method == "ping") {
    context_.out->to_server(result_message(message.id, Json::object()));
  } else if (is_question(message.method)) {
    calls_.ask(message, text, related);
  } else {
    context_.out->to_server(
        error_message(message.id, kMethodNotFound, "the client does not know this request"));
  }
}

void LegacyServer::notification(const Message& message, std::string_view text, std::string_view related) {
  const auto method = message.method;
  if (method == "notifications/progress") {
    progress(message, text);
  } else if (method == "notifications/message") {
    log_message(message, text, related);
  } else if (method.ends_with("/list_changed")) {
    listens_.list_changed(method, text);
  } else if (method == "notifications/resources/updated") {
    std::string_view uri;
    if (message.has_body && message.body["uri"].get(uri) == simdjson::SUCCESS) listens_.updated(uri, text);
  } else if (method == "notifications/cancelled") {
    simdjson::dom::element value;
    if (!message.has_body || message.body["requestId"].get(value) != simdjson::SUCCESS) return;
    if (const auto id = read_id(value)) calls_.withdraw(*id);
  }
  // Whatever else there is (the end of an elicitation by URL, tasks) has no place in the modern era.
}

void LegacyServer::progress(const Message& message, std::string_view text) {
  simdjson::dom::element value;
  if (!message.has_body || message.body["progressToken"].get(value) != simdjson::SUCCESS) return;
  const auto token = read_id(value);
  const Call* call = token ? calls_.by_token(*token) : nullptr;
  if (call == nullptr || call->parked || call->client_token.empty()) return;
  context_.out->to_client(call->client_token == *token
                              ? std::string(text)
                              : edit_object(text, {"params"}, {{"progressToken", call->client_token}}),
                          call->client_id);
}

void LegacyServer::log_message(const Message& message, std::string_view text, std::string_view related) {
  std::string_view name;
  if (!message.has_body || message.body["level"].get(name) != simdjson::SUCCESS) return;
  const int level = log_level(name);
  const Call* call = related.empty() ? calls_.newest_listening(level) : calls_.find(std::string(related));
  if (call == nullptr || call->parked || call->log_level < 0 || level < call->log_level) return;
  context_.out->to_client(std::string(text), call->client_id);
}

void LegacyServer::server_replaced() {
  lost_ = false;
  calls_.server_replaced();
  handshake_id_ = context_.ids->next();
  context_.out->to_server(initialize_request(handshake_id_));
}

void LegacyServer::handshake_answer(const Message& message, std::string_view text) {
  handshake_id_.clear();
  const bool begun = message.kind == MessageKind::result && begin(text);
  lost_ = !begun;
  if (begun)
    listens_.subscribe_again();
  else
    log::warn("the restarted server did not take the handshake");
  JsonParser parser;
  for (const auto& line : queue_.take()) {
    const auto parsed = parser.parse(line);
    std::string id;
    const auto waiting = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
    if (!waiting) continue;
    if (begun)
      from_client(*waiting, line);
    else if (waiting->kind == MessageKind::request)
      context_.out->to_client(error_message(waiting->id, kServerGone, "the server did not start"),
                              waiting->id);
  }
}

}  // namespace aegis::mcp
