// Whether an agent is within its token budget. Pure, thread-safe.
#pragma once

#include "store/store.h"

namespace aegis::guard {

// A limit that is reached exactly is not exceeded. No limit: always within.
inline bool within_budget(const store::BudgetLimits& limits, const store::BudgetUse& use) {
  return (!limits.daily_tokens || use.daily_tokens <= *limits.daily_tokens) &&
         (!limits.monthly_tokens || use.monthly_tokens <= *limits.monthly_tokens);
}

}  // namespace aegis::guard
