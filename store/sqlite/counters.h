// The trust counters' arithmetic: constant work per event, in any order of events.
//
// Sums of weights 2^(-age / kTrustHalfLifeMs) share one reference time; an event later than it moves it, an
// earlier one is added with the smaller weight it has by then. Pure functions on plain values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace aegis::store::sqlite {

// What counts against the agent in one call.
struct Marks {
  bool injection = false, pii = false, error = false, deny = false;
  [[nodiscard]] bool clean() const { return !injection && !pii && !error && !deny; }
};

// The marks that findings in what the agent sent give.
Marks marks_of(const std::vector<FindingRow>& findings);

// The counters, `latencies_ms` left empty, and how many latencies were ever sampled.
struct CounterRow {
  TrustCounters sums;
  std::int64_t latency_count = 0;
};

void add_call(TrustCounters& sums, UnixMillis at, const Marks& marks);

// The call made at `called_at` ended in an error. `was_clean`: until now nothing had counted against it, so
// that it moves from `clean` to `error`; the sum of the two stays, and one more error can never raise a
// score.
void add_error(TrustCounters& sums, UnixMillis called_at, bool was_clean);

// The sums as they are at `now`. They never grow by a clock that went back.
void decay_to(TrustCounters& sums, UnixMillis now);

}  // namespace aegis::store::sqlite
