// Instants and durations of the policy language, both 64-bit counts of milliseconds. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aegis::policy {

// YYYY-MM-DD, YYYY-MM-DDThh:mm:ss(.SSS)?(Z|±hhmm), in the proleptic Gregorian calendar and without leap
// seconds; milliseconds since 1970-01-01T00:00:00Z.
std::optional<std::int64_t> parse_datetime(std::string_view text);

// -?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?, at least one of them; milliseconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

// The start of the instant's day; null where that is before the first instant there is.
std::optional<std::int64_t> start_of_day(std::int64_t unix_ms);
// Milliseconds since then.
std::int64_t time_of_day(std::int64_t unix_ms);

}  // namespace aegis::policy
