// What servers send: answers, notifications, requests of their own.
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "gateway/aggregator/impl.h"
#include "gateway/aggregator/raw.h"
#include "gateway/members.h"

namespace aegis::gateway {

namespace dom = simdjson::dom;
using mcp::Message;
using mcp::MessageKind;

namespace {

struct ChangedList {
  std::string_view notification;
  List list;
};
constexpr ChangedList kChangedLists[] = {{"notifications/tools/list_changed", List::tools},
                                         {"notifications/prompts/list_changed", List::prompts},
                                         {"notifications/resources/list_changed", List::resources}};

}  // namespace

std::optional<std::uint64_t> our_id(std::string_view id) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return number;
}

void Aggregator::Impl::server_line(Peer* peer, std::string_view line, std::string_view related) {
  if (peer->state == Peer::State::gone) return;
  const auto parsed = server_parser_.parse(line);
  if (!parsed) {
    if (!std::exchange(peer->warned_of_junk, true)) {
      log::warn("server '" + peer->name + "' wrote something that is no message: " + parsed.error().message);
    }
    return;
  }
  const auto one_line = on_one_line(parsed->text);
  const std::string_view text = one_line ? std::string_view(*one_line) : parsed->text;
  if (!parsed->root.is_array()) return server_message(peer, {parsed->root, text}, related);
  for (const std::string_view item : mcp::array_items(text)) {
    if (const auto one = batch_parser_.parse(item)) server_message(peer, *one, related);
  }
}

void Aggregator::Impl::server_message(Peer* peer, const ParsedJson& parsed, std::string_view related) {
  // A member of a batch may have been the server's end.
  if (peer->state == Peer::State::gone) return;
  std::string id;
  const auto message = mcp::read_message(parsed.root, &id);
  if (!message) return;
  switch (message->kind) {
    case MessageKind::request: return server_request(peer, *message, parsed.text, related);
    case MessageKind::notification: return server_notification(peer, *message, parsed.text, related);
    case MessageKind::result:
    case MessageKind::error: return server_answer(peer, *message, parsed.text);
  }
}

// ---- Answers

void Aggregator::Impl::server_answer(Peer* peer, const Message& message, std::string_view text) {
  const auto id = our_id(message.id);
  const auto found = id ? sent_.find(*id) : sent_.end();
  // Nobody asked this server: an answer invented, repeated, or too late.
  if (found == sent_.end() || found->second.server != peer->server) return;
  const Sent sent = std::move(found->second);
  sent_.erase(found);
  peer->calls.erase(*id);
  switch (sent.use) {
    case Sent::Use::initialize: return initialize_result(peer, message);
    case Sent::Use::list: return list_page(peer, sent.list, message, text);
    case Sent::Use::call:
      call_answer(peer, sent, message, text);
      // Its progress goes on as long as the task does.
      if (!sent.progress_token.empty() && message.kind == MessageKind::result && message.body.is_object()) {
        dom::element task;
        if (message.body["task"].get(task) == simdjson::SUCCESS)
          task_progress_.put(std::to_string(*id), sent);
      }
      return;
    case Sent::Use::ask: return ask_answered(*id, sent, message, text);
    case Sent::Use::nobody: return;
  }
}

void Aggregator::Impl::call_answer(Peer* peer, const Sent& sent, const Message& message,
                                   std::string_view text) {
  if (message.kind == MessageKind::result && sent.method == "tools/call") {
    if (!remember_task(*peer, message.body)) {
      return refuse(sent.client_id, mcp::kInternalError,
                    "the server '" + peer->name + "' named a task by the id of another server's");
    }
    remember_links(*peer, message.body);
  }
  if (message.kind == MessageKind::error && sent.method == "resources/subscribe") {
    std::erase_if(subscriptions_, [&](const auto& one) {
      return one.second.server == peer->server && one.second.uri == sent.name;
    });
  }
  answer(sent.client_id, mcp::replace_value(text, {"id"}, sent.client_id));
}

// False: the id is that of a task of another server, which must not be taken over.
bool Aggregator::Impl::remember_task(const Peer& peer, dom::element result) {
  dom::element task;
  if (!result.is_object() || result["task"].get(task) != simdjson::SUCCESS) return true;
  const std::string id(string_member(task, "taskId"));
  return id.empty() || tasks_.put(id, peer.server) == peer.server;
}

void Aggregator::Impl::remember_links(const Peer& peer, dom::element result) {
  dom::array content;
  if (!result.is_object() || result["content"].get(content) != simdjson::SUCCESS) return;
  for (const auto block : content) {
    if (string_member(block, "type") != "resource_link") continue;
    const std::string_view uri = string_member(block, "uri");
    if (!uri.empty()) hints_.put(std::string(uri), peer.server);
  }
}

// ---- Notifications

std::string Aggregator::Impl::call_of(const Peer& peer, std::string_view related, bool is_request) const {
  if (const auto id = our_id(related)) {
    const auto sent = sent_.find(*id);
    if (sent != sent_.end() && sent->second.server == peer.server) return sent->second.client_id;
    return "";
  }
  // Over stdio no server says. With one call waiting there is little doubt; a request has to go somewhere,
  // and the call this server got last is nearer than any call of another server.
  if (peer.calls.empty() || (!is_request && peer.calls.size() > 1)) return "";
  const auto sent = sent_.find(*peer.calls.rbegin());
  return sent == sent_.end() ? "" : sent->second.client_id;
}

void Aggregator::Impl::server_notification(Peer* peer, const Message& message, std::string_view text,
                                           std::string_view related) {
  const std::string_view method = message.method;
  for (const ChangedList& changed : kChangedLists) {
    if (method != changed.notification) continue;
    peer->list(changed.list).outdated = true;
    if (changed.list == List::resources) peer->list(List::templates).outdated = true;
    return announce(changed.list);
  }
  if (method == "notifications/progress") {
    std::uint64_t token = 0;
    if (!message.has_body || message.body["progressToken"].get(token) != simdjson::SUCCESS) return;
    const auto found = sent_.find(token);
    const Sent* sent = found != sent_.end() ? &found->second : task_progress_.find(std::to_string(token));
    if (sent == nullptr || sent->server != peer->server || sent->progress_token.empty()) return;
    options_.to_client(mcp::replace_value(text, {"params", "progressToken"}, sent->progress_token),
                       found != sent_.end() ? sent->client_id : std::string());
    return;
  }
  // The client is told nothing else before it is ready; a server that follows the protocol does not try.
  if (!client_ready_) return;
  if (method == "notifications/cancelled") {
    dom::element value;
    if (!message.has_body || message.body["requestId"].get(value) != simdjson::SUCCESS) return;
    const auto id = mcp::read_id(value);
    const auto found = id ? peer->requests.find(*id) : peer->requests.end();
    if (found == peer->requests.end()) return;
    const std::uint64_t ours = found->second;
    peer->requests.erase(found);
    asked_.erase(ours);
    options_.to_client(mcp::replace_value(text, {"params", "requestId"}, std::to_string(ours)),
                       call_of(*peer, related, false));
    return;
  }
  const std::string call = call_of(*peer, related, false);
  if (method == "notifications/message") {
    const std::string_view logger = message.has_body ? string_member(message.body, "logger") : "";
    const std::string name =
        mcp::json_quote(logger.empty() ? peer->name : peer->name + "/" + std::string(logger));
    const bool has_logger = mcp::find_value(text, {"params", "logger"}).has_value();
    options_.to_client(has_logger ? mcp::replace_value(text, {"params", "logger"}, name)
                                  : with_member(text, {"params"}, "logger", name),
                       call);
    return;
  }
  if (method == "notifications/resources/updated") {
    const std::string uri(message.has_body ? string_member(message.body, "uri") : "");
    // As the client called it when it subscribed; what lies below such a resource as it is listed.
    for (const auto& [known, subscription] : subscriptions_) {
      if (subscription.server == peer->server && subscription.uri == uri) {
        options_.to_client(mcp::replace_value(text, {"params", "uri"}, mcp::json_quote(known)), "");
        return;
      }
    }
    const std::string shown = shown_uri(*peer, uri, List::resources);
    options_.to_client(shown == uri ? std::string(text)
                                    : mcp::replace_value(text, {"params", "uri"}, mcp::json_quote(shown)),
                       "");
    return;
  }
  if (method == "notifications/tasks/status") {
    const std::size_t* server =
        tasks_.find(std::string(message.has_body ? string_member(message.body, "taskId") : ""));
    if (server == nullptr || *server != peer->server) return;  // another server's task, or nobody's
  }
  options_.to_client(text, call);
}

// ---- Requests of servers

void Aggregator::Impl::server_request(Peer* peer, const Message& message, std::string_view text,
                                      std::string_view related) {
  const auto refuse_server = [&](int code, const std::string& why) {
    send(*peer, mcp::error_message(message.id, code, "aegis-mcp: " + why));
  };
  if (!client_ready_) {
    // Answered here: a server may ask whether we live before anybody else can.
    if (message.method == "ping") return send(*peer, mcp::result_message(message.id, Json::object()));
    return refuse_server(mcp::kInvalidRequest, "the client is not initialised yet");
  }
  if (peer->requests.contains(message.id)) {
    return refuse_server(mcp::kInvalidRequest, "a request with this id is still waiting for its answer");
  }
  if (peer->requests.size() >= kMaxServerRequests) {
    return refuse_server(mcp::kInternalError,
                         std::to_string(kMaxServerRequests) + " requests are waiting for the client already");
  }
  if (message.method.starts_with("tasks/")) {
    // The client runs tasks for all servers; each may see its own.
    if (message.method == "tasks/list")
      return refuse_server(mcp::kMethodNotFound, "tasks cannot be listed here");
    const std::size_t* server =
        client_tasks_.find(std::string(message.has_body ? string_member(message.body, "taskId") : ""));
    if (server == nullptr || *server != peer->server) {
      return refuse_server(mcp::kInvalidParams, "there is no such task");
    }
  }
  const std::uint64_t id = next_id_++;
  const std::string id_text = std::to_string(id);
  Asked asked{.server = peer->server, .id = message.id};
  const auto token = mcp::find_value(text, {"params", "_meta", "progressToken"});
  if (token) asked.progress_token = text.substr(token->begin, token->end - token->begin);
  // The person asked for data must see who asks; nothing else in the dialog says so.
  std::string prompt;
  std::optional<mcp::ValueSpan> prompt_span;
  if (message.method == "elicitation/create" && message.has_body) {
    std::string_view words;
    if (message.body["message"].get(words) == simdjson::SUCCESS) {
      prompt = mcp::json_quote("[" + peer->name + "] " + std::string(words));
      prompt_span = mcp::find_value(text, {"params", "message"});
    }
  }
  const std::string line = with_changes(text, {{.span = mcp::find_value(text, {"id"}), .value = id_text},
                                               {.span = token, .value = id_text},
                                               {.span = prompt_span, .value = prompt}});
  asked_.emplace(id, std::move(asked));
  peer->requests.emplace(message.id, id);
  options_.to_client(line, call_of(*peer, related, true));
}

}  // namespace aegis::gateway
