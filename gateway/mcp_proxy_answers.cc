// McpProxy's dealings with what a server sends: answers, notifications, and what it says of itself.

#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/fields.h"
#include "gateway/mcp_proxy.h"
#include "gateway/members.h"
#include "gateway/notices.h"
#include "gateway/output_schema.h"
#include "gateway/server_question.h"
#include "mcp/meta.h"
#include "mcp/splice.h"
#include "mcp/version.h"

namespace aegis::gateway {

namespace dom = simdjson::dom;
using mcp::Message;
using mcp::MessageKind;

McpProxy::Handled McpProxy::server_message(const ParsedJson& parsed, Delivery* delivery) {
  std::string id;
  const auto message = mcp::read_message(parsed.root, &id);
  if (!message) {
    const bool meant_as_message = parsed.text.find("\"jsonrpc\"") != std::string_view::npos;
    junk("a message that is not JSON-RPC (" + message.error().message + ")", meant_as_message);
    return {};
  }
  server_talks_junk_ = false;
  server_speaks_mcp_ = true;
  delivery->kind = message->kind;
  if (message->kind == MessageKind::error && message->id.empty()) {
    // Nobody's answer, but clients may show it.
    return guarded_answer(*message, parsed.text, Pending{.operation = "error", .labels = kOwnWords});
  }
  if (message->kind == MessageKind::notification && message->method.starts_with("notifications/tasks"))
    return guarded_notification(*message, parsed.text);
  if (message->kind == MessageKind::request && is_question(message->method))
    return question(*message, parsed.text);
  if (message->kind != MessageKind::result && message->kind != MessageKind::error) return {.forward = true};
  return answer(*message, parsed.text, delivery);
}

// A task's state may carry the whole result of the call it stands for.
McpProxy::Handled McpProxy::guarded_notification(const Message& message, std::string_view text) {
  if (const auto refused = message.has_body ? refused_question(message.body) : std::nullopt) {
    log::warn("a notification of server '" + session_.server +
              "' about a task was dropped: " + refused->reason);
    return {};
  }
  fields_.clear();
  if (message.has_body) collect_fields(message.body, &fields_);
  const std::string method(message.method);
  const guard::Event event{
      .point = guard::Point::result,
      .operation = method,
      .target = string_member(message.body, "taskId"),
      .labels = {.read_only = true, .destructive = false},
      .fields = fields_,
      .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(message.body, fields); },
      .value = message.has_body ? &message.body : nullptr};
  const guard::Verdict verdict = guard_->check_result(session_, event, {}, false);
  if (verdict.enforced == guard::Effect::allow) return {.forward = true};
  if (verdict.enforced != guard::Effect::sanitize) {
    log::warn("a notification of server '" + session_.server +
              "' about a task was dropped: " + verdict.reason);
    return {};
  }
  Json changed = Json::parse(text, nullptr, false);
  apply_edits(verdict.edits, &changed["params"]);
  return {.forward = true, .changed = dump_json(changed)};
}

std::unordered_map<std::string, McpProxy::Pending>::iterator McpProxy::find_pending(const std::string& id) {
  auto found = pending_.find(id);
  // Some servers answer request 7 as "7", and the clients of the installed base accept it.
  if (found == pending_.end() && id.size() > 2 && id.front() == '"')
    found = pending_.find(id.substr(1, id.size() - 2));
  return found;
}

McpProxy::Handled McpProxy::answer(const Message& message, std::string_view text, Delivery* delivery) {
  const auto found = find_pending(message.id);
  if (found == pending_.end()) {
    // Nobody asked (or the question was answered already): it could not be judged, and no client would take
    // it.
    log::info("server '" + session_.server + "' answered a request that is not waiting");
    return {};
  }
  answered_id_ = found->first;
  delivery->related = answered_id_;
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (pending.cancelled) --cancelled_;
  if (pending.held) --held_;
  if (pending.guarded || message.kind == MessageKind::error) {
    const auto refused = message.kind == MessageKind::result ? refused_question(message.body) : std::nullopt;
    if (refused) {
      guard_->record_unanswered(session_, pending.call, "denied");
      return {.forward = true, .changed = denial(message.id, pending, *refused)};
    }
    Handled handled = guarded_answer(message, text, pending);
    if (pending.modern && message.kind == MessageKind::result) {
      if (auto sealed = with_sealed_state(
              message, handled.changed ? std::string_view(*handled.changed) : text, pending))
        handled.changed = std::move(sealed);
    }
    return handled;
  }
  if (pending.operation == "tools/list") {
    return {.forward = true, .changed = tools_.take_list(session_, message.body, text)};
  }
  if (message.kind == MessageKind::result) {
    if (auto changed = offers_.take_list(session_, pending.operation, message.body, text))
      return {.forward = true, .changed = std::move(changed)};
  }
  if (pending.operation == "initialize" || pending.operation == "server/discover")
    return initialized(message, text, pending);
  return {.forward = true};
}

// The message with a state of ours for the client to carry; nothing when there is none in it. The other half
// of a call that was approved is known by that state, so it gets one even where its server needs none.
std::optional<std::string> McpProxy::with_sealed_state(const Message& message, std::string_view text,
                                                       const Pending& pending) {
  std::string_view state;
  if (!string_member(message.body, "requestState").empty()) {
    state = mcp::raw_value(text, {"result", "requestState"});
    if (state.empty()) return std::nullopt;  // the answer was withheld
  } else if (!pending.approved || string_member(message.body, "resultType") != "input_required" ||
             mcp::raw_value(text, {"result", "inputRequests"}).empty() ||
             mcp::find_value(text, {"result", "requestState"})) {
    return std::nullopt;
  }
  auto sealed = carried_.seal(state, pending.operation, pending.params, monotonic_us(), pending.approved);
  if (!sealed) {
    log::warn("server '" + session_.server + "': " + sealed.error().message);
    return mcp::error_message(message.id, mcp::kInternalError, not_passed_on(sealed.error().message));
  }
  if (!state.empty()) return mcp::replace_value(text, {"result", "requestState"}, *sealed);
  const std::string_view questions = mcp::raw_value(text, {"result", "inputRequests"});
  return mcp::replace_value(text, {"result", "inputRequests"},
                            std::string(questions) + ",\"requestState\":" + *sealed);
}

// Clients show a server's instructions to their model before anything else, so they are judged as a
// definition is.
McpProxy::Handled McpProxy::initialized(const Message& message, std::string_view text,
                                        const Pending& pending) {
  revision_ = pending.modern ? mcp::find_revision(mcp::kModernRevision)
                             : mcp::find_revision(string_member(message.body, "protocolVersion"));
  const std::string_view instructions = string_member(message.body, "instructions");
  if (instructions.empty()) return {.forward = true};
  fields_.assign(1, instructions);
  const guard::Verdict verdict = guard_->check(session_, {.point = guard::Point::definition,
                                                          .operation = pending.operation,
                                                          .target = "instructions",
                                                          .fields = fields_});
  if (verdict.enforced <= guard::Effect::sanitize) return {.forward = true};
  log::warn("the instructions of server '" + session_.server + "' are withheld: " + verdict.reason);
  Json changed = Json::parse(text, nullptr, false);
  changed["result"].erase("instructions");
  return {.forward = true, .changed = dump_json(changed)};
}

McpProxy::Handled McpProxy::guarded_answer(const Message& message, std::string_view text,
                                           const Pending& pending) {
  fields_.clear();
  collect_fields(message.body, &fields_);
  const guard::Event event{
      .point = guard::Point::result,
      .operation = pending.operation,
      .target = pending.target,
      .labels = pending.labels,
      .fields = fields_,
      .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(message.body, fields); },
      .tool_listed = tools_.listed(pending.target),
      .value = message.has_body ? &message.body : nullptr,
      .place = pending.place};
  const bool is_error =
      message.kind == MessageKind::error || bool_member(message.body, "isError").value_or(false);
  guard::Verdict verdict = guard_->check_result(session_, event, pending.call, is_error);
  switch (verdict.enforced) {
    case guard::Effect::allow:
      if (pending.notice.empty()) return {.forward = true};
      return {.forward = true, .changed = changed_answer(message, text, pending, &verdict)};
    case guard::Effect::sanitize:
      return {.forward = true, .changed = changed_answer(message, text, pending, &verdict)};
    case guard::Effect::require_approval:
    case guard::Effect::deny: break;
  }
  return {.forward = true, .changed = denial(message.id, pending, verdict)};
}

std::string McpProxy::changed_answer(const Message& message, std::string_view text, const Pending& pending,
                                     guard::Verdict* verdict) {
  Json changed = Json::parse(text, nullptr, false);
  Json& body = changed[message.kind == MessageKind::error ? "error" : "result"];
  const bool is_tool_result = pending.operation == "tools/call" && message.kind == MessageKind::result;
  const Json* schema = is_tool_result ? tools_.output_schema(pending.target) : nullptr;

  bool structured_is_valid = true;
  if (schema != nullptr) {
    constexpr std::string_view kStructured = "/structuredContent";
    std::vector<std::size_t> edited;
    for (const guard::Edit& edit : verdict->edits) edited.push_back(edit.field);
    const auto pointers = field_pointers(message.body, edited);
    for (std::size_t i = 0; i < edited.size(); ++i) {
      guard::Edit& edit = verdict->edits[i];
      const std::string& pointer = pointers[i];
      if (!pointer.starts_with(kStructured)) continue;
      const std::string_view inside = std::string_view(pointer).substr(kStructured.size());
      const std::string_view original = fields_[edit.field];
      // A key got a finding: its member has another name now, which no schema is asked about.
      if (!Json::json_pointer(pointer).empty() && body.contains(Json::json_pointer(pointer)) &&
          body[Json::json_pointer(pointer)] != Json(original)) {
        structured_is_valid = false;
      } else if (!string_allowed(*schema, inside, edit.text)) {
        structured_is_valid &= !edit.same_shape.empty() && string_allowed(*schema, inside, edit.same_shape);
        edit.text = edit.same_shape;
      }
    }
  }
  apply_edits(verdict->edits, &body);
  if (is_tool_result && body.is_object()) {
    if (!structured_is_valid) {
      // The tool's schema has no room for a placeholder. An error result need not satisfy it, a plain one
      // must.
      body.erase("structuredContent");
      body["isError"] = true;
    }
    Json& content = body["content"];
    if (content.is_null()) content = Json::array();
    if (content.is_array()) {
      // The tool did not get what the agent sent; an agent that does not know would report a success that is
      // none.
      if (!pending.notice.empty()) content.push_back(text_content(pending.notice));
      if (!verdict->edits.empty())
        content.push_back(text_content(notice(*verdict, "this result was changed")));
    }
  }
  return dump_json(changed);
}

}  // namespace aegis::gateway
