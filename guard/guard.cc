#include "guard/guard.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "detectors/redact.h"
#include "guard/finding_row.h"
#include "guard/policies.h"
#include "guard/recordable.h"
#include "guard/redact_fields.h"

namespace aegis::guard {
namespace {

using detectors::Finding;
using detectors::Kind;
using detectors::Severity;

// Below this a hint is not even worth a line in the record.
constexpr double kWorthRecording = 0.5;

// Orders hidden in a tool's definition are looked for there; in a file or a web page the same words are most
// often documentation, and what is an order all the same the injection rules know.
bool is_injection(const Finding& finding, Point point) {
  return finding.kind == Kind::injection ||
         (finding.kind == Kind::tool_poisoning && point == Point::definition);
}

// E-mail addresses, phone numbers and the like are what ordinary work is made of: recording each would only
// be noise, and a second copy of where personal data is. Output categories are for text a model wrote.
bool worth_recording(const Finding& finding, Point point) {
  if (finding.confidence < kWorthRecording || finding.kind == Kind::output) return false;
  if (finding.kind == Kind::tool_poisoning) return point == Point::definition;
  // No policy that ships is about them, and documents about security are full of them.
  if (finding.kind == Kind::dangerous) return false;
  return finding.kind != Kind::pii || finding.severity >= Severity::high;
}

// The rest is as good as counted: nobody reads a thousand rows of one call.
constexpr std::size_t kRecordedFindings = 256;

// More in one event is taken for a flood made to keep us busy, and the event for one that could not be
// scanned.
constexpr std::size_t kMaxEventFindings = 50'000;

std::vector<store::FindingRow> rows(const detectors::Detector& detector, const Event& event,
                                    const std::vector<FieldFinding>& findings) {
  std::vector<std::size_t> fields;
  for (const auto& found : findings) {
    if (fields.size() == kRecordedFindings) break;
    fields.push_back(found.field);
  }
  std::vector<std::string> pointers;
  if (event.pointers && !fields.empty()) pointers = event.pointers(fields);
  pointers.resize(fields.size());
  std::vector<store::FindingRow> rows;
  rows.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    rows.push_back(finding_row(findings[i].finding, recordable(detector, pointers[i])));
  }
  return rows;
}

constexpr std::string_view kInjectionLabel = "[INJECTION_REMOVED]";

// Each field's findings are neighbours in `findings`.
std::string without_injection(std::string_view text, std::vector<detectors::Span> passages) {
  std::sort(passages.begin(), passages.end(), [](auto a, auto b) { return a.start < b.start; });
  std::string out;
  std::size_t copied = 0;
  for (const auto& passage : passages) {
    if (passage.end <= copied) continue;
    if (passage.start >= copied) {
      out.append(text, copied, passage.start - copied);
      out += kInjectionLabel;
    }
    copied = passage.end;
  }
  out.append(text, copied);
  return out;
}

detectors::ScanReport scan(const Rulebook& rulebook, const Session& session, const Event& event,
                           std::size_t field, std::string_view text) {
  return rulebook.detector->scan_by_rules(
      text, {.server = session.server, .tool = event.target, .path = [&event, field] {
               return event.pointers ? event.pointers(std::span(&field, 1)).at(0) : std::string();
             }});
}

void detect(const Rulebook& rulebook, const Session& session, const Event& event, Verdict* verdict,
            Facts* facts) {
  for (std::size_t field = 0; field < event.fields.size(); ++field) {
    const auto report = scan(rulebook, session, event, field, event.fields[field]);
    facts->scan_complete &= report.complete && verdict->findings.size() <= kMaxEventFindings;
    if (verdict->findings.size() > kMaxEventFindings) return;
    for (const Finding& finding : report.findings) {
      if (!worth_recording(finding, event.point)) continue;
      const bool certain = finding.confidence >= detectors::kCertain;
      if (is_injection(finding, event.point)) ++(certain ? facts->injection : facts->suspected_injection);
      if (finding.kind == Kind::secret && certain) ++facts->secrets;
      if (finding.kind == Kind::pii) {
        ++facts->pii;
        if (finding.severity == Severity::critical && certain) ++facts->critical_pii;
      }
      facts->max_severity = std::max(facts->max_severity, finding.severity);
      facts->any = true;
      verdict->findings.push_back({field, finding});
    }
  }
}

void act(const Rulebook& rulebook, Session& session, const Event& event, Verdict* verdict) {
  const bool strict = rulebook.mode == Mode::strict;
  for (auto it = verdict->findings.begin(); it != verdict->findings.end();) {
    const std::size_t field = it->field;
    const std::string_view text = event.fields[field];
    // In a result, critical personal data is often the very thing that was asked for; strict takes it out.
    const auto to_redact = [&](const Finding& finding) {
      return is_redactable(finding) && (finding.kind == Kind::secret || event.point == Point::call || strict);
    };
    std::vector<detectors::Span> passages;
    std::vector<Finding> redactable;
    for (; it != verdict->findings.end() && it->field == field; ++it) {
      const Finding& finding = it->finding;
      const bool certain = finding.confidence >= detectors::kCertain;
      const bool shown = event.point == Point::result || event.point == Point::question;
      if (is_injection(finding, event.point) && shown && (certain || strict)) {
        passages.push_back(detectors::injected_passage(text, finding));
      } else if (to_redact(finding)) {
        redactable.push_back(finding);
      }
    }
    if (passages.empty() && redactable.empty()) continue;
    Edit edit{.field = field, .text = {}, .same_shape = {}};
    if (passages.empty()) {
      edit.text = detectors::redact(text, redactable, detectors::RedactMode::redact, &session.placeholders);
      edit.same_shape = std::string(text);
      for (const Finding& finding : redactable) {
        edit.same_shape.replace(
            finding.start, finding.end - finding.start,
            detectors::same_shape(text.substr(finding.start, finding.end - finding.start)));
      }
    } else {
      // What the passages do not cover still has to go, and stands elsewhere now.
      edit.text = without_injection(text, passages);
      auto left = scan(rulebook, session, event, field, edit.text).findings;
      std::erase_if(left, [&](const Finding& finding) { return !to_redact(finding); });
      if (!left.empty()) {
        edit.text = detectors::redact(edit.text, left, detectors::RedactMode::redact, &session.placeholders);
      }
    }
    verdict->edits.push_back(std::move(edit));
  }
}

// What a policy wants out goes whole, whatever else was found in it.
void act_on_fields(const Event& event, std::span<const std::string_view> names, Verdict* verdict) {
  FieldRedaction redaction = redact_fields(event, names);
  if (!redaction.unremovable.empty()) {
    verdict->effect = verdict->enforced = Effect::deny;
    verdict->reason = "a policy wants the field '" + std::string(redaction.unremovable) +
                      "' taken out, and what it holds is no text that could be replaced: leave it out.";
    return;
  }
  std::vector<Edit> edits = std::move(redaction.edits);
  for (Edit& edit : verdict->edits) {
    const auto same = [&](const Edit& other) { return other.field == edit.field; };
    if (std::none_of(edits.begin(), edits.end(), same)) edits.push_back(std::move(edit));
  }
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.field < b.field; });
  verdict->edits = std::move(edits);
}

void sanitize(const Rulebook& rulebook, Session& session, const Event& event,
              std::span<const std::string_view> wanted_out, Verdict* verdict) {
  act(rulebook, session, event, verdict);
  if (!wanted_out.empty()) act_on_fields(event, wanted_out, verdict);
  // A policy may ask for what turns out to be nothing.
  if (verdict->enforced == Effect::sanitize && verdict->edits.empty()) verdict->enforced = Effect::allow;
}

Facts facts_of_session(const Session& session, const Event& event) {
  Facts facts{.source_trust = session.source_trust};
  facts.asks_for_credential = !event.question.credential.empty();
  facts.asks_for_context = event.question.wants_all_context;
  if (event.point != Point::call) return facts;
  facts.after_injection =
      session.injection_seen_us != 0 && monotonic_us() - session.injection_seen_us < kInjectionHoldMs * 1000;
  const auto any_holds = [&](auto&& holds) {
    return std::any_of(event.fields.begin(), event.fields.end(), holds);
  };
  const auto injection_removed = [](std::string_view text) {
    return text.find(kInjectionLabel) != std::string_view::npos;
  };
  facts.holds_placeholder = (session.values_redacted && any_holds(detectors::holds_placeholder)) ||
                            (session.injection_seen_us != 0 && any_holds(injection_removed));
  return facts;
}

// Whether a call that lets something out holds what came in. The answer is for the reason.
FlowState look_at_flow(Session& session, const Event& event, Facts* facts) {
  if (session.flow == nullptr || event.point != Point::call || !event.labels.external_sink) return {};
  FlowState state = session.flow->look({.server = session.server, .tool = event.target, .place = event.place},
                                       event.fields);
  facts->seen_untrusted = state.untrusted;
  facts->seen_private = state.private_data;
  facts->private_passage = !state.passage_by.empty();
  return state;
}

// What the agent is shown stays with the session.
void remember(Session& session, const Event& event, const Facts& facts, const Verdict& verdict,
              bool fields_redacted) {
  if (event.point != Point::result) return;
  if (session.flow != nullptr && verdict.enforced <= Effect::sanitize) {
    session.flow->take_in({.server = session.server, .tool = event.target, .place = event.place},
                          event.labels, event.fields);
  }
  if (facts.injection > 0) session.injection_seen_us = monotonic_us();
  if (verdict.enforced == Effect::sanitize &&
      (facts.secrets > 0 || facts.critical_pii > 0 || fields_redacted)) {
    session.values_redacted = true;
  }
  if (event.labels.open_world)
    session.source_trust = std::max(session.source_trust, SourceTrust::untrusted_external);
  if (facts.injection > 0) session.source_trust = SourceTrust::malicious_suspected;
}

}  // namespace

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::observe: return "observe";
    case Mode::balanced: return "balanced";
    case Mode::strict: return "strict";
  }
  return "balanced";
}

std::string_view name(Effect effect) {
  switch (effect) {
    case Effect::allow: return "allow";
    case Effect::sanitize: return "sanitize";
    case Effect::require_approval: return "require_approval";
    case Effect::deny: return "deny";
  }
  return "deny";
}

Guard::Guard(Rulebook rulebook, store::Store* store, std::string store_error)
    : store_(store),
      store_error_(std::move(store_error)),
      approvals_(store == nullptr ? nullptr : &store->approvals(), rulebook.approvals) {
  replace(std::move(rulebook));
}

Pins Guard::pins(const Session& session) const {
  const auto now = rulebook();
  return {store_ == nullptr ? nullptr : &store_->pins(), now->detector, now->mode == Mode::strict,
          session.server, session.identity};
}

void Guard::replace(Rulebook rulebook) {
  if (rulebook.policies == nullptr) rulebook.policies = Policies::builtin(rulebook.mode);
  auto next = std::make_shared<const Rulebook>(std::move(rulebook));
  const std::lock_guard lock(mutex_);
  rulebook_.swap(next);
}

std::shared_ptr<const Rulebook> Guard::rulebook() const {
  const std::lock_guard lock(mutex_);
  return rulebook_;
}

Guard::Judged Guard::judge(const Rulebook& rulebook, Session& session, const Event& event, bool ask_status) {
  Judged judged;
  Verdict& verdict = judged.verdict;
  const bool observe = rulebook.mode == Mode::observe;
  Facts facts = facts_of_session(session, event);
  if (ask_status) {
    Result<store::AgentStatus> status = store_ != nullptr
                                            ? store_->status(session.agent)
                                            : Result<store::AgentStatus>(unavailable(store_error_));
    if (!status && !observe) {
      verdict.rule = "store-unavailable";
      verdict.reason = "nothing can be checked or recorded, so nothing is allowed: " + status.error().message;
      return judged;
    }
    facts.agent_status = !status ? "unknown" : *status == store::AgentStatus::paused ? "paused" : "active";
  }
  detect(rulebook, session, event, &verdict, &facts);
  const FlowState flow = look_at_flow(session, event, &facts);

  PolicyVerdict decided = rulebook.policies->decide(event, facts,
                                                    {.agent = session.agent_name,
                                                     .server = session.server,
                                                     .environment = rulebook.environment,
                                                     .now_ms = now_ms()});
  judged.durable = decided.durable;
  verdict.effect = decided.effect;
  verdict.enforced = observe && !decided.even_observing ? Effect::allow : decided.effect;
  verdict.rule = std::move(decided.rule);
  verdict.reason = std::move(decided.reason);
  if (facts.private_passage && verdict.effect >= Effect::require_approval) {
    verdict.reason += " The passage comes from a result of " + flow.passage_by;
    verdict.reason += flow.untrusted ? "; " + flow.untrusted_by + " brought in what strangers wrote." : ".";
  }
  verdict.policies = std::move(decided.policies);
  verdict.approver_group = std::move(decided.approver_group);
  verdict.once_approved = decided.once_approved;
  judged.redact_fields = std::move(decided.redact_fields);
  judged.rule_once_approved = std::move(decided.rule_once_approved);
  judged.reason_once_approved = std::move(decided.reason_once_approved);
  if (verdict.enforced == Effect::sanitize)
    sanitize(rulebook, session, event, judged.redact_fields, &verdict);
  remember(session, event, facts, verdict, !judged.redact_fields.empty());
  return judged;
}

// What was asked for is made sure of here, after everything else has judged the call again.
void Guard::ask_for_approval(const Rulebook& rulebook, Session& session, const Event& event,
                             Judged* judged) const {
  Verdict& verdict = judged->verdict;
  const bool needed = verdict.enforced == Effect::require_approval;
  const bool approved = approvals_.settle({.agent = session.agent,
                                           .server = session.server,
                                           .detector = *rulebook.detector,
                                           .policy_set_hash = rulebook.policies->hash(),
                                           .nobody_is_asked = rulebook.mode == Mode::strict},
                                          event, &verdict);
  if (!approved || !needed) return;
  verdict.enforced = verdict.once_approved;
  if (verdict.enforced != Effect::sanitize) return;
  sanitize(rulebook, session, event, judged->redact_fields, &verdict);
  if (verdict.enforced != Effect::sanitize) return;
  // The agent is to learn why its arguments were changed; that a person approved the call is recorded with
  // it.
  verdict.rule = judged->rule_once_approved;
  verdict.reason += " " + judged->reason_once_approved;
}

Verdict Guard::check(Session& session, const Event& event) noexcept {
  const auto started = monotonic_us();
  Verdict verdict;
  const auto rulebook = this->rulebook();
  try {
    Judged judged = judge(*rulebook, session, event, event.point == Point::call);
    if (event.point == Point::call) ask_for_approval(*rulebook, session, event, &judged);
    verdict = std::move(judged.verdict);
    const bool worth_a_row =
        event.point == Point::call || verdict.effect != Effect::allow || !verdict.rule.empty();
    if (store_ == nullptr || !worth_a_row) return verdict;
    verdict.decision = store_->next_decision_id();
    auto recorded =
        store_->record(store::Decision{.id = verdict.decision,
                                       .agent = session.agent,
                                       .at = now_ms(),
                                       .server = session.server,
                                       .operation = std::string(event.operation),
                                       .target = recordable(*rulebook->detector, event.target),
                                       .effect = std::string(name(verdict.effect)),
                                       .enforced = std::string(name(verdict.enforced)),
                                       .rule = verdict.rule,
                                       .reason = verdict.reason,
                                       .policies = verdict.policies,
                                       .decide_us = monotonic_us() - started,
                                       .findings = rows(*rulebook->detector, event, verdict.findings),
                                       .counts = event.point == Point::call});
    if (recorded && judged.durable) recorded = store_->flush();
    if (!recorded) {
      log::error(recorded.error().message);
      if (rulebook->mode != Mode::observe) {
        verdict.effect = verdict.enforced = Effect::deny;
        verdict.rule = "store-unavailable";
        verdict.reason =
            "the decision could not be recorded, so the call is not allowed: " + recorded.error().message;
      }
    }
  } catch (const std::exception& error) {
    log::error(std::string("internal error while judging: ") + error.what());
    verdict = Verdict{};
    verdict.rule = "internal-error";
    verdict.reason = "the guard failed inside, so the call is not allowed.";
    if (rulebook->mode == Mode::observe) verdict.enforced = Effect::allow;
  }
  return verdict;
}

Verdict Guard::check_result(Session& session, const Event& event, const Call& call, bool is_error) noexcept {
  Verdict verdict;
  const auto rulebook = this->rulebook();
  try {
    const bool was_quick = monotonic_us() - call.started_us < kQuickCallUs;
    verdict = judge(*rulebook, session, event, call.decision != 0 && !was_quick).verdict;
    if (store_ == nullptr || call.decision == 0) return verdict;
    std::string_view status = is_error ? "error" : "ok";
    if (verdict.enforced == Effect::sanitize) status = "sanitized";
    if (verdict.enforced > Effect::sanitize) status = "denied";
    auto recorded =
        store_->record(store::Outcome{.decision = call.decision,
                                      .agent = session.agent,
                                      .at = now_ms(),
                                      .status = std::string(status),
                                      .latency_us = monotonic_us() - call.started_us,
                                      .rule = verdict.rule,
                                      .policies = verdict.policies,
                                      .findings = rows(*rulebook->detector, event, verdict.findings)});
    if (!recorded) log::error(recorded.error().message);
  } catch (const std::exception& error) {
    log::error(std::string("internal error while judging a result: ") + error.what());
    verdict = Verdict{};
    verdict.rule = "internal-error";
    verdict.reason = "the guard failed inside, so the result is withheld.";
    if (rulebook->mode == Mode::observe) verdict.enforced = Effect::allow;
  }
  return verdict;
}

Result<store::Approval> Guard::answer_approval(const Session& session, std::string_view id, bool approved) {
  return approvals_.answer(session.agent, id, approved);
}

Result<store::Approval> Guard::approval(const Session& session, std::string_view id) {
  return approvals_.state(session.agent, id);
}

void Guard::record_unanswered(const Session& session, const Call& call, std::string_view status) noexcept {
  if (store_ == nullptr || call.decision == 0) return;
  try {
    auto recorded = store_->record(store::Outcome{.decision = call.decision,
                                                  .agent = session.agent,
                                                  .at = now_ms(),
                                                  .status = std::string(status),
                                                  .latency_us = monotonic_us() - call.started_us,
                                                  .rule = {},
                                                  .policies = {},
                                                  .findings = {}});
    if (!recorded) log::error(recorded.error().message);
  } catch (const std::exception& error) {
    log::error(std::string("internal error while recording: ") + error.what());
  }
}

}  // namespace aegis::guard
