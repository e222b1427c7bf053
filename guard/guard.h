// Guard: detect → decide → act → record. The one judge behind every wire.
//
// Thread contract: a Guard may be used from any number of threads; a Session from one at a time.
// check() has no error path: whatever fails inside is a deny with a reason (except in observe mode, which
// forwards and says so).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "detectors/detector.h"
#include "detectors/redact.h"
#include "guard/approvals.h"
#include "guard/event.h"
#include "store/store.h"

namespace aegis::guard {

// What to judge by; immutable and shared, replaced whole.
struct Rulebook {
  std::shared_ptr<const detectors::Detector> detector;
  Mode mode = Mode::balanced;
  ApprovalRules approvals;
  std::string policy_set_hash;  // an approval given under other policies is good for nothing
};

// How long after injected text was found in a result calls that change things are held. The agent acts on
// what it reads within its next few calls; longer would only punish the work that follows.
inline constexpr std::int64_t kInjectionHoldMs = 120'000;

// One agent's connection to one server: what the guard remembers between its calls.
struct Session {
  store::AgentId agent = 0;
  std::string server;                    // the name it is guarded under
  std::int64_t injection_seen_us = 0;    // monotonic; 0: never
  bool values_redacted = false;          // the agent has been shown placeholders
  detectors::Placeholders placeholders;  // which of them stands for which value
};

// Ties a result to the call it answers.
struct Call {
  std::int64_t decision = 0;
  std::int64_t started_us = 0;  // monotonic
};

class Guard {
 public:
  // `store` may be null, with `store_error` saying why: then nothing can be recorded, and every call is
  // denied unless the mode is observe. It must outlive the Guard.
  Guard(Rulebook rulebook, store::Store* store, std::string store_error = {});

  // Judges and records. Point::definition records only what it refuses.
  Verdict check(Session& session, const Event& event) noexcept;

  // Judges the answer to `call` and records the outcome. `is_error`: the server said it failed.
  Verdict check_result(Session& session, const Event& event, const Call& call, bool is_error) noexcept;

  // A call that ended without an answer: "cancelled" or "lost".
  void record_unanswered(const Session& session, const Call& call, std::string_view status) noexcept;

  // What a person answered to a form in the agent's own client; see ApprovalDesk::answer.
  Result<store::Approval> answer_approval(const Session& session, std::string_view id, bool approved);
  // Where an approval of the session's agent stands.
  Result<store::Approval> approval(const Session& session, std::string_view id);

  [[nodiscard]] Mode mode() const { return rulebook_.mode; }

 private:
  Verdict judge(Session& session, const Event& event);
  [[nodiscard]] detectors::ScanReport scan(const Session& session, const Event& event, std::size_t field,
                                           std::string_view text) const;
  void detect(const Session& session, const Event& event, Verdict* verdict, struct Facts* facts) const;
  void act(Session& session, const Event& event, Verdict* verdict) const;
  void ask_for_approval(Session& session, const Event& event, Verdict* verdict) const;

  Rulebook rulebook_;
  store::Store* store_;
  std::string store_error_;
  ApprovalDesk approvals_;
};

}  // namespace aegis::guard
