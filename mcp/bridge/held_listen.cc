#include "mcp/bridge/held_listen.h"

#include <utility>

#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

std::string id_under(simdjson::dom::element object, std::string_view key) {
  simdjson::dom::element value;
  if (!object.is_object() || object.at_key(key).get(value) != simdjson::SUCCESS) return {};
  const auto id = read_id(value);
  return id ? *id : std::string();
}

std::string subscription_of(const Message& message) {
  simdjson::dom::element meta;
  if (!message.has_body || message.body["_meta"].get(meta) != simdjson::SUCCESS) return {};
  return id_under(meta, kMetaSubscriptionId);
}

}  // namespace

void HeldListen::want(Json filter) {
  if (filter == filter_) return;
  filter_ = std::move(filter);
  if (filter_.empty()) {
    close(&current_);
    close(&previous_);
    again_us_ = 0;
    return;
  }
  open();
}

void HeldListen::open() {
  again_us_ = 0;
  if (acknowledged_) {
    close(&previous_);
    previous_ = std::exchange(current_, {});
  } else {
    close(&current_);
  }
  acknowledged_ = false;
  current_ = ids_->next();
  out_->to_server(R"({"jsonrpc":"2.0","id":)" + current_ +
                  R"(,"method":"subscriptions/listen","params":{"_meta":)" + meta_ +
                  ",\"notifications\":" + dump_json(filter_) + "}}");
}

void HeldListen::close(std::string* id) {
  if (id->empty()) return;
  out_->to_server(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + *id +
                  "}}");
  id->clear();
}

void HeldListen::ended(bool for_good) {
  current_.clear();
  acknowledged_ = false;
  if (!for_good && !filter_.empty()) again_us_ = now_us_() + std::int64_t{kListenAgainMs} * 1'000;
}

HeldListen::Fate HeldListen::from_server(const Message& message) {
  if (message.kind == MessageKind::result || message.kind == MessageKind::error) {
    if (message.id.empty()) return Fate::not_ours;
    if (message.id == previous_) {
      previous_.clear();
      return Fate::done;
    }
    if (message.id != current_) return Fate::not_ours;
    std::int64_t code = 0;
    const bool refused = message.kind == MessageKind::error &&
                         (message.body["code"].get(code) != simdjson::SUCCESS || code != kServerGone);
    ended(refused);
    return Fate::done;
  }
  if (message.kind != MessageKind::notification) return Fate::not_ours;
  if (message.method == "notifications/cancelled") {
    const auto id = message.has_body ? id_under(message.body, "requestId") : std::string();
    if (!id.empty() && id == current_) ended(false);
    if (!id.empty() && id == previous_) previous_.clear();
    return Fate::done;  // a modern server cancels nothing else
  }
  const auto id = subscription_of(message);
  if (message.method == "notifications/subscriptions/acknowledged") {
    if (!id.empty() && id == current_ && !acknowledged_) {
      acknowledged_ = true;
      close(&previous_);
    }
    return Fate::done;
  }
  if (message.method.ends_with("/list_changed") || message.method == "notifications/resources/updated") {
    return !id.empty() && (id == current_ || id == previous_) ? Fate::pass_on : Fate::done;
  }
  return Fate::not_ours;
}

void HeldListen::server_replaced() {
  current_.clear();
  previous_.clear();
  acknowledged_ = false;
  if (!filter_.empty()) open();
}

void HeldListen::tick() {
  if (again_us_ != 0 && now_us_() >= again_us_) open();
}

}  // namespace aegis::mcp
