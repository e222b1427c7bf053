// What the client asks for: which server it goes to, and under what name and id.
#include <algorithm>
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

constexpr std::string_view kLevels[] = {"debug", "info",     "notice", "warning",
                                        "error", "critical", "alert",  "emergency"};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

std::optional<mcp::ValueSpan> progress_token_of(std::string_view text) {
  return mcp::find_value(text, {"params", "_meta", "progressToken"});
}

}  // namespace

void Aggregator::Impl::send(const Peer& peer, std::string_view line) {
  options_.to_server(peer.server, line);
}

void Aggregator::Impl::answer(std::string_view id, std::string_view line) {
  waiting_.erase(std::string(id));
  options_.to_client(line, id);
}

void Aggregator::Impl::refuse(std::string_view id, int code, const std::string& why) {
  answer(id, mcp::error_message(id, code, "aegis-mcp: " + why));
}

// A request of our own making. `params` may be empty.
std::uint64_t Aggregator::Impl::request(Peer* peer, Sent sent, std::string_view method,
                                        std::string_view params) {
  const std::uint64_t id = next_id_++;
  sent_.emplace(id, std::move(sent));
  std::string line =
      R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" + mcp::json_quote(method);
  if (!params.empty()) line.append(",\"params\":").append(params);
  send(*peer, line += '}');
  return id;
}

void Aggregator::Impl::client_request(const Message& message, std::string_view text) {
  const std::string_view method = message.method;
  if (waiting_.contains(message.id)) {
    // Not by refuse(): the one that waits goes on waiting.
    return options_.to_client(
        mcp::error_message(message.id, mcp::kInvalidRequest,
                           "aegis-mcp: a request with this id is still waiting for its answer"),
        message.id);
  }
  if (method == "ping") return answer(message.id, mcp::result_message(message.id, Json::object()));
  if (method == "server/discover") {
    return refuse(message.id, mcp::kMethodNotFound, "this server is initialised by a handshake");
  }
  if (initialize_params_.empty()) return refuse(message.id, mcp::kInvalidRequest, "initialize comes first");
  if (waiting_.size() >= kMaxWaitingCalls) {
    return refuse(message.id, mcp::kInternalError,
                  std::to_string(kMaxWaitingCalls) + " requests are waiting for answers already");
  }
  if (const auto list = list_of(method)) {
    if (message.has_body && !string_member(message.body, "cursor").empty()) {
      return refuse(message.id, mcp::kInvalidParams, "lists have one page here; there is no such cursor");
    }
    return list_wanted(*list, message.id);
  }
  if (is_one_of(method, {"tools/call", "prompts/get"})) return call_by_name(message, text);
  if (is_one_of(method, {"resources/read", "resources/subscribe", "resources/unsubscribe"}))
    return use_resource(message, text);
  if (is_one_of(method, {"tasks/get", "tasks/result", "tasks/cancel"})) return use_task(message, text);
  if (method == "completion/complete") return complete(message, text);
  if (method == "logging/setLevel") return set_level(message);
  refuse(message.id, mcp::kMethodNotFound, "no server can be told from this method");
}

void Aggregator::Impl::call_by_name(const Message& message, std::string_view text) {
  const std::string_view name = message.has_body ? string_member(message.body, "name") : "";
  if (name.empty()) return refuse(message.id, mcp::kInvalidParams, "params.name must be a string");
  const auto parts = split_joined(name);
  Peer* peer = parts ? find_name(parts->first) : nullptr;
  if (peer == nullptr) {
    return refuse(
        message.id, mcp::kInvalidParams,
        "unknown name; names here begin with a server's and two underscores, and the servers are: " +
            known_names());
  }
  relay({peer, std::string(parts->second)}, message, text, {"params", "name"});
}

void Aggregator::Impl::relay(const Target& target, const Message& message, std::string_view text,
                             std::initializer_list<std::string_view> path) {
  const Peer& peer = *target.peer;
  if (peer.state != Peer::State::ready) {
    return refuse(message.id, mcp::kServerGone,
                  "the server '" + peer.name + "' " +
                      (peer.state == Peer::State::gone ? peer.why : "has not started yet"));
  }
  const std::uint64_t id = send_copy(target.peer,
                                     {.use = Sent::Use::call,
                                      .server = peer.server,
                                      .client_id = message.id,
                                      .method = std::string(message.method)},
                                     text, path, target.name);
  waiting_[message.id] = {.what = Waiting::For::call, .id = id};
}

std::uint64_t Aggregator::Impl::send_copy(Peer* peer, Sent sent, std::string_view text,
                                          std::initializer_list<std::string_view> path,
                                          const std::string& name) {
  const std::uint64_t id = next_id_++;
  const std::string id_text = std::to_string(id);
  const auto token = progress_token_of(text);
  if (token) sent.progress_token = text.substr(token->begin, token->end - token->begin);
  sent.name = name;
  const std::string name_text = mcp::json_quote(name);
  const std::string line = with_changes(text, {{.span = mcp::find_value(text, {"id"}), .value = id_text},
                                               {.span = token, .value = id_text},
                                               {.span = mcp::find_value(text, path), .value = name_text}});
  peer->calls.insert(id);
  sent_.emplace(id, std::move(sent));
  send(*peer, line);
  return id;
}

// ---- Completion

void Aggregator::Impl::complete(const Message& message, std::string_view text) {
  dom::element ref;
  if (!message.has_body || message.body["ref"].get(ref) != simdjson::SUCCESS) {
    return refuse(message.id, mcp::kInvalidParams, "params.ref must be an object");
  }
  const bool is_prompt = string_member(ref, "type") == "ref/prompt";
  const std::string_view name = string_member(ref, is_prompt ? "name" : "uri");
  std::optional<Target> target;
  if (!is_prompt) {
    target = owner(name);
  } else if (const auto parts = split_joined(name)) {
    target = Target{find_name(parts->first), std::string(parts->second)};
  }
  if (!target || target->peer == nullptr) {
    return refuse(message.id, mcp::kInvalidParams, "no server is known to have what params.ref names");
  }
  if (target->peer->state == Peer::State::ready && !target->peer->completions) {
    return answer(message.id,
                  mcp::result_message(message.id, Json{{"completion", {{"values", Json::array()}}}}));
  }
  if (is_prompt)
    relay(*target, message, text, {"params", "ref", "name"});
  else
    relay(*target, message, text, {"params", "ref", "uri"});
}

// ---- Resources

// What `server__` names; who lists it; who has a template for it; whose tool or result pointed to it. A
// server's templates count for what it pointed to itself; otherwise the most particular one wins.
std::optional<Aggregator::Impl::Target> Aggregator::Impl::owner(std::string_view uri) {
  if (const auto parts = split_joined(uri)) {
    if (Peer* peer = find_name(parts->first)) return Target{peer, std::string(parts->second)};
  }
  const std::string text(uri);
  if (Peer* peer = first_with(text, List::resources)) return Target{peer, text};
  if (Peer* peer = first_with(text, List::templates)) return Target{peer, text};
  const std::size_t* hint = hints_.find(text);
  Peer* hinted = hint != nullptr ? find(*hint) : nullptr;
  Peer* best = nullptr;
  std::size_t best_length = 0;
  for (Peer& peer : peers_) {
    for (const TemplateShape& shape : peer.shapes) {
      if (!may_expand_to(shape, uri)) continue;
      if (&peer == hinted) return Target{&peer, text};
      if (best == nullptr || shape.prefix.size() > best_length) {
        best = &peer;
        best_length = shape.prefix.size();
      }
    }
  }
  if (best == nullptr) best = hinted;
  if (best == nullptr) return std::nullopt;
  return Target{best, text};
}

bool Aggregator::Impl::may_be_asked(const Peer& peer, std::string_view method) const {
  return peer.state == Peer::State::ready && peer.resources &&
         (method != "resources/subscribe" || peer.subscribe);
}

void Aggregator::Impl::use_resource(const Message& message, std::string_view text) {
  const std::string uri(message.has_body ? string_member(message.body, "uri") : "");
  if (uri.empty()) return refuse(message.id, mcp::kInvalidParams, "params.uri must be a string");
  if (message.method == "resources/unsubscribe") {
    const auto found = subscriptions_.find(uri);
    if (found == subscriptions_.end())
      return answer(message.id, mcp::result_message(message.id, Json::object()));
    const Target target{find(found->second.server), found->second.uri};
    subscriptions_.erase(found);
    // A server that is gone has forgotten it anyway.
    if (target.peer == nullptr || target.peer->state != Peer::State::ready) {
      return answer(message.id, mcp::result_message(message.id, Json::object()));
    }
    return relay(target, message, text, {"params", "uri"});
  }
  const bool is_subscribe = message.method == "resources/subscribe";
  if (is_subscribe && uri.size() > kMaxRememberedKey) {
    return refuse(message.id, mcp::kInvalidParams,
                  "params.uri has more than " + std::to_string(kMaxRememberedKey) + " bytes");
  }
  if (is_subscribe && subscriptions_.size() >= kMaxRemembered && !subscriptions_.contains(uri)) {
    return refuse(message.id, mcp::kInternalError,
                  "there are " + std::to_string(kMaxRemembered) + " subscriptions already");
  }
  const auto target = owner(uri);
  if (!target) return ask_around(message, text);
  if (is_subscribe && target->peer->state == Peer::State::ready && !target->peer->subscribe) {
    return refuse(message.id, mcp::kMethodNotFound,
                  "the server '" + target->peer->name + "' has no subscriptions");
  }
  // Remembered at once: an update may come before the answer.
  if (is_subscribe && target->peer->state == Peer::State::ready) {
    subscriptions_[uri] = {target->peer->server, target->name};
  }
  relay(*target, message, text, {"params", "uri"});
}

void Aggregator::Impl::ask_around(const Message& message, std::string_view text) {
  Ask ask{.client_id = message.id,
          .method = std::string(message.method),
          .uri = std::string(string_member(message.body, "uri")),
          .text = std::string(text)};
  for (const Peer& peer : peers_) {
    if (may_be_asked(peer, message.method)) ask.servers.push_back(peer.server);
  }
  const std::uint64_t id = next_id_++;
  asks_.emplace(id, std::move(ask));
  waiting_[message.id] = {.what = Waiting::For::ask, .id = id};
  ask_next(id);
}

// Puts the question to the next server; without one, and with nobody left who may answer, that is the answer.
void Aggregator::Impl::ask_next(std::uint64_t id) {
  const auto found = asks_.find(id);
  if (found == asks_.end()) return;
  Ask& ask = found->second;
  ask.due_us = 0;
  while (ask.next < ask.servers.size()) {
    Peer* peer = find(ask.servers[ask.next++]);
    if (peer == nullptr || !may_be_asked(*peer, ask.method)) continue;
    ask.due_us = options_.now_us() + std::int64_t{kAskWaitMs} * 1000;
    ask.out.insert(send_copy(peer,
                             {.use = Sent::Use::ask,
                              .server = peer->server,
                              .client_id = ask.client_id,
                              .method = ask.method,
                              .ask = id},
                             ask.text, {"params", "uri"}, ask.uri));
    return;
  }
  if (!ask.out.empty()) return;
  const std::string client_id = ask.client_id, error = ask.error;
  asks_.erase(found);
  if (!error.empty()) return answer(client_id, error);
  answer(client_id, mcp::error_message(client_id, mcp::kResourceNotFound,
                                       "aegis-mcp: none of the servers has this resource"));
}

void Aggregator::Impl::ask_answered(std::uint64_t sent_id, const Sent& sent, const Message& message,
                                    std::string_view text) {
  const auto found = asks_.find(sent.ask);
  if (found == asks_.end()) return;
  Ask& ask = found->second;
  ask.out.erase(sent_id);
  if (message.kind == MessageKind::error) {
    std::int64_t code = 0;
    if (message.body["code"].get(code) != simdjson::SUCCESS) code = mcp::kInternalError;
    const bool not_found =
        code == mcp::kResourceNotFound || code == mcp::kInvalidParams || code == mcp::kMethodNotFound;
    if (!not_found && ask.error.empty()) ask.error = mcp::replace_value(text, {"id"}, ask.client_id);
    if (ask.out.empty()) ask_next(sent.ask);
    return;
  }
  const std::string uri = ask.uri;
  if (sent.method == "resources/subscribe") subscriptions_[uri] = {sent.server, uri};
  hints_.put(uri, sent.server);
  const std::string client_id = ask.client_id;
  end_ask(sent.ask);
  answer(client_id, mcp::replace_value(text, {"id"}, client_id));
}

// The others who were asked need not go on.
void Aggregator::Impl::end_ask(std::uint64_t id) {
  const auto found = asks_.find(id);
  if (found == asks_.end()) return;
  const std::set<std::uint64_t> out = std::move(found->second.out);
  asks_.erase(found);
  for (const std::uint64_t one : out) {
    const auto sent = sent_.find(one);
    if (sent == sent_.end()) continue;
    Peer* peer = find(sent->second.server);
    sent_.erase(sent);
    if (peer == nullptr) continue;
    peer->calls.erase(one);
    send(*peer, R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
                    std::to_string(one) + "}}");
  }
}

// ---- Tasks, log level

void Aggregator::Impl::use_task(const Message& message, std::string_view text) {
  const std::string id(message.has_body ? string_member(message.body, "taskId") : "");
  const std::size_t* server = tasks_.find(id);
  Peer* peer = server != nullptr ? find(*server) : nullptr;
  if (peer == nullptr) return refuse(message.id, mcp::kInvalidParams, "no server is known to run this task");
  relay({peer, id}, message, text, {"params", "taskId"});
}

void Aggregator::Impl::set_level(const Message& message) {
  const std::string_view level = message.has_body ? string_member(message.body, "level") : "";
  if (std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels)) {
    return refuse(message.id, mcp::kInvalidParams, "params.level must be a level of RFC 5424");
  }
  level_ = "{\"level\":" + mcp::json_quote(level) + "}";
  for (Peer& peer : peers_) {
    if (peer.state == Peer::State::ready && peer.told_initialized && peer.logging) {
      request(&peer, {.use = Sent::Use::nobody, .server = peer.server}, "logging/setLevel", level_);
    }
  }
  answer(message.id, mcp::result_message(message.id, Json::object()));
}

// ---- What is no request

void Aggregator::Impl::client_notification(const Message& message, std::string_view text) {
  const std::string_view method = message.method;
  if (method == "notifications/initialized") {
    if (initialize_params_.empty() || client_ready_) return;
    client_ready_ = true;
    for (Peer& peer : peers_) {
      if (peer.state == Peer::State::ready) tell_initialized(&peer);
    }
    return flush_announcements();
  }
  if (method == "notifications/cancelled") return cancel(message, text);
  if (method == "notifications/roots/list_changed") {
    for (const Peer& peer : peers_) {
      if (peer.told_initialized) send(peer, text);
    }
    return;
  }
  if (!message.has_body) return;
  if (method == "notifications/progress") {
    // Of a request a server made: the token is our id of it.
    std::uint64_t token = 0;
    if (message.body["progressToken"].get(token) != simdjson::SUCCESS) return;
    const auto asked = asked_.find(token);
    const Peer* peer = asked != asked_.end() ? find(asked->second.server) : nullptr;
    if (peer == nullptr || asked->second.progress_token.empty()) return;
    return send(*peer, mcp::replace_value(text, {"params", "progressToken"}, asked->second.progress_token));
  }
  if (method == "notifications/tasks/status") {
    const std::size_t* server = client_tasks_.find(std::string(string_member(message.body, "taskId")));
    const Peer* peer = server != nullptr ? find(*server) : nullptr;
    if (peer != nullptr && peer->state == Peer::State::ready) send(*peer, text);
  }
  // Any other is not known to be meant for all servers, so it goes to none.
}

void Aggregator::Impl::cancel(const Message& message, std::string_view text) {
  dom::element value;
  if (!message.has_body || message.body["requestId"].get(value) != simdjson::SUCCESS) return;
  const auto id = mcp::read_id(value);
  const auto found = id ? waiting_.find(*id) : waiting_.end();
  if (found == waiting_.end() || found->second.what == Waiting::For::initialize) return;
  const Waiting waiting = found->second;
  waiting_.erase(found);
  if (waiting.what == Waiting::For::list) return leave_round(waiting.list, *id);
  if (waiting.what == Waiting::For::ask) return end_ask(waiting.id);
  const auto sent = sent_.find(waiting.id);
  if (sent == sent_.end()) return;
  Peer* peer = find(sent->second.server);
  sent_.erase(sent);
  if (peer == nullptr) return;
  peer->calls.erase(waiting.id);
  send(*peer, mcp::replace_value(text, {"params", "requestId"}, std::to_string(waiting.id)));
}

// An answer to what a server asked.
void Aggregator::Impl::client_answer(const Message& message, std::string_view text) {
  if (message.id.empty()) return;
  const auto number = our_id(message.id);
  const auto found = number ? asked_.find(*number) : asked_.end();
  if (found == asked_.end()) return;
  const Asked asked = std::move(found->second);
  asked_.erase(found);
  Peer* peer = find(asked.server);
  if (peer == nullptr) return;
  peer->requests.erase(asked.id);
  dom::element task;
  if (message.kind == MessageKind::result && message.body.is_object() &&
      message.body["task"].get(task) == simdjson::SUCCESS) {
    const std::string task_id(string_member(task, "taskId"));
    if (!task_id.empty()) client_tasks_.put(task_id, peer->server);
  }
  send(*peer, mcp::replace_value(text, {"id"}, asked.id));
}

}  // namespace aegis::gateway
