// McpProxy's dealings with calls that a person has to approve.

#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/approval_questions.h"
#include "gateway/mcp_proxy.h"
#include "mcp/bridge/capabilities.h"
#include "mcp/meta.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;
using mcp::Message;
using mcp::MessageKind;
using store::Approval;
using store::ApprovalState;

// The key of our question among a server's, which never sees it.
constexpr const char* kQuestion = "aegis-approval";

// Below any progress a server reports, which has to be more each time.
constexpr double kProgressStep = 0.001;

std::string prefixed(const std::string& sentence) { return "aegis-mcp: " + sentence; }

bool fills_forms(const Message& request) {
  dom::element capabilities;
  return request.body["_meta"][mcp::kMetaClientCapabilities].get(capabilities) == simdjson::SUCCESS &&
         mcp::abilities_of(capabilities).form;
}

}  // namespace

// A client that can ask its user is asked to, in its era's way; every other one is told to come back.
McpProxy::Handled McpProxy::ask_for_approval(const Message& message, std::string_view text,
                                             const Pending& pending, const guard::Verdict& verdict) {
  const guard::PendingApproval& approval = *verdict.approval;
  const auto told = [&](const std::string& what) {
    return Handled{.reply = stopped(message.id, pending.operation, pending.modern, prefixed(what)),
                   .id = message.id};
  };
  if (!approval.edited_arguments.empty()) {
    return told(
        "this was not done: approval " + approval.id +
        " was given with other arguments, and a call that has begun cannot take them. Begin it anew.");
  }
  const bool has_begun = pending.modern && !mcp::raw_value(text, {"params", "requestState"}).empty();
  if (approval.out_of_band || has_begun || !mcp::may_ask_back(pending.operation))
    return told(waits_for_approval(verdict));

  Json form = approval_form(
      {.server = session_.server, .operation = pending.operation, .target = pending.target}, verdict);
  if (pending.modern) {
    if (!fills_forms(message)) return told(waits_for_approval(verdict));
    auto state = asked_.seal(approval.id, pending.operation, pending.params, monotonic_us());
    if (!state) return told(waits_for_approval(verdict));
    Json result{
        {"resultType", "input_required"},
        {"inputRequests", {{kQuestion, {{"method", "elicitation/create"}, {"params", std::move(form)}}}}},
        {"requestState", Json::parse(*state)}};
    return {.reply = mcp::result_message(message.id, result), .id = message.id};
  }
  if (!fills_forms_ || waits_.full()) return told(waits_for_approval(verdict));
  const std::string shown =
      waits_.add({.id = message.id,
                  .line = std::string(text),
                  .operation = pending.operation,
                  .approval = approval.id,
                  .progress_token = std::string(mcp::raw_value(text, {"params", "_meta", "progressToken"}))},
                 monotonic_us());
  if (!shown.empty()) {
    to_client_(R"({"jsonrpc":"2.0","id":)" + shown + R"(,"method":"elicitation/create","params":)" +
                   dump_json(form) + "}",
               {.kind = MessageKind::request, .related = message.id});
  }
  return {};
}

// The second half of a modern call that was asked about: the same request, with what the person said.
McpProxy::Handled McpProxy::approval_answered(const Message& message, std::string_view text,
                                              const Pending& pending, const std::string& approval) {
  const auto told = [&](const std::string& what) {
    return Handled{.reply = stopped(message.id, pending.operation, pending.modern, prefixed(what)),
                   .id = message.id};
  };
  dom::element result;
  const FormAnswer answer = message.body["inputResponses"][kQuestion].get(result) == simdjson::SUCCESS
                                ? form_answer(result)
                                : FormAnswer::none;
  const Answered answered = take_answer(approval, answer);
  if (!answered.goes_on) return told(answered.why);
  // The server is sent the call as it was made at first.
  const std::string first =
      mcp::without_value(mcp::without_value(text, {"params", "inputResponses"}), {"params", "requestState"});
  return resume(first);
}

McpProxy::Answered McpProxy::take_answer(const std::string& approval, FormAnswer answer) {
  if (answer != FormAnswer::none) {
    if (guard_->answer_approval(session_, approval, answer == FormAnswer::approve)) return {.goes_on = true};
  }
  // Nothing was decided by this answer: what was decided elsewhere, or the clock, says how it goes on.
  const auto now = guard_->approval(session_, approval);
  if (!now) return {.why = "this was not done: " + now.error().message};
  switch (now->state) {
    case ApprovalState::pending: return {.why = not_decided(*now)};
    case ApprovalState::expired: return {.why = came_too_late(*now)};
    case ApprovalState::approved:
    case ApprovalState::edited:
      if (answer == FormAnswer::deny) {
        return {.why = "this was not done: the person who was asked said no. Stop and tell the user."};
      }
      break;
    case ApprovalState::denied:
    case ApprovalState::consumed: break;
  }
  return {.goes_on = true};  // and is judged again
}

void McpProxy::form_answered(const std::string& approval, const Message& message) {
  const FormAnswer answer =
      message.kind == MessageKind::result ? form_answer(message.body) : FormAnswer::none;
  go_on(approval, take_answer(approval, answer));
}

void McpProxy::go_on(const std::string& approval, const Answered& answered) {
  std::vector<std::string> forms;
  const std::vector<ApprovalWait> waits = waits_.take(approval, &forms);
  for (const std::string& form : forms) {
    to_client_(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + form +
                   R"(,"reason":"it was decided elsewhere, or is over"}})",
               {.related = waits.empty() ? std::string_view() : std::string_view(waits.front().id)});
  }
  for (const ApprovalWait& wait : waits) {
    if (!answered.goes_on) {
      reply(stopped(wait.id, wait.operation, false, prefixed(answered.why)), wait.id);
      continue;
    }
    const Handled handled = resume(wait.line);
    if (!handled.reply.empty()) reply(handled.reply, wait.id);
    if (handled.forward) to_server_(handled.changed ? *handled.changed : wait.line);
  }
}

// As if the client had just sent it. What is forwarded is in `changed`.
McpProxy::Handled McpProxy::resume(std::string_view line) {
  const auto parsed = resumed_parser_.parse(line);
  std::string id;
  const auto message = parsed ? mcp::read_message(parsed->root, &id) : parsed.error();
  if (!message) {
    return {.reply = mcp::error_message(id, mcp::kInternalError, prefixed(message.error().message)),
            .id = id};
  }
  Handled handled = guarded_request(*message, parsed->text);
  if (handled.forward && !handled.changed) handled.changed = std::string(parsed->text);
  handled.id = id;
  return handled;
}

void McpProxy::tick() {
  const std::int64_t now = monotonic_us();
  if (waits_.empty() || now < waits_.deadline_us()) return;
  waits_.polled(now);
  for (const std::string& approval : waits_.approvals()) {
    const auto state = guard_->approval(session_, approval);
    const bool cannot_be_read = !state && state.error().code != ErrorCode::not_found;
    if (cannot_be_read || (state && state->state == ApprovalState::pending)) continue;
    go_on(approval, take_answer(approval, FormAnswer::none));
  }
  for (const ApprovalWait& wait : waits_.due_progress(now)) {
    const Json progress{{"jsonrpc", "2.0"},
                        {"method", "notifications/progress"},
                        {"params",
                         {{"progressToken", Json::parse(wait.progress_token, nullptr, false)},
                          {"progress", kProgressStep * wait.progress},
                          {"message", "waiting for a person to approve it (" + wait.approval + ")"}}}};
    to_client_(dump_json(progress), {.related = wait.id});
  }
}

void McpProxy::fail_approvals(const std::string& why) {
  for (const ApprovalWait& wait : waits_.take_all()) {
    reply(mcp::error_message(wait.id, mcp::kServerGone,
                             prefixed("no answer to " + wait.operation + ", which waited for approval " +
                                      wait.approval + ": " + why)),
          wait.id);
  }
}

}  // namespace aegis::gateway
