#include "mcp/server.h"

#include <algorithm>
#include <utility>

namespace aegis::mcp {

namespace dom = simdjson::dom;

Server::Server(ServerInfo info, ToolProvider* tools, Sink sink)
    : server_(std::move(info), tools), sink_(std::move(sink)), parser_(kMaxRequestBytes) {}

void Server::send(const Reply& reply) {
  const std::lock_guard lock(sink_mutex_);
  if (!reply.notification.empty()) sink_(reply.notification);
  if (!reply.answer.empty()) sink_(reply.answer);
}

void Server::handle_oversized() { send({.answer = server_.oversized(state_)}); }

void Server::handle(std::string_view line) {
  Incoming incoming;
  Reply reply;
  if (!server_.read(line, &parser_, &state_, &incoming, &reply)) {
    send(reply);
    return;
  }
  const Message& message = incoming.message;
  if (message.kind == MessageKind::request && message.method == "tools/call") {
    QueuedCall call{message.id, std::string(incoming.text)};
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() < kMaxQueuedCalls; });
    calls_.push_back(std::move(call));
    changed_.notify_all();
    return;
  }
  if (message.kind == MessageKind::notification && message.method == "notifications/cancelled") {
    cancel(message);
    return;
  }
  // A subscription that is acknowledged needs nothing more here: there is never anything to tell, and when it
  // is cancelled (or the pipe closes) no answer is wanted.
  send(server_.reply(incoming, &state_));
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
  JsonParser parser(kMaxRequestBytes);  // handle() has the other one
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
    Incoming incoming;
    Reply reply;
    if (server_.read(call.message, &parser, &state_, &incoming, &reply))
      reply = server_.reply(incoming, &state_);
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
