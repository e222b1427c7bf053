// What a person was asked and said: each step is taken once, whoever else tries.
#include "store/approvals.h"

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

constexpr std::int64_t kMinute = 60'000;

ApprovalRequest request(AgentId agent, std::string action = "a1",
                        UnixMillis expires_at = now_ms() + kMinute) {
  ApprovalRequest request;
  request.key = {agent, std::move(action), "policies", ""};
  request.server = "files";
  request.operation = "tools/call";
  request.target = "write_file";
  request.reason = "writes outside the project";
  request.summary = R"({"path":"/etc/hosts"})";
  request.expires_at = expires_at;
  return request;
}

Ruling approve() { return {.state = ApprovalState::approved, .channel = "cli"}; }
Ruling deny(std::string note = "") {
  return {.state = ApprovalState::denied, .channel = "cli", .note = std::move(note)};
}

class StoreApprovals : public ::testing::Test {
 protected:
  Approvals& approvals() { return store_->approvals(); }
  Approval asked(const std::string& action = "a1") {
    auto approval = approvals().ask(request(agent_, action), now_ms());
    if (!approval) {
      ADD_FAILURE() << approval.error().message;
      std::abort();
    }
    return std::move(*approval);
  }
  void reopen() {
    store_.reset();
    store_ = must_open(folder_ / "aegis.db");
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_ = must_open(folder_ / "aegis.db");
  AgentId agent_ = must_have_agent(*store_);
};

TEST_F(StoreApprovals, AnIdenticalCallIsAskedAboutOnce) {
  const Approval first = asked();
  EXPECT_EQ(first.state, ApprovalState::pending);
  EXPECT_EQ(first.id.size(), 11U);
  EXPECT_EQ(approval_id(first.id), first.id);
  EXPECT_EQ(first.agent_name, "tester");
  EXPECT_EQ(first.request.summary, R"({"path":"/etc/hosts"})");
  EXPECT_EQ(asked().id, first.id);
  EXPECT_NE(asked("a2").id, first.id);
  const AgentId other = must_have_agent(*store_, "other");
  EXPECT_NE(approvals().ask(request(other), now_ms())->id, first.id) << "an agent has only its own";
  auto of_other_policies = request(agent_);
  of_other_policies.key.policy_set_hash = "newer";
  EXPECT_NE(approvals().ask(of_other_policies, now_ms())->id, first.id);
  auto of_other_definition = request(agent_);
  of_other_definition.key.tool_definition_hash = "changed";
  EXPECT_NE(approvals().ask(of_other_definition, now_ms())->id, first.id);
  EXPECT_EQ(approvals().list(false, now_ms())->size(), 5U);
}

TEST_F(StoreApprovals, IsUsedOnce) {
  const std::string id = asked().id;
  const auto early = approvals().consume(id, now_ms());
  ASSERT_FALSE(early);
  EXPECT_TRUE(contains(early.error().message, "not decided")) << early.error().message;
  EXPECT_EQ(approvals().decide(id, approve(), now_ms())->state, ApprovalState::approved);
  reopen();  // it outlives the process that asked
  EXPECT_EQ(approvals().find(request(agent_).key, now_ms())->id, id);
  EXPECT_EQ(approvals().consume(id, now_ms())->state, ApprovalState::consumed);
  const auto again = approvals().consume(id, now_ms());
  ASSERT_FALSE(again);
  EXPECT_TRUE(contains(again.error().message, "used already")) << again.error().message;
  EXPECT_NE(asked().id, id) << "the next identical call is asked about anew";
}

TEST_F(StoreApprovals, IsDecidedOnceAndSaysByWhom) {
  const std::string id = asked().id;
  ASSERT_TRUE(approvals().decide(id, deny("not today"), now_ms()));
  const auto late = approvals().decide(id, approve(), now_ms());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(contains(late.error().message, "denied")) << late.error().message;
  EXPECT_TRUE(contains(late.error().message, "cli")) << late.error().message;
  EXPECT_FALSE(approvals().consume(id, now_ms()));
  EXPECT_EQ(approvals().by_id(id, now_ms())->note, "not today");
  EXPECT_EQ(approvals().decide("00000-00000", approve(), now_ms()).error().code, ErrorCode::not_found);
}

TEST_F(StoreApprovals, ADenialAnswersIdenticalCallsForAWhile) {
  const UnixMillis now = now_ms();
  const std::string id = asked().id;
  ASSERT_TRUE(approvals().decide(id, deny(), now));
  EXPECT_EQ(approvals().ask(request(agent_), now + kDenialHoldMs - 1)->id, id);
  const UnixMillis later = now + kDenialHoldMs;
  EXPECT_NE(approvals().ask(request(agent_, "a1", later + kMinute), later)->id, id);
}

TEST_F(StoreApprovals, ExpiresWithoutAnybodysHelp) {
  const UnixMillis now = now_ms();
  const std::string id = asked().id;
  EXPECT_EQ(approvals().by_id(id, now + kMinute)->state, ApprovalState::expired);
  EXPECT_TRUE(approvals().list(false, now + kMinute)->empty());
  const auto late = approvals().decide(id, approve(), now + kMinute);
  ASSERT_FALSE(late);
  EXPECT_TRUE(contains(late.error().message, "expired")) << late.error().message;

  const std::string granted = asked("a2").id;
  ASSERT_TRUE(approvals().decide(granted, approve(), now));
  EXPECT_TRUE(approvals().find(request(agent_, "a2").key, now + kApprovedForMs - 1));
  EXPECT_FALSE(approvals().find(request(agent_, "a2").key, now + kApprovedForMs));
  const auto unused = approvals().consume(granted, now + kApprovedForMs);
  ASSERT_FALSE(unused);
  EXPECT_TRUE(contains(unused.error().message, "expired")) << unused.error().message;
}

TEST_F(StoreApprovals, TheApproversWordsAreKeptUntilTheyAreUsedOrExpire) {
  const Ruling edit{
      .state = ApprovalState::edited, .channel = "cli", .edited_arguments = R"({"path":"/tmp/x"})"};
  const std::string used = asked().id;
  EXPECT_EQ(approvals().decide(used, edit, now_ms())->edited_arguments, edit.edited_arguments);
  const auto found = approvals().find(request(agent_).key, now_ms());
  EXPECT_EQ(found->edited_arguments, edit.edited_arguments);
  EXPECT_EQ(approvals().consume(used, now_ms())->edited_arguments, "");

  const std::string expired = asked("a2").id;
  ASSERT_TRUE(approvals().decide(expired, edit, now_ms()));
  EXPECT_EQ(approvals().by_id(expired, now_ms() + kApprovedForMs + 1)->edited_arguments, "");

  Ruling long_edit = edit;
  long_edit.edited_arguments.assign(kMaxEditedBytes + 1, 'x');
  EXPECT_FALSE(approvals().decide(asked("a3").id, long_edit, now_ms()));
}

TEST_F(StoreApprovals, OneAgentCannotFillTheList) {
  for (std::size_t i = 0; i < kMaxPendingApprovals; ++i) asked("action " + std::to_string(i));
  const auto more = approvals().ask(request(agent_, "one more"), now_ms());
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::limit);
  EXPECT_TRUE(approvals().ask(request(agent_, "action 0"), now_ms())) << "it is there already";
  const AgentId other = must_have_agent(*store_, "other");
  EXPECT_TRUE(approvals().ask(request(other), now_ms()));
  const UnixMillis later = now_ms() + kMinute;
  EXPECT_TRUE(approvals().ask(request(agent_, "one more", later + 1), later))
      << "what expired does not count";
}

TEST_F(StoreApprovals, OfManyThreadsOneDecidesAndOneUses) {
  for (int round = 0; round < 20; ++round) {
    const std::string id = asked("round " + std::to_string(round)).id;
    std::atomic<int> decided{0}, used{0};
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
          if (approvals().decide(id, t % 2 == 0 ? approve() : deny(), now_ms())) ++decided;
          if (approvals().consume(id, now_ms())) ++used;
        });
      }
    }
    EXPECT_EQ(decided, 1);
    const auto state = approvals().by_id(id, now_ms())->state;
    EXPECT_EQ(used, state == ApprovalState::consumed ? 1 : 0);
    EXPECT_TRUE(state == ApprovalState::consumed || state == ApprovalState::denied);
  }
}

TEST(StoreApprovalsOfProcesses, OfSeveralProcessesOneDecidesAndOneUses) {
  constexpr int kRounds = 30;
  const TempFolder folder;
  const std::string path = folder / "aegis.db";
  {
    const auto store = must_open(path);
    must_have_agent(*store);
  }
  Signal decided, used;
  std::array<std::optional<Child>, 3> children;
  for (auto& child : children) {
    child.emplace([&] {
      const auto store = must_open(path);
      const AgentId agent = store->agent_by_name("tester")->id;
      for (int round = 0; round < kRounds; ++round) {
        const auto approval = store->approvals().ask(request(agent, std::to_string(round)), now_ms());
        if (!approval) return false;
        if (store->approvals().decide(approval->id, approve(), now_ms())) decided.give();
        if (store->approvals().consume(approval->id, now_ms())) used.give();
      }
      return true;
    });
  }
  for (auto& child : children) EXPECT_TRUE(child->succeeded());
  const auto store = must_open(path);
  const auto all = store->approvals().list(true, now_ms());
  int consumed = 0;
  for (const Approval& one : *all) consumed += one.state == ApprovalState::consumed ? 1 : 0;
  // A process that comes late finds the call's approval used, and asks for another.
  EXPECT_EQ(consumed, static_cast<int>(all->size()));
  EXPECT_EQ(decided.drain(), consumed);
  EXPECT_EQ(used.drain(), consumed);
  EXPECT_GE(consumed, kRounds);
}

TEST(ApprovalIds, AreReadAsPeopleTypeThem) {
  EXPECT_EQ(approval_id("K7M2Q-9XDT4"), "k7m2q-9xdt4");
  EXPECT_EQ(approval_id("k7m2q9xdt4"), "k7m2q-9xdt4");
  EXPECT_EQ(approval_id(" lO1io 00000 "), "10110-00000");
  EXPECT_EQ(approval_id(""), "");
}

TEST(ApprovalIds, DifferAndUseTheWholeAlphabet) {
  const TempFolder folder;
  const auto store = must_open(folder / "aegis.db");
  std::set<std::string> ids;
  std::set<char> letters;
  for (std::size_t i = 0; i < kMaxPendingApprovals; ++i) {
    const AgentId agent = must_have_agent(*store);
    const std::string id = store->approvals().ask(request(agent, std::to_string(i)), now_ms())->id;
    ids.insert(id);
    letters.insert(id.begin(), id.end());
  }
  EXPECT_EQ(ids.size(), kMaxPendingApprovals);
  EXPECT_GT(letters.size(), 24U);
}

}  // namespace
}  // namespace aegis::store
