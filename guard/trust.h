// The trust score of an agent: a documented heuristic over decayed counters. It only ever tightens a
// decision.
//
// Pure functions, thread-safe. Formula, priors and thresholds are in docs/trust.md.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace aegis::guard {

struct TrustFactors {  // each 0..100
  double injection = 0, pii = 0, error = 0, deny = 0, latency = 0;
};

struct TrustScore {
  double score = 0;        // 0..100, not rounded; grades are taken on this
  std::string grade;       // A+ A B+ B C+ C D F
  std::string confidence;  // Low (< 100 lifetime calls) | Medium | High (> 1000)
  TrustFactors factors;
  // Any of consistency, zero_pii_streak, injection_free, improving, veteran; in this order.
  std::vector<std::string> badges;
};

// `quarantined` caps the score at kQuarantineCap.
inline constexpr double kQuarantineCap = 34.0;
TrustScore trust_score(const store::TrustCounters& counters, bool quarantined);

struct ShareAdvice {
  std::string recommendation;  // safe_to_share | share_with_caution | do_not_share
  std::string reason;          // one sentence
};
// One-sided 90 % Wilson upper bounds instead of the shrunken rates: what the agent might be, not what it
// seems.
ShareAdvice share_advice(const store::TrustCounters& counters, bool quarantined, UnixMillis now);

}  // namespace aegis::guard
