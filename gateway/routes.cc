#include "gateway/routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "mcp/message.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

// Methods and our own ids hold nothing that JSON escapes.
std::string_view unquoted(std::string_view token) {
  return token.size() >= 2 && token.front() == '"' ? token.substr(1, token.size() - 2) : token;
}

const std::initializer_list<std::string_view> kTokenAtRequest = {"params", "_meta", "progressToken"};
const std::initializer_list<std::string_view> kTokenAtNotification = {"params", "progressToken"};
const std::initializer_list<std::string_view> kSubscription = {"params", "_meta", mcp::kMetaSubscriptionId};

}  // namespace

std::optional<std::string> Routes::in(std::string_view line, const std::shared_ptr<Exchange>& exchange) {
  const std::string_view method = unquoted(mcp::raw_value(line, {"method"}));
  if (exchange == nullptr) {
    // The request it names gets no answer any more.
    if (era_ == mcp::Era::legacy && method == "notifications/cancelled")
      drop(mcp::raw_value(line, {"params", "requestId"}));
    return std::string(line);
  }
  Waiting waiting{.exchange = exchange,
                  .method = std::string(method),
                  .client_id = std::string(mcp::raw_value(line, {"id"})),
                  .client_token = std::string(mcp::raw_value(line, kTokenAtRequest)),
                  .number = next_++};
  if (era_ == mcp::Era::legacy) {
    if (waiting_.contains(waiting.client_id)) {
      exchange->finish(mcp::error_message(waiting.client_id, mcp::kInvalidRequest,
                                          "aegis-mcp: a request with this id waits for its answer already"));
      return std::nullopt;
    }
    last_id_ = waiting.client_id;
    if (!waiting.client_token.empty()) tokens_[waiting.client_token] = last_id_;
    waiting_.emplace(last_id_, std::move(waiting));
    return std::string(line);
  }
  last_id_ = std::to_string(waiting.number);
  std::string changed = mcp::replace_value(line, {"id"}, last_id_);
  if (!waiting.client_token.empty()) {
    changed = mcp::replace_value(changed, kTokenAtRequest, last_id_);
    tokens_[last_id_] = last_id_;
  }
  waiting_.emplace(last_id_, std::move(waiting));
  return changed;
}

void Routes::out(std::string_view line, const Delivery& delivery) {
  if (line.starts_with('[')) {
    batch(line);
    return;
  }
  switch (delivery.kind) {
    case mcp::MessageKind::result:
    case mcp::MessageKind::error: answer(line, delivery.related); return;
    case mcp::MessageKind::notification: notification(line, delivery.related); return;
    case mcp::MessageKind::request: break;
  }
  // A server that asks in the middle of a call does not always say in which: the latest is the likeliest, and
  // any will do to carry the question.
  if (Waiting* waiting = delivery.related.empty() ? newest() : find(delivery.related); waiting != nullptr)
    waiting->exchange->send(line);
  else
    without_request(line);
}

void Routes::answer(std::string_view line, std::string_view id) {
  Waiting* waiting = find(id);
  if (waiting == nullptr) {
    log::info("an answer came for a request whose client is gone");
    return;
  }
  if (era_ == mcp::Era::modern)
    waiting->exchange->finish(mcp::replace_value(line, {"id"}, waiting->client_id));
  else
    waiting->exchange->finish(line);
  drop(id);
}

void Routes::notification(std::string_view line, std::string_view related) {
  const std::string_view method = unquoted(mcp::raw_value(line, {"method"}));
  if (method == "notifications/progress") {
    const auto token = tokens_.find(std::string(mcp::raw_value(line, kTokenAtNotification)));
    Waiting* waiting = token == tokens_.end() ? nullptr : find(token->second);
    if (waiting == nullptr) return;  // of a request that was answered
    if (era_ == mcp::Era::modern)
      waiting->exchange->send(mcp::replace_value(line, kTokenAtNotification, waiting->client_token));
    else
      waiting->exchange->send(line);
    return;
  }
  if (era_ == mcp::Era::modern) {
    const std::string_view subscription = mcp::raw_value(line, kSubscription);
    Waiting* waiting = find(subscription.empty() ? related : subscription);
    if (waiting == nullptr) return;
    if (subscription.empty())
      waiting->exchange->send(line);
    else
      waiting->exchange->send(mcp::replace_value(line, kSubscription, waiting->client_id));
    return;
  }
  Waiting* waiting = find(related);
  // What a server logs while it works on a call is about that call.
  if (waiting == nullptr && related.empty() && method == "notifications/message") waiting = newest();
  if (waiting != nullptr)
    waiting->exchange->send(line);
  else
    without_request(line);
}

// Batches carry answers of several requests, each with a way back of its own.
void Routes::batch(std::string_view line) {
  const Json items = Json::parse(line, nullptr, false);
  if (!items.is_array()) return;
  for (const auto& item : items) {
    const std::string one = dump_json(item);
    const std::string id(mcp::raw_value(one, {"id"}));
    const bool asks = item.contains("method");
    out(one, {.kind = asks ? (id.empty() ? mcp::MessageKind::notification : mcp::MessageKind::request)
                           : mcp::MessageKind::result,
              .related = asks ? std::string_view() : std::string_view(id)});
  }
}

void Routes::without_request(std::string_view line) {
  if (stream_ != nullptr) {
    stream_->send(line);
  } else if (era_ == mcp::Era::legacy) {
    if (unrouted_.size() == kMaxUnrouted) unrouted_.pop_front();
    unrouted_.emplace_back(line);
  }
}

std::optional<std::string> Routes::hung_up(const std::shared_ptr<Exchange>& exchange) {
  if (exchange == stream_) {
    stream_.reset();
    return std::nullopt;
  }
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const auto& entry) { return entry.second.exchange == exchange; });
  if (found == waiting_.end()) return std::nullopt;
  std::string id = found->first;
  drop(id);
  return id;
}

void Routes::set_stream(std::shared_ptr<Exchange> stream) {
  stream_ = std::move(stream);
  if (stream_ == nullptr) return;
  for (const std::string& line : std::exchange(unrouted_, {})) stream_->send(line);
}

std::string_view Routes::method_of(std::string_view id) const {
  const auto found = waiting_.find(std::string(id));
  return found == waiting_.end() ? std::string_view() : found->second.method;
}

void Routes::fail_all(int code, const std::string& error_text) {
  for (const auto& [id, waiting] : std::exchange(waiting_, {}))
    waiting.exchange->finish(mcp::error_message(waiting.client_id, code, error_text));
  tokens_.clear();
}

Routes::Waiting* Routes::find(std::string_view id) {
  if (id.empty()) return nullptr;
  const auto found = waiting_.find(std::string(id));
  return found == waiting_.end() ? nullptr : &found->second;
}

Routes::Waiting* Routes::newest() {
  Waiting* newest = nullptr;
  for (auto& [id, waiting] : waiting_) {
    if (newest == nullptr || waiting.number > newest->number) newest = &waiting;
  }
  return newest;
}

// Ends its exchange, if it was not answered.
void Routes::drop(std::string_view id) {
  const auto found = waiting_.find(std::string(id));
  if (found == waiting_.end()) return;
  tokens_.erase(era_ == mcp::Era::modern ? found->first : found->second.client_token);
  found->second.exchange->close();
  waiting_.erase(found);
}

}  // namespace aegis::gateway
