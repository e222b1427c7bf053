#include "mcp/bridge/modern_server.h"

#include <algorithm>
#include <utility>

#include "mcp/bridge/listens.h"
#include "mcp/bridge/members.h"
#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

// The first revision whose elicitations have a mode, and may ask for a URL to be visited.
constexpr std::string_view kElicitationModes = "2025-11-25";

bool is_object_text(const std::optional<std::string_view>& text) { return text && text->starts_with('{'); }

Json json_at(std::string_view text, Path path) {
  const auto value = value_text(text, path);
  return value ? Json::parse(*value, nullptr, false) : Json();
}

std::string string_at(std::string_view text, Path path) {
  const Json value = json_at(text, path);
  return value.is_string() ? value.get<std::string>() : std::string();
}

// Older clients take only objects for structured content and its schema, and refuse a whole list otherwise.
std::string older_result(std::string_view method, std::string line) {
  if (method == "tools/call") {
    const auto structured = value_text(line, {"result", "structuredContent"});
    if (structured && !is_object_text(structured))
      line = edit_object(line, {"result"}, {}, {"structuredContent"});
  } else if (method == "tools/list") {
    Json tools = json_at(line, {"result", "tools"});
    bool changed = false;
    for (auto& tool : tools) {
      if (!tool.is_object() || !tool.contains("outputSchema")) continue;
      const auto& schema = tool["outputSchema"];
      if (schema.is_object() && schema.value("type", Json()) == "object") continue;
      tool.erase("outputSchema");
      changed = true;
    }
    if (changed) line = edit_object(line, {"result"}, {{"tools", dump_json(tools)}});
  }
  return line;
}

int older_code(std::int64_t code) { return code == kHeaderMismatch ? kInternalError : kInvalidParams; }

std::optional<std::string> id_under(const Message& message, const char* key) {
  simdjson::dom::element value;
  if (!message.has_body || message.body[key].get(value) != simdjson::SUCCESS) return std::nullopt;
  const auto id = read_id(value);
  return id ? std::optional<std::string>(*id) : std::nullopt;
}

}  // namespace

ModernServer::ModernServer(BridgeContext context, std::string_view initialize)
    : context_(std::move(context)),
      initialize_id_(value_text(initialize, {"id"}).value_or("null")),
      revision_(&negotiate(string_at(initialize, {"params", "protocolVersion"}))),
      client_info_(json_at(initialize, {"params", "clientInfo"})),
      client_capabilities_(modern_client_capabilities(json_at(initialize, {"params", "capabilities"}))),
      listen_(context_.out, context_.ids, context_.now_us, {}) {
  if (!client_info_.is_object() || !client_info_.contains("name") || !client_info_.contains("version"))
    client_info_ = Json{{"name", context_.proxy_info.name}, {"version", context_.proxy_info.version}};
  JsonParser parser;
  const std::string capabilities = dump_json(client_capabilities_);
  if (const auto parsed = parser.parse(capabilities)) abilities_ = abilities_of(parsed->root);
  listen_ = HeldListen(context_.out, context_.ids, context_.now_us, request_meta(false));
}

std::string ModernServer::request_meta(bool with_log_level) const {
  Json meta{{std::string(kMetaProtocolVersion), kModernRevision},
            {std::string(kMetaClientInfo), client_info_},
            {std::string(kMetaClientCapabilities), client_capabilities_}};
  if (with_log_level && log_level_ >= 0) meta[std::string(kMetaLogLevel)] = log_level_name(log_level_);
  return dump_json(meta);
}

std::string ModernServer::discover_request(std::string_view id) const {
  return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"server/discover","params":{"_meta":)" +
         request_meta(false) + "}}";
}

bool ModernServer::begin(std::string_view answer) {
  const Json result = json_at(answer, {"result"});
  if (!result.is_object() || !result.contains("supportedVersions")) return false;
  const auto& versions = result["supportedVersions"];
  if (!versions.is_array() || std::find(versions.begin(), versions.end(), kModernRevision) == versions.end())
    return false;
  server_capabilities_ = legacy_server_capabilities(result.value("capabilities", Json::object()));
  Json info = json_at(answer, {"result", "_meta", kMetaServerInfo});
  if (!info.is_object() || !info.contains("name") || !info.contains("version"))
    info = Json{{"name", context_.proxy_info.name}, {"version", context_.proxy_info.version}};
  Json settled{{"protocolVersion", revision_->name},
               {"capabilities", server_capabilities_},
               {"serverInfo", std::move(info)}};
  const std::string instructions = string_at(answer, {"result", "instructions"});
  if (!instructions.empty()) settled["instructions"] = instructions;
  reply(initialize_id_, settled);
  return true;
}

void ModernServer::reply(const std::string& id, const Json& result) {
  context_.out->to_client(result_message(id, result), id);
}

void ModernServer::from_client(const Message& message, std::string_view text) {
  switch (message.kind) {
    case MessageKind::request: request(message, text); break;
    case MessageKind::result:
    case MessageKind::error: client_answer(message, text); break;
    case MessageKind::notification:
      if (message.method == "notifications/initialized") {
        initialized_ = true;
        update_listen();
      } else if (message.method == "notifications/cancelled") {
        cancel(message, text);
      }
      // The modern era has no other notification of a client.
      break;
  }
}

void ModernServer::request(const Message& message, std::string_view text) {
  const auto refuse = [&](int code, std::string_view why) {
    context_.out->to_client(error_message(message.id, code, why), message.id);
  };
  const auto method = message.method;
  if (method == "ping") {
    reply(message.id, Json::object());
  } else if (method == "initialize") {
    refuse(kInvalidRequest, "the session is initialized already");
  } else if (method == "logging/setLevel") {
    std::string_view name;
    if (!server_capabilities_.contains("logging")) {
      refuse(kMethodNotFound, "the server does not log to its clients");
    } else if (!message.has_body || message.body["level"].get(name) != simdjson::SUCCESS ||
               log_level(name) < 0) {
      refuse(kInvalidParams, "params.level must name a log level");
    } else {
      log_level_ = log_level(name);
      reply(message.id, Json::object());
    }
  } else if (method == "resources/subscribe" || method == "resources/unsubscribe") {
    subscribe(message, method == "resources/subscribe");
  } else if (method.starts_with("tasks/") || method == "server/discover" ||
             method == "subscriptions/listen") {
    refuse(kMethodNotFound, "the server does not offer this in the protocol version of this session");
  } else if (calls_.contains(message.id)) {
    refuse(kInvalidRequest, "a request with this id is still waiting for its answer");
  } else {
    forward(message, text);
  }
}

void ModernServer::subscribe(const Message& message, bool wanted) {
  std::string_view uri;
  if (!declares(server_capabilities_, "resources", "subscribe")) {
    context_.out->to_client(error_message(message.id, kMethodNotFound, "the server has no subscriptions"),
                            message.id);
    return;
  }
  if (!message.has_body || message.body["uri"].get(uri) != simdjson::SUCCESS) {
    context_.out->to_client(error_message(message.id, kInvalidParams, "params.uri must be a string"),
                            message.id);
    return;
  }
  const std::string name(uri);
  if (wanted && (name.size() > kMaxSubscribedUri ||
                 (subscribed_.size() >= kMaxSubscribedResources && !subscribed_.contains(name)))) {
    context_.out->to_client(error_message(message.id, kInternalError, "too many subscriptions"), message.id);
    return;
  }
  if (wanted)
    subscribed_.insert(name);
  else
    subscribed_.erase(name);
  update_listen();
  reply(message.id, Json::object());
}

void ModernServer::update_listen() {
  Json filter = Json::object();
  if (initialized_) {
    for (const auto& [part, name] :
         {std::pair("tools", "toolsListChanged"), std::pair("prompts", "promptsListChanged"),
          std::pair("resources", "resourcesListChanged")}) {
      if (declares(server_capabilities_, part, "listChanged")) filter[name] = true;
    }
  }
  if (!subscribed_.empty()) filter["resourceSubscriptions"] = subscribed_;
  listen_.want(std::move(filter));
}

void ModernServer::forward(const Message& message, std::string_view text) {
  const auto given = value_text(text, {"params", "_meta"});
  std::string meta = request_meta(true);
  if (is_object_text(given)) {
    const std::string kept = without_reserved(*given);
    if (kept != "{}") meta.insert(meta.size() - 1, "," + kept.substr(1, kept.size() - 2));
  }
  // `task` would ask for a task of 2025-11-25, which is not offered; the other two are the newer era's.
  std::string line = message.has_body ? edit_object(text, {"params"}, {{"_meta", meta}},
                                                    {"task", "inputResponses", "requestState"})
                                      : edit_object(text, {}, {{"params", "{\"_meta\":" + meta + "}"}});
  Call call{.method = std::string(message.method), .attempt = message.id};
  if (const auto token = value_text(meta, {"progressToken"})) call.token = *token;
  if (may_ask_back(message.method) && kept_bytes_ + line.size() <= kMaxRequestsKeptBytes) {
    kept_bytes_ += line.size();
    call.request = line;
  }
  attempts_[message.id] = message.id;
  calls_.emplace(message.id, std::move(call));
  context_.out->to_server(std::move(line));
}

void ModernServer::erase(Entry call) {
  kept_bytes_ -= call->second.request.size();
  if (!call->second.attempt.empty()) attempts_.erase(call->second.attempt);
  for (const auto& asked : call->second.asked) asked_.erase(asked.id);
  calls_.erase(call);
}

// The client's side of a call that will not go on: what it is still being asked is taken back.
void ModernServer::drop_questions(Call* call, const std::string& client_id) {
  for (auto& asked : call->asked) {
    if (asked.id.empty()) continue;
    context_.out->to_client(
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + asked.id + "}}",
        client_id);
    asked_.erase(asked.id);
    asked.id.clear();
  }
}

void ModernServer::fail(Entry call, int code, std::string_view why) {
  const std::string id = call->first;
  drop_questions(&call->second, id);
  context_.out->to_client(error_message(id, code, why), id);
  erase(call);
}

void ModernServer::cancel(const Message& message, std::string_view text) {
  const auto id = id_under(message, "requestId");
  const auto call = id ? calls_.find(*id) : calls_.end();
  if (call == calls_.end()) return;
  if (!call->second.attempt.empty()) {
    context_.out->to_server(edit_object(text, {"params"}, {{"requestId", call->second.attempt}}, {"_meta"}));
  }
  drop_questions(&call->second, call->first);
  erase(call);
}

void ModernServer::from_server(const Message& message, std::string_view text, std::string_view related) {
  switch (listen_.from_server(message)) {
    case HeldListen::Fate::done: return;
    case HeldListen::Fate::pass_on: {
      const auto meta = value_text(text, {"params", "_meta"});
      const std::string kept = is_object_text(meta) ? without_reserved(*meta) : "{}";
      context_.out->to_client(kept == "{}" ? edit_object(text, {"params"}, {}, {"_meta"})
                                           : edit_object(text, {"params"}, {{"_meta", kept}}));
      return;
    }
    case HeldListen::Fate::not_ours: break;
  }
  if (message.kind == MessageKind::notification) {
    notification(message, text, related);
    return;
  }
  if (message.kind == MessageKind::request) return;  // the modern era has none, and no answers to them
  const auto attempt = attempts_.find(message.id);
  if (attempt == attempts_.end()) return;
  answer(calls_.find(attempt->second), message, text);
}

void ModernServer::answer(Entry call, const Message& message, std::string_view text) {
  const std::string id = call->first;
  attempts_.erase(call->second.attempt);
  call->second.attempt.clear();
  if (message.kind == MessageKind::error) {
    std::int64_t code = 0;
    std::string line(text);
    if (message.body["code"].get(code) == simdjson::SUCCESS &&
        (code == kHeaderMismatch || code == kMissingClientCapability ||
         code == kUnsupportedProtocolVersion)) {
      line = edit_object(line, {"error"}, {{"code", std::to_string(older_code(code))}});
    }
    context_.out->to_client(edit_object(line, {}, {{"id", id}}), id);
    erase(call);
    return;
  }
  if (!message.body.is_object()) {
    fail(call, kInternalError, "the server's answer is no object, as the protocol wants it");
    return;
  }
  const auto type = value_text(text, {"result", "resultType"}).value_or("\"complete\"");
  if (type == "\"input_required\"") {
    input_required(call, text);
    return;
  }
  if (type != "\"complete\"") {
    fail(call, kInternalError,
         "the server answered with a type of result that the protocol version of this session does not have");
    return;
  }
  const auto meta = value_text(text, {"result", "_meta"});
  const std::string kept = is_object_text(meta) ? without_reserved(*meta) : "{}";
  std::vector<Member> set;
  if (kept != "{}") set.push_back({"_meta", kept});
  std::string line = edit_object(text, {"result"}, set, {"_meta", "resultType", "ttlMs", "cacheScope"});
  line = older_result(call->second.method, std::move(line));
  if (value_text(line, {"id"}) != id) line = edit_object(line, {}, {{"id", id}});
  context_.out->to_client(std::move(line), id);
  erase(call);
}

void ModernServer::input_required(Entry entry, std::string_view text) {
  Call& call = entry->second;
  const Json requests = json_at(text, {"result", "inputRequests"});
  const auto state = value_text(text, {"result", "requestState"});
  if (++call.rounds > kMaxInputRounds) {
    fail(entry, kInternalError,
         "the server asked more often than the limit of " + std::to_string(kMaxInputRounds) + " times");
    return;
  }
  if (call.request.empty()) {
    fail(entry, kInternalError,
         may_ask_back(call.method) ? "too many requests wait for the server for it to ask back"
                                   : "the server asked back where the protocol does not let it");
    return;
  }
  const bool has_requests = requests.is_object() && !requests.empty();
  if ((!has_requests && !state) || (!requests.is_null() && !requests.is_object()) ||
      requests.size() > kMaxQuestions || asked_.size() + requests.size() > kMaxParked ||
      (state && !state->starts_with('"'))) {
    fail(entry, kInternalError, "the server asked for input in a way that is not the protocol's");
    return;
  }
  call.asked.clear();
  call.state = state.value_or("");
  std::vector<std::string> lines;
  for (const auto& [key, request] : requests.items()) {
    const std::string method =
        request.is_object() && request.contains("method") && request["method"].is_string()
            ? request["method"].get<std::string>()
            : std::string();
    Json params = request.is_object() ? request.value("params", Json::object()) : Json();
    if (!params.is_object() || !can_answer(abilities_, method, params)) {
      fail(entry, kInternalError,
           params.is_object() && is_question(method)
               ? "the server needs " + method + ", which this client has not declared"
               : "the server asked for something that the protocol does not have");
      return;
    }
    Asked asked{.key = key, .id = context_.ids->next(), .method = method};
    params.erase("_meta");
    if (method == "elicitation/create") {
      const bool url = params.value("mode", Json()) == "url";
      if (revision_->name < kElicitationModes) params.erase("mode");
      if (url) params["elicitationId"] = Json::parse(asked.id, nullptr, false);
    }
    std::string line = R"({"jsonrpc":"2.0","id":)" + asked.id + ",\"method\":" + json_quote(method);
    if (!params.empty()) line += ",\"params\":" + dump_json(params);
    lines.push_back(line + "}");
    call.asked.push_back(std::move(asked));
  }
  if (call.asked.empty()) {
    retry(entry);
    return;
  }
  call.expires_us = context_.now_us() + std::int64_t{kParkedMs} * 1'000;
  for (const auto& asked : call.asked) asked_[asked.id] = entry->first;
  for (auto& line : lines) context_.out->to_client(std::move(line), entry->first);
}

void ModernServer::client_answer(const Message& message, std::string_view text) {
  const auto named = asked_.find(message.id);
  if (named == asked_.end()) return;
  const auto entry = calls_.find(named->second);
  asked_.erase(named);
  Call& call = entry->second;
  const auto asked = std::find_if(call.asked.begin(), call.asked.end(),
                                  [&](const Asked& one) { return one.id == message.id; });
  asked->id.clear();
  if (message.kind == MessageKind::result && message.body.is_object()) {
    asked->answer = *value_text(text, {"result"});
  } else if (asked->method == "elicitation/create") {
    asked->answer = R"({"action":"cancel"})";  // what a client that cannot show a form means
  } else {
    const std::string method = asked->method;
    fail(entry, kInternalError, "the client did not answer the server's " + method);
    return;
  }
  if (std::all_of(call.asked.begin(), call.asked.end(), [](const Asked& one) { return one.id.empty(); }))
    retry(entry);
}

void ModernServer::retry(Entry entry) {
  Call& call = entry->second;
  std::string responses = "{";
  for (const auto& asked : call.asked) {
    (responses += responses.size() > 1 ? "," : "") += json_quote(asked.key) + ":" + asked.answer;
  }
  std::vector<Member> set;
  if (!call.asked.empty()) set.push_back({"inputResponses", responses + "}"});
  if (!call.state.empty()) set.push_back({"requestState", call.state});
  call.asked.clear();
  call.attempt = context_.ids->next();
  call.expires_us = 0;
  attempts_[call.attempt] = entry->first;
  context_.out->to_server(
      edit_object(edit_object(call.request, {"params"}, set), {}, {{"id", call.attempt}}));
}

void ModernServer::notification(const Message& message, std::string_view text, std::string_view related) {
  std::string of;
  if (const auto attempt = attempts_.find(std::string(related)); attempt != attempts_.end())
    of = attempt->second;
  if (message.method == "notifications/progress") {
    const auto token = id_under(message, "progressToken");
    const auto call = std::find_if(calls_.begin(), calls_.end(),
                                   [&](const auto& entry) { return token && entry.second.token == *token; });
    if (call != calls_.end()) context_.out->to_client(std::string(text), call->first);
    return;
  }
  if (message.method == "notifications/message") {
    std::string_view name;
    if (!message.has_body || message.body["level"].get(name) != simdjson::SUCCESS) return;
    if (log_level_ < 0 || log_level(name) < log_level_) return;
  }
  context_.out->to_client(std::string(text), of);
}

void ModernServer::server_replaced() {
  for (auto& [id, call] : calls_) drop_questions(&call, id);
  calls_.clear();
  attempts_.clear();
  asked_.clear();
  kept_bytes_ = 0;
  listen_.server_replaced();
}

std::int64_t ModernServer::deadline_us() const {
  std::int64_t earliest = listen_.deadline_us();
  for (const auto& [id, call] : calls_) {
    if (call.expires_us != 0 && (earliest == 0 || call.expires_us < earliest)) earliest = call.expires_us;
  }
  return earliest;
}

void ModernServer::tick() {
  listen_.tick();
  const auto now = context_.now_us();
  std::vector<std::string> expired;
  for (const auto& [id, call] : calls_) {
    if (call.expires_us != 0 && call.expires_us <= now) expired.push_back(id);
  }
  for (const auto& id : expired) fail(calls_.find(id), kInternalError, "the client did not answer in time");
}

}  // namespace aegis::mcp
