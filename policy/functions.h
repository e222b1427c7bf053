// The functions of the extension types: how each is called, and what it does. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/value.h"

namespace aegis::policy {

enum class Function : std::uint8_t {
  ip,
  is_ipv4,
  is_ipv6,
  is_loopback,
  is_multicast,
  is_in_range,
  decimal,
  less_than,
  less_than_or_equal,
  greater_than,
  greater_than_or_equal,
  datetime,
  offset,
  duration_since,
  to_date,
  to_time,
  duration,
  to_milliseconds,
  to_seconds,
  to_minutes,
  to_hours,
  to_days,
};

struct FunctionInfo {
  Function function;
  std::string_view name;
  bool method;            // x.name(…) rather than name(…)
  std::size_t arguments;  // with the receiver
};

// Null for a name that is none.
const FunctionInfo* find_function(std::string_view name);
const FunctionInfo& info(Function function);

// What the function gives for these arguments, in `arena` where it needs memory. The error (invalid_input)
// says what is wrong, for a policy's author; it never quotes an argument.
Result<Value> call(Function function, std::span<const Value> arguments, Arena& arena);

}  // namespace aegis::policy
