// What happens on require_approval: the approval of a call is found and used up, or a person is asked.
//
// Thread-safe; used by Guard. The store must outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detectors/detector.h"
#include "guard/event.h"
#include "store/approvals.h"

namespace aegis::guard {

// How the reason of an approved call begins.
inline constexpr std::string_view kApproved = "approved by a person";

struct ApprovalRules {
  std::int64_t expires_ms = 15 * 60 * 1000;  // how long a person has to decide
  // Groups whose approvals are given outside of the agent's client only: what a form in the client says is
  // the client's word, not a person's.
  std::vector<std::string> out_of_band;
};
inline constexpr std::int64_t kShortestExpiryMs = 1'000;
inline constexpr std::int64_t kLongestExpiryMs = std::int64_t{7} * 24 * 3600 * 1000;

// Bytes of a call's arguments that are kept for the list of approvals, and that are shown in a form.
inline constexpr std::size_t kSummaryBytes = 300;
inline constexpr std::size_t kShownBytes = 4'000;

// `arguments` (JSON text) on one line, without secrets and critical personal data, and at most about
// `max_bytes` long: what is left out is counted, so that nobody approves what was not shown without knowing.
std::string shown_arguments(const detectors::Detector& detector, std::string_view arguments,
                            std::size_t max_bytes);

class ApprovalDesk {
 public:
  // What the verdict depends on beside the event.
  struct Asking {
    std::int64_t agent = 0;
    std::string_view server;
    const detectors::Detector& detector;
    std::string_view policy_set_hash;
    bool nobody_is_asked = false;  // strict
  };

  // `approvals` may be null: then nothing can be approved.
  ApprovalDesk(store::Approvals* approvals, ApprovalRules rules)
      : approvals_(approvals), rules_(std::move(rules)) {}

  // REQUIRES: `verdict` is that of a call, and everything else has judged it. True: it needed an approval,
  // has one, and that is used up now; what is enforced is the caller's to say. False: the verdict stands as
  // it is here, which is a denial, or waits with verdict->approval filled.
  bool settle(const Asking& asking, const Event& event, Verdict* verdict) const;

  // The approver's answer in a form of the agent's own client. Errors: not_found (no approval of this agent),
  // invalid_input (it is decided or expired, or its group insists on another way).
  Result<store::Approval> answer(std::int64_t agent, std::string_view id, bool approved) const;

  // Where an approval stands. not_found: this agent has none of that id.
  Result<store::Approval> state(std::int64_t agent, std::string_view id) const;

 private:
  bool settle_edited(const Asking& asking, const Event& event, std::string_view arguments,
                     Verdict* verdict) const;
  bool use(const store::Approval& approval, Verdict* verdict) const;
  [[nodiscard]] bool out_of_band(std::string_view group) const;

  store::Approvals* approvals_;
  ApprovalRules rules_;
};

}  // namespace aegis::guard
