#include "gateway/approval_questions.h"

#include "base/clock.h"
#include "base/text.h"

namespace aegis::gateway {
namespace {

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

std::string what_is_asked(const QuestionedCall& call) {
  if (call.operation == "tools/call")
    return "call the tool " + in_quotes(call.target) + " of the server " + in_quotes(call.server);
  return "send " + std::string(call.operation) + " for " + in_quotes(call.target) + " to the server " +
         in_quotes(call.server);
}

// How to decide, for whoever reads it.
// A policy's author may have left out the full stop, or the reason.
std::string sentence(std::string_view text) {
  if (text.empty()) return {};
  const bool ended = text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
  return std::string(text) + (ended ? " " : ". ");
}

std::string how_to_decide(const std::string& id) {
  return "`aegis-mcp approve " + id + "` or `aegis-mcp deny " + id + "` decides";
}

}  // namespace

Json approval_form(const QuestionedCall& call, const guard::Verdict& verdict) {
  const guard::PendingApproval& approval = *verdict.approval;
  std::string message = "An agent wants to " + what_is_asked(call) + ".\n";
  message += "Arguments: " + approval.shown + "\n";
  message += "You are asked because " + printable(verdict.reason) + "\n";
  message += "Approval " + approval.id + ", open until " + rfc3339(approval.expires_at) +
             ". A yes is good for this one call.";
  Json decision{{"type", "string"},
                {"title", "Decision"},
                {"description", "approve: the call is made, once. deny: it is not made."},
                {"enum", Json::array({"approve", "deny"})}};
  return {{"message", std::move(message)},
          {"requestedSchema",
           {{"type", "object"},
            {"properties", {{"decision", std::move(decision)}}},
            {"required", Json::array({"decision"})}}}};
}

FormAnswer form_answer(simdjson::dom::element result) {
  std::string_view action, decision;
  if (!result.is_object() || result["action"].get(action) != simdjson::SUCCESS) return FormAnswer::none;
  if (action == "decline") return FormAnswer::deny;
  if (action != "accept" || result["content"]["decision"].get(decision) != simdjson::SUCCESS)
    return FormAnswer::none;
  if (decision == "approve") return FormAnswer::approve;
  return decision == "deny" ? FormAnswer::deny : FormAnswer::none;
}

std::string waits_for_approval(const guard::Verdict& verdict) {
  const guard::PendingApproval& approval = *verdict.approval;
  std::string text = "this was not done: a person has to approve it first (rule " + verdict.rule +
                     "): " + sentence(verdict.reason) + "Approval " + approval.id + ", open until " +
                     rfc3339(approval.expires_at);
  if (!approval.group.empty()) text += ", for the group " + in_quotes(approval.group);
  return text + ". Tell the user that " + how_to_decide(approval.id) +
         ", and once it is approved repeat the identical call.";
}

std::string not_decided(const store::Approval& approval) {
  return "this was not done: the person who was asked did not decide. Approval " + approval.id +
         " stays open until " + rfc3339(approval.expires_at) + "; " + how_to_decide(approval.id) +
         ". Stop and tell the user; repeat the identical call once it is approved.";
}

std::string came_too_late(const store::Approval& approval) {
  return "this was not done: approval " + approval.id + " expired at " + rfc3339(approval.expires_at) +
         " before it was given, and an answer that comes later does not count. Tell the user; the identical "
         "call, repeated, asks again.";
}

}  // namespace aegis::gateway
