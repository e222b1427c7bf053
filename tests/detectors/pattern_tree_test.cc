// What is read off a pattern's tree without running it.
#include "detectors/pattern_tree.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "base/result.h"

namespace aegis::detectors {
namespace {

TEST(PatternTree, CountsTheDigitsEveryMatchHas) {
  struct Case {
    const char* pattern;
    std::size_t digits;
  };
  for (const auto& [pattern, digits] : {
           Case{"", 0},
           Case{"fox", 0},
           Case{"\\d", 1},
           Case{"[0-9]{3}-[4-7]{2}", 5},
           Case{"1984", 4},
           Case{"\\d{2,9}x\\d?", 2},
           Case{"\\w{4}\\d", 1},
           Case{"[\\d-]{9}", 0},
           Case{"\\d{4}|\\d{7}", 4},
           Case{"\\d{4}|fox", 0},
           Case{"(?:\\d{2} ?){3}", 6},
           Case{"(?:\\d{2} ?){0,3}", 0},
           Case{"(\\d{2})-\\1", 4},
           // Around a match there may be digits that the window does not hold.
           Case{"fox(?=\\d{3})", 0},
           Case{"(?<=\\d{3})fox", 0},
           Case{"(?!\\d{3})fox", 0},
       }) {
    const auto tree = pattern_tree(pattern, false);
    ASSERT_TRUE(tree) << pattern << ": " << tree.error().message;
    EXPECT_EQ(least_digits(*tree), digits) << pattern;
  }
}

// A reading that differs from PCRE2's would lose findings: better none at all.
TEST(PatternTree, RefusesWhatItDoesNotUnderstand) {
  for (const char* pattern : {"\\d{2}{3}", "(a)(b)\\12", "\\Qa\\E", "(?x) a", "(?P<n>a)", "[[:digit:]]",
                              "\\p{Nd}", "a*", "a{2,}"}) {
    EXPECT_FALSE(pattern_tree(pattern, false)) << pattern;
  }
}

}  // namespace
}  // namespace aegis::detectors
