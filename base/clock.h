// Time: Unix milliseconds for records, a monotonic microsecond count for durations. Thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace aegis {

using UnixMillis = std::int64_t;

UnixMillis now_ms();

// Only differences mean anything; never goes back.
std::int64_t monotonic_us();

// RFC 3339 in UTC with milliseconds: "2026-11-21T02:51:58.123Z".
std::string rfc3339(UnixMillis time);

// Start of the UTC day / month that holds `time`: budgets are counted from there.
UnixMillis day_start(UnixMillis time);
UnixMillis month_start(UnixMillis time);

}  // namespace aegis
