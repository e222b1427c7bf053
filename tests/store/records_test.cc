// What is recorded comes back: the log, the trust counters, the budgets; and across a restart.
#include "store/sqlite/records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "store/sqlite/schema.h"
#include "tests/store/support.h"

namespace aegis::store {
namespace {

using namespace testing;  // NOLINT: the shared helpers

constexpr UnixMillis kDay = 24LL * 3600 * 1000;

class Recording : public ::testing::Test {
 protected:
  void put(Decision row) { ASSERT_TRUE(store_->record(std::move(row))); }
  void put(Outcome row) { ASSERT_TRUE(store_->record(std::move(row))); }
  void put(Interaction row) {
    const auto done = store_->record(std::move(row));
    ASSERT_TRUE(done) << done.error().message;
  }
  // Everything queued, then the counters at `now`.
  TrustCounters counters(UnixMillis now) {
    EXPECT_TRUE(store_->flush());
    return *store_->trust_counters(agent_, now);
  }
  void reopen() {
    store_.reset();
    store_ = must_open(path_);
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "aegis.db";
  std::unique_ptr<Store> store_ = must_open(path_);
  const AgentId agent_ = must_have_agent(*store_);
  const UnixMillis now_ = now_ms();
};

TEST_F(Recording, TheLogJoinsDecisionOutcomeAndFindings) {
  Decision first = decision(*store_, agent_, now_ - 2000);
  first.target = "write_file";
  first.effect = "deny";
  first.enforced = "allow";
  first.rule = "secret.aws";
  first.reason = "a secret in the arguments";
  first.findings = {finding("secret", "critical", 0.95)};
  put(first);
  Outcome result = outcome(first, "sanitized", 4321);
  result.findings = {finding("injection", "high", 0.9), finding("pii", "low", 0.5)};
  put(result);
  put(decision(*store_, agent_, now_ - 1000));
  ASSERT_TRUE(store_->flush());

  const auto log = store_->log(agent_, 10);
  ASSERT_TRUE(log) << log.error().message;
  ASSERT_EQ(log->size(), 2U);
  EXPECT_EQ((*log)[0].outcome, "") << "no outcome yet: the newest is first";
  const LogEntry& entry = (*log)[1];
  EXPECT_EQ(entry.id, first.id);
  EXPECT_EQ(entry.at, now_ - 2000);
  EXPECT_EQ(entry.server, "filesystem");
  EXPECT_EQ(entry.operation, "tools/call");
  EXPECT_EQ(entry.target, "write_file");
  EXPECT_EQ(entry.effect, "deny");
  EXPECT_EQ(entry.enforced, "allow");
  EXPECT_EQ(entry.rule, "secret.aws");
  EXPECT_EQ(entry.reason, "a secret in the arguments");
  EXPECT_EQ(entry.outcome, "sanitized");
  EXPECT_EQ(entry.latency_us, 4321);
  ASSERT_EQ(entry.findings.size(), 3U);
  EXPECT_EQ(entry.findings[0].kind, "secret");
  EXPECT_EQ(entry.findings[0].severity, "critical");
  EXPECT_EQ(entry.findings[0].confidence, 0.95);
  EXPECT_EQ(entry.findings[0].field, "/text");
  EXPECT_EQ(entry.findings[0].start, 3);
  EXPECT_EQ(entry.findings[0].end, 9);
  EXPECT_EQ(entry.findings[1].kind, "injection");
  EXPECT_EQ(entry.findings[2].kind, "pii");
}

TEST_F(Recording, TheDeterminingPoliciesComeBack) {
  Decision row = decision(*store_, agent_);
  row.policies = {"default", "tools.cedar:policy0"};
  put(row);
  Outcome answered = outcome(row);
  answered.policies = {"secret-in-result"};
  put(answered);
  ASSERT_TRUE(store_->flush());
  const auto entry = store_->decision(row.id);
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->policies, row.policies);
  EXPECT_EQ(entry->outcome_policies, answered.policies);
  EXPECT_EQ(store_->log(agent_, 1)->front().policies, row.policies);
  EXPECT_EQ(store_->decision(7).error().code, ErrorCode::not_found);
}

TEST(OldStore, RowsOfTheFirstSchemaHaveNoPolicies) {
  const TempFolder folder;
  const std::string path = folder / "old.db";
  std::ofstream(path).close();  // SQLite takes an empty file for an empty database
  const std::string schema(sqlite::migrations().front().text);
  const std::string marks = "PRAGMA application_id = " + std::to_string(sqlite::kApplicationId);
  for (const char* sql :
       {schema.c_str(), marks.c_str(), "PRAGMA user_version = 1",
        "INSERT INTO agent (id, name, created_at) VALUES (1, 'old', 5)",
        "INSERT INTO decision VALUES (9, 1, 6, 's', 'tools/call', 't', 'deny', 'deny', 'r', 'why', 3, 0)",
        "INSERT INTO outcome VALUES (9, 1, 7, 'denied', 4, '')"})
    run_sql(path, sql);
  const auto store = must_open(path);
  const auto entry = store->decision(9);
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->rule, "r");
  EXPECT_EQ(entry->outcome, "denied");
  EXPECT_TRUE(entry->policies.empty());
  EXPECT_TRUE(entry->outcome_policies.empty());
}

TEST_F(Recording, TheLogIsLimitedAndOfOneAgent) {
  const AgentId other = must_have_agent(*store_, "other");
  for (int i = 0; i < 5; ++i) put(decision(*store_, agent_));
  put(decision(*store_, other));
  ASSERT_TRUE(store_->flush());
  EXPECT_EQ(store_->log(agent_, 3)->size(), 3U);
  EXPECT_EQ(store_->log(agent_, 100)->size(), 5U);
  EXPECT_EQ(store_->log(agent_, 0)->size(), 0U);
  EXPECT_EQ(store_->log(other, std::numeric_limits<std::size_t>::max())->size(), 1U);
}

TEST_F(Recording, LongTextsAreCutBetweenCharacters) {
  Decision row = decision(*store_, agent_);
  row.target = std::string(sqlite::kTextBytes, 'a');
  row.reason.clear();
  while (row.reason.size() < 5000) row.reason += "€";
  row.findings.assign(sqlite::kFindingsPerRow + 50, finding("pii", "low"));
  put(row);
  ASSERT_TRUE(store_->flush());
  const LogEntry entry = store_->log(agent_, 1)->at(0);
  EXPECT_EQ(entry.target, row.target) << "exactly at the limit";
  EXPECT_LE(entry.reason.size(), sqlite::kTextBytes);
  EXPECT_EQ(entry.reason.size() % 3, 0U) << "whole characters only";
  EXPECT_EQ(entry.reason.substr(entry.reason.size() - 3), "…");
  EXPECT_EQ(entry.findings.size(), sqlite::kFindingsPerRow);
}

TEST_F(Recording, RowsThatCannotBeAreReportedOnceAndHarmNoOthers) {
  const Decision good = decision(*store_, agent_);
  Decision stranger = decision(*store_, 4711);
  put(good);
  put(stranger);
  put(good);  // the same id again
  put(decision(*store_, agent_));
  const auto first = store_->flush();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(contains(first.error().message, "2 rows")) << first.error().message;
  EXPECT_TRUE(store_->flush());
  EXPECT_EQ(store_->log(agent_, 10)->size(), 2U);
  EXPECT_EQ(counters(now_).lifetime_calls, 2);
}

TEST_F(Recording, InteractionsAreChecked) {
  EXPECT_EQ(store_->record(interaction(4711)).error().code, ErrorCode::invalid_input);
  Interaction row = interaction(agent_);
  row.tokens_out = -1;
  EXPECT_EQ(store_->record(row).error().code, ErrorCode::invalid_input);
  row.tokens_out = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(store_->record(row).error().code, ErrorCode::invalid_input);
  row.tokens_out = 0;
  row.latency_ms = -5;
  EXPECT_EQ(store_->record(row).error().code, ErrorCode::invalid_input);
  row.latency_ms = 5;
  row.findings = {finding("injection", "high", std::nan(""))};
  EXPECT_TRUE(store_->record(row));
  EXPECT_EQ(counters(now_).lifetime_calls, 1);
}

// ---- Trust counters.

TEST_F(Recording, WhatCountsAgainstTheAgent) {
  struct Case {
    const char* what;
    std::vector<FindingRow> sent, received;
    const char *enforced, *status;
    double clean, injection, pii, error, deny;
  };
  const Case cases[] = {
      {"nothing", {}, {}, "allow", "ok", 1, 0, 0, 0, 0},
      {"certain injection", {finding("injection", "low", 0.85)}, {}, "allow", "ok", 0, 1, 0, 0, 0},
      {"doubtful injection", {finding("injection", "critical", 0.84)}, {}, "allow", "ok", 1, 0, 0, 0, 0},
      {"secret", {finding("secret", "low", 0.1)}, {}, "allow", "ok", 0, 0, 1, 0, 0},
      {"high PII", {finding("pii", "high")}, {}, "allow", "ok", 0, 0, 1, 0, 0},
      {"critical PII", {finding("pii", "critical")}, {}, "allow", "ok", 0, 0, 1, 0, 0},
      {"medium PII", {finding("pii", "medium")}, {}, "allow", "ok", 1, 0, 0, 0, 0},
      {"two of a kind count once",
       {finding("secret", "low"), finding("pii", "high")},
       {},
       "allow",
       "ok",
       0,
       0,
       1,
       0,
       0},
      {"injection and secret, denied",
       {finding("injection", "high"), finding("secret", "low")},
       {},
       "deny",
       "denied",
       0,
       1,
       1,
       0,
       1},
      {"denied", {}, {}, "deny", "denied", 0, 0, 0, 0, 1},
      {"waits for approval", {}, {}, "require_approval", "ok", 1, 0, 0, 0, 0},
      {"error", {}, {}, "allow", "error", 0, 0, 0, 1, 0},
      {"secret and error", {finding("secret", "low")}, {}, "allow", "error", 0, 0, 1, 1, 0},
      {"lost or cancelled is nobody's fault", {}, {}, "allow", "lost", 1, 0, 0, 0, 0},
      {"the server's findings are not the agent's",
       {},
       {finding("injection", "critical"), finding("secret", "high")},
       "allow",
       "sanitized",
       1,
       0,
       0,
       0,
       0},
  };
  int number = 0;
  for (const Case& c : cases) {
    const AgentId agent = must_have_agent(*store_, "agent " + std::to_string(++number));
    Decision call = decision(*store_, agent, now_);
    call.findings = c.sent;
    call.enforced = c.enforced;
    put(call);
    Outcome result = outcome(call, c.status);
    result.findings = c.received;
    put(result);
    ASSERT_TRUE(store_->flush());
    const auto sums = *store_->trust_counters(agent, now_);
    EXPECT_EQ(sums.calls, 1) << c.what;
    EXPECT_EQ(sums.clean, c.clean) << c.what;
    EXPECT_EQ(sums.injection, c.injection) << c.what;
    EXPECT_EQ(sums.pii, c.pii) << c.what;
    EXPECT_EQ(sums.error, c.error) << c.what;
    EXPECT_EQ(sums.deny, c.deny) << c.what;
    EXPECT_EQ(sums.lifetime_calls, 1) << c.what;
    EXPECT_EQ(sums.last_injection_at, c.injection > 0 ? now_ : 0) << c.what;
    EXPECT_EQ(sums.last_pii_at, c.pii > 0 ? now_ : 0) << c.what;
    EXPECT_EQ(sums.calls_since_pii, c.pii > 0 ? 0 : 1) << c.what;
    EXPECT_EQ(sums.calls_since_error, c.error > 0 ? 0 : 1) << c.what;
  }
}

TEST_F(Recording, InteractionsCountToo) {
  struct Case {
    const char *status, *what;
    double clean, error, deny;
  };
  const Case cases[] = {
      {"success", "good", 1, 0, 0}, {"error", "failed", 0, 1, 0}, {"blocked", "blocked", 0, 0, 1}};
  for (const Case& c : cases) {
    const AgentId agent = must_have_agent(*store_, c.what);
    Interaction row = interaction(agent, now_);
    row.status = c.status;
    row.latency_ms = 20;
    put(row);
    const auto sums = *store_->trust_counters(agent, now_);
    EXPECT_EQ(sums.clean, c.clean) << c.what;
    EXPECT_EQ(sums.error, c.error) << c.what;
    EXPECT_EQ(sums.deny, c.deny) << c.what;
    EXPECT_EQ(sums.latencies_ms.size(), c.clean > 0 ? 1U : 0U) << c.what;
  }
}

TEST_F(Recording, CountersHalveEverySevenDays) {
  put(interaction(agent_, now_ - 14 * kDay));
  put(interaction(agent_, now_ - 7 * kDay));
  put(interaction(agent_, now_));
  EXPECT_NEAR(counters(now_).calls, 1.75, 1e-9);
  EXPECT_NEAR(counters(now_ + 7 * kDay).calls, 0.875, 1e-9);
  EXPECT_NEAR(counters(now_ + 7 * kDay).clean, 0.875, 1e-9);
  EXPECT_EQ(counters(now_ + 7 * kDay).lifetime_calls, 3) << "a lifetime does not decay";
  EXPECT_EQ(counters(now_).first_call_at, now_ - 14 * kDay);
}

TEST_F(Recording, TheOrderOfEventsDoesNotMatter) {
  const UnixMillis times[] = {now_ - 20 * kDay, now_ - 9 * kDay, now_ - 3 * kDay, now_ - kDay, now_};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  double expected = 0;
  for (const UnixMillis at : times) expected += std::exp2(-static_cast<double>(now_ - at) / (7.0 * kDay));
  int number = 0;
  do {
    const AgentId agent = must_have_agent(*store_, "order " + std::to_string(++number));
    for (const std::size_t i : order) {
      Decision call = decision(*store_, agent, times[i]);
      if (i == 1) call.findings = {finding("secret", "low")};
      put(call);
      put(outcome(call, i == 2 ? "error" : "ok"));
    }
    ASSERT_TRUE(store_->flush());
    const auto sums = *store_->trust_counters(agent, now_);
    ASSERT_NEAR(sums.calls, expected, 1e-9);
    ASSERT_NEAR(sums.pii, std::exp2(-9.0 / 7), 1e-9);
    ASSERT_NEAR(sums.error, std::exp2(-3.0 / 7), 1e-9);
    ASSERT_NEAR(sums.clean, expected - std::exp2(-9.0 / 7) - std::exp2(-3.0 / 7), 1e-9);
    ASSERT_EQ(sums.first_call_at, times[0]);
    ASSERT_EQ(sums.last_pii_at, times[1]);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(Recording, ATimeInTheFutureIsNow) {
  Interaction bad = interaction(agent_, now_);
  bad.status = "error";
  put(bad);
  put(interaction(agent_, now_ + 3650 * kDay));  // would age the error away
  const auto sums = counters(now_ms());
  EXPECT_NEAR(sums.error, 1, 1e-4);
  EXPECT_NEAR(sums.calls, 2, 1e-4);
  EXPECT_EQ(store_->budget_use(agent_, now_ms())->daily_tokens, 2);
}

TEST_F(Recording, AnOutcomeCountsOnceAndEvenWithoutItsDecision) {
  const Decision call = decision(*store_, agent_, now_);
  put(call);
  put(outcome(call, "ok"));
  put(outcome(call, "error"));  // a second outcome is refused: the first stands
  EXPECT_FALSE(store_->flush());
  EXPECT_EQ(counters(now_).error, 0);
  put(outcome(decision(*store_, agent_, now_), "error"));
  EXPECT_EQ(counters(now_).error, 1);
  EXPECT_EQ(counters(now_).clean, 1);
}

TEST_F(Recording, OnlyTheLatestLatenciesOfCleanCallsAreKept) {
  for (std::size_t i = 1; i <= kLatencySamples + 50; ++i) {
    const Decision call = decision(*store_, agent_, now_);
    put(call);
    put(outcome(call, "ok", static_cast<std::int64_t>(i) * 1000));
  }
  for (const char* status : {"error", "denied", "cancelled", "lost"}) {
    const Decision call = decision(*store_, agent_, now_);
    put(call);
    put(outcome(call, status, 77));
  }
  auto latencies = counters(now_).latencies_ms;
  std::sort(latencies.begin(), latencies.end());
  ASSERT_EQ(latencies.size(), kLatencySamples);
  EXPECT_EQ(latencies.front(), 51);
  EXPECT_EQ(latencies.back(), kLatencySamples + 50);
}

TEST_F(Recording, AnAgentWithoutCallsHasNoCounters) {
  const auto sums = counters(now_);
  EXPECT_EQ(sums.calls, 0);
  EXPECT_EQ(sums.as_of, now_);
  EXPECT_EQ(sums.first_call_at, 0);
  EXPECT_TRUE(sums.latencies_ms.empty());
}

TEST_F(Recording, ARestartChangesNothing) {
  for (int i = 0; i < 300; ++i) {
    Decision call = decision(*store_, agent_, now_ - i * kDay / 10);
    if (i % 7 == 0) call.findings = {finding("injection", "high")};
    put(call);
    put(outcome(call, i % 5 == 0 ? "error" : "ok", 1000 + i));
    put(interaction(agent_, now_ - i * kDay / 10));
  }
  const TrustCounters before = counters(now_);
  const auto use = *store_->budget_use(agent_, now_);
  reopen();
  const TrustCounters after = counters(now_);
  EXPECT_EQ(after.calls, before.calls);
  EXPECT_EQ(after.clean, before.clean);
  EXPECT_EQ(after.injection, before.injection);
  EXPECT_EQ(after.error, before.error);
  EXPECT_EQ(after.latencies_ms, before.latencies_ms);
  EXPECT_EQ(after.calls_since_injection, before.calls_since_injection);
  EXPECT_EQ(store_->budget_use(agent_, now_)->monthly_tokens, use.monthly_tokens);
  EXPECT_EQ(store_->log(agent_, 1000)->size(), 300U);
}

// ---- Budgets.

TEST_F(Recording, BudgetsAreOfTheUtcDayAndMonth) {
  struct Case {
    const char* what;
    UnixMillis at;
    std::int64_t daily, monthly;  // as seen from 2026-03-01 12:00 UTC
  };
  constexpr UnixMillis kMarch = 1772323200000;  // 2026-03-01T00:00:00Z
  const Case cases[] = {
      {"this noon", kMarch + kDay / 2, 15, 15},
      {"midnight", kMarch, 15, 15},
      {"the last moment of February", kMarch - 1, 0, 0},
      {"tomorrow", kMarch + kDay, 0, 0},
  };
  for (const Case& c : cases) {
    const AgentId agent = must_have_agent(*store_, c.what);
    Interaction row = interaction(agent, c.at);
    row.tokens_in = 5;
    row.tokens_out = 10;
    put(row);
    const auto use = store_->budget_use(agent, kMarch + kDay / 2);
    EXPECT_EQ(use->daily_tokens, c.daily) << c.what;
    EXPECT_EQ(use->monthly_tokens, c.monthly) << c.what;
  }
  put(interaction(agent_, kMarch + kDay));
  put(interaction(agent_, kMarch + 2 * kDay));
  put(interaction(agent_, kMarch + 2 * kDay + 1));
  const auto use = store_->budget_use(agent_, kMarch + 2 * kDay + 5);
  EXPECT_EQ(use->daily_tokens, 2);
  EXPECT_EQ(use->monthly_tokens, 3);
}

TEST_F(Recording, WhatIsNotFlushedIsThereAfterTheEnd) {
  for (int i = 0; i < 3000; ++i) put(decision(*store_, agent_));
  reopen();
  EXPECT_EQ(store_->log(agent_, 10000)->size(), 3000U);
}

}  // namespace
}  // namespace aegis::store
