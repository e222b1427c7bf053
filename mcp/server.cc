#include "mcp/server.h"

#include <algorithm>
#include <utility>

namespace aegis::mcp {
namespace {

namespace dom = simdjson::dom;

Json params_of(std::string_view text) {
  Json message = Json::parse(text, nullptr, false);
  const auto params = message.find("params");
  return params == message.end() ? Json::object() : std::move(*params);
}

}  // namespace

Server::Server(ServerInfo info, ToolProvider* tools, Sink sink)
    : info_(std::move(info)), tools_(tools), sink_(std::move(sink)), parser_(kMaxRequestBytes) {}

void Server::send(const std::string& line) {
  if (line.empty()) return;
  const std::lock_guard lock(sink_mutex_);
  sink_(line);
}

std::string Server::unaddressed_error(int code, std::string_view text) const {
  return mcp::unaddressed_error(code, text, revision_);
}

void Server::handle_oversized() {
  send(unaddressed_error(kInvalidRequest, "the message has more than the limit of " +
                                              std::to_string(kMaxRequestBytes) + " bytes"));
}

void Server::handle(std::string_view line) {
  const auto parsed = parser_.parse(line);
  if (!parsed) {
    send(unaddressed_error(parsed.error().code == ErrorCode::limit ? kInvalidRequest : kParseError,
                           parsed.error().message));
    return;
  }
  if (parsed->root.is_array()) {
    send(batch_reply(parsed->text));
    return;
  }
  std::string id;
  const auto message = read_message(parsed->root, &id);
  if (!message) {
    send(id.empty() ? unaddressed_error(kInvalidRequest, message.error().message)
                    : error_message(id, kInvalidRequest, message.error().message));
    return;
  }
  if (message->kind == MessageKind::request && message->method == "tools/call") {
    QueuedCall call{message->id, std::string(parsed->text)};
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() < kMaxQueuedCalls; });
    calls_.push_back(std::move(call));
    changed_.notify_all();
    return;
  }
  if (message->kind == MessageKind::notification && message->method == "notifications/cancelled") {
    cancel(*message);
    return;
  }
  send(reply_to(*message, parsed->text));
}

// Batches exist in one revision, where nobody sends them with a call worth cancelling: they are worked off in
// place.
std::string Server::batch_reply(std::string_view text) {
  const Json batch = Json::parse(text, nullptr, false);
  if (revision_ == nullptr || !revision_->batches) {
    return unaddressed_error(kInvalidRequest,
                             revision_ == nullptr
                                 ? "a batch is not allowed before initialize"
                                 : "protocol revision " + std::string(revision_->name) + " has no batches");
  }
  if (batch.empty()) return unaddressed_error(kInvalidRequest, "an empty batch is no message");
  std::string replies;
  JsonParser parser(kMaxRequestBytes);
  for (const auto& item : batch) {
    const std::string line = dump_json(item);
    const auto parsed = parser.parse(line);
    std::string id;
    const auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
    std::string reply;
    if (!message) {
      reply = id.empty() ? unaddressed_error(kInvalidRequest, message.error().message)
                         : error_message(id, kInvalidRequest, message.error().message);
    } else if (message->kind == MessageKind::request && message->method == "initialize") {
      reply = error_message(id, kInvalidRequest, "initialize must not be part of a batch");
    } else {
      reply = reply_to(*message, parsed->text);
    }
    if (!reply.empty()) (replies += replies.empty() ? "" : ",") += reply;
  }
  return replies.empty() ? replies : "[" + replies + "]";
}

std::string Server::reply_to(const Message& message, std::string_view text) {
  if (message.kind != MessageKind::request) return {};  // notifications and answers want nothing from us
  if (message.method == "initialize") return initialize(message);
  if (message.method == "ping") return result_message(message.id, Json::object());
  if (message.method == "tools/list") {
    std::string_view cursor;
    if (message.has_body && message.body["cursor"].get(cursor) == simdjson::SUCCESS) {
      return error_message(message.id, kInvalidParams, "unknown cursor: the list of tools is one page");
    }
    return result_message(message.id, Json{{"tools", tools_->list()}});
  }
  if (message.method == "tools/call") return call_tool(message.id, params_of(text));
  return error_message(message.id, kMethodNotFound,
                       "unknown method '" + std::string(message.method.substr(0, 64)) + "'");
}

std::string Server::initialize(const Message& message) {
  std::string_view requested;
  if (!message.has_body || message.body["protocolVersion"].get(requested) != simdjson::SUCCESS) {
    return error_message(message.id, kInvalidParams, "params.protocolVersion must be a string");
  }
  if (revision_ != nullptr)
    return error_message(message.id, kInvalidRequest, "the session is initialized already");
  revision_ = &negotiate(requested);
  return result_message(
      message.id,
      Json{{"protocolVersion", revision_->name},
           {"capabilities", {{"tools", Json::object()}}},
           {"serverInfo", {{"name", info_.name}, {"title", info_.title}, {"version", info_.version}}},
           {"instructions", info_.instructions}});
}

std::string Server::call_tool(const std::string& id, const Json& params) {
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string())
    return error_message(id, kInvalidParams, "params.name must be a string");
  const auto arguments = params.find("arguments");
  if (arguments != params.end() && !arguments->is_object()) {
    return error_message(id, kInvalidParams, "params.arguments must be an object");
  }
  const auto result =
      tools_->call(name->get<std::string>(), arguments == params.end() ? Json::object() : *arguments);
  if (result) {
    return result_message(id,
                          Json{{"content", Json::array({{{"type", "text"}, {"text", dump_json(*result)}}})},
                               {"structuredContent", *result}});
  }
  if (result.error().code == ErrorCode::not_found)
    return error_message(id, kInvalidParams, result.error().message);
  return result_message(id,
                        Json{{"content", Json::array({{{"type", "text"}, {"text", result.error().message}}})},
                             {"isError", true}});
}

void Server::cancel(const Message& message) {
  dom::element id_value;
  if (!message.has_body || message.body["requestId"].get(id_value) != simdjson::SUCCESS) return;
  const auto id = read_id(id_value);
  if (!id) return;
  const std::lock_guard lock(mutex_);
  if (running_ == *id) running_cancelled_ = true;
  std::erase_if(calls_, [&](const QueuedCall& call) { return call.id == *id; });
  changed_.notify_all();
}

void Server::run() {
  for (;;) {
    QueuedCall call;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return finished_ || !calls_.empty(); });
      if (calls_.empty()) return;
      call = std::move(calls_.front());
      calls_.pop_front();
      running_ = call.id;
      running_cancelled_ = false;
      changed_.notify_all();
    }
    const std::string reply = call_tool(call.id, params_of(call.message));
    bool cancelled = false;
    {
      const std::lock_guard lock(mutex_);
      cancelled = running_cancelled_;
      running_.clear();
    }
    // The specification asks that a cancelled request gets no answer.
    if (!cancelled) send(reply);
  }
}

void Server::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

}  // namespace aegis::mcp
