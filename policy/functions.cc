#include "policy/functions.h"

#include <algorithm>
#include <array>

#include "policy/extensions/datetime.h"
#include "policy/extensions/decimal.h"

namespace aegis::policy {

namespace {

// In the order of the enumeration.
constexpr std::array<FunctionInfo, 22> kFunctions = {{
    {Function::ip, "ip", false, 1},
    {Function::is_ipv4, "isIpv4", true, 1},
    {Function::is_ipv6, "isIpv6", true, 1},
    {Function::is_loopback, "isLoopback", true, 1},
    {Function::is_multicast, "isMulticast", true, 1},
    {Function::is_in_range, "isInRange", true, 2},
    {Function::decimal, "decimal", false, 1},
    {Function::less_than, "lessThan", true, 2},
    {Function::less_than_or_equal, "lessThanOrEqual", true, 2},
    {Function::greater_than, "greaterThan", true, 2},
    {Function::greater_than_or_equal, "greaterThanOrEqual", true, 2},
    {Function::datetime, "datetime", false, 1},
    {Function::offset, "offset", true, 2},
    {Function::duration_since, "durationSince", true, 2},
    {Function::to_date, "toDate", true, 1},
    {Function::to_time, "toTime", true, 1},
    {Function::duration, "duration", false, 1},
    {Function::to_milliseconds, "toMilliseconds", true, 1},
    {Function::to_seconds, "toSeconds", true, 1},
    {Function::to_minutes, "toMinutes", true, 1},
    {Function::to_hours, "toHours", true, 1},
    {Function::to_days, "toDays", true, 1},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kFunctions.size(); ++i) {
    if (static_cast<std::size_t>(kFunctions[i].function) != i) return false;
  }
  return true;
}
static_assert(in_order());

Kind receiver_kind(Function function) {
  switch (function) {
    case Function::ip:
    case Function::decimal:
    case Function::datetime:
    case Function::duration: return Kind::string;
    case Function::is_ipv4:
    case Function::is_ipv6:
    case Function::is_loopback:
    case Function::is_multicast:
    case Function::is_in_range: return Kind::ip;
    case Function::less_than:
    case Function::less_than_or_equal:
    case Function::greater_than:
    case Function::greater_than_or_equal: return Kind::decimal;
    case Function::offset:
    case Function::duration_since:
    case Function::to_date:
    case Function::to_time: return Kind::datetime;
    default: return Kind::duration;
  }
}

Kind second_kind(Function function) {
  return function == Function::offset ? Kind::duration : receiver_kind(function);
}

Error wrong_kind(Function function, Kind wanted, Kind found) {
  return invalid_input(std::string(info(function).name) + " takes a value of type " +
                       std::string(name_of(wanted)) + ", not " + std::string(name_of(found)));
}

Error not_one(std::string_view what) { return invalid_input("the text is no " + std::string(what)); }

Result<Value> construct(Function function, std::string_view text, Arena& arena) {
  if (function == Function::ip) {
    const auto ip = parse_ip(text);
    return ip ? Result<Value>(arena.ip(*ip)) : not_one("IP address or range");
  }
  if (function == Function::decimal) {
    const auto number = parse_decimal(text);
    return number ? Result<Value>(Value::decimal(*number)) : not_one("decimal");
  }
  if (function == Function::datetime) {
    const auto ms = parse_datetime(text);
    return ms ? Result<Value>(Value::datetime(*ms)) : not_one("datetime");
  }
  const auto ms = parse_duration(text);
  return ms ? Result<Value>(Value::duration(*ms)) : not_one("duration");
}

}  // namespace

const FunctionInfo* find_function(std::string_view name) {
  const auto* found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                   [&](const FunctionInfo& f) { return f.name == name; });
  return found == kFunctions.end() ? nullptr : found;
}

const FunctionInfo& info(Function function) { return kFunctions[static_cast<std::size_t>(function)]; }

Result<Value> call(Function function, std::span<const Value> arguments, Arena& arena) {
  if (arguments.size() != info(function).arguments) {
    return invalid_input(
        std::string(info(function).name) + " takes " + std::to_string(info(function).arguments) +
        " arguments with the value it is called on, not " + std::to_string(arguments.size()));
  }
  const Value& a = arguments[0];
  if (a.kind() != receiver_kind(function)) return wrong_kind(function, receiver_kind(function), a.kind());
  if (arguments.size() == 2 && arguments[1].kind() != second_kind(function)) {
    return wrong_kind(function, second_kind(function), arguments[1].kind());
  }
  const std::int64_t number = a.kind() == Kind::string || a.kind() == Kind::ip ? 0 : a.as_integer();
  const auto other = [&arguments] { return arguments[1].as_integer(); };
  std::int64_t result = 0;
  switch (function) {
    case Function::ip:
    case Function::decimal:
    case Function::datetime:
    case Function::duration: return construct(function, a.as_string(), arena);
    case Function::is_ipv4: return Value::boolean(!a.as_ip().v6);
    case Function::is_ipv6: return Value::boolean(a.as_ip().v6);
    case Function::is_loopback: return Value::boolean(is_loopback(a.as_ip()));
    case Function::is_multicast: return Value::boolean(is_multicast(a.as_ip()));
    case Function::is_in_range: return Value::boolean(in_range(a.as_ip(), arguments[1].as_ip()));
    case Function::less_than: return Value::boolean(number < other());
    case Function::less_than_or_equal: return Value::boolean(number <= other());
    case Function::greater_than: return Value::boolean(number > other());
    case Function::greater_than_or_equal: return Value::boolean(number >= other());
    case Function::offset:
      if (__builtin_add_overflow(number, other(), &result))
        return invalid_input("the datetime is out of range");
      return Value::datetime(result);
    case Function::duration_since:
      if (__builtin_sub_overflow(number, other(), &result))
        return invalid_input("the duration is out of range");
      return Value::duration(result);
    case Function::to_date: {
      const auto day = start_of_day(number);
      return day ? Result<Value>(Value::datetime(*day)) : invalid_input("the datetime is out of range");
    }
    case Function::to_time: return Value::duration(time_of_day(number));
    case Function::to_milliseconds: return Value::integer(number);
    case Function::to_seconds: return Value::integer(number / 1000);
    case Function::to_minutes: return Value::integer(number / 60'000);
    case Function::to_hours: return Value::integer(number / 3'600'000);
    case Function::to_days: return Value::integer(number / 86'400'000);
  }
  return internal_error("unknown function");
}

}  // namespace aegis::policy
