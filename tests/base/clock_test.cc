#include "base/clock.h"

#include <gtest/gtest.h>

namespace aegis {
namespace {

constexpr UnixMillis kNewYearsEve2027 = 1830297599123;  // 2027-12-31T23:59:59.123Z

TEST(Clock, PrintsRfc3339InUtc) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(kNewYearsEve2027), "2027-12-31T23:59:59.123Z");
}

TEST(Clock, DaysAndMonthsStartInUtc) {
  EXPECT_EQ(rfc3339(day_start(kNewYearsEve2027)), "2027-12-31T00:00:00.000Z");
  EXPECT_EQ(rfc3339(month_start(kNewYearsEve2027)), "2027-12-01T00:00:00.000Z");
  EXPECT_EQ(month_start(kNewYearsEve2027 + 1000), day_start(kNewYearsEve2027 + 1000));
}

}  // namespace
}  // namespace aegis
