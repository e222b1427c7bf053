#include "guard/approvals.h"

#include <algorithm>
#include <utility>

#include "base/canonical_json.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "detectors/redact.h"
#include "guard/action_hash.h"

namespace aegis::guard {
namespace {

using detectors::Finding;
using detectors::Kind;
using store::Approval;
using store::ApprovalState;

// For a person's eyes and the store a doubtful secret is left out as well: nothing breaks by it.
constexpr double kLeftOut = 0.5;

// More is not worth scanning for a line of 300 bytes: the rest is only counted.
constexpr std::size_t kReadBytes = std::size_t{256} << 10;

std::string without_secrets(const detectors::Detector& detector, const std::string& text) {
  const auto report = detector.scan_by_rules(text);
  if (!report.complete) return "[not scanned]";
  std::vector<Finding> secrets;
  for (const Finding& finding : report.findings) {
    const bool secret = finding.kind == Kind::secret ||
                        (finding.kind == Kind::pii && finding.severity == detectors::Severity::critical);
    if (secret && finding.confidence >= kLeftOut) secrets.push_back(finding);
  }
  return secrets.empty() ? text : detectors::redact(text, secrets, detectors::RedactMode::redact);
}

// Depth is bounded by the parser's limit.
void take_secrets_out(const detectors::Detector& detector, Json* value) {
  if (value->is_string()) {
    *value = without_secrets(detector, value->get_ref<const std::string&>());
  } else if (value->is_array()) {
    for (Json& item : *value) take_secrets_out(detector, &item);
  } else if (value->is_object()) {
    Json changed = Json::object();
    for (auto& [name, member] : value->items()) {
      take_secrets_out(detector, &member);
      changed[without_secrets(detector, name)] = std::move(member);
    }
    *value = std::move(changed);
  }
}

std::string cut(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  const std::string left_out = std::to_string(text.size() - end);
  text.resize(end);
  return text + "\u2026 [" + left_out + " more bytes are not shown]";
}

void deny(Verdict* verdict, std::string rule, std::string reason) {
  verdict->enforced = Effect::deny;
  verdict->rule = std::move(rule);
  verdict->reason = std::move(reason);
}

std::string denied_reason(const Approval& approval) {
  std::string reason = "a person was asked and said no (approval " + approval.id + ")";
  if (!approval.note.empty()) reason += ": \"" + printable(approval.note) + "\"";
  return reason + ". Do not try it again in another way; stop and tell the user.";
}

}  // namespace

std::string shown_arguments(const detectors::Detector& detector, std::string_view arguments,
                            std::size_t max_bytes) {
  if (arguments.empty()) return "{}";
  if (arguments.size() > kReadBytes)
    return "[" + std::to_string(arguments.size()) + " bytes, too many to show]";
  Json value = Json::parse(arguments, nullptr, false);
  if (value.is_discarded()) value = std::string(arguments);  // a number beyond any type
  take_secrets_out(detector, &value);
  // Once more as a whole: what makes a value a secret may be the name before it.
  return cut(visible(without_secrets(detector, dump_json(value))), max_bytes);
}

bool ApprovalDesk::out_of_band(std::string_view group) const {
  return std::find(rules_.out_of_band.begin(), rules_.out_of_band.end(), group) != rules_.out_of_band.end();
}

bool ApprovalDesk::use(const Approval& approval, Verdict* verdict) const {
  if (!approvals_->consume(approval.id, now_ms())) return false;
  verdict->approved_by = approval.id;
  verdict->reason = std::string(kApproved) + " (approval " + approval.id + ", " + approval.channel + ").";
  return true;
}

bool ApprovalDesk::settle(const Asking& asking, const Event& event, Verdict* verdict) const {
  const bool needed = verdict->enforced == Effect::require_approval;
  if (!needed && (event.edit_of.empty() || verdict->enforced == Effect::deny)) return false;
  if (asking.nobody_is_asked) {
    verdict->effect = Effect::deny;
    deny(verdict, verdict->rule,
         verdict->reason + " A person would have to approve it, and in strict mode nobody is asked.");
    return false;
  }
  if (approvals_ == nullptr) {
    deny(verdict, "store-unavailable", "nobody can be asked without a store, so the call is not allowed.");
    return false;
  }
  if (event.continues_approved) return true;
  const std::string_view arguments = event.arguments ? event.arguments() : std::string_view();
  if (!event.edit_of.empty()) return settle_edited(asking, event, arguments, verdict);

  const store::ApprovalKey key{.agent = asking.agent,
                               .action_hash = action_hash({.server = asking.server,
                                                           .operation = event.operation,
                                                           .target = event.target,
                                                           .arguments = arguments}),
                               .policy_set_hash = std::string(asking.policy_set_hash),
                               .tool_definition_hash = std::string(event.definition_hash)};
  const UnixMillis now = now_ms();
  auto approval = approvals_->find(key, now);
  // Somebody else may use it first; then there is another to ask for.
  if (approval && approval->state == ApprovalState::approved && use(*approval, verdict)) return true;
  if (!approval || approval->state == ApprovalState::approved) {
    approval = approvals_->ask(
        {.key = key,
         .server = std::string(asking.server),
         .operation = std::string(event.operation),
         .target = cut(without_secrets(asking.detector, std::string(event.target)), kSummaryBytes),
         .approver_group = verdict->approver_group,
         .reason = verdict->reason,
         .summary = shown_arguments(asking.detector, arguments, kSummaryBytes),
         .expires_at = now + rules_.expires_ms},
        now);
  }
  if (!approval) {
    deny(verdict, "approval-unavailable",
         "it needs a person's approval, and none can be asked for now: " + approval.error().message);
    return false;
  }
  if (approval->state == ApprovalState::denied) {
    deny(verdict, "approval-denied", denied_reason(*approval));
    return false;
  }
  verdict->approval = PendingApproval{
      .id = approval->id,
      .expires_at = approval->expires_at,
      .group = approval->request.approver_group,
      .shown = shown_arguments(asking.detector, arguments, kShownBytes),
      .out_of_band = out_of_band(approval->request.approver_group),
      .edited_arguments = approval->edited_arguments,
  };
  return false;
}

// The arguments are the approver's own, and were judged like any others.
bool ApprovalDesk::settle_edited(const Asking& asking, const Event& event, std::string_view arguments,
                                 Verdict* verdict) const {
  const auto approval = state(asking.agent, event.edit_of);
  const bool good = approval && approval->state == ApprovalState::edited &&
                    canonical_json(approval->edited_arguments) == canonical_json(arguments);
  if (good && use(*approval, verdict)) return true;
  deny(verdict, "approval-unavailable",
       "the approval " + std::string(event.edit_of) + " cannot be used any more. Ask again.");
  return false;
}

Result<Approval> ApprovalDesk::state(std::int64_t agent, std::string_view id) const {
  if (approvals_ == nullptr) return unavailable("there is no store");
  auto approval = approvals_->by_id(id, now_ms());
  if (approval && approval->request.key.agent != agent)
    return not_found("there is no approval \"" + std::string(id) + "\" of this agent");
  return approval;
}

Result<Approval> ApprovalDesk::answer(std::int64_t agent, std::string_view id, bool approved) const {
  const auto approval = state(agent, id);
  if (!approval) return approval;
  if (out_of_band(approval->request.approver_group)) {
    return invalid_input("approvals of the group '" + approval->request.approver_group +
                         "' are not given in the agent's own client");
  }
  return approvals_->decide(
      id, {.state = approved ? ApprovalState::approved : ApprovalState::denied, .channel = "form"}, now_ms());
}

}  // namespace aegis::guard
