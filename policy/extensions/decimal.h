// Decimals of the policy language: a 64-bit count of ten-thousandths. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aegis::policy {

// An optional minus, digits, a point, one to four digits; null where that does not fit.
std::optional<std::int64_t> parse_decimal(std::string_view text);

}  // namespace aegis::policy
