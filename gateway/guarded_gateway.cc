#include "gateway/guarded_gateway.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "mcp/message.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

mcp::MessageKind kind_of(std::string_view line) {
  const bool asks = mcp::find_value(line, {"method"}).has_value();
  const bool has_id = mcp::find_value(line, {"id"}).has_value();
  if (asks) return has_id ? mcp::MessageKind::request : mcp::MessageKind::notification;
  return mcp::find_value(line, {"error"}) ? mcp::MessageKind::error : mcp::MessageKind::result;
}

}  // namespace

GuardedGateway::GuardedGateway(guard::Guard* guard, Options options)
    : guard_(guard), options_(std::move(options)) {
  bridge_ = std::make_unique<mcp::Bridge>(mcp::Bridge::Options{
      .to_client = [this](std::string_view line, std::string_view related) { to_client(line, related); },
      .to_server = [this](std::string_view line) { aggregator_->from_client(line); },
      .respawn = {},
      .principal = options_.principal,
      .proxy_info = options_.about_us,
      .now_us = [] { return monotonic_us(); }});
  std::vector<std::string> names;
  for (Server& server : options_.servers()) {
    names.push_back(server.name);
    add(std::move(server));
  }
  aggregator_ = std::make_unique<Aggregator>(Aggregator::Options{
      .names = std::move(names),
      .to_client = [this](std::string_view line,
                          std::string_view related) { bridge_->from_server(line, related); },
      .to_server =
          [this](std::size_t number, std::string_view line) {
            if (Running* running = find(number); running != nullptr) running->guarded->from_client(line);
          },
      .info = options_.about_us,
      .now_us = [] { return monotonic_us(); }});
}

GuardedGateway::~GuardedGateway() = default;

GuardedGateway::Running* GuardedGateway::add(Server server) {
  auto running = std::make_unique<Running>();
  running->number = next_number_++;
  running->server = std::move(server);
  const std::size_t number = running->number;
  GuardedServer::Options options;
  options.session.agent = options_.agent;
  options.session.agent_name = options_.principal;
  options.session.server = running->server.name;
  options.session.flow = options_.flow;
  options.session.identity = running->server.configured;
  options.known_server = running->server.known_server;
  options.principal = options_.principal;
  options.about_us = options_.about_us;
  options.policy = {.restart = true, .call_timeout_ms = options_.call_timeout_ms};
  options.connect = running->server.connect;
  options.replaced = [this, number] { aggregator_->server_replaced(number); };
  options.down = [this, number](const std::string& why) { aggregator_->server_ended(number, why); };
  running->guarded = std::make_unique<GuardedServer>(guard_, std::move(options));
  running_.push_back(std::move(running));
  return running_.back().get();
}

// One that does not start is tried again later, and the others never wait for it.
void GuardedGateway::start_server(Running* running) {
  const std::size_t number = running->number;
  [[maybe_unused]] const auto started =
      running->guarded->start([this, number](std::string_view line, const Delivery& delivery) {
        aggregator_->from_server(
            number, line,
            delivery.kind == mcp::MessageKind::notification || delivery.kind == mcp::MessageKind::request
                ? delivery.related
                : std::string_view());
      });
}

Result<void> GuardedGateway::start(ClientSink to_client) {
  to_client_ = std::move(to_client);
  started_ = true;
  for (const auto& running : running_) start_server(running.get());
  return {};
}

void GuardedGateway::to_client(std::string_view line, std::string_view related) {
  const mcp::MessageKind kind = kind_of(line);
  if (kind == mcp::MessageKind::notification || kind == mcp::MessageKind::request) {
    to_client_(line, {.kind = kind, .related = related});
    return;
  }
  to_client_(line, {.kind = kind, .related = mcp::raw_value(line, {"id"})});
}

void GuardedGateway::from_client(std::string_view line) {
  const auto parsed = parser_.parse(line);
  if (!parsed) {
    to_client_(
        mcp::unaddressed_error(
            mcp::kParseError, "aegis-mcp: the message was not passed on: " + parsed.error().message, nullptr),
        {.kind = mcp::MessageKind::error});
    return;
  }
  if (parsed->root.is_array()) {
    to_client_(
        mcp::unaddressed_error(mcp::kInvalidRequest, "aegis-mcp: the gateway takes no batches", nullptr),
        {.kind = mcp::MessageKind::error});
    return;
  }
  std::string id;
  if (const auto message = mcp::read_message(parsed->root, &id); !message) {
    const std::string why = "aegis-mcp: the message was not passed on: " + message.error().message;
    to_client_(id.empty() ? mcp::unaddressed_error(mcp::kInvalidRequest, why, nullptr)
                          : mcp::error_message(id, mcp::kInvalidRequest, why),
               {.kind = mcp::MessageKind::error, .related = id});
    return;
  }
  bridge_->from_client(parsed->text);
}

void GuardedGateway::oversized_from_client() {
  to_client_(
      mcp::unaddressed_error(mcp::kInvalidRequest,
                             "aegis-mcp: the message was not passed on: it has more than the limit of " +
                                 std::to_string(kMaxMessageBytes) + " bytes",
                             nullptr),
      {.kind = mcp::MessageKind::error});
}

void GuardedGateway::finish() {
  finishing_ = true;
  for (const auto& running : running_) running->guarded->finish();
}

std::size_t GuardedGateway::queued() const {
  std::size_t most = 0;
  for (const auto& running : running_) most = std::max(most, running->guarded->queued());
  return most;
}

void GuardedGateway::fail_waiting(const std::string& why) {
  for (const auto& running : running_) running->guarded->fail_waiting(why);
}

void GuardedGateway::descriptors(bool may_read, std::vector<pollfd>* fds) {
  for (const auto& running : running_) {
    const std::size_t before = fds->size();
    running->guarded->descriptors(may_read, fds);
    running->descriptors = fds->size() - before;
  }
}

void GuardedGateway::ready(std::span<const pollfd> fds) {
  // A reload in between may change the list; what is at work stays alive until the next tick.
  std::vector<std::pair<GuardedServer*, std::size_t>> servers;
  servers.reserve(running_.size());
  for (const auto& running : running_) servers.emplace_back(running->guarded.get(), running->descriptors);
  for (const auto& [server, count] : servers) {
    const auto own = fds.first(count);
    fds = fds.subspan(count);
    if (std::any_of(own.begin(), own.end(), [](const pollfd& fd) { return fd.revents != 0; }))
      server->ready(own);
  }
}

std::int64_t GuardedGateway::deadline_us() const {
  std::int64_t next = earlier(bridge_->deadline_us(), aggregator_->deadline_us());
  for (const auto& running : running_) next = earlier(next, running->guarded->deadline_us());
  return leaving_.empty() ? next : earlier(next, monotonic_us());
}

void GuardedGateway::tick() {
  bridge_->tick();
  aggregator_->tick();
  for (const auto& running : running_) running->guarded->tick();
  // A server may take its time to end, and the others have calls waiting.
  for (auto& gone : std::exchange(leaving_, {})) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    endings_.push_back({done, std::jthread([one = std::move(gone), done] {
                          one->guarded->shut();
                          *done = true;
                        })});
  }
  // Those that have ended are joined; the others at a later reload, or at the end.
  std::erase_if(endings_, [](const Ending& ending) { return ending.done->load(); });
}

void GuardedGateway::reload() {
  std::vector<std::unique_ptr<Running>> before = std::exchange(running_, {});
  std::vector<ServerRef> order;
  std::vector<Running*> added;
  for (Server& server : options_.servers()) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const auto& one) {
      return one != nullptr && one->server.name == server.name && one->server.identity == server.identity &&
             !one->guarded->ended();
    });
    if (same != before.end())
      running_.push_back(std::move(*same));
    else
      added.push_back(add(std::move(server)));
    order.push_back({running_.back()->number, running_.back()->server.name});
  }
  for (auto& one : before) {
    if (one == nullptr) continue;
    one->guarded->fail_waiting("the server was taken out of the configuration");
    leaving_.push_back(std::move(one));
  }
  if (started_) {
    for (Running* one : added) start_server(one);
  }
  aggregator_->set_servers(std::move(order));
}

GuardedGateway::Running* GuardedGateway::find(std::size_t number) {
  for (const auto& running : running_) {
    if (running->number == number) return running.get();
  }
  return nullptr;
}

std::optional<std::string> GuardedGateway::ended() const {
  const bool all = std::all_of(running_.begin(), running_.end(),
                               [](const auto& one) { return one->guarded->ended().has_value(); });
  return finishing_ && all ? std::optional<std::string>("the session ended") : std::nullopt;
}

bool GuardedGateway::ends_by_itself() const {
  return std::all_of(running_.begin(), running_.end(),
                     [](const auto& one) { return one->guarded->ended() || one->guarded->ends_by_itself(); });
}

void GuardedGateway::interrupt(int signal) {
  for (const auto& running : running_) running->guarded->interrupt(signal);
}

// Side by side: each may take its grace.
void GuardedGateway::shut() {
  for (const auto& running : running_) running->guarded->finish();
  for (const auto& running : running_) running->guarded->shut();
}

}  // namespace aegis::gateway
