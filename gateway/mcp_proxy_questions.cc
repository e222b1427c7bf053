// McpProxy's dealings with what a server asks its client's user or model.

#include "base/log.h"
#include "gateway/fields.h"
#include "gateway/mcp_proxy.h"
#include "gateway/members.h"
#include "gateway/notices.h"
#include "gateway/server_question.h"

namespace aegis::gateway {

namespace dom = simdjson::dom;
using mcp::Message;

// As a request of its own (revisions up to 2025-11-25).
McpProxy::Handled McpProxy::question(const Message& message, std::string_view text) {
  if (!message.has_body) return {.forward = true};
  fields_.clear();
  collect_fields(message.body, &fields_);
  const guard::Verdict verdict = guard_->check(
      session_,
      {.point = guard::Point::question,
       .operation = message.method,
       .target = message.method,
       .fields = fields_,
       .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(message.body, fields); },
       .question = read_question(message.method, message.body)});
  switch (verdict.enforced) {
    case guard::Effect::allow: return {.forward = true};
    case guard::Effect::sanitize: {
      Json changed = Json::parse(text, nullptr, false);
      apply_edits(verdict.edits, &changed["params"]);
      return {.forward = true, .changed = dump_json(changed)};
    }
    case guard::Effect::require_approval:
    case guard::Effect::deny: break;
  }
  const std::string why = notice(verdict, "this question was not passed on");
  log::warn("server '" + session_.server + "', " + std::string(message.method) + ": " + why);
  return {.reply = refusal(message.method, message.id, why)};
}

// What speaks against a question in an answer (or a task's state) that asks for input (2026-07-28); nothing
// where nothing does. Its texts are judged with the rest of the answer.
std::optional<guard::Verdict> McpProxy::refused_question(dom::element answer) {
  dom::object questions;
  if (!answer.is_object() || answer["inputRequests"].get(questions) != simdjson::SUCCESS) return std::nullopt;
  for (const auto& [name, request] : questions) {
    const std::string_view method = string_member(request, "method");
    dom::element params;
    if (!is_question(method) || request["params"].get(params) != simdjson::SUCCESS) continue;
    guard::Verdict verdict = guard_->check(session_, {.point = guard::Point::question,
                                                      .operation = method,
                                                      .target = method,
                                                      .fields = {},
                                                      .question = read_question(method, params)});
    if (verdict.enforced > guard::Effect::sanitize) return verdict;
  }
  return std::nullopt;
}

}  // namespace aegis::gateway
