// The state of an Aggregator. Only its own files include this: aggregator.cc (life of the connection and of
// the servers), requests.cc (what the client asks for), lists.cc (merging), servers.cc (what servers send).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "gateway/aggregator.h"
#include "gateway/aggregator/names.h"
#include "mcp/message.h"

namespace aegis::gateway {

enum class List : std::size_t { tools, prompts, resources, templates, tasks };
inline constexpr std::size_t kLists = 5;

struct ListForm {
  const char* method;
  const char* member;  // of the result
  const char* key;     // what names an item
  const char* changed;
};
const ListForm& form_of(List list);
std::optional<List> list_of(std::string_view method);

// An id of ours as it comes back: a JSON integer. Nothing: it is none of ours.
std::optional<std::uint64_t> our_id(std::string_view id);

// The oldest is forgotten when it is full; keys over kMaxRememberedKey are never known.
template <class Value>
class BoundedMap {
 public:
  // The value there is, which may be an older one.
  Value put(const std::string& key, Value value) {
    if (key.size() > kMaxRememberedKey) return value;
    const auto [entry, is_new] = map_.try_emplace(key, std::move(value));
    const Value kept = entry->second;
    if (is_new) {
      order_.push_back(key);
      if (order_.size() > kMaxRemembered) {
        map_.erase(order_.front());
        order_.pop_front();
      }
    }
    return kept;
  }
  const Value* find(const std::string& key) const {
    const auto found = map_.find(key);
    return found == map_.end() ? nullptr : &found->second;
  }
  template <class Condition>
  void erase_if(Condition condition) {
    std::erase_if(order_, [&](const std::string& key) {
      const auto found = map_.find(key);
      if (found != map_.end() && !condition(found->second)) return false;
      if (found != map_.end()) map_.erase(found);
      return true;
    });
  }

 private:
  std::unordered_map<std::string, Value> map_;
  std::deque<std::string> order_;
};

struct Item {
  std::string text;  // its name is joined already, its URI as the server wrote it
  std::string key;
};

// One list of one server: what it said last, and the request for it that is under way.
struct Listing {
  std::vector<Item> items;
  bool known = false;
  std::size_t shown = 0;  // a fingerprint of what the client was given of it last; 0: nothing

  std::uint64_t request = 0;  // 0: none is under way
  std::int64_t started_us = 0;
  bool outdated = false;  // the list changed while it was being asked for
  bool late = false;      // a list went out without it
  std::vector<Item> coming;
  std::unordered_set<std::string> coming_keys;
  std::size_t coming_bytes = 0;
  std::size_t pages = 0;
};

struct Peer {
  enum class State { starting, ready, gone };

  std::size_t server = 0;
  std::string name;
  State state = State::starting;
  std::string why;  // it is gone; completes "the server 'x' …"
  bool told_initialized = false;
  bool warned_of_names = false;
  bool warned_of_junk = false;

  // From its initialize result.
  bool tools = false, prompts = false, resources = false, subscribe = false, completions = false,
       logging = false;
  bool lists_tasks = false;
  std::string tasks;  // the capability as JSON text; empty: none
  std::string instructions;

  std::array<Listing, kLists> lists;
  std::unordered_set<std::string> uris, templates;  // of its listings, as it wrote them
  std::vector<TemplateShape> shapes;

  std::set<std::uint64_t> calls;                            // ids of client's requests it has not answered
  std::unordered_map<std::string, std::uint64_t> requests;  // its own, waiting for the client: its id → ours

  Listing& list(List one) { return lists[static_cast<std::size_t>(one)]; }
  [[nodiscard]] const Listing& list(List one) const { return lists[static_cast<std::size_t>(one)]; }
  [[nodiscard]] bool has(List one) const;
};

// A request of ours to a server.
struct Sent {
  enum class Use { initialize, list, call, ask, nobody };
  Use use = Use::nobody;
  std::size_t server = 0;
  std::string client_id;       // call, ask
  std::string method;          // call, ask
  std::string name;            // call, ask: of tool, prompt or task, or the URI, as the server knows it
  std::string progress_token;  // the client's, as JSON text; empty: none
  List list = List::tools;
  std::uint64_t ask = 0;
};

// A request for a URI nobody is known to have: put to one server after the other.
struct Ask {
  std::string client_id, method, uri, text;
  std::vector<std::size_t> servers;
  std::size_t next = 0;
  std::set<std::uint64_t> out;  // ids of Sent
  std::string error;            // an answer that says more than that there is no such resource
  std::int64_t due_us = 0;      // when the next server is asked as well
};

// What the client waits for.
struct Waiting {
  enum class For { call, ask, list, initialize };
  For what = For::call;
  std::uint64_t id = 0;  // of Sent or Ask
  List list = List::tools;
};

// A list that is being put together for the client.
struct Round {
  std::vector<std::string> clients;  // ids of requests it will answer; empty: no round is under way
  std::vector<std::string> next;     // of those that came since
  std::set<std::size_t> missing;     // servers that have not answered
  std::int64_t deadline_us = 0;
};

// A request of a server's that waits for the client.
struct Asked {
  std::size_t server = 0;
  std::string id;              // the server's
  std::string progress_token;  // the server's; empty: none
};

struct Subscription {
  std::size_t server = 0;
  std::string uri;  // the server's
};

class Aggregator::Impl {
 public:
  explicit Impl(Options options);

  struct Event {
    enum class Kind { client, server, ended, replaced, servers, tick } kind = Kind::tick;
    std::size_t server = 0;
    std::string_view line, related;
    std::string kept_line, kept_related;  // what the views see when the event had to wait
    std::vector<ServerRef> servers;
  };
  // Does it, or puts it off while another one is being done.
  void take(Event event);

  [[nodiscard]] std::int64_t deadline_us() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Target {
    Peer* peer = nullptr;
    std::string name;  // or URI, as the server knows it
  };

  // aggregator.cc
  void handle(const Event& event);
  void client_line(std::string_view line);
  void client_message(const ParsedJson& parsed);
  void initialize(const mcp::Message& message, std::string_view text);
  void start(Peer* peer);
  void initialize_result(Peer* peer, const mcp::Message& message);
  void joined_in(Peer* peer);
  void answer_initialize();
  void tell_initialized(Peer* peer);
  void ended(Peer* peer, const std::string& why);
  void forget(Peer* peer, const std::string& why);
  void set_servers(const std::vector<ServerRef>& servers);
  void tick();
  void announce(List list);
  void announce_all(const Peer& peer);
  void flush_announcements();
  Peer* find(std::size_t server);
  Peer* find_name(std::string_view name);
  [[nodiscard]] std::string known_names() const;

  // requests.cc
  void client_request(const mcp::Message& message, std::string_view text);
  void client_notification(const mcp::Message& message, std::string_view text);
  void client_answer(const mcp::Message& message, std::string_view text);
  void call_by_name(const mcp::Message& message, std::string_view text);
  void complete(const mcp::Message& message, std::string_view text);
  void use_resource(const mcp::Message& message, std::string_view text);
  void use_task(const mcp::Message& message, std::string_view text);
  void set_level(const mcp::Message& message);
  void cancel(const mcp::Message& message, std::string_view text);
  std::optional<Target> owner(std::string_view uri);
  bool may_be_asked(const Peer& peer, std::string_view method) const;
  // Sends the request on with another name; answers it if the server cannot be asked.
  void relay(const Target& target, const mcp::Message& message, std::string_view text,
             std::initializer_list<std::string_view> path);
  std::uint64_t send_copy(Peer* peer, Sent sent, std::string_view text,
                          std::initializer_list<std::string_view> path, const std::string& name);
  void ask_around(const mcp::Message& message, std::string_view text);
  void ask_next(std::uint64_t id);
  void ask_answered(std::uint64_t sent_id, const Sent& sent, const mcp::Message& message,
                    std::string_view text);
  void end_ask(std::uint64_t id);
  void refuse(std::string_view id, int code, const std::string& why);
  void answer(std::string_view id, std::string_view line);
  std::uint64_t request(Peer* peer, Sent sent, std::string_view method, std::string_view params);
  void send(const Peer& peer, std::string_view line);

  // lists.cc
  void list_wanted(List list, const std::string& client_id);
  void start_round(List list);
  void fetch(Peer* peer, List list);
  void list_page(Peer* peer, List list, const mcp::Message& message, std::string_view text);
  bool take_item(Peer* peer, List list, simdjson::dom::element item, std::string_view text);
  void list_done(Peer* peer, List list);
  void drop_list(Peer* peer, List list);
  void drop_fetch(Peer* peer, List list);
  void not_missing(const Peer& peer, List list);
  void finish_round(List list);
  void leave_round(List list, const std::string& client_id);
  std::string merged(List list);
  // As the client knows it: plain, or `server__uri` where plain means another server.
  std::string shown_uri(const Peer& peer, const std::string& uri, List list);
  Peer* first_with(const std::string& uri, List list);

  // servers.cc
  void server_line(Peer* peer, std::string_view line, std::string_view related);
  void server_message(Peer* peer, const ParsedJson& parsed, std::string_view related);
  void server_answer(Peer* peer, const mcp::Message& message, std::string_view text);
  void call_answer(Peer* peer, const Sent& sent, const mcp::Message& message, std::string_view text);
  void server_notification(Peer* peer, const mcp::Message& message, std::string_view text,
                           std::string_view related);
  void server_request(Peer* peer, const mcp::Message& message, std::string_view text,
                      std::string_view related);
  bool remember_task(const Peer& peer, simdjson::dom::element result);
  void remember_links(const Peer& peer, simdjson::dom::element result);
  // The client's request that a line of the server's belongs to; "" if nobody knows.
  std::string call_of(const Peer& peer, std::string_view related, bool is_request) const;

  Options options_;
  bool busy_ = false;
  std::deque<Event> put_off_;
  JsonParser client_parser_, server_parser_, batch_parser_;

  std::vector<Peer> peers_;  // in the order of the lists; not changed while a pointer into it is held
  std::uint64_t next_id_ = 1;
  std::string initialize_params_;  // for the servers; empty: not asked yet
  std::string initialize_id_;      // waiting for its answer; empty: none
  std::string revision_;
  std::int64_t start_deadline_us_ = 0;
  bool client_ready_ = false;  // it sent notifications/initialized
  std::string level_;          // params of the last logging/setLevel

  std::unordered_map<std::string, Waiting> waiting_;  // by the client's id
  std::map<std::uint64_t, Sent> sent_;
  std::map<std::uint64_t, Ask> asks_;
  std::array<Round, kLists> rounds_;
  std::map<std::uint64_t, Asked> asked_;

  struct Announcement {
    bool wanted = false;
    std::int64_t last_us = 0;
  };
  std::array<Announcement, kLists> announcements_;

  std::unordered_map<std::string, Subscription> subscriptions_;  // by the URI the client knows
  BoundedMap<std::size_t> hints_;         // URI → the server whose tool or result pointed there
  BoundedMap<std::size_t> tasks_;         // task id → server that runs it
  BoundedMap<std::size_t> client_tasks_;  // task id → server it is run for, by the client
  BoundedMap<Sent> task_progress_;        // our progress token → a call that became a task
};

}  // namespace aegis::gateway
