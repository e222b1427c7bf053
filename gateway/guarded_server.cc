#include "gateway/guarded_server.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace aegis::gateway {
namespace {

constexpr std::int64_t us(int milliseconds) { return std::int64_t{milliseconds} * 1000; }

// How often waiting calls are looked at for being overdue.
constexpr int kOverdueCheckMs = 1'000;

}  // namespace

GuardedServer::GuardedServer(guard::Guard* guard, Options options) : options_(std::move(options)) {
  bridge_ = make_bridge();
  proxy_ = std::make_unique<McpProxy>(
      guard, McpProxy::Options{.session = options_.session,
                               .known_server = options_.known_server,
                               .principal = options_.principal,
                               .to_client = [this](std::string_view line,
                                                   const Delivery& delivery) { to_client_(line, delivery); },
                               .to_server = [this](std::string_view line) { bridge_->from_client(line); }});
}

GuardedServer::~GuardedServer() = default;

std::unique_ptr<mcp::Bridge> GuardedServer::make_bridge() {
  return std::make_unique<mcp::Bridge>(mcp::Bridge::Options{
      .to_client = [this](std::string_view line,
                          std::string_view related) { proxy_->from_server(line, related); },
      .to_server = [this](std::string_view line) { to_server(line); },
      .respawn = [this] { respawn(); },
      .principal = options_.principal,
      .proxy_info = options_.about_us,
      .now_us = [] { return monotonic_us(); }});
}

Result<void> GuardedServer::start(ClientSink to_client) {
  to_client_ = std::move(to_client);
  auto opened = open_port();
  if (!opened && options_.policy.restart) {
    down_because_ = opened.error().message;
    schedule_restart(down_because_);
    return {};
  }
  return opened;
}

Result<void> GuardedServer::open_port() {
  started_us_ = monotonic_us();  // also of an attempt that fails: it counts in the row of restarts
  auto port = options_.connect();
  if (!port) return port.error();
  retired_ = std::move(port_);
  port_ = std::move(*port);
  heard_ = false;
  auto opened = port_->open({.line =
                                 [this](std::string_view line, std::string_view related) {
                                   heard_ = true;
                                   bridge_->from_server(line, related);
                                 },
                             .oversized = [this] { proxy_->oversized_from_server(); },
                             .closed = [this](const std::string& why) { port_closed(why); }});
  if (!opened) port_.reset();
  return opened;
}

void GuardedServer::to_server(std::string_view line) {
  if (port_ == nullptr)
    undelivered_ = true;
  else
    port_->send(line);
}

void GuardedServer::from_client(std::string_view line) {
  // A restart that is due is not waited for: the client has seen the old server's end, and this may be its
  // next call.
  if (restart_us_ != 0 && port_ == nullptr && !options_.replaced && monotonic_us() >= restart_us_) restart();
  proxy_->from_client(line);
  fail_undelivered();
  watch_overdue();
}

void GuardedServer::watch_overdue() {
  if (options_.policy.call_timeout_ms == 0 || proxy_->waiting() == 0)
    overdue_check_us_ = 0;
  else if (overdue_check_us_ == 0)
    overdue_check_us_ = monotonic_us() + us(kOverdueCheckMs);
}

// Not where the line was lost: the proxy is still at work on it there.
void GuardedServer::fail_undelivered() {
  if (!std::exchange(undelivered_, false) || port_ != nullptr) return;
  proxy_->fail_waiting(down_because_);
}

void GuardedServer::oversized_from_client() { proxy_->oversized_from_client(); }

void GuardedServer::finish() {
  finishing_ = true;
  if (port_ != nullptr) {
    port_->finish();
  } else if (!ended_) {  // it would be started for nobody
    restart_us_ = 0;
    ended_ = down_because_;
  }
}

std::size_t GuardedServer::queued() const { return port_ != nullptr ? port_->queued() : 0; }

void GuardedServer::descriptors(bool may_read, std::vector<pollfd>* fds) {
  if (port_ != nullptr) port_->descriptors(may_read, fds);
}

void GuardedServer::ready(std::span<const pollfd> fds) {
  if (port_ == nullptr || fds.empty()) return;
  port_->ready(fds);
  retired_.reset();
  watch_junk();
}

void GuardedServer::watch_junk() {
  if (!proxy_->server_talks_junk() || proxy_->waiting() == 0) {
    junk_deadline_us_ = 0;
  } else if (junk_deadline_us_ == 0) {
    junk_deadline_us_ = monotonic_us() + us(proxy_->server_speaks_mcp() ? kStrayTextGraceMs : kJunkGraceMs);
  }
}

std::int64_t GuardedServer::deadline_us() const {
  std::int64_t next = earlier(junk_deadline_us_, restart_us_);
  next = earlier(next, bridge_->deadline_us());
  if (port_ != nullptr) next = earlier(next, port_->deadline_us());
  next = earlier(next, proxy_->deadline_us());
  next = earlier(next, overdue_check_us_);
  if (options_.policy.restart && port_ != nullptr && !heard_ && proxy_->waiting() > 0)
    next = earlier(next, started_us_ + us(kStartTimeoutMs));
  return next;
}

void GuardedServer::tick() {
  const std::int64_t now = monotonic_us();
  bridge_->tick();
  if (port_ != nullptr) port_->tick();
  retired_.reset();
  if (proxy_->deadline_us() != 0 && now >= proxy_->deadline_us()) {
    proxy_->tick();
    fail_undelivered();
    watch_overdue();
  }
  if (junk_deadline_us_ != 0 && now >= junk_deadline_us_) {
    proxy_->fail_waiting("the server '" + options_.session.server +
                         "' wrote text that is not JSON-RPC and nothing else since");
    junk_deadline_us_ = 0;
  }
  if (overdue_check_us_ != 0 && now >= overdue_check_us_) {
    proxy_->fail_overdue(now - us(options_.policy.call_timeout_ms));
    overdue_check_us_ = 0;
    watch_overdue();
  }
  if (options_.policy.restart && port_ != nullptr && !heard_ && proxy_->waiting() > 0 &&
      now >= started_us_ + us(kStartTimeoutMs)) {
    port_->shut();
    port_closed("the server '" + options_.session.server + "' did not answer within " +
                std::to_string(kStartTimeoutMs / 1000) + " seconds of its start");
  }
  if (restart_us_ != 0 && now >= restart_us_) restart();
}

void GuardedServer::port_closed(const std::string& why) {
  down_because_ = why;
  if (!finishing_ && bridge_->server_ended()) return;  // the bridge has started it anew
  // Whoever polls may still ask the port how it ended.
  if (!options_.policy.restart || finishing_) {
    ended_ = why;
    return;
  }
  proxy_->fail_waiting(why);
  schedule_restart(why);
}

void GuardedServer::schedule_restart(const std::string& why) {
  if (port_ != nullptr) retired_ = std::move(port_);
  if (monotonic_us() - started_us_ >= us(kStableMs)) restarts_ = 0;
  if (restarts_ >= kMaxRestarts) {
    ended_ = why + "; it was started " + std::to_string(restarts_ + 1) + " times in vain";
    down_because_ = *ended_;
    log::error(down_because_);
    if (options_.down) options_.down(down_because_);
    return;
  }
  const int back_off_ms = restarts_ == 0 ? 0 : std::min(kFirstBackOffMs << (restarts_ - 1), kMaxBackOffMs);
  ++restarts_;
  restart_us_ = monotonic_us() + us(back_off_ms);
  down_because_ = why + "; it is being started again";
  log::warn(down_because_);
  if (options_.down && back_off_ms > 0) options_.down(down_because_);
}

void GuardedServer::restart() {
  restart_us_ = 0;
  if (options_.replaced) bridge_ = make_bridge();
  if (const auto opened = open_port(); !opened) {
    proxy_->fail_waiting(opened.error().message);
    schedule_restart(opened.error().message);
  } else if (options_.replaced) {
    options_.replaced();
  } else {
    bridge_->server_replaced();
  }
  if (finishing_ && port_ != nullptr) port_->finish();
}

// The bridge wants another instance, and goes on by itself with that.
void GuardedServer::respawn() {
  if (const auto opened = open_port(); !opened) {
    proxy_->fail_waiting(opened.error().message);
    if (options_.policy.restart)
      schedule_restart(opened.error().message);
    else
      ended_ = opened.error().message;
  }
}

std::optional<int> GuardedServer::exit_code() { return port_ != nullptr ? port_->exit_code() : std::nullopt; }

void GuardedServer::interrupt(int signal) {
  if (port_ != nullptr) port_->interrupt(signal);
}

void GuardedServer::shut() {
  if (port_ != nullptr) port_->shut();
}

}  // namespace aegis::gateway
