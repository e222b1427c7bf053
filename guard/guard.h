// Guard: detect → decide → act → record. The one judge behind every wire.
//
// Thread contract: a Guard may be used from any number of threads; a Session from one at a time.
// check() has no error path: whatever fails inside is a deny with a reason (except in observe mode, which
// forwards and says so).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/detector.h"
#include "detectors/redact.h"
#include "guard/approvals.h"
#include "guard/event.h"
#include "guard/facts.h"
#include "guard/pins.h"
#include "guard/server_identity.h"
#include "guard/session_flow.h"
#include "store/store.h"

namespace aegis::guard {

class Policies;

// What to judge by; immutable and shared, replaced whole.
struct Rulebook {
  std::shared_ptr<const detectors::Detector> detector;
  Mode mode = Mode::balanced;
  std::shared_ptr<const Policies> policies;  // null: those that ship for the mode
  ApprovalRules approvals;
  std::string environment = "development";  // where this runs, as policies see it
};

// How long after injected text was found in a result calls that change things are held. The agent acts on
// what it reads within its next few calls; longer would only punish the work that follows.
inline constexpr std::int64_t kInjectionHoldMs = 120'000;
// A result that came sooner after its call was allowed is not asked again whether its agent has been paused.
inline constexpr std::int64_t kQuickCallUs = 50'000;

// One agent's connection to one server: what the guard remembers between its calls.
struct Session {
  store::AgentId agent = 0;
  std::string agent_name;                                             // as policies call it
  std::string server;                                                 // the name it is guarded under
  ServerIdentity identity;                                            // what is configured under that name
  SourceTrust source_trust = SourceTrust::trusted_internal_unsigned;  // of all it has been shown
  std::int64_t injection_seen_us = 0;                                 // monotonic; 0: never
  bool values_redacted = false;                                       // the agent has been shown placeholders
  detectors::Placeholders placeholders;                               // which of them stands for which value
  std::shared_ptr<SessionFlow>
      flow;  // of the client's session, shared with its other servers; null: not kept
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

  // A session's view of what is pinned of its server. The Guard must outlive it.
  [[nodiscard]] Pins pins(const Session& session) const;

  // What a person answered to a form in the agent's own client; see ApprovalDesk::answer.
  Result<store::Approval> answer_approval(const Session& session, std::string_view id, bool approved);
  // Where an approval of the session's agent stands.
  Result<store::Approval> approval(const Session& session, std::string_view id);

  // Decisions from now on are by `rulebook`; those under way end by what they began with. Findings name rules
  // of the detector, so one that is replaced must live as long as verdicts it gave are in use.
  void replace(Rulebook rulebook);
  [[nodiscard]] std::shared_ptr<const Rulebook> rulebook() const;

 private:
  struct Judged {
    Verdict verdict;
    bool durable = false;                         // the record must be committed before the call goes on
    std::vector<std::string_view> redact_fields;  // what policies want out; views into the rulebook
    std::string rule_once_approved, reason_once_approved;  // as in PolicyVerdict
  };
  Judged judge(const Rulebook& rulebook, Session& session, const Event& event, bool ask_status);
  void ask_for_approval(const Rulebook& rulebook, Session& session, const Event& event, Judged* judged) const;

  mutable std::mutex mutex_;  // guards the pointer alone
  std::shared_ptr<const Rulebook> rulebook_;
  store::Store* store_;
  std::string store_error_;
  ApprovalDesk approvals_;
};

}  // namespace aegis::guard
