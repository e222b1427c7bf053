#include "gateway/upstream/http_port.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/upstream/event_stream.h"
#include "gateway/upstream/exchange.h"
#include "gateway/upstream/port_core.h"
#include "gateway/upstream/threads.h"
#include "mcp/meta.h"

namespace aegis::gateway {
namespace {

// What one ready() hands to the link before other descriptors have their turn.
constexpr std::size_t kLinesPerTurn = 256;
// How often those that end are told again (see HttpConnection::cut).
constexpr int kStopStepMs = 20;

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    return lower(x) == lower(y);
  });
}

bool has_header(const mcp::HeaderList& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& one) { return same_name(one.first, name); });
}

// The version a modern request claims; a notification claims none.
std::string_view claimed_version(const mcp::Message& message) {
  std::string_view version;
  if (message.has_body &&
      message.body["_meta"][mcp::kMetaProtocolVersion].get(version) == simdjson::SUCCESS) {
    return version;
  }
  return mcp::kModernRevision;
}

class HttpPort final : public ServerPort, public Exchange::Owner {
 public:
  HttpPort(HttpPortOptions options, Url url)
      : core_(std::move(options), std::move(url)), pool_(kMaxInFlight, [this] {
          return std::make_unique<HttpConnection>(core_.endpoint(core_.options.read_timeout_ms));
        }) {}
  ~HttpPort() override { shut(); }

  Result<void> open(Events events) override {
    events_ = std::move(events);
    return core_.mailbox.open();
  }

  void send(std::string_view line) override;
  [[nodiscard]] std::size_t queued() const override { return queued_; }

  void descriptors(bool may_read, std::vector<pollfd>* fds) override {
    fds->push_back({may_read ? core_.mailbox.descriptor() : -1, POLLIN, 0});
  }
  void ready(std::span<const pollfd> fds) override;

  [[nodiscard]] std::int64_t deadline_us() const override;
  void tick() override;
  void shut() override;

 private:
  using ExchangePtr = std::shared_ptr<Exchange>;

  // Exchange::Owner, on workers.
  void sent(Exchange* exchange) override;
  void settled(Exchange* exchange) override;
  void session_ready() override;
  bool fall_back() override;
  void watch(std::int64_t deadline_us) override;

  Outgoing read(std::string_view line, std::string* cancels);
  mcp::HeaderList modern_headers(const mcp::Message& message);
  void cancel(const std::string& id, Outgoing notification);
  bool admit(const ExchangePtr& exchange);
  void dispatch(const ExchangePtr& exchange);  // REQUIRES: mutex_ held
  void start(const ExchangePtr& exchange);     // REQUIRES: mutex_ held
  void refuse(const Outgoing& outgoing, std::string_view why);
  void run(const ExchangePtr& exchange, HttpConnection& connection);
  std::vector<ExchangePtr> exchanges() const;
  void stop_everything();
  void say_goodbye();

  PortCore core_;
  Events events_;
  JsonParser parser_;           // the link's
  bool session_begun_ = false;  // the link sent `initialize`
  bool shut_ = false;
  std::atomic<std::size_t> queued_{0};

  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<Exchange*, ExchangePtr> all_;
  std::unordered_map<std::string, ExchangePtr> by_id_;
  // What goes out only after another message: behind a barrier of the session, or behind the request that it
  // cancels.
  ExchangePtr barrier_;
  std::deque<ExchangePtr> held_;
  std::unordered_map<Exchange*, std::vector<ExchangePtr>> behind_;
  std::size_t listening_ = 0;
  mutable std::int64_t armed_us_ = 0;  // the deadline the link knows
  std::unique_ptr<SessionStream> session_stream_;
  std::unique_ptr<OldStream> old_stream_;

  ThreadSet streams_;
  WorkerPool pool_;  // last: its threads use all of the above
};

Outgoing HttpPort::read(std::string_view line, std::string* cancels) {
  Outgoing out;
  const auto parsed = parser_.parse(line);
  out.line = std::string(parsed ? parsed->text : line);
  if (!parsed) return out;
  std::string ignored;
  const auto message = mcp::read_message(parsed->root, &ignored);
  if (!message) return out;
  out.method = std::string(message->method);
  if (message->kind == mcp::MessageKind::request) {
    out.id = message->id;
    out.modern = mcp::is_modern_request(*message);
    session_begun_ = session_begun_ || (!out.modern && out.method == "initialize");
  } else if (message->kind == mcp::MessageKind::notification) {
    out.modern = !session_begun_;
    if (out.method == "notifications/cancelled" && message->has_body) {
      simdjson::dom::element id;
      if (message->body["requestId"].get(id) == simdjson::SUCCESS) *cancels = mcp::read_id(id).value_or("");
    }
  }
  if (out.modern) out.headers = modern_headers(*message);
  return out;
}

mcp::HeaderList HttpPort::modern_headers(const mcp::Message& message) {
  std::vector<mcp::ParamHeader> params;
  std::string_view tool;
  if (message.method == "tools/call" && message.has_body &&
      message.body["name"].get(tool) == simdjson::SUCCESS) {
    params = core_.tools.of(tool);
  }
  auto headers = mcp::request_headers(message, claimed_version(message), params);
  if (core_.options.client_headers && !message.id.empty()) {
    for (auto& header : core_.options.client_headers(message.id)) {
      if (!has_header(headers, header.first)) headers.push_back(std::move(header));
    }
  }
  return headers;
}

void HttpPort::send(std::string_view line) {
  if (shut_ || core_.closed()) return;
  std::string cancels;
  Outgoing out = read(line, &cancels);
  if (!cancels.empty()) return cancel(cancels, std::move(out));
  const auto exchange = std::make_shared<Exchange>(&core_, this, std::move(out));
  if (!admit(exchange)) return;
  const std::scoped_lock lock(mutex_);
  dispatch(exchange);
}

void HttpPort::cancel(const std::string& id, Outgoing notification) {
  ExchangePtr target;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) target = found->second;
  }
  if (target) target->cancel(target->outgoing().modern);
  // A modern server is told by the closed stream; one that has answered, or never was asked, not at all.
  if (target ? target->outgoing().modern : !session_begun_) return;
  const auto exchange = std::make_shared<Exchange>(&core_, this, std::move(notification));
  if (!admit(exchange)) return;
  const std::scoped_lock lock(mutex_);
  if (target && !target->was_sent()) {
    behind_[target.get()].push_back(exchange);
  } else {
    dispatch(exchange);
  }
}

bool HttpPort::admit(const ExchangePtr& exchange) {
  const std::scoped_lock lock(mutex_);
  if (all_.size() >= kMaxOutstanding) {
    refuse(exchange->outgoing(), "has too many requests waiting for it already");
    return false;
  }
  queued_ += exchange->outgoing().line.size();
  all_.emplace(exchange.get(), exchange);
  if (exchange->outgoing().is_request()) by_id_.insert_or_assign(exchange->outgoing().id, exchange);
  return true;
}

// Requests of the modern era are independent of each other. A legacy session has to be open before it can be
// used: what follows `initialize` and `notifications/initialized` waits for them.
void HttpPort::dispatch(const ExchangePtr& exchange) {
  if (exchange->outgoing().modern) return start(exchange);
  if (barrier_ || !held_.empty()) {
    held_.push_back(exchange);
    return;
  }
  if (exchange->outgoing().is_barrier()) barrier_ = exchange;
  start(exchange);
}

void HttpPort::start(const ExchangePtr& exchange) {
  const auto& out = exchange->outgoing();
  bool started = false;
  if (out.modern && out.method == "subscriptions/listen") {
    if (listening_ < kMaxListenStreams) {
      started = streams_.start([this, exchange] {
        HttpConnection connection(core_.endpoint(kStreamSilenceMs));
        run(exchange, connection);
      });
      if (started) ++listening_;
    }
  } else {
    started = pool_.submit([this, exchange](HttpConnection& connection) { run(exchange, connection); });
  }
  if (started) return;
  queued_ -= out.line.size();
  all_.erase(exchange.get());
  if (out.is_request()) by_id_.erase(out.id);
  if (barrier_ == exchange) barrier_.reset();
  refuse(out, "cannot be asked: too many streams or threads are in use");
}

void HttpPort::refuse(const Outgoing& outgoing, std::string_view why) {
  if (outgoing.is_request()) {
    core_.mailbox.post_at_once({Mailbox::Kind::line,
                                mcp::error_message(outgoing.id, mcp::kServerGone, core_.sentence(why)),
                                outgoing.id});
  } else {
    log::warn(core_.sentence(why) + "; a message is dropped");
  }
}

void HttpPort::run(const ExchangePtr& exchange, HttpConnection& connection) {
  exchange->run(connection);
  const auto& out = exchange->outgoing();
  const std::scoped_lock lock(mutex_);
  if (out.modern && out.method == "subscriptions/listen") --listening_;
  all_.erase(exchange.get());
  const auto found = by_id_.find(out.id);
  if (found != by_id_.end() && found->second == exchange) by_id_.erase(found);
}

void HttpPort::sent(Exchange* exchange) {
  queued_ -= exchange->outgoing().line.size();
  const std::scoped_lock lock(mutex_);
  const auto waiting = behind_.extract(exchange);
  if (waiting.empty()) return;
  for (const auto& next : waiting.mapped()) dispatch(next);
}

void HttpPort::settled(Exchange* exchange) {
  const std::scoped_lock lock(mutex_);
  if (barrier_.get() != exchange) return;
  barrier_.reset();
  while (!held_.empty() && !barrier_) {
    const auto next = std::move(held_.front());
    held_.pop_front();
    if (next->outgoing().is_barrier()) barrier_ = next;
    start(next);
  }
}

void HttpPort::session_ready() {
  const std::scoped_lock lock(mutex_);
  if (session_stream_ || old_stream_ || core_.stopping()) return;
  session_stream_ = std::make_unique<SessionStream>(&core_);
  streams_.start([this] { session_stream_->run(); });
}

bool HttpPort::fall_back() {
  OldStream* stream = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    if (old_stream_ || core_.stopping()) return false;
    old_stream_ = std::make_unique<OldStream>(&core_);
    stream = old_stream_.get();
    if (!streams_.start([stream] { stream->run(); })) return false;
  }
  if (stream->wait_for_endpoint(kEndpointMs)) return true;
  stream->stop();
  return false;
}

void HttpPort::watch(std::int64_t deadline_us) {
  {
    const std::scoped_lock lock(mutex_);
    if (armed_us_ != 0 && armed_us_ <= deadline_us) return;
  }
  core_.mailbox.wake();
}

std::int64_t HttpPort::deadline_us() const {
  const std::scoped_lock lock(mutex_);
  armed_us_ = 0;
  for (const auto& [key, exchange] : all_) {
    const std::int64_t deadline = exchange->deadline_us();
    if (deadline != 0 && (armed_us_ == 0 || deadline < armed_us_)) armed_us_ = deadline;
  }
  return armed_us_;
}

std::vector<HttpPort::ExchangePtr> HttpPort::exchanges() const {
  const std::scoped_lock lock(mutex_);
  std::vector<ExchangePtr> list;
  list.reserve(all_.size());
  for (const auto& [key, exchange] : all_) list.push_back(exchange);
  return list;
}

void HttpPort::tick() {
  const std::int64_t now = monotonic_us();
  for (const auto& exchange : exchanges()) exchange->expire_if_due(now);
}

void HttpPort::ready(std::span<const pollfd> fds) {
  if (fds.empty() || fds.front().revents == 0) return;
  for (std::size_t lines = 0; lines < kLinesPerTurn; ++lines) {
    const auto item = core_.mailbox.take();
    if (!item) return;
    switch (item->kind) {
      case Mailbox::Kind::line: events_.line(item->text, item->related); break;
      case Mailbox::Kind::oversized: events_.oversized(); break;
      case Mailbox::Kind::closed: return events_.closed(item->text);
    }
  }
}

void HttpPort::stop_everything() {
  for (const auto& exchange : exchanges()) exchange->stop();
  const std::scoped_lock lock(mutex_);
  if (session_stream_) session_stream_->stop();
  if (old_stream_) old_stream_->stop();
}

void HttpPort::shut() {
  if (std::exchange(shut_, true)) return;
  core_.stop();
  pool_.stop();
  do {
    stop_everything();
  } while (!pool_.wait(kStopStepMs) || !streams_.wait(kStopStepMs));
  if (core_.session.has_id() && !core_.closed()) say_goodbye();
}

// A server that is not told keeps the session until it runs out of patience or memory.
void HttpPort::say_goodbye() {
  auto endpoint = core_.endpoint(kGoodbyeMs);
  endpoint.connect_timeout_ms = std::min(endpoint.connect_timeout_ms, kGoodbyeMs / 2);
  Cutter cutter;
  ThreadSet thread;
  thread.start([&] {
    HttpConnection connection(std::move(endpoint));
    HttpCall call;
    call.method = "DELETE";
    call.target = core_.url.target;
    call.headers = core_.headers("application/json, text/event-stream");
    for (auto& header : core_.session.headers()) call.headers.push_back(std::move(header));
    call.cancelled = [&] { return cutter.stopped(); };
    call.data = [](std::string_view) { return false; };  // whatever it says
    if (cutter.attach(&connection)) connection.run(call);
    cutter.detach();
  });
  if (thread.wait(kGoodbyeMs)) return;
  do {
    cutter.stop();
  } while (!thread.wait(kStopStepMs));
}

// Headers the port writes itself.
bool is_protocols_own(std::string_view name) {
  for (const std::string_view own :
       {"accept", "accept-encoding", "content-type", "content-length", "content-encoding",
        "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade", "last-event-id",
        "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name"}) {
    if (same_name(name, own)) return true;
  }
  return false;
}

}  // namespace

Result<mcp::HeaderList> usable_headers(const std::string& server, mcp::HeaderList headers) {
  mcp::HeaderList kept;
  for (auto& [name, value] : headers) {
    const bool good_name =
        is_visible_ascii(name) && name.find_first_of("\"(),/:;<=>?@[\\]{}") == std::string::npos;
    if (!good_name) return invalid_input("the server '" + server + "': a header's name is none");
    if (!is_header_value(value)) {
      return invalid_input("the server '" + server + "': the value of the header '" + name +
                           "' holds a control character");
    }
    if (is_protocols_own(name)) {
      log::warn("the server '" + server + "': the header '" + name +
                "' is the protocol's own; it is left out");
    } else {
      kept.emplace_back(std::move(name), std::move(value));
    }
  }
  return kept;
}

namespace {

// Once for each origin, however often its session is opened again.
void warn_of_plain_http(const std::string& server, const Url& url) {
  static std::mutex mutex;
  static std::set<std::string> warned;
  if (url.secure() || url.loopback()) return;
  const std::scoped_lock lock(mutex);
  if (!warned.insert(url.host).second) return;
  log::warn("the server '" + server +
            "' is reached over http: messages and credentials can be read and changed on the way");
}

}  // namespace

Result<std::unique_ptr<ServerPort>> make_http_port(HttpPortOptions options) {
  auto url = parse_url(options.url);
  if (!url) return invalid_input("the server '" + options.name + "': " + url.error().message);
  auto headers = usable_headers(options.name, std::move(options.headers));
  if (!headers) return headers.error();
  options.headers = std::move(*headers);
  if (!has_header(options.headers, "User-Agent")) options.headers.emplace_back("User-Agent", "aegis-mcp");
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return invalid_input("the server '" + options.name + "': the file of certificate authorities '" +
                         options.ca_file + "' cannot be read");
  }
  warn_of_plain_http(options.name, *url);
  return std::unique_ptr<ServerPort>(std::make_unique<HttpPort>(std::move(options), std::move(*url)));
}

}  // namespace aegis::gateway
