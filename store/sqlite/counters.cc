#include "store/sqlite/counters.h"

#include <algorithm>
#include <cmath>

namespace aegis::store::sqlite {
namespace {

constexpr double kCertainInjection = 0.85;  // the seed's "high" confidence

// Moves the reference time forward if need be and returns the weight of an event at `at`.
double weight_at(TrustCounters& sums, UnixMillis at) {
  decay_to(sums, at);
  return std::exp2(-static_cast<double>(sums.as_of - at) / static_cast<double>(kTrustHalfLifeMs));
}

}  // namespace

Marks marks_of(const std::vector<FindingRow>& findings) {
  Marks marks;
  for (const FindingRow& finding : findings) {
    if (finding.kind == "injection" && finding.confidence >= kCertainInjection) marks.injection = true;
    if (finding.kind == "secret") marks.pii = true;
    if (finding.kind == "pii" && (finding.severity == "high" || finding.severity == "critical"))
      marks.pii = true;
  }
  return marks;
}

void decay_to(TrustCounters& sums, UnixMillis now) {
  if (now <= sums.as_of) return;
  const double factor =
      std::exp2(-static_cast<double>(now - sums.as_of) / static_cast<double>(kTrustHalfLifeMs));
  for (double* sum : {&sums.calls, &sums.clean, &sums.injection, &sums.pii, &sums.error, &sums.deny})
    *sum *= factor;
  sums.as_of = now;
}

void add_call(TrustCounters& sums, UnixMillis at, const Marks& marks) {
  const double weight = weight_at(sums, at);
  sums.calls += weight;
  if (marks.clean()) sums.clean += weight;
  if (marks.injection) sums.injection += weight;
  if (marks.pii) sums.pii += weight;
  if (marks.error) sums.error += weight;
  if (marks.deny) sums.deny += weight;

  ++sums.lifetime_calls;
  sums.calls_since_injection = marks.injection ? 0 : sums.calls_since_injection + 1;
  sums.calls_since_pii = marks.pii ? 0 : sums.calls_since_pii + 1;
  sums.calls_since_error = marks.error ? 0 : sums.calls_since_error + 1;
  if (sums.first_call_at == 0 || at < sums.first_call_at) sums.first_call_at = at;
  if (marks.injection) sums.last_injection_at = std::max(sums.last_injection_at, at);
  if (marks.pii) sums.last_pii_at = std::max(sums.last_pii_at, at);
}

void add_error(TrustCounters& sums, UnixMillis called_at, bool was_clean) {
  const double weight = weight_at(sums, called_at);
  sums.error += weight;
  if (was_clean) sums.clean = std::max(0.0, sums.clean - weight);
  sums.calls_since_error = 0;
}

}  // namespace aegis::store::sqlite
