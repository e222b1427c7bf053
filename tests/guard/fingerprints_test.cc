#include "guard/fingerprints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace aegis::guard {
namespace {

constexpr FingerprintKey kKey = 0x1234;

std::size_t shared(std::string_view a, std::string_view b) {
  const auto left = fingerprints(a, kKey), right = fingerprints(b, kKey);
  std::vector<std::uint64_t> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
  return both.size();
}

const std::string kMinutes =
    "The board met on Tuesday and agreed to sell the northern plant before the end of March, "
    "subject to the bank's consent. Nothing of this is to be told to suppliers before the contract is "
    "signed, "
    "and the works council hears of it on the day itself.";

TEST(Fingerprints, KnowAPassageAgainInAnotherText) {
  EXPECT_GT(shared(kMinutes, "Hi Sam, as promised: " + kMinutes.substr(20, 180) + " Best, Jo"), 0u);
}

TEST(Fingerprints, DoNotMindCaseLineBreaksAndPunctuation) {
  std::string changed;
  for (const char c : kMinutes)
    changed += c == ' ' ? "\n> " : c == ',' ? "" : std::string(1, static_cast<char>(std::toupper(c)));
  EXPECT_GT(shared(kMinutes, changed), 5u);
}

TEST(Fingerprints, DoNotTakeOtherWordsAboutTheSameForAPassage) {
  EXPECT_EQ(shared(kMinutes,
                   "In March the company will probably part with its plant in the north; the board "
                   "decided so this week, if the bank agrees."),
            0u);
}

TEST(Fingerprints, KnowSingleValuesThatAreHardlyWrittenTwice) {
  for (const std::string value :
       {"maria.lindqvist@nordbank.example", "4929381029384756", "zq81-Kd02_mmA77x19QpL"}) {
    EXPECT_EQ(shared("row 7: " + value + ", open", "x=" + std::string("1 ") + value), 1u) << value;
  }
}

TEST(Fingerprints, LeavePathsAddressesDatesAndWordsAlone) {
  for (const std::string value :
       {"src/detectors/rules/injection_override_in_many_languages_and_scripts.cc",
        "https://host.example/a/very/long/address/that/is/written/everywhere?x=1234567890123",
        "2026-11-21T20:46:28", "internationalization", "2026-11-21"}) {
    EXPECT_EQ(shared("see " + value, value + " again"), 0u) << value;
  }
}

TEST(Fingerprints, DependOnTheKey) {
  const auto one = fingerprints(kMinutes, 1), other = fingerprints(kMinutes, 2);
  std::vector<std::uint64_t> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both));
  EXPECT_TRUE(both.empty());
}

}  // namespace
}  // namespace aegis::guard
