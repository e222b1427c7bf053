#include "gateway/mcp_proxy.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/fields.h"
#include "gateway/members.h"
#include "gateway/notices.h"
#include "mcp/bridge/capabilities.h"
#include "mcp/meta.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;
using mcp::Message;
using mcp::MessageKind;

// Requests whose arguments are judged before they go out and whose answers are judged before they come back,
// with the member of params that names what is asked for (a reference by its own name or URI).
struct GuardedMethod {
  std::string_view method;
  std::string_view target;
  bool only_reads;
};
constexpr GuardedMethod kGuarded[] = {
    {"tools/call", "name", false},
    {"resources/read", "uri", true},
    {"prompts/get", "name", true},
    {"completion/complete", "ref", true},
    // The answer of a tools/call that was made a task: in the 2025-11-25 revision, and as the extension of
    // 2026-07-28, where a task may ask for input on its way.
    {"tasks/result", "taskId", true},
    {"tasks/get", "taskId", true},
    {"tasks/update", "taskId", true},
};

const GuardedMethod* guarded_method(std::string_view method) {
  for (const auto& guarded : kGuarded) {
    if (guarded.method == method) return &guarded;
  }
  return nullptr;
}

std::string_view target_of(const GuardedMethod& method, dom::element params) {
  dom::element reference;
  if (!params.is_object() || params[method.target].get(reference) != simdjson::SUCCESS) return {};
  if (reference.is_string()) return reference.get_string().value_unsafe();
  const std::string_view name = string_member(reference, "name");
  return name.empty() ? string_member(reference, "uri") : name;
}

// Whether a parameter is one we read but for the case of its letters.
bool has_lookalike(const dom::object& params) {
  return std::any_of(params.begin(), params.end(), [](const auto& field) {
    return field.key != "taskId" && field.key != "inputResponses" && field.key != "requestState" &&
           mcp::resembles(field.key, {"name", "arguments", "uri", "taskid", "inputresponses", "requeststate",
                                      "ref", "argument"});
  });
}

// What is asked for beside the target, as it stands in the message.
std::string_view arguments_in(std::string_view text, std::string_view operation) {
  if (operation == "tools/call" || operation == "prompts/get")
    return mcp::raw_value(text, {"params", "arguments"});
  if (operation == "completion/complete") return mcp::raw_value(text, {"params", "argument"});
  if (operation == "tasks/update") return mcp::raw_value(text, {"params", "inputResponses"});
  return {};
}

// On one line, as messages are: a person's file has as many as it likes. In a JSON text a line break stands
// between values only.
std::string with_arguments(std::string_view text, std::string_view arguments) {
  std::string line(arguments);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  if (mcp::find_value(text, {"params", "arguments"}))
    return mcp::replace_value(text, {"params", "arguments"}, line);
  Json changed = Json::parse(text, nullptr, false);
  changed["params"]["arguments"] = Json::parse(line, nullptr, false);
  return dump_json(changed);
}

}  // namespace

McpProxy::McpProxy(guard::Guard* guard, Options options)
    : guard_(guard),
      session_(std::move(options.session)),
      to_client_(std::move(options.to_client)),
      to_server_(std::move(options.to_server)),
      revision_(nullptr),
      tools_(guard, options.known_server),
      offers_(guard),
      carried_(options.principal),
      asked_(std::move(options.principal)) {}

std::string McpProxy::unaddressed_error(int code, std::string_view text) const {
  return mcp::unaddressed_error(code, text, revision_);
}

// An answer of ours.
void McpProxy::reply(std::string_view line, std::string_view id) {
  to_client_(line, {.kind = MessageKind::error, .related = id});
}

void McpProxy::from_client(std::string_view line) {
  const auto parsed = client_parser_.parse(line);
  if (!parsed) {
    reply(unaddressed_error(mcp::kParseError, not_passed_on(parsed.error().message)), "");
    return;
  }
  if (parsed->root.is_array()) {
    client_batch(parsed->text);
    return;
  }
  const Handled handled = client_message(*parsed);
  if (!handled.reply.empty()) reply(handled.reply, handled.id);
  if (handled.forward) to_server_(handled.changed ? std::string_view(*handled.changed) : parsed->text);
}

void McpProxy::from_server(std::string_view line, std::string_view related) {
  const auto parsed = server_parser_.parse(line);
  if (!parsed) {
    // Only what was meant as a message can have been somebody's answer; log lines may start with a bracket
    // too.
    const bool broken_message = line.find("\"jsonrpc\"") != std::string_view::npos;
    junk(broken_message ? "a broken message (" + parsed.error().message + ")" : "text that is not JSON-RPC",
         broken_message);
    return;
  }
  if (parsed->root.is_array()) {
    server_batch(parsed->text, related);
    return;
  }
  Delivery delivery{.related = related};
  const Handled handled = server_message(*parsed, &delivery);
  if (!handled.reply.empty()) to_server_(handled.reply);
  if (handled.forward)
    to_client_(handled.changed ? std::string_view(*handled.changed) : parsed->text, delivery);
}

void McpProxy::oversized_from_client() {
  reply(unaddressed_error(mcp::kInvalidRequest, not_passed_on("it has more than the limit of " +
                                                              std::to_string(kMaxMessageBytes) + " bytes")),
        "");
}

void McpProxy::oversized_from_server() {
  junk("a message of more than " + std::to_string(kMaxMessageBytes) + " bytes", true);
}

// A line of text is most likely a stray print, and the answer still comes; a broken message may have been the
// answer, and nobody can tell whose.
void McpProxy::junk(const std::string& what, bool broken_message) {
  server_talks_junk_ = true;
  const std::string sentence =
      "the server '" + session_.server + "' wrote " + what + " to its standard output";
  log::warn(sentence);
  if (broken_message) fail_waiting(sentence);
}

void McpProxy::fail_waiting(const std::string& why) {
  for (const auto& [id, pending] : pending_) {
    if (pending.cancelled) continue;
    guard_->record_unanswered(session_, pending.call, "lost");
    reply(
        mcp::error_message(id, mcp::kServerGone, "aegis-mcp: no answer to " + pending.operation + ": " + why),
        id);
  }
  std::erase_if(pending_, [](const auto& entry) { return !entry.second.cancelled; });
  held_ = 0;
  fail_approvals(why);
}

void McpProxy::fail_overdue(std::int64_t asked_before_us) {
  std::vector<std::string> overdue;
  for (const auto& [id, pending] : pending_) {
    if (!pending.cancelled && !pending.held && pending.asked_us < asked_before_us) overdue.push_back(id);
  }
  for (const std::string& id : overdue) {
    const auto found = pending_.find(id);
    guard_->record_unanswered(session_, found->second.call, "lost");
    reply(mcp::error_message(id, mcp::kServerGone,
                             "aegis-mcp: no answer to " + found->second.operation + " from the server '" +
                                 session_.server + "' within the time allowed for a call"),
          id);
    to_server_(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
               R"(,"reason":"it took too long"}})");
    forget(found);
  }
}

// A late answer to it is judged all the same.
void McpProxy::forget(std::unordered_map<std::string, Pending>::iterator request) {
  if (request->second.held) --held_;
  request->second.held = false;
  if (cancelled_ >= kMaxPending) {
    pending_.erase(request);
    return;
  }
  request->second.cancelled = true;
  request->second.call.decision = 0;  // its outcome is written
  ++cancelled_;
}

void McpProxy::client_batch(std::string_view text) {
  const Json batch = Json::parse(text, nullptr, false);
  if (batch.empty() || batch.is_discarded() || (revision_ != nullptr && !revision_->batches)) {
    reply(unaddressed_error(
              mcp::kInvalidRequest,
              not_passed_on(revision_ != nullptr && !revision_->batches
                                ? "protocol revision " + std::string(revision_->name) + " has no batches"
                                : "an empty batch is no message")),
          "");
    return;
  }
  std::string forward, replies;
  for (const auto& item : batch) {
    const std::string line = dump_json(item);
    const auto parsed = batch_parser_.parse(line);
    const Handled handled = parsed ? client_message(*parsed) : Handled{};
    if (!handled.reply.empty()) (replies += replies.empty() ? "" : ",") += handled.reply;
    if (handled.forward) (forward += forward.empty() ? "" : ",") += handled.changed.value_or(line);
  }
  if (!replies.empty()) reply("[" + replies + "]", "");
  if (!forward.empty()) to_server_("[" + forward + "]");
}

void McpProxy::server_batch(std::string_view text, std::string_view related) {
  const Json batch = Json::parse(text, nullptr, false);
  std::string forward;
  std::optional<Delivery> first;
  std::string first_related;
  for (const auto& item : batch) {
    const std::string line = dump_json(item);
    const auto parsed = batch_parser_.parse(line);
    Delivery delivery{.related = related};
    const Handled handled = parsed ? server_message(*parsed, &delivery) : Handled{};
    if (!handled.reply.empty()) to_server_(handled.reply);
    if (!handled.forward) continue;
    (forward += forward.empty() ? "" : ",") += handled.changed.value_or(line);
    if (!first) {
      first_related = delivery.related;
      first = Delivery{.kind = delivery.kind, .related = first_related};
    }
  }
  if (first) to_client_("[" + forward + "]", *first);
}

McpProxy::Handled McpProxy::client_message(const ParsedJson& parsed) {
  std::string id;
  const auto message = mcp::read_message(parsed.root, &id);
  if (!message) {
    const std::string why = not_passed_on(message.error().message);
    return {.reply = id.empty() ? unaddressed_error(mcp::kInvalidRequest, why)
                                : mcp::error_message(id, mcp::kInvalidRequest, why),
            .id = id};
  }
  if (message->kind == MessageKind::notification && message->method == "notifications/cancelled" &&
      !cancel(*message))
    return {};
  if (message->kind == MessageKind::result || message->kind == MessageKind::error) {
    if (const auto approval = waits_.answered(message->id)) {
      form_answered(*approval, *message);
      return {};
    }
  }
  if (message->kind != MessageKind::request) return {.forward = true};
  if (const auto same = pending_.find(id); same != pending_.end() && same->second.cancelled) {
    pending_.erase(same);  // a cancelled request's id may be used again
    --cancelled_;
  }
  if (pending_.contains(id) || waits_.holds(id)) {
    return {
        .reply = mcp::error_message(id, mcp::kInvalidRequest,
                                    not_passed_on("a request with this id is still waiting for its answer")),
        .id = id};
  }
  if (pending_.size() - cancelled_ >= kMaxPending) {
    return {.reply = mcp::error_message(
                id, mcp::kInternalError,
                not_passed_on(std::to_string(kMaxPending) + " requests are waiting for answers already")),
            .id = id};
  }
  if (guarded_method(message->method) != nullptr) {
    Handled handled = guarded_request(*message, parsed.text);
    handled.id = id;
    return handled;
  }
  Pending& pending = pending_[id];
  pending.operation = message->method;
  pending.labels = kOwnWords;
  pending.asked_us = monotonic_us();
  pending.modern = mcp::is_modern_request(*message);
  if (message->method == "initialize" && message->has_body) {
    dom::element capabilities;
    fills_forms_ = message->body["capabilities"].get(capabilities) == simdjson::SUCCESS &&
                   mcp::abilities_of(capabilities).form;
  }
  pending.held = message->method == "subscriptions/listen";
  held_ += pending.held ? 1 : 0;
  return {.forward = true};
}

// False: the server never heard of that request.
bool McpProxy::cancel(const Message& message) {
  dom::element id_value;
  if (!message.has_body || message.body["requestId"].get(id_value) != simdjson::SUCCESS) return true;
  const auto id = mcp::read_id(id_value);
  if (id && waits_.forget(*id)) return false;
  const auto found = id ? pending_.find(*id) : pending_.end();
  if (found == pending_.end() || found->second.cancelled) return true;
  guard_->record_unanswered(session_, found->second.call, "cancelled");
  forget(found);
  return true;
}

McpProxy::Handled McpProxy::guarded_request(const Message& message, std::string_view text) {
  const GuardedMethod& method = *guarded_method(message.method);
  const std::string_view target = message.has_body ? target_of(method, message.body) : "";
  if (message.has_body && has_lookalike(dom::object(message.body))) {
    return {.reply = mcp::error_message(
                message.id, mcp::kInvalidParams,
                not_passed_on("a parameter's name differs from the protocol's only in case"))};
  }
  if (target.empty()) {
    return {.reply = mcp::error_message(message.id, mcp::kInvalidParams,
                                        not_passed_on("params." + std::string(method.target) +
                                                      (method.target == "ref" ? " must have a name or a uri"
                                                                              : " must be a string")))};
  }
  Pending pending{.operation = std::string(message.method),
                  .target = std::string(target),
                  .asked_us = monotonic_us(),
                  .guarded = true,
                  .modern = mcp::is_modern_request(message)};
  const bool is_tool = !method.only_reads;
  pending.labels = is_tool ? tools_.labels(target) : tools_.labels_of_resources();
  if (is_tool) pending.place = tools_.place(message.body);
  std::string_view given_state, server_state;
  bool continues_approved = false;
  if (pending.modern) {
    pending.params = mcp::raw_value(text, {"params"});
    given_state = mcp::raw_value(text, {"params", "requestState"});
    if (!given_state.empty()) {
      if (const auto asked = asked_.open(given_state, message.method, pending.params, pending.asked_us)) {
        const std::string approval(asked->text);
        asked_.use(given_state);
        return approval_answered(message, text, pending, approval);
      }
      const auto state = carried_.open(given_state, message.method, pending.params, pending.asked_us);
      if (!state)
        return {.reply = mcp::error_message(message.id, mcp::kInvalidParams,
                                            not_passed_on(state.error().message))};
      server_state = state->text;
      continues_approved = state->approved;
    }
  }
  guard::Verdict verdict = judge_call(message.body, text, pending, {}, continues_approved);
  std::string edited;
  if (verdict.approval && !verdict.approval->edited_arguments.empty() && given_state.empty()) {
    edited = with_arguments(text, verdict.approval->edited_arguments);
    const std::string approval = verdict.approval->id;
    if (const auto parsed = edited_parser_.parse(edited)) {
      if (is_tool) pending.place = tools_.place(parsed->root["params"]);
      verdict = judge_call(parsed->root["params"], edited, pending, approval, false);
    }
    text = edited;
    pending.notice = "aegis-mcp: the person who approved this call (approval " + approval +
                     ") wrote other arguments for it, and it was made with those.";
  }
  pending.call = {.decision = verdict.decision, .started_us = monotonic_us()};
  pending.approved = continues_approved || (!verdict.approved_by.empty() && edited.empty());

  Handled handled{.forward = true};
  switch (verdict.enforced) {
    case guard::Effect::allow:
      if (!edited.empty()) handled.changed = std::move(edited);
      break;
    case guard::Effect::sanitize: {
      Json changed = Json::parse(text, nullptr, false);
      apply_edits(verdict.edits, &changed["params"]);
      handled.changed = dump_json(changed);
      if (!pending.notice.empty()) pending.notice += ' ';
      pending.notice += notice(verdict, "the arguments of this call were changed");
      break;
    }
    case guard::Effect::require_approval:
      if (verdict.approval) return ask_for_approval(message, text, pending, verdict);
      [[fallthrough]];
    case guard::Effect::deny: return {.reply = denial(message.id, pending, verdict)};
  }
  const std::string_view sent = handled.changed ? std::string_view(*handled.changed) : text;
  if (!given_state.empty()) {
    handled.changed = server_state.empty()
                          ? mcp::without_value(sent, {"params", "requestState"})
                          : mcp::replace_value(sent, {"params", "requestState"}, server_state);
    carried_.use(given_state);
  } else if (!verdict.approved_by.empty() && mcp::find_value(sent, {"params", "inputResponses"})) {
    // Answers to questions that nobody asked yet; whoever approved the call was not shown them.
    handled.changed = mcp::without_value(sent, {"params", "inputResponses"});
  }
  pending_.emplace(message.id, std::move(pending));
  return handled;
}

guard::Verdict McpProxy::judge_call(dom::element params, std::string_view text, const Pending& pending,
                                    std::string_view edit_of, bool continues_approved) {
  fields_.clear();
  collect_fields(params, &fields_);
  const bool is_tool = pending.operation == "tools/call";
  dom::element arguments;
  const bool has_arguments = params.is_object() && params["arguments"].get(arguments) == simdjson::SUCCESS;
  const auto pin = is_tool ? tools_.pin(session_, pending.target) : guard::Pins::Judged();
  return guard_->check(
      session_,
      {.point = guard::Point::call,
       .operation = pending.operation,
       .target = pending.target,
       .labels = pending.labels,
       .fields = fields_,
       .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(params, fields); },
       .tool_withheld =
           is_tool ? tools_.withheld(pending.target) : offers_.withheld(pending.operation, pending.target),
       .tool_listed = is_tool && tools_.listed(pending.target),
       .value = has_arguments ? &arguments : nullptr,
       .arguments = [&] { return arguments_in(text, pending.operation); },
       .definition_hash = pin.hash,
       .edit_of = edit_of,
       .continues_approved = continues_approved,
       .place = pending.place,
       .pin = pin.state});
}

std::string McpProxy::stopped(const std::string& id, std::string_view operation, bool modern,
                              const std::string& text) const {
  if (operation != "tools/call") return mcp::error_message(id, kBlocked, text);
  Json result{{"content", Json::array({text_content(text)})}, {"isError", true}};
  if (modern) result["resultType"] = "complete";
  return mcp::result_message(id, result);
}

std::string McpProxy::denial(const std::string& id, const Pending& pending,
                             const guard::Verdict& verdict) const {
  return stopped(id, pending.operation, pending.modern, notice(verdict, "this was blocked"));
}

}  // namespace aegis::gateway
