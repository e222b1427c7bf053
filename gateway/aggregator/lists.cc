// Lists: asking each server for all its pages, and putting together what the client is given.
#include <algorithm>
#include <functional>
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

constexpr ListForm kForms[kLists] = {
    {"tools/list", "tools", "name", "notifications/tools/list_changed"},
    {"prompts/list", "prompts", "name", "notifications/prompts/list_changed"},
    {"resources/list", "resources", "uri", "notifications/resources/list_changed"},
    {"resources/templates/list", "resourceTemplates", "uriTemplate", "notifications/resources/list_changed"},
    {"tasks/list", "tasks", "taskId", ""},
};

bool is_called_by_name(List list) { return list == List::tools || list == List::prompts; }

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Never 0, which stands for a list the client was not given.
std::size_t fingerprint(const std::vector<Item>& items) {
  std::size_t print = 1;
  for (const Item& item : items) print = print * 1'000'003 ^ std::hash<std::string>()(item.text);
  return print == 0 ? 1 : print;
}

}  // namespace

const ListForm& form_of(List list) { return kForms[static_cast<std::size_t>(list)]; }

std::optional<List> list_of(std::string_view method) {
  for (std::size_t i = 0; i < kLists; ++i) {
    if (method == kForms[i].method) return static_cast<List>(i);
  }
  return std::nullopt;
}

bool Peer::has(List one) const {
  switch (one) {
    case List::tools: return tools;
    case List::prompts: return prompts;
    case List::resources:
    case List::templates: return resources;
    case List::tasks: return lists_tasks;
  }
  return false;
}

// ---- A round: from the client's request to its answer

// A request that comes while a list is put together is for the next one: what it asks for may have changed
// since the servers answered.
void Aggregator::Impl::list_wanted(List list, const std::string& client_id) {
  waiting_[client_id] = {.what = Waiting::For::list, .list = list};
  Round& round = rounds_[static_cast<std::size_t>(list)];
  if (!round.clients.empty()) {
    round.next.push_back(client_id);
    return;
  }
  round.clients.push_back(client_id);
  start_round(list);
}

void Aggregator::Impl::start_round(List list) {
  Round& round = rounds_[static_cast<std::size_t>(list)];
  const std::int64_t now = options_.now_us();
  round.missing.clear();
  round.deadline_us = now + std::int64_t{kListWaitMs} * 1000;
  for (Peer& peer : peers_) {
    if (peer.state != Peer::State::ready || !peer.has(list)) continue;
    Listing& listing = peer.list(list);
    const bool given_up = now - listing.started_us > std::int64_t{kListGiveUpMs} * 1000;
    if (listing.request != 0 && (listing.outdated || given_up)) drop_fetch(&peer, list);
    // One that was late already is not waited for again: until it answers, each list would take that long.
    if (listing.request != 0 && listing.late) continue;
    round.missing.insert(peer.server);
    if (listing.request == 0) fetch(&peer, list);
  }
  if (round.missing.empty()) finish_round(list);
}

void Aggregator::Impl::not_missing(const Peer& peer, List list) {
  Round& round = rounds_[static_cast<std::size_t>(list)];
  if (round.missing.erase(peer.server) > 0 && round.missing.empty() && !round.clients.empty())
    finish_round(list);
}

void Aggregator::Impl::finish_round(List list) {
  Round& round = rounds_[static_cast<std::size_t>(list)];
  for (const std::size_t server : round.missing) {
    Peer* peer = find(server);
    if (peer == nullptr) continue;
    peer->list(list).late = true;
    log::warn("server '" + peer->name + "' has not answered " + form_of(list).method + " after " +
              std::to_string(kListWaitMs) + " ms; its last answer is used, or none");
  }
  round.missing.clear();
  const std::string result = merged(list);
  const std::vector<std::string> clients = std::exchange(round.clients, std::exchange(round.next, {}));
  for (const std::string& id : clients) {
    std::string line = R"({"jsonrpc":"2.0","id":)";
    answer(id, line.append(id).append(",\"result\":").append(result).append("}"));
  }
  if (!round.clients.empty()) start_round(list);
}

void Aggregator::Impl::leave_round(List list, const std::string& client_id) {
  Round& round = rounds_[static_cast<std::size_t>(list)];
  std::erase(round.clients, client_id);
  std::erase(round.next, client_id);
  if (round.clients.empty() && !round.next.empty()) {
    round.clients = std::exchange(round.next, {});
    start_round(list);
  }
}

// ---- One server's list

void Aggregator::Impl::fetch(Peer* peer, List list) {
  Listing& listing = peer->list(list);
  listing.started_us = options_.now_us();
  listing.outdated = listing.late = false;
  listing.coming.clear();
  listing.coming_keys.clear();
  listing.coming_bytes = listing.pages = 0;
  listing.request =
      request(peer, {.use = Sent::Use::list, .server = peer->server, .list = list}, form_of(list).method, "");
}

// Nobody waits for what is under way any more.
void Aggregator::Impl::drop_fetch(Peer* peer, List list) {
  Listing& listing = peer->list(list);
  const std::uint64_t id = std::exchange(listing.request, 0);
  listing.coming.clear();
  listing.coming_keys.clear();
  if (sent_.erase(id) == 0) return;
  send(*peer, R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
                  std::to_string(id) + "}}");
}

void Aggregator::Impl::list_page(Peer* peer, List list, const Message& message, std::string_view text) {
  const ListForm& form = form_of(list);
  Listing& listing = peer->list(list);
  dom::array items;
  if (message.kind == MessageKind::error || !message.body.is_object() ||
      message.body[form.member].get(items) != simdjson::SUCCESS) {
    log::warn("server '" + peer->name + "' answered " + form.method +
              (message.kind == MessageKind::error ? " with an error" : " with something else") +
              "; it is left out of the list");
    listing.request = 0;
    listing.coming.clear();
    drop_list(peer, list);
    return not_missing(*peer, list);
  }
  const auto texts = mcp::array_items(mcp::raw_value(text, {"result", form.member}));
  std::size_t position = 0;
  bool full = false;
  for (const dom::element item : items) {
    if (position >= texts.size()) break;
    if (!take_item(peer, list, item, texts[position++])) {
      full = true;
      break;
    }
  }
  ++listing.pages;
  const std::string_view cursor = string_member(message.body, "nextCursor");
  if (!full && !cursor.empty() && listing.pages < kMaxListPages) {
    const std::string params = "{\"cursor\":" + mcp::json_quote(cursor) + "}";
    listing.request =
        request(peer, {.use = Sent::Use::list, .server = peer->server, .list = list}, form.method, params);
    return;
  }
  if (full || !cursor.empty()) {
    log::warn("server '" + peer->name + "' lists more than " + std::to_string(kMaxListItems) + " items, " +
              std::to_string(kMaxListBytes) + " bytes or " + std::to_string(kMaxListPages) + " pages by " +
              form.method + "; the rest is left out");
  }
  listing.request = 0;
  list_done(peer, list);
}

// False: no more fits.
bool Aggregator::Impl::take_item(Peer* peer, List list, dom::element item, std::string_view text) {
  const ListForm& form = form_of(list);
  Listing& listing = peer->list(list);
  const std::string key(string_member(item, form.key));
  const std::string_view name = string_member(item, "name");
  // What cannot be called must not be offered, and one such name makes some clients refuse the whole list.
  if (key.empty() || has_control_character(key) || has_control_character(name)) {
    log::warn("server '" + peer->name + "' lists an item without a usable name; it is left out");
    return true;
  }
  // A task of another server is not this one's to speak of.
  if (list == List::tasks && tasks_.put(key, peer->server) != peer->server) return true;
  const auto [ignored, is_new] = listing.coming_keys.insert(key);
  if (!is_new && list != List::resources) {
    log::warn("server '" + peer->name + "' lists an item twice; the first one counts");
    return true;
  }
  Item one{.text = std::string(text), .key = key};
  if (list != List::tasks && !name.empty()) {
    const std::string full_name = joined(peer->name, name);
    if (is_called_by_name(list) && full_name.size() > kUsualToolName &&
        !std::exchange(peer->warned_of_names, true)) {
      log::warn(
          "server '" + peer->name + "' has names of more than " + std::to_string(kUsualToolName) +
          " characters together with its own; some models refuse them (a shorter name of the server helps)");
    }
    one.text = mcp::replace_value(text, {"name"}, mcp::json_quote(full_name));
  }
  listing.coming_bytes += one.text.size();
  if (listing.coming.size() >= kMaxListItems || listing.coming_bytes > kMaxListBytes) return false;
  if (list == List::tools) {
    // The page a tool is shown with (MCP Apps), in both spellings.
    dom::element meta, ui;
    if (item["_meta"].get(meta) == simdjson::SUCCESS && meta.is_object()) {
      std::string_view uri = string_member(meta, "ui/resourceUri");
      if (uri.empty() && meta["ui"].get(ui) == simdjson::SUCCESS) uri = string_member(ui, "resourceUri");
      if (!uri.empty()) hints_.put(std::string(uri), peer->server);
    }
  }
  listing.coming.push_back(std::move(one));
  return true;
}

void Aggregator::Impl::list_done(Peer* peer, List list) {
  Listing& listing = peer->list(list);
  listing.items = std::exchange(listing.coming, {});
  listing.coming_keys.clear();
  listing.known = true;
  if (list == List::resources || list == List::templates) {
    auto& known = list == List::resources ? peer->uris : peer->templates;
    known.clear();
    for (const Item& item : listing.items) known.insert(item.key);
  }
  if (list == List::templates) {
    peer->shapes.clear();
    for (const Item& item : listing.items) peer->shapes.push_back(shape_of(item.key));
  }
  const bool is_late = std::exchange(listing.late, false);
  const bool waited_for = rounds_[static_cast<std::size_t>(list)].missing.contains(peer->server);
  not_missing(*peer, list);
  if (is_late && !waited_for && fingerprint(listing.items) != listing.shown) announce(list);
}

void Aggregator::Impl::drop_list(Peer* peer, List list) {
  Listing& listing = peer->list(list);
  const bool had_some = listing.shown != 0 && !listing.items.empty();
  const bool is_late = std::exchange(listing.late, false);
  listing.items.clear();
  listing.known = false;
  if (list == List::resources) peer->uris.clear();
  if (list == List::templates) {
    peer->templates.clear();
    peer->shapes.clear();
  }
  if (is_late && had_some && peer->state == Peer::State::ready) announce(list);
}

// ---- All together

Peer* Aggregator::Impl::first_with(const std::string& uri, List list) {
  for (Peer& peer : peers_) {
    if ((list == List::resources ? peer.uris : peer.templates).contains(uri)) return &peer;
  }
  return nullptr;
}

std::string Aggregator::Impl::shown_uri(const Peer& peer, const std::string& uri, List list) {
  const auto parts = split_joined(uri);
  const bool reads_as_another = parts && find_name(parts->first) != nullptr;
  const Peer* first = first_with(uri, list);
  return reads_as_another || (first != nullptr && first != &peer) ? joined(peer.name, uri) : uri;
}

std::string Aggregator::Impl::merged(List list) {
  const ListForm& form = form_of(list);
  std::string text = std::string("{\"") + form.member + "\":[";
  bool first = true;
  for (Peer& peer : peers_) {
    Listing& listing = peer.list(list);
    listing.shown = 0;
    if (peer.state != Peer::State::ready || !listing.known) continue;
    listing.shown = fingerprint(listing.items);
    for (const Item& item : listing.items) {
      if (text.size() + item.text.size() > kMaxMergedBytes) {
        log::warn(std::string("the merged ") + form.method + " has more than " +
                  std::to_string(kMaxMergedBytes) + " bytes; items of server '" + peer.name +
                  "' are left out");
        break;
      }
      if (!first) text += ',';
      first = false;
      const bool has_uri = list == List::resources || list == List::templates;
      const std::string uri = has_uri ? shown_uri(peer, item.key, list) : std::string();
      if (has_uri && uri != item.key)
        text += mcp::replace_value(item.text, {form.key}, mcp::json_quote(uri));
      else
        text += item.text;
    }
  }
  return text += "]}";
}

}  // namespace aegis::gateway
