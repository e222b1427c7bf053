#include "guard/trust.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace aegis::guard {
namespace {

using store::TrustCounters;

// One kind of bad: its weight in the score, the prior rate, and the rate that halves the factor.
struct Kind {
  double weight, prior, half;
};
constexpr Kind kInjection{0.30, 0.005, 0.01};
constexpr Kind kPii{0.25, 0.01, 0.02};
constexpr Kind kError{0.20, 0.05, 0.10};
constexpr Kind kDeny{0.15, 0.05, 0.10};
constexpr double kLatencyWeight = 0.10;

constexpr double kPriorCalls = 20;  // what the prior weighs, in calls

constexpr std::size_t kFewestLatencies = 10;
// With fewer: as if the relative spread were 0.295, which gives a new agent 69.2.
constexpr double kLatencyPrior = 92.0;
constexpr double kMadToDeviation = 1.4826;  // of a normal distribution
constexpr double kShortestMs = 0.001;       // the clock's resolution: keeps the ratio finite

constexpr double kWilsonZ = 1.2815515594;  // one-sided 90 %

constexpr std::int64_t kLowConfidence = 100;    // fewer lifetime calls than this
constexpr std::int64_t kHighConfidence = 1000;  // more than this
constexpr std::int64_t kStreak = 100;
constexpr double kSteady = 90;

constexpr double kSafe = 75;
constexpr double kCaution = 50;
constexpr std::int64_t kRecentMs = 24LL * 3600 * 1000;

struct Grade {
  double from;
  std::string_view name;
};
constexpr Grade kGrades[] = {{95, "A+"}, {90, "A"}, {85, "B+"}, {75, "B"}, {65, "C+"}, {50, "C"}, {35, "D"}};

// `bad` calls among `calls`, which are the clean ones and these: a call that is bad in another way says
// nothing for this kind, or a denied call would make an agent look less likely to leak.
double shrunken_rate(const Kind& kind, double bad, double calls) {
  return (bad + kPriorCalls * kind.prior) / (calls + kPriorCalls);
}

double wilson_upper_bound(const Kind&, double bad, double calls) {
  if (calls <= 0) return 1;
  const double rate = bad / calls;
  const double z2 = kWilsonZ * kWilsonZ;
  const double spread = kWilsonZ * std::sqrt(rate * (1 - rate) / calls + z2 / (4 * calls * calls));
  return std::min(1.0, (rate + z2 / (2 * calls) + spread) / (1 + z2 / calls));
}

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double latency_factor(std::vector<double> samples) {
  if (samples.size() < kFewestLatencies) return kLatencyPrior;
  const double typical = median(samples);
  for (double& sample : samples) sample = std::abs(sample - typical);
  const double relative_spread = kMadToDeviation * median(samples) / std::max(typical, kShortestMs);
  return 100 / (1 + relative_spread * relative_spread);
}

template <class Rate>
TrustFactors factors_by(const TrustCounters& counters, Rate rate) {
  const auto factor = [&](const Kind& kind, double bad) {
    return 100 * kind.half / (kind.half + rate(kind, bad, counters.clean + bad));
  };
  return {factor(kInjection, counters.injection), factor(kPii, counters.pii), factor(kError, counters.error),
          factor(kDeny, counters.deny), latency_factor(counters.latencies_ms)};
}

double score_of(const TrustFactors& factors, bool quarantined) {
  const double score = kInjection.weight * factors.injection + kPii.weight * factors.pii +
                       kError.weight * factors.error + kDeny.weight * factors.deny +
                       kLatencyWeight * factors.latency;
  return std::clamp(score, 0.0, quarantined ? kQuarantineCap : 100.0);
}

std::string_view grade_of(double score) {
  for (const Grade& grade : kGrades) {
    if (score >= grade.from) return grade.name;
  }
  return "F";
}

std::string_view confidence_of(std::int64_t calls) {
  if (calls < kLowConfidence) return "Low";
  return calls > kHighConfidence ? "High" : "Medium";
}

std::vector<std::string> badges_of(const TrustCounters& counters, const TrustFactors& factors) {
  std::vector<std::string> badges;
  const std::int64_t calls = counters.lifetime_calls;
  if (counters.latencies_ms.size() >= kFewestLatencies && factors.latency >= kSteady && calls >= kStreak) {
    badges.emplace_back("consistency");
  }
  if (counters.calls_since_pii >= kStreak) badges.emplace_back("zero_pii_streak");
  if (calls >= kHighConfidence && counters.last_injection_at == 0) badges.emplace_back("injection_free");
  const std::int64_t since_anything =
      std::min({counters.calls_since_pii, counters.calls_since_injection, counters.calls_since_error});
  if (since_anything >= kStreak && since_anything < calls) badges.emplace_back("improving");
  if (calls > kHighConfidence) badges.emplace_back("veteran");
  return badges;
}

std::string one_decimal(double value) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.1f", value);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

TrustScore trust_score(const TrustCounters& counters, bool quarantined) {
  TrustScore trust;
  trust.factors = factors_by(counters, shrunken_rate);
  trust.score = score_of(trust.factors, quarantined);
  trust.grade = grade_of(trust.score);
  trust.confidence = confidence_of(counters.lifetime_calls);
  trust.badges = badges_of(counters, trust.factors);
  return trust;
}

ShareAdvice share_advice(const TrustCounters& counters, bool quarantined, UnixMillis now) {
  const double score = score_of(factors_by(counters, wilson_upper_bound), quarantined);
  const std::string measured = "its cautious score is " + one_decimal(score);
  if (quarantined) return {"do_not_share", "The agent is quarantined."};
  if (score < kCaution) {
    return {"do_not_share", "Too little is known in the agent's favour: " + measured + " of 100, below 50."};
  }
  const auto recent = [now](UnixMillis at) { return at != 0 && now - at < kRecentMs; };
  if (recent(counters.last_injection_at)) {
    return {"share_with_caution",
            "The agent sent an injection within the last 24 hours; " + measured + " of 100."};
  }
  if (recent(counters.last_pii_at)) {
    return {"share_with_caution",
            "The agent sent a secret or personal data within the last 24 hours; " + measured + " of 100."};
  }
  if (counters.lifetime_calls < kLowConfidence) {
    return {"share_with_caution", "Only " + std::to_string(counters.lifetime_calls) +
                                      " calls of the agent are known, fewer than 100; " + measured +
                                      " of 100."};
  }
  if (score < kSafe) {
    return {"share_with_caution", "The agent's record leaves doubt: " + measured + " of 100, below 75."};
  }
  return {"safe_to_share", "The agent's record is good even when read cautiously: " + measured + " of 100."};
}

}  // namespace aegis::guard
