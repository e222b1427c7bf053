#include "base/clock.h"

#include <chrono>
#include <cstdio>

namespace aegis {

namespace chr = std::chrono;

UnixMillis now_ms() {
  return chr::duration_cast<chr::milliseconds>(chr::system_clock::now().time_since_epoch()).count();
}

std::int64_t monotonic_us() {
  return chr::duration_cast<chr::microseconds>(chr::steady_clock::now().time_since_epoch()).count();
}

namespace {

chr::sys_time<chr::milliseconds> point(UnixMillis time) {
  return chr::sys_time<chr::milliseconds>{chr::milliseconds{time}};
}

}  // namespace

std::string rfc3339(UnixMillis time) {
  const auto at = point(time);
  const auto day = chr::floor<chr::days>(at);
  const chr::year_month_day date{day};
  const chr::hh_mm_ss<chr::milliseconds> clock{at - day};
  char text[40];
  const int size =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text, static_cast<std::size_t>(size)};
}

UnixMillis day_start(UnixMillis time) {
  return chr::sys_time<chr::milliseconds>{chr::floor<chr::days>(point(time))}.time_since_epoch().count();
}

UnixMillis month_start(UnixMillis time) {
  const chr::year_month_day date{chr::floor<chr::days>(point(time))};
  const chr::sys_days first = date.year() / date.month() / 1;
  return chr::sys_time<chr::milliseconds>{first}.time_since_epoch().count();
}

}  // namespace aegis
