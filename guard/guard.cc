#include "guard/guard.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "detectors/redact.h"
#include "guard/decision_table.h"
#include "guard/finding_row.h"

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
  // No row of the decision table is about them, and documents about security are full of them.
  if (finding.kind == Kind::dangerous) return false;
  return finding.kind != Kind::pii || finding.severity >= Severity::high;
}

bool is_redactable(const Finding& finding) {
  if (finding.confidence < detectors::kCertain) return false;
  return finding.kind == Kind::secret ||
         (finding.kind == Kind::pii && finding.severity == Severity::critical);
}

// Names and pointers are somebody else's text too: a URI may carry a token, a key may be one.
std::string recordable(const detectors::Detector& detector, std::string_view text) {
  const auto report = detector.scan_by_rules(text);
  if (!report.complete) return "[not scanned]";
  std::vector<Finding> secrets;
  for (const Finding& finding : report.findings) {
    if (is_redactable(finding)) secrets.push_back(finding);
  }
  return secrets.empty() ? std::string(text)
                         : detectors::redact(text, secrets, detectors::RedactMode::redact);
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
    : rulebook_(std::move(rulebook)),
      store_(store),
      store_error_(std::move(store_error)),
      approvals_(store == nullptr ? nullptr : &store->approvals(), rulebook_.approvals) {}

detectors::ScanReport Guard::scan(const Session& session, const Event& event, std::size_t field,
                                  std::string_view text) const {
  return rulebook_.detector->scan_by_rules(
      text, {.server = session.server, .tool = event.target, .path = [&event, field] {
               return event.pointers ? event.pointers(std::span(&field, 1)).at(0) : std::string();
             }});
}

void Guard::detect(const Session& session, const Event& event, Verdict* verdict, Facts* facts) const {
  for (std::size_t field = 0; field < event.fields.size(); ++field) {
    const auto report = scan(session, event, field, event.fields[field]);
    facts->scan_incomplete |= !report.complete || verdict->findings.size() > kMaxEventFindings;
    if (verdict->findings.size() > kMaxEventFindings) return;
    for (const Finding& finding : report.findings) {
      if (!worth_recording(finding, event.point)) continue;
      const bool certain = finding.confidence >= detectors::kCertain;
      facts->certain_injection |= is_injection(finding, event.point) && certain;
      facts->suspected_injection |= is_injection(finding, event.point) && !certain;
      facts->certain_secret |= finding.kind == Kind::secret && certain;
      facts->critical_pii |= finding.kind == Kind::pii && finding.severity == Severity::critical && certain;
      verdict->findings.push_back({field, finding});
    }
  }
}

void Guard::act(Session& session, const Event& event, Verdict* verdict) const {
  const bool strict = rulebook_.mode == Mode::strict;
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
      if (is_injection(finding, event.point) && event.point == Point::result && (certain || strict)) {
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
      auto left = scan(session, event, field, edit.text).findings;
      std::erase_if(left, [&](const Finding& finding) { return !to_redact(finding); });
      if (!left.empty()) {
        edit.text = detectors::redact(edit.text, left, detectors::RedactMode::redact, &session.placeholders);
      }
    }
    verdict->edits.push_back(std::move(edit));
  }
}

Verdict Guard::judge(Session& session, const Event& event) {
  Verdict verdict;
  Facts facts{.point = event.point, .labels = event.labels, .tool_withheld = event.tool_withheld};
  const bool observe = rulebook_.mode == Mode::observe;

  if (event.point == Point::call) {
    Result<store::AgentStatus> status = store_ != nullptr
                                            ? store_->status(session.agent)
                                            : Result<store::AgentStatus>(unavailable(store_error_));
    if (!status && !observe) {
      verdict.rule = "store-unavailable";
      verdict.reason = "nothing can be checked or recorded, so nothing is allowed: " + status.error().message;
      return verdict;
    }
    facts.agent_paused = status && *status == store::AgentStatus::paused;
    facts.after_injection = session.injection_seen_us != 0 &&
                            monotonic_us() - session.injection_seen_us < kInjectionHoldMs * 1000;
    const auto any_holds = [&](auto&& holds) {
      return std::any_of(event.fields.begin(), event.fields.end(), holds);
    };
    const auto injection_removed = [](std::string_view text) {
      return text.find(kInjectionLabel) != std::string_view::npos;
    };
    facts.redacted_placeholder = (session.values_redacted && any_holds(detectors::holds_placeholder)) ||
                                 (session.injection_seen_us != 0 && any_holds(injection_removed));
  }
  detect(session, event, &verdict, &facts);

  const Row* row = decide(facts, rulebook_.mode);
  verdict.effect = row == nullptr ? Effect::allow : effect_of(*row, rulebook_.mode);
  verdict.enforced = observe && !(row != nullptr && row->always) ? Effect::allow : verdict.effect;
  if (row != nullptr) {
    verdict.rule = row->id;
    verdict.reason = row->reason;
  }
  if (verdict.enforced == Effect::sanitize) act(session, event, &verdict);

  if (event.point == Point::result && facts.certain_injection) session.injection_seen_us = monotonic_us();
  if (event.point == Point::result && verdict.enforced == Effect::sanitize &&
      (facts.certain_secret || facts.critical_pii)) {
    session.values_redacted = true;
  }
  return verdict;
}

// What was asked for is made sure of here, after everything else has judged the call again.
void Guard::ask_for_approval(Session& session, const Event& event, Verdict* verdict) const {
  const bool needed = verdict->enforced == Effect::require_approval;
  const bool approved = approvals_.settle({.agent = session.agent,
                                           .server = session.server,
                                           .detector = *rulebook_.detector,
                                           .policy_set_hash = rulebook_.policy_set_hash,
                                           .nobody_is_asked = rulebook_.mode == Mode::strict},
                                          event, verdict);
  if (!approved || !needed) return;
  verdict->enforced = verdict->once_approved;
  if (verdict->enforced == Effect::sanitize) act(session, event, verdict);
}

Verdict Guard::check(Session& session, const Event& event) noexcept {
  const auto started = monotonic_us();
  Verdict verdict;
  try {
    verdict = judge(session, event);
    if (event.point == Point::call) ask_for_approval(session, event, &verdict);
    const bool worth_a_row = event.point == Point::call || verdict.effect != Effect::allow;
    if (store_ == nullptr || !worth_a_row) return verdict;
    verdict.decision = store_->next_decision_id();
    auto recorded =
        store_->record(store::Decision{.id = verdict.decision,
                                       .agent = session.agent,
                                       .at = now_ms(),
                                       .server = session.server,
                                       .operation = std::string(event.operation),
                                       .target = recordable(*rulebook_.detector, event.target),
                                       .effect = std::string(name(verdict.effect)),
                                       .enforced = std::string(name(verdict.enforced)),
                                       .rule = verdict.rule,
                                       .reason = verdict.reason,
                                       .decide_us = monotonic_us() - started,
                                       .findings = rows(*rulebook_.detector, event, verdict.findings)});
    if (!recorded) {
      log::error(recorded.error().message);
      if (rulebook_.mode != Mode::observe) {
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
    if (rulebook_.mode == Mode::observe) verdict.enforced = Effect::allow;
  }
  return verdict;
}

Verdict Guard::check_result(Session& session, const Event& event, const Call& call, bool is_error) noexcept {
  Verdict verdict;
  try {
    verdict = judge(session, event);
    if (store_ == nullptr || call.decision == 0) return verdict;
    std::string_view status = is_error ? "error" : "ok";
    if (verdict.enforced == Effect::sanitize) status = "sanitized";
    if (verdict.enforced == Effect::deny) status = "denied";
    auto recorded =
        store_->record(store::Outcome{.decision = call.decision,
                                      .agent = session.agent,
                                      .at = now_ms(),
                                      .status = std::string(status),
                                      .latency_us = monotonic_us() - call.started_us,
                                      .rule = verdict.rule,
                                      .findings = rows(*rulebook_.detector, event, verdict.findings)});
    if (!recorded) log::error(recorded.error().message);
  } catch (const std::exception& error) {
    log::error(std::string("internal error while judging a result: ") + error.what());
    verdict = Verdict{};
    verdict.rule = "internal-error";
    verdict.reason = "the guard failed inside, so the result is withheld.";
    if (rulebook_.mode == Mode::observe) verdict.enforced = Effect::allow;
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
                                                  .findings = {}});
    if (!recorded) log::error(recorded.error().message);
  } catch (const std::exception& error) {
    log::error(std::string("internal error while recording: ") + error.what());
  }
}

}  // namespace aegis::guard
