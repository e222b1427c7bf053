// Agents: names, keys, the kill switch, budgets' limits.
#include <gtest/gtest.h>

#include <set>

#include "base/hash.h"
#include "store/agent_name.h"
#include "tests/store/support.h"

namespace aegis::store {
namespace {

using namespace testing;  // NOLINT: the shared helpers

TEST(AgentName, Rules) {
  struct Case {
    std::string name, kept, error;  // either kept or a part of the error
  };
  const std::string longest(128, 'n');
  const Case cases[] = {
      {"claude", "claude", ""},
      {"  my agent \n", "my agent", ""},
      {"Zoë's агент 代理 🤖", "Zoë's агент 代理 🤖", ""},
      {longest, longest, ""},
      {" " + longest + " ", longest, ""},
      {longest + "n", "", "128 bytes; this one has 129"},
      {"", "", "empty"},
      {" \t\n", "", "empty"},
      {"two\nlines", "", "byte 3"},
      {std::string("nul\0byte", 8), "", "byte 3"},
      {"\x1b[31mred", "", "byte 0"},
      {"del\x7f", "", "byte 3"},
      {"c1\xc2\x85", "", "byte 2"},
      {"not utf-8 \xff", "", "byte 10 is not"},
      {"cut off \xe2\x82", "", "byte 8 is not"},
      {"overlong \xc0\xaf", "", "byte 9 is not"},
      {"overlong \xe0\x80\xaf", "", "byte 9 is not"},
      {"surrogate \xed\xa0\x80", "", "byte 10 is not"},
      {"too high \xf4\x90\x80\x80", "", "byte 9 is not"},
      {"zero\u200bwidth", "", "invisible"},
      {"right\u202eleft", "", "invisible"},
      {"tag\U000E0041", "", "invisible"},
  };
  for (const Case& c : cases) {
    const auto name = valid_agent_name(c.name);
    ASSERT_EQ(name.has_value(), c.error.empty()) << c.name;
    if (name) {
      EXPECT_EQ(*name, c.kept);
    } else {
      EXPECT_EQ(name.error().code, ErrorCode::invalid_input);
      EXPECT_TRUE(contains(name.error().message, c.error)) << name.error().message;
    }
  }
}

class Agents : public ::testing::Test {
 protected:
  TempFolder folder_;
  std::unique_ptr<Store> store_ = must_open(folder_ / "aegis.db");
};

TEST_F(Agents, EnsureFindsWhatItMade) {
  const auto made = store_->ensure_agent(" claude ");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->name, "claude");
  EXPECT_EQ(made->status, AgentStatus::active);
  EXPECT_FALSE(made->has_key);
  EXPECT_NEAR(static_cast<double>(made->created_at), static_cast<double>(now_ms()), 5000);
  EXPECT_EQ(store_->ensure_agent("claude")->id, made->id);
  EXPECT_EQ(store_->agent_by_name("claude")->id, made->id);
  EXPECT_EQ(store_->agent_by_id(made->id)->name, "claude");
  EXPECT_EQ(store_->ensure_agent("bad\nname").error().code, ErrorCode::invalid_input);
}

TEST_F(Agents, NamesAreDataNotSql) {
  const std::string name = "x'; DROP TABLE agent; --";
  ASSERT_TRUE(store_->ensure_agent(name));
  EXPECT_EQ(store_->agent_by_name(name)->name, name);
}

TEST_F(Agents, AKeyIsShownOnceAndFoundByItself) {
  const auto made = store_->register_agent("service");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(made->agent.has_key);
  ASSERT_EQ(made->key.size(), 45U);
  EXPECT_EQ(made->key.substr(0, 5), "aais_");
  EXPECT_EQ(made->key.substr(5).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(store_->agent_by_key(made->key)->id, made->agent.id);
  for (const std::string& wrong :
       {made->key.substr(5), made->key + "0", std::string("aais_"), std::string()}) {
    EXPECT_EQ(store_->agent_by_key(wrong).error().code, ErrorCode::not_found) << wrong;
  }
  // Whoever reads the file must not be able to use what is in it.
  EXPECT_FALSE(store_->agent_by_key(sha256_hex(made->key)));
}

TEST_F(Agents, ARevokedKeyIsNobodysAndAnotherCanBeMade) {
  const auto made = store_->register_agent("service");
  ASSERT_TRUE(made);
  const auto revoked = store_->revoke_key("service");
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_FALSE(revoked->has_key);
  EXPECT_EQ(store_->agent_by_key(made->key).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->revoke_key("service").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(store_->revoke_key("nobody").error().code, ErrorCode::not_found);
  const auto again = store_->register_agent("service");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->agent.id, made->agent.id);
  EXPECT_NE(again->key, made->key);
  EXPECT_EQ(store_->agent_by_key(again->key)->id, made->agent.id);
}

TEST_F(Agents, ATakenNameIsRefusedUnlessItHasNoKey) {
  const AgentId wrapped = must_have_agent(*store_, "claude");
  const auto made = store_->register_agent("claude");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->agent.id, wrapped);
  const auto again = store_->register_agent("claude");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(contains(again.error().message, "claude"));
  EXPECT_EQ(store_->agent_by_key(made->key)->id, wrapped);
}

TEST_F(Agents, TheKeyIsNowhereInTheFiles) {
  const auto made = store_->register_agent("service");
  store_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(entry.path().c_str(), "rb"), &std::fclose);
    std::string bytes(std::filesystem::file_size(entry), '\0');
    ASSERT_EQ(std::fread(bytes.data(), 1, bytes.size(), file.get()), bytes.size());
    EXPECT_FALSE(contains(bytes, made->key)) << entry.path();
    EXPECT_TRUE(contains(bytes, sha256_hex(made->key))) << entry.path();
  }
}

TEST_F(Agents, KillAndRevive) {
  const AgentId agent = must_have_agent(*store_);
  EXPECT_EQ(*store_->status(agent), AgentStatus::active);
  EXPECT_EQ(store_->set_status("tester", AgentStatus::paused)->status, AgentStatus::paused);
  EXPECT_EQ(*store_->status(agent), AgentStatus::paused);
  EXPECT_EQ(store_->agent_by_id(agent)->status, AgentStatus::paused);
  EXPECT_TRUE(store_->set_status("tester", AgentStatus::active));
  EXPECT_EQ(*store_->status(agent), AgentStatus::active);
}

TEST_F(Agents, UnknownOnesAreNotFound) {
  EXPECT_EQ(store_->agent_by_name("nobody").error().code, ErrorCode::not_found);
  EXPECT_TRUE(contains(store_->agent_by_name("nobody").error().message, "nobody"));
  EXPECT_EQ(store_->agent_by_id(77).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->status(77).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->set_status("nobody", AgentStatus::paused).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->set_budget(77, {}).error().code, ErrorCode::not_found);
}

TEST_F(Agents, AreListedByName) {
  for (const char* name : {"carol", "alice", "bob"}) ASSERT_TRUE(store_->ensure_agent(name));
  std::vector<std::string> names;
  const auto agents = store_->agents();
  for (const Agent& agent : *agents) names.push_back(agent.name);
  EXPECT_EQ(names, (std::vector<std::string>{"alice", "bob", "carol"}));
}

TEST_F(Agents, BudgetLimits) {
  const AgentId agent = must_have_agent(*store_);
  EXPECT_EQ(store_->budget(agent)->daily_tokens, std::nullopt);
  ASSERT_TRUE(store_->set_budget(agent, {1000, std::nullopt}));
  EXPECT_EQ(store_->budget(agent)->daily_tokens, 1000);
  EXPECT_EQ(store_->budget(agent)->monthly_tokens, std::nullopt);
  ASSERT_TRUE(store_->set_budget(agent, {std::nullopt, 0}));
  EXPECT_EQ(store_->budget(agent)->daily_tokens, std::nullopt);
  EXPECT_EQ(store_->budget(agent)->monthly_tokens, 0);
  EXPECT_EQ(store_->set_budget(agent, {-1, std::nullopt}).error().code, ErrorCode::invalid_input);
}

TEST_F(Agents, DecisionIdsAreUniqueAndIncrease) {
  std::set<std::int64_t> ids;
  std::int64_t last = 0;
  const auto other = must_open(folder_ / "aegis.db");  // as another process would
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t id = store_->next_decision_id();
    EXPECT_GT(id, last);
    last = id;
    ids.insert(id);
    ids.insert(other->next_decision_id());
  }
  EXPECT_EQ(ids.size(), 10000U);
}

TEST_F(Agents, DescribeNamesPlaceSchemaAndRows) {
  must_have_agent(*store_);
  EXPECT_EQ(*store_->describe(),
            "sqlite " + (folder_ / "aegis.db") + ", schema 5, 1 agents, 0 decisions, 0 interactions");
}

}  // namespace
}  // namespace aegis::store
