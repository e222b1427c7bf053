// The trust score's promises: known values, bounds, and that no event moves it the wrong way.
#include "guard/trust.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace aegis::guard {
namespace {

using store::TrustCounters;

constexpr UnixMillis kNow = 1'800'000'000'000;
constexpr UnixMillis kHour = 3'600'000;

TrustCounters clean_calls(std::int64_t calls) {
  TrustCounters counters;
  counters.as_of = kNow;
  counters.calls = counters.clean = static_cast<double>(calls);
  counters.lifetime_calls = calls;
  counters.calls_since_pii = counters.calls_since_injection = counters.calls_since_error = calls;
  return counters;
}

std::vector<double*> bad_sums(TrustCounters& counters) {
  return {&counters.injection, &counters.pii, &counters.error, &counters.deny};
}

double score(const TrustCounters& counters) { return trust_score(counters, false).score; }

bool has(const std::vector<std::string>& badges, const std::string& badge) {
  return std::find(badges.begin(), badges.end(), badge) != badges.end();
}

TEST(TrustScore, KnownValues) {
  struct Case {
    std::int64_t calls;
    double score;
    const char *grade, *confidence;
  };
  const Case cases[] = {
      {0, 69.2, "C+", "Low"},       {99, 92.2, "A", "Low"},     {100, 92.3, "A", "Medium"},
      {1000, 98.3, "A+", "Medium"}, {1001, 98.3, "A+", "High"}, {10000, 99.1, "A+", "High"},
  };
  for (const Case& c : cases) {
    const TrustScore trust = trust_score(clean_calls(c.calls), false);
    EXPECT_NEAR(trust.score, c.score, 0.051) << c.calls;
    EXPECT_EQ(trust.grade, c.grade) << c.calls;
    EXPECT_EQ(trust.confidence, c.confidence) << c.calls;
  }
}

// The worked examples of docs/trust.md.
TEST(TrustScore, WorkedExamples) {
  TrustCounters one_injection = clean_calls(1000);
  one_injection.calls = 1001;
  one_injection.injection = 1;
  EXPECT_NEAR(score(one_injection), 95.7, 0.05);

  TrustCounters errors = clean_calls(800);
  errors.calls = 1000;
  errors.error = 200;
  EXPECT_NEAR(score(errors), 85.1, 0.05);

  TrustCounters hostile = clean_calls(0);
  hostile.calls = hostile.injection = hostile.deny = 50;
  EXPECT_NEAR(score(hostile), 41.4, 0.05);
}

TEST(TrustScore, EachFactorIsHalvedAtItsOwnRate) {
  const double rates[] = {0.01, 0.02, 0.10, 0.10};  // injection, pii, error, deny
  for (std::size_t kind = 0; kind < 4; ++kind) {
    TrustCounters counters = clean_calls(0);
    constexpr double kMany = 1e9;  // so that the prior no longer shows
    counters.clean = kMany * (1 - rates[kind]);
    *bad_sums(counters)[kind] = kMany * rates[kind];
    const TrustFactors factors = trust_score(counters, false).factors;
    const double values[] = {factors.injection, factors.pii, factors.error, factors.deny};
    for (std::size_t other = 0; other < 4; ++other) {
      EXPECT_NEAR(values[other], other == kind ? 50 : 100, 0.01) << kind << " " << other;
    }
  }
}

TEST(TrustScore, GradesHoldOnTheUnroundedScore) {
  // Latency alone is worth ten points: a spread is chosen so that the score is just under or over a
  // threshold.
  const auto with_latency_factor = [](double factor) {
    TrustCounters counters = clean_calls(1000);
    const double spread = std::sqrt(100 / factor - 1) / 1.4826;
    for (int i = 0; i < 20; ++i) counters.latencies_ms.push_back(100 * (1 + (i % 2 == 0 ? spread : -spread)));
    return trust_score(counters, false);
  };
  const double without = score(clean_calls(1000)) - 9.2;
  const double needed = (95 - without) * 10;
  EXPECT_EQ(with_latency_factor(needed + 0.1).grade, "A+");
  const TrustScore below = with_latency_factor(needed - 0.1);
  EXPECT_EQ(below.grade, "A");
  EXPECT_EQ(std::round(below.score), 95);
}

TEST(TrustScore, EveryGradeOfTheScale) {
  std::vector<std::string> seen;
  for (int step = 0; step < 200; ++step) {
    TrustCounters counters = clean_calls(2000);
    for (double* sum : bad_sums(counters)) *sum = 0.01 * std::pow(1.07, step);
    const TrustScore trust = trust_score(counters, false);
    if (seen.empty() || seen.back() != trust.grade) seen.push_back(trust.grade);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"A+", "A", "B+", "B", "C+", "C", "D", "F"}));
}

TEST(TrustScore, LatencyFactor) {
  struct Case {
    const char* what;
    std::vector<double> samples;
    double factor;
  };
  const Case cases[] = {
      {"none", {}, 92},
      {"nine wild ones are too few", {1, 1000, 1, 1000, 1, 1000, 1, 1000, 1}, 92},
      {"ten equal", std::vector<double>(10, 250), 100},
      {"all zero", std::vector<double>(10, 0), 100},
      {"one outlier does not show", {10, 10, 10, 10, 10, 10, 10, 10, 10, 60000}, 100},
      // median 100, MAD 50: rcv = 0.7413
      {"spread", {50, 150, 50, 150, 50, 150, 50, 150, 50, 150}, 64.54},
  };
  for (const Case& c : cases) {
    TrustCounters counters = clean_calls(100);
    counters.latencies_ms = c.samples;
    EXPECT_NEAR(trust_score(counters, false).factors.latency, c.factor, 0.01) << c.what;
  }
}

TEST(TrustScore, QuarantineCapsAndNeverLifts) {
  const TrustScore capped = trust_score(clean_calls(10000), true);
  EXPECT_EQ(capped.score, 34.0);
  EXPECT_EQ(capped.grade, "F");
  TrustCounters worst = clean_calls(0);
  for (double* sum : bad_sums(worst)) *sum = 1e6;
  EXPECT_EQ(trust_score(worst, true).score, score(worst));
  EXPECT_LT(score(worst), 34);
}

TEST(TrustScore, Badges) {
  TrustCounters fresh = clean_calls(99);
  fresh.latencies_ms.assign(99, 10);
  EXPECT_TRUE(trust_score(fresh, false).badges.empty());

  TrustCounters steady = clean_calls(100);
  EXPECT_FALSE(has(trust_score(steady, false).badges, "consistency")) << "no latency is known";
  steady.latencies_ms.assign(100, 10);
  EXPECT_EQ(trust_score(steady, false).badges, (std::vector<std::string>{"consistency", "zero_pii_streak"}));

  TrustCounters old = clean_calls(1001);
  EXPECT_EQ(trust_score(old, false).badges,
            (std::vector<std::string>{"zero_pii_streak", "injection_free", "veteran"}));
  old.last_injection_at = 1;
  old.calls_since_injection = 150;
  EXPECT_EQ(trust_score(old, false).badges,
            (std::vector<std::string>{"zero_pii_streak", "improving", "veteran"}));
  old.calls_since_pii = 99;
  EXPECT_EQ(trust_score(old, false).badges, (std::vector<std::string>{"veteran"}));
}

// ---- Properties, over agents of every shape.

class TrustProperty : public ::testing::Test {
 protected:
  static constexpr int kAgents = 20000;

  double pick(std::initializer_list<double> sizes) {
    const double size =
        *(sizes.begin() + std::uniform_int_distribution<std::size_t>(0, sizes.size() - 1)(random_));
    return size * std::uniform_real_distribution<double>(0, 1)(random_);
  }

  TrustCounters any_agent() {
    TrustCounters counters = clean_calls(0);
    counters.clean = pick({0, 1, 30, 300, 1e5});
    double bad = 0;
    for (double* sum : bad_sums(counters)) bad += * sum = pick({0, 0, 1, 10, 300, 1e4});
    counters.calls = counters.clean + bad;
    const int samples = static_cast<int>(pick({0, 40}));
    for (int i = 0; i < samples; ++i) counters.latencies_ms.push_back(pick({1, 100, 10000}));
    return counters;
  }

  std::mt19937_64 random_{20260728};  // NOLINT: the same agents on every run
};

TEST_F(TrustProperty, ScoreIsBounded) {
  for (int i = 0; i < kAgents; ++i) {
    const TrustScore trust = trust_score(any_agent(), false);
    ASSERT_GE(trust.score, 0);
    ASSERT_LE(trust.score, 100);
  }
}

TEST_F(TrustProperty, OneMoreBadEventNeverRaisesTheScore) {
  for (int i = 0; i < kAgents; ++i) {
    TrustCounters counters = any_agent();
    const double before = score(counters);
    const int kinds =
        std::uniform_int_distribution<int>(1, 15)(random_);  // a call can be bad in several ways
    for (int kind = 0; kind < 4; ++kind) {
      if ((kinds >> kind & 1) != 0) *bad_sums(counters)[static_cast<std::size_t>(kind)] += 1;
    }
    counters.calls += 1;
    ASSERT_LE(score(counters), before);
  }
}

TEST_F(TrustProperty, ACleanCallThatTurnsOutAnErrorNeverRaisesTheScore) {
  for (int i = 0; i < kAgents; ++i) {
    TrustCounters counters = any_agent();
    const double before = score(counters);
    const double weight = std::min(counters.clean, 1.0);
    counters.clean -= weight;
    counters.error += weight;
    ASSERT_LE(score(counters), before + 1e-9);
  }
}

TEST_F(TrustProperty, OneMoreCleanCallNeverLowersTheScore) {
  for (int i = 0; i < kAgents; ++i) {
    TrustCounters counters = any_agent();
    const double before = score(counters);
    counters.clean += 1;
    counters.calls += 1;
    ASSERT_GE(score(counters), before);
  }
}

TEST_F(TrustProperty, DecayNeverLiftsABadAgentOverThePrior) {
  int bad_agents = 0;
  for (int i = 0; i < kAgents; ++i) {
    TrustCounters counters = any_agent();
    counters.latencies_ms.clear();  // they do not decay
    if (score(counters) >= 69.2) continue;
    ++bad_agents;
    for (int week = 0; week < 30; ++week) {
      counters.clean /= 2;
      for (double* sum : bad_sums(counters)) *sum /= 2;
      ASSERT_LE(score(counters), 69.2 + 1e-9);
    }
    ASSERT_NEAR(score(counters), 69.2, 0.1);
  }
  EXPECT_GT(bad_agents, 1000);
}

// ---- Sharing.

TEST(ShareAdvice, Rules) {
  struct Case {
    const char* what;
    TrustCounters counters;
    bool quarantined;
    const char* recommendation;
  };
  const auto changed = [](std::int64_t calls, auto change) {
    TrustCounters counters = clean_calls(calls);
    change(counters);
    return counters;
  };
  const Case cases[] = {
      {"unknown agent", clean_calls(0), false, "do_not_share"},
      {"a few clean calls prove little", clean_calls(20), false, "do_not_share"},
      {"ninety-nine are still too few", clean_calls(99), false, "share_with_caution"},
      {"a good agent seen for a while", clean_calls(100), false, "share_with_caution"},
      {"a good agent seen for long", clean_calls(1000), false, "safe_to_share"},
      {"quarantined", clean_calls(1000), true, "do_not_share"},
      {"injection an hour ago", changed(5000, [](TrustCounters& c) { c.last_injection_at = kNow - kHour; }),
       false, "share_with_caution"},
      {"secret an hour ago", changed(5000, [](TrustCounters& c) { c.last_pii_at = kNow - kHour; }), false,
       "share_with_caution"},
      {"both a day ago",
       changed(5000, [](TrustCounters& c) { c.last_pii_at = c.last_injection_at = kNow - 24 * kHour; }),
       false, "safe_to_share"},
      {"known for long, silent for weeks", changed(30, [](TrustCounters& c) { c.lifetime_calls = 5000; }),
       false, "do_not_share"},
      {"fresh weight but few calls in its life",
       changed(1000, [](TrustCounters& c) { c.lifetime_calls = 99; }), false, "share_with_caution"},
      {"leaks often", changed(100, [](TrustCounters& c) { c.injection = c.pii = c.deny = 50; }), false,
       "do_not_share"},
  };
  for (const Case& c : cases) {
    const ShareAdvice advice = share_advice(c.counters, c.quarantined, kNow);
    EXPECT_EQ(advice.recommendation, c.recommendation) << c.what << ": " << advice.reason;
    EXPECT_EQ(advice.reason.back(), '.') << c.what;
  }
}

TEST(ShareAdvice, TheCautiousScoreIsTheWilsonOne) {
  // Clean n: the upper bound is z²/(n + z²); at n = 1000 and z² = 1.6424 the score is 92.5.
  EXPECT_NE(share_advice(clean_calls(1000), false, kNow).reason.find("92.5"), std::string::npos);
}

TEST(ShareAdvice, ReasonNamesWhatHappened) {
  TrustCounters counters = clean_calls(5000);
  counters.last_injection_at = kNow - kHour;
  EXPECT_NE(share_advice(counters, false, kNow).reason.find("injection"), std::string::npos);
  EXPECT_NE(share_advice(clean_calls(1000), true, kNow).reason.find("quarantined"), std::string::npos);
}

}  // namespace
}  // namespace aegis::guard
