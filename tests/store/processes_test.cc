// Several processes and threads on one store, and what a kill leaves behind.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "tests/store/support.h"

namespace aegis::store {
namespace {

using namespace testing;  // NOLINT: the shared helpers

TEST(StoreProcesses, WhatWasConfirmedSurvivesAKill) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  Signal confirmed;
  Child writer([&] {
    const auto store = must_open(path);
    const AgentId agent = store->agent_by_name("tester")->id;
    while (store->record(interaction(agent))) confirmed.give();
    return false;
  });
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(confirmed.take());
  writer.kill_now();
  const int told = 20 + confirmed.drain();
  const auto store = must_open(path);
  const AgentId agent = store->agent_by_name("tester")->id;
  const auto found = store->budget_use(agent, now_ms())->monthly_tokens;
  EXPECT_GE(found, told);
  EXPECT_LE(found, told + 1) << "at most the one that was being confirmed";
  EXPECT_EQ(store->trust_counters(agent, now_ms())->lifetime_calls, found)
      << "row, counters and budget are one";
}

TEST(StoreProcesses, WhatWasFlushedSurvivesAKill) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  Signal flushed;
  Child writer([&] {
    const auto store = must_open(path);
    const AgentId agent = store->agent_by_name("tester")->id;
    for (int i = 0; i < 1000; ++i) {
      if (!store->record(decision(*store, agent))) return false;
    }
    if (!store->flush()) return false;
    flushed.give();
    ::pause();
    return false;
  });
  ASSERT_TRUE(flushed.take());
  writer.kill_now();
  const auto store = must_open(path);
  EXPECT_EQ(store->log(store->agent_by_name("tester")->id, 10000)->size(), 1000U);
}

TEST(StoreProcesses, NothingIsLostBetweenFourOfThem) {
  constexpr int kProcesses = 4;
  constexpr int kThreads = 2;
  constexpr int kRows = 150;
  const TempFolder folder;
  const std::string path = folder / "aegis.db";  // made by whichever comes first
  const auto work = [&] {
    const auto store = must_open(path);
    const AgentId agent = must_have_agent(*store);
    std::atomic<bool> ok{true};
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kRows; ++i) {
          const Decision call = decision(*store, agent);
          const bool good = store->record(call) && store->record(outcome(call)) &&
                            store->record(interaction(agent)) && store->status(agent);
          if (!good) ok = false;
        }
      });
    }
    threads.clear();
    return ok && store->flush();
  };
  std::array<std::optional<Child>, kProcesses> children;
  for (auto& child : children) child.emplace(work);
  for (auto& child : children) EXPECT_TRUE(child->succeeded());

  const auto store = must_open(path);
  ASSERT_EQ(store->agents()->size(), 1U);
  const AgentId agent = store->agent_by_name("tester")->id;
  constexpr std::size_t kEach = std::size_t{kProcesses} * kThreads * kRows;
  const auto log = store->log(agent, 10000);
  ASSERT_EQ(log->size(), kEach);
  std::set<std::int64_t> ids;
  for (const LogEntry& entry : *log) {
    ids.insert(entry.id);
    EXPECT_EQ(entry.outcome, "ok");
  }
  EXPECT_EQ(ids.size(), kEach);
  EXPECT_EQ(store->budget_use(agent, now_ms())->monthly_tokens, static_cast<std::int64_t>(kEach));
  EXPECT_EQ(store->trust_counters(agent, now_ms())->lifetime_calls, static_cast<std::int64_t>(2 * kEach));
  EXPECT_NEAR(store->trust_counters(agent, now_ms())->clean, 2.0 * kEach, 0.1);
}

TEST(StoreProcesses, ManyMayMakeTheSameStoreAtOnce) {
  for (int round = 0; round < 10; ++round) {
    const TempFolder folder;
    const std::string path = folder / "new/aegis.db";
    Signal registered;
    std::array<std::optional<Child>, 6> children;
    for (auto& child : children) {
      child.emplace([&] {
        const auto agent = must_open(path)->register_agent("same");
        if (agent) registered.give();
        return agent || contains(agent.error().message, "taken");
      });
    }
    for (auto& child : children) EXPECT_TRUE(child->succeeded());
    EXPECT_EQ(registered.drain(), 1) << "one name, one key";
    EXPECT_EQ(must_open(path)->agents()->size(), 1U);
  }
}

TEST(StoreProcesses, AKillSwitchIsSeenByTheVeryNextCall) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  must_have_agent(*must_open(path));
  constexpr int kTurns = 50;
  Signal turn;
  Signal turned;
  Child operator_([&] {
    const auto store = must_open(path);
    for (int i = 0; i < kTurns; ++i) {
      if (!turn.take()) return false;
      if (!store->set_status("tester", i % 2 == 0 ? AgentStatus::paused : AgentStatus::active)) return false;
      turned.give();
    }
    return true;
  });
  const auto store = must_open(path);
  const AgentId agent = store->agent_by_name("tester")->id;
  AgentStatus expected = AgentStatus::active;
  for (int i = 0; i < kTurns; ++i) {
    ASSERT_EQ(*store->status(agent), expected);
    turn.give();
    ASSERT_TRUE(turned.take());
    expected = i % 2 == 0 ? AgentStatus::paused : AgentStatus::active;
  }
  EXPECT_EQ(*store->status(agent), expected);
  EXPECT_TRUE(operator_.succeeded());
}

TEST(StoreThreads, EveryMethodMayBeCalledFromAnyThread) {
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  constexpr int kThreads = 6;
  constexpr int kRounds = 60;
  AgentId agent = 0;
  std::set<std::int64_t> ids;
  {
    const auto store = must_open(path);
    agent = must_have_agent(*store);
    std::array<std::vector<std::int64_t>, kThreads> drawn;
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kRounds; ++i) {
          const Decision call = decision(*store, agent);
          drawn[t].push_back(call.id);
          EXPECT_TRUE(store->record(call));
          EXPECT_TRUE(store->record(outcome(call)));
          EXPECT_TRUE(store->status(agent));
          EXPECT_TRUE(store->ensure_agent("agent " + std::to_string(i)));
          if (i % 10 != 0) continue;
          EXPECT_TRUE(store->record(interaction(agent)));
          EXPECT_TRUE(store->set_budget(agent, {i, i}));
          EXPECT_TRUE(store->budget(agent));
          EXPECT_TRUE(store->budget_use(agent, now_ms()));
          EXPECT_TRUE(store->trust_counters(agent, now_ms()));
          EXPECT_TRUE(store->log(agent, 5));
          EXPECT_TRUE(store->agents());
          EXPECT_TRUE(store->describe());
          EXPECT_TRUE(store->flush());
        }
      });
    }
    threads.clear();
    for (const auto& some : drawn) ids.insert(some.begin(), some.end());
  }
  EXPECT_EQ(ids.size(), std::size_t{kThreads} * kRounds);
  const auto store = must_open(path);
  EXPECT_EQ(store->log(agent, 10000)->size(), ids.size());
  EXPECT_EQ(store->agents()->size(), 1U + kRounds);
}

TEST(StoreThreads, AFlushCoversWhatThisThreadQueued) {
  const TempFolder folder;
  const auto store = must_open(folder / "aegis.db");
  const AgentId agent = must_have_agent(*store);
  for (std::size_t i = 1; i <= 200; ++i) {
    ASSERT_TRUE(store->record(decision(*store, agent)));
    ASSERT_TRUE(store->flush());
    ASSERT_EQ(store->log(agent, 1000)->size(), i);
  }
}

TEST(StoreThreads, WhatNobodyWaitsForIsCommittedSoon) {
  const TempFolder folder;
  const auto store = must_open(folder / "aegis.db");
  const AgentId agent = must_have_agent(*store);
  ASSERT_TRUE(store->record(decision(*store, agent)));
  bool seen = false;
  for (int i = 0; i < 1000 && !seen; ++i) {
    seen = !store->log(agent, 1)->empty();
    if (!seen) ::usleep(2000);
  }
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace aegis::store
