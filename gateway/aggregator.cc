#include "gateway/aggregator.h"

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

constexpr std::int64_t us(int ms) { return std::int64_t{ms} * 1000; }

bool has_member(dom::element object, const char* key) {
  dom::element value;
  return object.is_object() && object[key].get(value) == simdjson::SUCCESS && !value.is_null();
}

// At most `bytes` of it, cut between characters.
std::string shortened(std::string_view text, std::size_t bytes) {
  constexpr std::string_view kCut = " […]";
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(kCut);
}

// Most of a server's own words that is repeated.
constexpr std::size_t kMaxWords = 300;

// What is said of a server, to stand after its name: without what the proxy in front of it put before, and
// without the name.
std::string said_of(const std::string& name, std::string_view sentence) {
  for (const std::string& prefix :
       {std::string("aegis-mcp: no answer to initialize: "), "the server '" + name + "' "}) {
    if (sentence.starts_with(prefix)) sentence.remove_prefix(prefix.size());
  }
  return shortened(sentence, kMaxWords);
}

}  // namespace

Aggregator::Aggregator(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Aggregator::~Aggregator() = default;

void Aggregator::from_client(std::string_view line) {
  impl_->take({.kind = Impl::Event::Kind::client, .line = line});
}
void Aggregator::from_server(std::size_t server, std::string_view line, std::string_view related) {
  impl_->take({.kind = Impl::Event::Kind::server, .server = server, .line = line, .related = related});
}
void Aggregator::server_ended(std::size_t server, const std::string& why) {
  impl_->take({.kind = Impl::Event::Kind::ended, .server = server, .line = why});
}
void Aggregator::server_replaced(std::size_t server) {
  impl_->take({.kind = Impl::Event::Kind::replaced, .server = server});
}
void Aggregator::set_servers(std::vector<ServerRef> servers) {
  impl_->take({.kind = Impl::Event::Kind::servers, .servers = std::move(servers)});
}
std::int64_t Aggregator::deadline_us() const { return impl_->deadline_us(); }
void Aggregator::tick() { impl_->take({.kind = Impl::Event::Kind::tick}); }
std::size_t Aggregator::waiting() const { return impl_->waiting(); }

Aggregator::Impl::Impl(Options options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.names.size(); ++i) {
    Peer peer;
    peer.server = i;
    peer.name = options_.names[i];
    peers_.push_back(std::move(peer));
  }
}

void Aggregator::Impl::take(Event event) {
  if (busy_) {
    event.kept_line = event.line;
    event.kept_related = event.related;
    put_off_.push_back(std::move(event));
    return;
  }
  busy_ = true;
  handle(event);
  while (!put_off_.empty()) {
    Event next = std::move(put_off_.front());
    put_off_.pop_front();
    next.line = next.kept_line;
    next.related = next.kept_related;
    handle(next);
  }
  busy_ = false;
}

void Aggregator::Impl::handle(const Event& event) {
  Peer* peer = find(event.server);
  switch (event.kind) {
    case Event::Kind::client: client_line(event.line); break;
    case Event::Kind::server:
      if (peer != nullptr) server_line(peer, event.line, event.related);
      break;
    case Event::Kind::ended:
      if (peer != nullptr && peer->state != Peer::State::gone)
        ended(peer, said_of(peer->name, event.line));
      else if (peer != nullptr)
        peer->why = said_of(peer->name, event.line);  // what is known now, not what was known first
      break;
    case Event::Kind::replaced:
      if (peer != nullptr) {
        if (peer->state != Peer::State::gone) ended(peer, "was started anew");
        start(peer);
      }
      break;
    case Event::Kind::servers: set_servers(event.servers); break;
    case Event::Kind::tick: tick(); break;
  }
}

Peer* Aggregator::Impl::find(std::size_t server) {
  const auto found =
      std::find_if(peers_.begin(), peers_.end(), [&](const Peer& peer) { return peer.server == server; });
  return found == peers_.end() ? nullptr : &*found;
}

Peer* Aggregator::Impl::find_name(std::string_view name) {
  const auto found =
      std::find_if(peers_.begin(), peers_.end(), [&](const Peer& peer) { return peer.name == name; });
  return found == peers_.end() ? nullptr : &*found;
}

std::string Aggregator::Impl::known_names() const {
  std::string names;
  for (const Peer& peer : peers_) (names += names.empty() ? "" : ", ") += peer.name;
  return names.empty() ? "none" : names;
}

// ---- What the client says

void Aggregator::Impl::client_line(std::string_view line) {
  const auto parsed = client_parser_.parse(line);
  if (!parsed) {
    options_.to_client(mcp::unaddressed_error(mcp::kParseError, "aegis-mcp: " + parsed.error().message,
                                              mcp::find_revision(revision_)),
                       "");
    return;
  }
  const auto one_line = on_one_line(parsed->text);
  const std::string_view text = one_line ? std::string_view(*one_line) : parsed->text;
  if (!parsed->root.is_array()) return client_message({parsed->root, text});
  for (const std::string_view item : mcp::array_items(text)) {
    if (const auto one = batch_parser_.parse(item)) client_message(*one);
  }
}

void Aggregator::Impl::client_message(const ParsedJson& parsed) {
  std::string id;
  const auto message = mcp::read_message(parsed.root, &id);
  if (!message) {
    const std::string why = "aegis-mcp: " + message.error().message;
    options_.to_client(id.empty()
                           ? mcp::unaddressed_error(mcp::kInvalidRequest, why, mcp::find_revision(revision_))
                           : mcp::error_message(id, mcp::kInvalidRequest, why),
                       id);
    return;
  }
  switch (message->kind) {
    case MessageKind::request:
      if (message->method == "initialize")
        initialize(*message, parsed.text);
      else
        client_request(*message, parsed.text);
      break;
    case MessageKind::notification: client_notification(*message, parsed.text); break;
    case MessageKind::result:
    case MessageKind::error: client_answer(*message, parsed.text); break;
  }
}

// ---- The beginning

void Aggregator::Impl::initialize(const Message& message, std::string_view text) {
  if (!initialize_params_.empty()) {
    return refuse(message.id, mcp::kInvalidRequest, "this connection is initialised already");
  }
  if (!message.has_body) return refuse(message.id, mcp::kInvalidParams, "initialize needs params");
  revision_ = mcp::negotiate(string_member(message.body, "protocolVersion")).name;
  const std::string params(mcp::raw_value(text, {"params"}));
  const std::string version = mcp::json_quote(revision_);
  initialize_params_ =
      with_changes(params, {{.span = mcp::find_value(params, {"protocolVersion"}), .value = version}});
  initialize_id_ = message.id;
  waiting_[message.id] = {.what = Waiting::For::initialize};
  start_deadline_us_ = options_.now_us() + us(kStartWaitMs);
  for (Peer& peer : peers_) {
    if (peer.state == Peer::State::starting) start(&peer);
  }
  answer_initialize();
}

void Aggregator::Impl::start(Peer* peer) {
  const std::size_t server = peer->server;
  std::string name = std::move(peer->name);
  *peer = Peer{};
  peer->server = server;
  peer->name = std::move(name);
  if (initialize_params_.empty()) return;  // comes with the client's
  request(peer, {.use = Sent::Use::initialize, .server = server}, "initialize", initialize_params_);
}

void Aggregator::Impl::initialize_result(Peer* peer, const Message& message) {
  if (peer->state != Peer::State::starting) return;
  const mcp::Revision* revision = message.kind == MessageKind::result
                                      ? mcp::find_revision(string_member(message.body, "protocolVersion"))
                                      : nullptr;
  if (revision == nullptr || revision->modern) {
    std::string why = "answered initialize with a revision we do not know";
    if (message.kind == MessageKind::error)
      why = "did not start: " + said_of(peer->name, string_member(message.body, "message"));
    log::warn("server '" + peer->name + "' " + why);
    ended(peer, why);
    return;
  }
  dom::element capabilities, one;
  if (message.body["capabilities"].get(capabilities) == simdjson::SUCCESS && capabilities.is_object()) {
    peer->tools = has_member(capabilities, "tools");
    peer->prompts = has_member(capabilities, "prompts");
    peer->resources = has_member(capabilities, "resources");
    peer->subscribe = capabilities["resources"].get(one) == simdjson::SUCCESS &&
                      bool_member(one, "subscribe").value_or(false);
    peer->completions = has_member(capabilities, "completions");
    peer->logging = has_member(capabilities, "logging");
    if (capabilities["tasks"].get(one) == simdjson::SUCCESS && one.is_object()) {
      peer->tasks = simdjson::minify(one);
      peer->lists_tasks = has_member(one, "list");
    }
  }
  peer->instructions = string_member(message.body, "instructions");
  peer->state = Peer::State::ready;
  if (client_ready_) tell_initialized(peer);
  if (initialize_id_.empty()) announce_all(*peer);
  answer_initialize();
}

void Aggregator::Impl::tell_initialized(Peer* peer) {
  if (peer->told_initialized) return;
  peer->told_initialized = true;
  send(*peer, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  if (peer->logging && !level_.empty()) {
    request(peer, {.use = Sent::Use::nobody, .server = peer->server}, "logging/setLevel", level_);
  }
  for (const auto& [ignored, subscription] : subscriptions_) {
    if (subscription.server != peer->server) continue;
    request(peer, {.use = Sent::Use::nobody, .server = peer->server}, "resources/subscribe",
            "{\"uri\":" + mcp::json_quote(subscription.uri) + "}");
  }
}

void Aggregator::Impl::answer_initialize() {
  if (initialize_id_.empty()) return;
  const bool all_in = std::none_of(peers_.begin(), peers_.end(),
                                   [](const Peer& peer) { return peer.state == Peer::State::starting; });
  if (!all_in && options_.now_us() < start_deadline_us_) return;

  // What is not said now cannot be said later, so a server that is still missing is trusted to have it: each
  // of these is answered even if no server does.
  bool subscribe = !all_in, completions = !all_in, logging = !all_in;
  Json tasks;
  std::string instructions;
  for (const Peer& peer : peers_) {
    if (peer.state == Peer::State::starting) {
      log::warn("server '" + peer.name + "' has not answered initialize after " +
                std::to_string(kStartWaitMs) + " ms; it joins when it does");
    }
    subscribe |= peer.subscribe;
    completions |= peer.completions;
    logging |= peer.logging;
    if (!peer.tasks.empty()) {
      const Json one = Json::parse(peer.tasks, nullptr, false);
      if (tasks.is_null())
        tasks = one;
      else if (one.is_object())
        tasks.merge_patch(one);
    }
    if (!peer.instructions.empty()) {
      if (!instructions.empty()) instructions += "\n\n";
      instructions.append("## ").append(peer.name).append("\n\n");
      instructions += shortened(peer.instructions, kMaxServerInstructions);
    }
  }
  Json capabilities{{"tools", {{"listChanged", true}}},
                    {"prompts", {{"listChanged", true}}},
                    {"resources", {{"listChanged", true}}}};
  if (subscribe) capabilities["resources"]["subscribe"] = true;
  if (completions) capabilities["completions"] = Json::object();
  if (logging) capabilities["logging"] = Json::object();
  if (tasks.is_object()) capabilities["tasks"] = std::move(tasks);
  Json info{{"name", options_.info.name}, {"version", options_.info.version}};
  if (!options_.info.title.empty()) info["title"] = options_.info.title;
  Json result{{"protocolVersion", revision_},
              {"capabilities", std::move(capabilities)},
              {"serverInfo", std::move(info)}};
  if (!options_.info.instructions.empty()) {
    instructions = options_.info.instructions + (instructions.empty() ? "" : "\n\n") + instructions;
  }
  if (!instructions.empty()) result["instructions"] = shortened(instructions, kMaxAllInstructions);
  const std::string id = std::exchange(initialize_id_, "");
  answer(id, mcp::result_message(id, result));
}

// ---- Servers that go and come

void Aggregator::Impl::ended(Peer* peer, const std::string& why) {
  log::info("server '" + peer->name + "' " + why);
  const bool was_ready = peer->state == Peer::State::ready;
  peer->state = Peer::State::gone;
  peer->why = why;
  forget(peer, why);
  if (was_ready) announce_all(*peer);
  answer_initialize();
}

// Everything that waits for the server, or that it waits for.
void Aggregator::Impl::forget(Peer* peer, const std::string& why) {
  std::vector<std::pair<std::uint64_t, Sent>> lost;
  for (const auto& [id, sent] : sent_) {
    if (sent.server == peer->server) lost.emplace_back(id, sent);
  }
  for (const auto& [id, ignored] : lost) sent_.erase(id);
  peer->calls.clear();
  for (const auto& [id, sent] : lost) {
    if (sent.use == Sent::Use::call) {
      refuse(sent.client_id, mcp::kServerGone,
             "no answer to " + sent.method + ": the server '" + peer->name + "' " + why);
    } else if (sent.use == Sent::Use::ask) {
      if (const auto ask = asks_.find(sent.ask); ask != asks_.end()) {
        ask->second.out.erase(id);
        if (ask->second.out.empty()) ask_next(sent.ask);
      }
    }
  }
  // A dialog the server opened is of no use any more.
  for (const auto& [ignored, id] : peer->requests) {
    asked_.erase(id);
    options_.to_client(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
                           std::to_string(id) + R"(,"reason":"the server has ended"}})",
                       "");
  }
  peer->requests.clear();
  for (std::size_t i = 0; i < kLists; ++i) {
    const auto list = static_cast<List>(i);
    peer->list(list).request = 0;
    drop_list(peer, list);
    not_missing(*peer, list);
  }
  const auto is_its = [&](std::size_t server) { return server == peer->server; };
  hints_.erase_if(is_its);
  tasks_.erase_if(is_its);
  client_tasks_.erase_if(is_its);
  task_progress_.erase_if([&](const Sent& sent) { return sent.server == peer->server; });
}

void Aggregator::Impl::set_servers(const std::vector<ServerRef>& servers) {
  const auto stays = [&](const Peer& peer) {
    return std::any_of(servers.begin(), servers.end(),
                       [&](const ServerRef& ref) { return ref.server == peer.server; });
  };
  for (Peer& peer : peers_) {
    if (stays(peer)) continue;
    if (peer.state != Peer::State::gone) ended(&peer, "is not configured any more");
    std::erase_if(subscriptions_, [&](const auto& one) { return one.second.server == peer.server; });
  }
  std::erase_if(peers_, [&](const Peer& peer) { return !stays(peer); });

  std::vector<Peer> ordered;
  std::vector<std::size_t> added;
  bool moved = false;
  std::size_t before = 0;
  for (const ServerRef& ref : servers) {
    if (std::any_of(ordered.begin(), ordered.end(),
                    [&](const Peer& peer) { return peer.server == ref.server; }))
      continue;
    if (Peer* known = find(ref.server)) {
      const auto position = static_cast<std::size_t>(known - peers_.data());
      moved |= position < before;
      before = position;
      ordered.push_back(*known);
    } else {
      Peer peer;
      peer.server = ref.server;
      peer.name = ref.name;
      ordered.push_back(std::move(peer));
      added.push_back(ref.server);
    }
  }
  peers_ = std::move(ordered);
  for (const std::size_t server : added) start(find(server));
  if (moved) {
    for (const List list : {List::tools, List::prompts, List::resources}) announce(list);
  }
  answer_initialize();
}

// ---- Time, and what the client is told of changes

void Aggregator::Impl::announce(List list) {
  if (list == List::templates) list = List::resources;
  if (list == List::tasks) return;  // has no such notification
  announcements_[static_cast<std::size_t>(list)].wanted = true;
  flush_announcements();
}

void Aggregator::Impl::announce_all(const Peer& peer) {
  for (const List list : {List::tools, List::prompts, List::resources}) {
    if (peer.has(list)) announce(list);
  }
}

void Aggregator::Impl::flush_announcements() {
  if (!client_ready_) return;
  for (std::size_t i = 0; i < kLists; ++i) {
    Announcement& one = announcements_[i];
    const std::int64_t now = options_.now_us();
    if (!one.wanted || (one.last_us != 0 && now < one.last_us + us(kListChangedGapMs))) continue;
    one.wanted = false;
    one.last_us = now;
    options_.to_client(
        std::string(R"({"jsonrpc":"2.0","method":")") + form_of(static_cast<List>(i)).changed + "\"}", "");
  }
}

std::int64_t Aggregator::Impl::deadline_us() const {
  std::int64_t first = 0;
  const auto consider = [&](std::int64_t due) {
    if (due != 0 && (first == 0 || due < first)) first = due;
  };
  if (!initialize_id_.empty()) consider(start_deadline_us_);
  for (const Round& round : rounds_) {
    if (!round.clients.empty()) consider(round.deadline_us);
  }
  for (const auto& [ignored, ask] : asks_) consider(ask.due_us);
  for (const Announcement& one : announcements_) {
    if (one.wanted && client_ready_) consider(std::max<std::int64_t>(one.last_us + us(kListChangedGapMs), 1));
  }
  return first;
}

void Aggregator::Impl::tick() {
  const std::int64_t now = options_.now_us();
  if (now >= start_deadline_us_) answer_initialize();
  for (std::size_t i = 0; i < kLists; ++i) {
    if (!rounds_[i].clients.empty() && now >= rounds_[i].deadline_us) finish_round(static_cast<List>(i));
  }
  std::vector<std::uint64_t> due;
  for (const auto& [id, ask] : asks_) {
    if (ask.due_us != 0 && now >= ask.due_us) due.push_back(id);
  }
  for (const std::uint64_t id : due) ask_next(id);
  flush_announcements();
}

}  // namespace aegis::gateway
