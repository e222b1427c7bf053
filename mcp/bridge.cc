#include "mcp/bridge.h"

#include <optional>
#include <set>
#include <utility>

#include "base/log.h"
#include "mcp/bridge/legacy_server.h"
#include "mcp/bridge/members.h"
#include "mcp/bridge/modern_server.h"
#include "mcp/bridge/outbox.h"
#include "mcp/bridge/waiting_lines.h"

namespace aegis::mcp {
namespace {

constexpr std::string_view kInitialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

enum class Stage {
  fresh,         // the client has sent nothing yet that tells its era
  initializing,  // its `initialize` is with the server
  asking,        // the server did not take that, and is asked whether it is a modern one
  probing,       // a modern client's first request waits for what the server says to `server/discover`
  watching,      // lines pass, but some are still looked at: settle() says which
  passing,       // lines pass
  replaying,     // lines of the server pass; the client's wait for a new server to be told `initialize`
  bridging
};

bool is_error_code(const Message& message, std::int64_t code) {
  std::int64_t given = 0;
  return message.kind == MessageKind::error && message.body["code"].get(given) == simdjson::SUCCESS &&
         given == code;
}

bool is_modern_error(const Message& message) {
  return is_error_code(message, kHeaderMismatch) || is_error_code(message, kMissingClientCapability) ||
         is_error_code(message, kUnsupportedProtocolVersion);
}

// A server that answers `initialize` with a revision that has none does not mean it.
bool names_modern_revision(const Message& message) {
  std::string_view name;
  if (!message.body.is_object() || message.body["protocolVersion"].get(name) != simdjson::SUCCESS)
    return false;
  const Revision* revision = find_revision(name);
  return revision != nullptr && revision->modern;
}

bool is_discover_result(const Message& message) {
  return message.kind == MessageKind::result && message.body.is_object() &&
         message.body["supportedVersions"].is_array();
}

// The handshake; a modern request of that name is one for a method that its era does not have.
bool is_handshake(const Message& message) {
  return message.kind == MessageKind::request && message.method == "initialize" &&
         !is_modern_request(message);
}

bool is_answer(const Message& message) {
  return message.kind == MessageKind::result || message.kind == MessageKind::error;
}

Json json_of(std::string_view text, Path path) {
  const auto value = value_text(text, path);
  return value ? Json::parse(*value, nullptr, false) : Json();
}

}  // namespace

class Bridge::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)), out_(options_.to_client, options_.to_server) {}

  void from_client(std::string_view line) {
    if (stage_ == Stage::passing && out_.idle()) {
      options_.to_server(line);
      return;
    }
    client_line(line);
    out_.flush();
  }

  void from_server(std::string_view line, std::string_view related) {
    if (stage_ == Stage::passing && out_.idle()) {
      options_.to_client(line, related);
      return;
    }
    server_line(line, related);
    out_.flush();
  }

  bool server_ended();
  void server_replaced();
  [[nodiscard]] std::int64_t deadline_us() const;
  void tick();

  [[nodiscard]] bool decided() const {
    return stage_ == Stage::watching || stage_ == Stage::passing || stage_ == Stage::replaying ||
           stage_ == Stage::bridging;
  }
  [[nodiscard]] Era server_era() const { return era_; }

 private:
  // What became of a question that tells the server's era.
  enum class Asked { no, waiting, failed };

  void client_line(std::string_view line);
  void first_line(const Message& message, std::string_view line);
  void bridged_client_line(const Message& message, std::string_view text);
  void server_line(std::string_view line, std::string_view related);
  void server_message(const Message& message, std::string_view text, std::string_view related);
  void bridged_server_line(std::string_view line, std::string_view related);

  void start_initialize(const Message& message, std::string_view line);
  void initialize_answered(const Message& message, std::string_view line);
  void start_probe(const Message& message, std::string_view line);
  void probe_answered(const Message& message, std::string_view line);
  void handshake_answered(const Message& message, std::string_view line);
  void try_handshake();
  void asking_answered(const Message& message, std::string_view line);
  void original_error(bool server_is_there);
  void nobody_knows();

  void queue(const Message& message, std::string_view line);
  void flush_queue();
  void fail_queue(std::string_view error);
  void pass(Era era);
  void settle();
  void start_over();
  [[nodiscard]] BridgeContext context() {
    return {&out_, &ids_, options_.principal, options_.proxy_info, options_.now_us};
  }
  [[nodiscard]] std::int64_t in_probe_ms() const {
    return options_.now_us() + std::int64_t{kProbeMs} * 1'000;
  }

  Options options_;
  Outbox out_;
  OwnIds ids_;
  JsonParser client_parser_;
  JsonParser server_parser_;
  Stage stage_ = Stage::fresh;
  Era era_ = Era::legacy;
  WaitingLines queue_;
  std::int64_t deadline_us_ = 0;
  bool respawned_ = false;

  // The client's initialize, whole, and its id; kept for a server that takes the place of this one.
  std::string initialize_, initialize_id_;
  std::string initialize_error_;   // the server's, while it is asked `server/discover`
  std::string initialize_result_;  // what the server said to an initialize of ours; the client's comes second

  // Probing. The first request, the id `server/discover` went out with, ours or the client's, and the id of
  // our initialize.
  std::string first_;
  std::string probe_, probe_id_, probe_error_;
  bool probe_is_clients_ = false;
  Asked probe_asked_ = Asked::no;
  std::string handshake_id_;
  Asked handshake_asked_ = Asked::no;

  std::set<std::string> swallow_;  // ids of ours whose answers are still to come and are nobody's
  bool settled_ = true;            // the client will not change its mind about its era
  std::string replay_id_;

  std::unique_ptr<LegacyServer> legacy_;
  std::unique_ptr<ModernServer> modern_;
};

void Bridge::Impl::client_line(std::string_view line) {
  if (stage_ == Stage::passing) {
    out_.to_server(std::string(line));
    return;
  }
  const auto parsed = client_parser_.parse(line);
  std::string id;
  const auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
  if (!message) {
    if (stage_ != Stage::bridging) out_.to_server(std::string(line));
    return;
  }
  const auto text = parsed->text;
  const bool is_request = message->kind == MessageKind::request;
  switch (stage_) {
    case Stage::fresh: first_line(*message, text); break;
    case Stage::watching:
      if (!settled_ && is_handshake(*message)) {
        start_initialize(*message, text);
        break;
      }
      if (is_request && message->method != "server/discover") settled_ = true;
      out_.to_server(std::string(text));
      settle();
      break;
    case Stage::probing:
      if (is_handshake(*message))
        start_initialize(*message, text);  // it did not want to wait, and goes on in the older era
      else if (!is_answer(*message))
        queue(*message, text);
      break;
    case Stage::initializing:
    case Stage::asking:
      if (is_answer(*message))
        out_.to_server(std::string(text));  // to a ping, most likely
      else
        queue(*message, text);
      break;
    case Stage::replaying: queue(*message, text); break;
    case Stage::bridging: bridged_client_line(*message, text); break;
    case Stage::passing: break;
  }
}

void Bridge::Impl::first_line(const Message& message, std::string_view line) {
  if (message.kind == MessageKind::request && is_modern_request(message)) {
    start_probe(message, line);
  } else if (message.kind != MessageKind::request || message.method == "ping") {
    out_.to_server(std::string(line));  // tells nothing
  } else if (is_handshake(message)) {
    start_initialize(message, line);
  } else {
    out_.to_server(std::string(line));
    pass(Era::legacy);
  }
}

void Bridge::Impl::bridged_client_line(const Message& message, std::string_view text) {
  if (modern_) {
    modern_->from_client(message, text);
    return;
  }
  if (is_handshake(message)) {
    // The client did not like what the handshake came to in its own era. Servers take a second handshake;
    // one that does not has its answer to the first passed on.
    initialize_result_ = legacy_->initialize_result();
    start_initialize(message, text);
    return;
  }
  legacy_->from_client(message, text);
}

void Bridge::Impl::queue(const Message& message, std::string_view line) {
  if (queue_.add(line) || message.kind != MessageKind::request) return;
  out_.to_client(
      error_message(message.id, kInternalError, "too many requests wait for the server's first answer"),
      message.id);
}

void Bridge::Impl::flush_queue() {
  for (const auto& line : queue_.take()) client_line(line);
}

// Every request that waits gets this error.
void Bridge::Impl::fail_queue(std::string_view error) {
  for (const auto& line : queue_.take()) {
    const auto parsed = client_parser_.parse(line);
    std::string id;
    const auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
    if (message && message->kind == MessageKind::request)
      out_.to_client(edit_object(error, {}, {{"id", message->id}}), message->id);
  }
}

void Bridge::Impl::start_over() {
  stage_ = Stage::fresh;
  deadline_us_ = 0;
  respawned_ = false;
  probe_asked_ = handshake_asked_ = Asked::no;
  for (auto* text : {&first_, &probe_, &probe_id_, &probe_error_, &handshake_id_, &initialize_error_})
    text->clear();
  legacy_.reset();
  modern_.reset();
}

void Bridge::Impl::pass(Era era) {
  start_over();
  initialize_result_.clear();
  era_ = era;
  settle();
}

// Lines are looked at as long as an answer to a question of ours may come, and as long as the client has only
// asked what the server is.
void Bridge::Impl::settle() { stage_ = settled_ && swallow_.empty() ? Stage::passing : Stage::watching; }

// The client begins, or begins anew, with the handshake.
void Bridge::Impl::start_initialize(const Message& message, std::string_view line) {
  if (probe_asked_ == Asked::waiting && !probe_is_clients_) swallow_.insert(probe_id_);
  if (handshake_asked_ == Asked::waiting) swallow_.insert(handshake_id_);
  start_over();
  settled_ = true;
  initialize_ = line;
  initialize_id_ = message.id;
  stage_ = Stage::initializing;
  out_.to_server(initialize_);
}

void Bridge::Impl::initialize_answered(const Message& message, std::string_view line) {
  if (message.kind == MessageKind::result && !names_modern_revision(message)) {
    out_.to_client(std::string(line), initialize_id_);
    pass(Era::legacy);
    flush_queue();
  } else if (is_error_code(message, kServerGone)) {
    out_.to_client(std::string(line), initialize_id_);
    const std::string error(line);
    start_over();
    fail_queue(error);
  } else if (!initialize_result_.empty()) {
    out_.to_client(R"({"jsonrpc":"2.0","id":)" + initialize_id_ + ",\"result\":" + initialize_result_ + "}",
                   initialize_id_);
    pass(Era::legacy);
    flush_queue();
  } else {
    initialize_error_ = line;
    modern_ = std::make_unique<ModernServer>(context(), initialize_);
    probe_id_ = ids_.next();
    probe_ = modern_->discover_request(probe_id_);
    stage_ = Stage::asking;
    deadline_us_ = in_probe_ms();
    out_.to_server(probe_);
  }
}

void Bridge::Impl::asking_answered(const Message& message, std::string_view line) {
  deadline_us_ = 0;
  if (message.kind == MessageKind::result && modern_->begin(line)) {
    stage_ = Stage::bridging;
    era_ = Era::modern;
    flush_queue();
  } else {
    original_error(!is_error_code(message, kServerGone));
  }
}

// The server takes neither: what it said to the client's own request is the answer.
void Bridge::Impl::original_error(bool server_is_there) {
  const std::string error = std::exchange(initialize_error_, {});
  out_.to_client(error, initialize_id_);
  if (server_is_there) {
    pass(Era::legacy);
    flush_queue();
  } else {
    start_over();
    fail_queue(error);
  }
}

void Bridge::Impl::start_probe(const Message& message, std::string_view line) {
  first_ = line;
  probe_is_clients_ = message.method == "server/discover";
  const Json meta = json_of(line, {"params", "_meta"});
  const auto part = [&](std::string_view key) {
    return meta.is_object() ? meta.value(std::string(key), Json()) : Json();
  };
  const Json capabilities = part(kMetaClientCapabilities);
  legacy_ = std::make_unique<LegacyServer>(
      context(), capabilities.is_object() ? capabilities : Json::object(), part(kMetaClientInfo));
  if (probe_is_clients_) {
    probe_id_ = message.id;
    probe_ = line;
  } else {
    probe_id_ = ids_.next();
    Json own = Json::object();
    for (const auto key : {kMetaProtocolVersion, kMetaClientInfo, kMetaClientCapabilities}) {
      if (const Json value = part(key); !value.is_null()) own[std::string(key)] = value;
    }
    probe_ = R"({"jsonrpc":"2.0","id":)" + probe_id_ + R"(,"method":"server/discover","params":{"_meta":)" +
             dump_json(own) + "}}";
  }
  stage_ = Stage::probing;
  probe_asked_ = Asked::waiting;
  deadline_us_ = in_probe_ms();
  out_.to_server(probe_);
}

void Bridge::Impl::try_handshake() {
  deadline_us_ = 0;
  handshake_asked_ = Asked::waiting;
  handshake_id_ = ids_.next();
  out_.to_server(legacy_->initialize_request(handshake_id_));
}

void Bridge::Impl::probe_answered(const Message& message, std::string_view line) {
  if (is_discover_result(message) || is_modern_error(message)) {
    if (handshake_asked_ == Asked::waiting) swallow_.insert(handshake_id_);
    if (probe_is_clients_)
      out_.to_client(std::string(line), probe_id_);
    else
      out_.to_server(first_);
    settled_ = !probe_is_clients_;
    pass(Era::modern);
    flush_queue();
  } else if (is_error_code(message, kServerGone)) {
    const std::string error(line);
    queue_.push_front(first_);
    start_over();
    fail_queue(error);
  } else {
    probe_asked_ = Asked::failed;
    if (message.kind == MessageKind::error) probe_error_ = line;
    if (handshake_asked_ == Asked::no) try_handshake();
    if (handshake_asked_ == Asked::failed) nobody_knows();
  }
}

void Bridge::Impl::handshake_answered(const Message& message, std::string_view line) {
  if (message.kind == MessageKind::result && legacy_->begin(line)) {
    if (probe_asked_ == Asked::waiting && !probe_is_clients_) swallow_.insert(probe_id_);
    era_ = Era::legacy;
    stage_ = Stage::bridging;
    deadline_us_ = 0;
    const std::string first = std::exchange(first_, {});
    client_line(first);
    flush_queue();
  } else if (is_error_code(message, kServerGone)) {
    const std::string error(line);
    queue_.push_front(first_);
    start_over();
    fail_queue(error);
  } else {
    handshake_asked_ = Asked::failed;
    if (probe_asked_ == Asked::failed)
      nobody_knows();
    else
      deadline_us_ = in_probe_ms();
  }
}

// It answers neither question in a way that makes sense: it gets what the client sends.
void Bridge::Impl::nobody_knows() {
  if (!probe_is_clients_)
    out_.to_server(first_);
  else if (!probe_error_.empty())
    out_.to_client(probe_error_, probe_id_);
  else
    out_.to_client(error_message(probe_id_, kMethodNotFound, "the server does not answer server/discover"),
                   probe_id_);
  settled_ = !probe_is_clients_;
  if (probe_asked_ == Asked::waiting && !probe_is_clients_) swallow_.insert(probe_id_);
  pass(Era::legacy);
  flush_queue();
}

void Bridge::Impl::server_line(std::string_view line, std::string_view related) {
  const bool looks_at_all =
      stage_ == Stage::initializing || stage_ == Stage::asking || stage_ == Stage::probing;
  if (stage_ == Stage::bridging) {
    bridged_server_line(line, related);
    return;
  }
  if (!looks_at_all && ((swallow_.empty() && stage_ != Stage::replaying) || !ids_.occurs_in(line))) {
    out_.to_client(std::string(line), related);
    return;
  }
  const auto parsed = server_parser_.parse(line);
  std::string id;
  const auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
  if (!message)
    out_.to_client(std::string(line), related);
  else
    server_message(*message, parsed->text, related);
}

void Bridge::Impl::server_message(const Message& message, std::string_view text, std::string_view related) {
  if (is_answer(message) && !message.id.empty()) {
    if (swallow_.erase(message.id) > 0) {
      if (stage_ == Stage::watching) settle();
      return;
    }
    if (stage_ == Stage::initializing &&
        (message.id == initialize_id_ || quoted_number(message) == initialize_id_)) {
      initialize_answered(message, text);
      return;
    }
    if (stage_ == Stage::asking && message.id == probe_id_) {
      asking_answered(message, text);
      return;
    }
    if (stage_ == Stage::probing && probe_asked_ == Asked::waiting &&
        (message.id == probe_id_ || quoted_number(message) == probe_id_)) {
      probe_answered(message, text);
      return;
    }
    if (stage_ == Stage::probing && handshake_asked_ == Asked::waiting && message.id == handshake_id_) {
      handshake_answered(message, text);
      return;
    }
    if (stage_ == Stage::replaying && message.id == replay_id_) {
      if (message.kind == MessageKind::error) log::warn("the restarted server did not take the handshake");
      out_.to_server(std::string(kInitialized));
      replay_id_.clear();
      settle();
      flush_queue();
      return;
    }
    if (ids_.made(message.id)) return;  // an answer that is too late for anybody
  }
  if (stage_ == Stage::probing && !is_answer(message)) {
    // A modern server has nothing to say of its own accord, and an older one's client is us for now.
    if (message.kind == MessageKind::request) {
      out_.to_server(message.method == "ping"
                         ? result_message(message.id, Json::object())
                         : error_message(message.id, kMethodNotFound, "the session has not begun"));
    }
    return;
  }
  out_.to_client(std::string(text), related);
}

void Bridge::Impl::bridged_server_line(std::string_view line, std::string_view related) {
  const auto parsed = server_parser_.parse(line);
  if (parsed && parsed->root.is_array()) {  // a batch of 2025-03-26
    const Json batch = Json::parse(parsed->text, nullptr, false);
    for (const auto& item : batch) {
      const std::string one = dump_json(item);
      const auto parsed_one = server_parser_.parse(one);
      std::string ignored;
      if (parsed_one && read_message(parsed_one->root, &ignored)) bridged_server_line(one, related);
    }
    return;
  }
  std::string id;
  const auto message = parsed ? read_message(parsed->root, &id) : Result<Message>(parsed.error());
  if (!message)
    out_.to_client(std::string(line), related);
  else if (legacy_)
    legacy_->from_server(*message, parsed->text, related);
  else
    modern_->from_server(*message, parsed->text, related);
}

bool Bridge::Impl::server_ended() {
  const bool may_respawn = options_.respawn && !respawned_;
  if (stage_ == Stage::probing && may_respawn) {
    respawned_ = true;
    options_.respawn();
    probe_asked_ = Asked::failed;
    try_handshake();
    out_.flush();
    return true;
  }
  if (stage_ == Stage::initializing && !initialize_result_.empty() && may_respawn) {
    respawned_ = true;
    initialize_result_.clear();
    swallow_.clear();
    options_.respawn();
    out_.to_server(initialize_);
    out_.flush();
    return true;
  }
  swallow_.clear();
  if (stage_ == Stage::asking) {
    original_error(false);
    out_.flush();
  } else if (!decided()) {
    start_over();
    queue_.take();
  }
  return false;
}

void Bridge::Impl::server_replaced() {
  swallow_.clear();
  switch (stage_) {
    case Stage::fresh: break;
    case Stage::initializing: out_.to_server(initialize_); break;
    case Stage::asking: out_.to_server(probe_); break;
    case Stage::probing:
      handshake_asked_ = Asked::no;
      probe_asked_ = Asked::waiting;
      deadline_us_ = in_probe_ms();
      out_.to_server(probe_);
      break;
    case Stage::watching:
    case Stage::passing:
    case Stage::replaying:
      if (era_ == Era::modern || initialize_.empty()) {
        settle();
        break;
      }
      replay_id_ = ids_.next();
      stage_ = Stage::replaying;
      out_.to_server(edit_object(initialize_, {}, {{"id", replay_id_}}));
      break;
    case Stage::bridging:
      if (legacy_)
        legacy_->server_replaced();
      else
        modern_->server_replaced();
      break;
  }
  out_.flush();
}

std::int64_t Bridge::Impl::deadline_us() const {
  if (stage_ != Stage::bridging) return deadline_us_;
  return legacy_ ? legacy_->deadline_us() : modern_->deadline_us();
}

void Bridge::Impl::tick() {
  if (stage_ == Stage::bridging) {
    if (legacy_)
      legacy_->tick();
    else
      modern_->tick();
  } else if (deadline_us_ != 0 && options_.now_us() >= deadline_us_) {
    deadline_us_ = 0;
    if (stage_ == Stage::asking) {
      swallow_.insert(probe_id_);
      original_error(true);
    } else if (stage_ == Stage::probing && handshake_asked_ == Asked::no) {
      try_handshake();
    } else if (stage_ == Stage::probing && handshake_asked_ == Asked::failed) {
      nobody_knows();
    }
  }
  out_.flush();
}

Bridge::Bridge(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Bridge::~Bridge() = default;

void Bridge::from_client(std::string_view line) { impl_->from_client(line); }
void Bridge::from_server(std::string_view line, std::string_view related) {
  impl_->from_server(line, related);
}
bool Bridge::server_ended() { return impl_->server_ended(); }
void Bridge::server_replaced() { impl_->server_replaced(); }
std::int64_t Bridge::deadline_us() const { return impl_->deadline_us(); }
void Bridge::tick() { impl_->tick(); }
bool Bridge::decided() const { return impl_->decided(); }
Era Bridge::server_era() const { return impl_->server_era(); }

}  // namespace aegis::mcp
