#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/store/support.h"

namespace aegis::store {
namespace {

using testing::must_open;
using testing::TempFolder;

const ServerKey kFiles{"files", "server-filesystem"};

class PinsTest : public ::testing::Test {
 protected:
  bool see(const std::string& hash, Waits waits = Waits::no, const std::string& tool = "read",
           const ServerKey& server = kFiles) {
    const auto accepted = store_->pins().see(server, {{tool, hash, "{\"hash\":\"" + hash + "\"}", waits}});
    EXPECT_TRUE(accepted) << (accepted ? "" : accepted.error().message);
    return accepted && accepted->at(0);
  }
  // "hash:why", in order of time.
  std::vector<std::string> of(const std::string& tool = "read", const ServerKey& server = kFiles) {
    std::vector<std::string> out;
    const auto rows = store_->pins().pins_of(server, tool);
    for (const Pin& pin : *rows) out.push_back(pin.hash + ":" + std::string(text_of(pin.waits)));
    return out;
  }
  Pin pin(const std::string& hash, const std::string& tool = "read") {
    return {.server = kFiles, .tool = tool, .hash = hash};
  }

  TempFolder folder_;
  std::unique_ptr<Store> store_ = must_open(folder_ / "aegis.db");
};

using Rows = std::vector<std::string>;

TEST_F(PinsTest, TheFirstDefinitionIsAcceptedAndAnotherWaits) {
  EXPECT_TRUE(see("a"));
  EXPECT_TRUE(see("a"));
  EXPECT_FALSE(see("b"));
  EXPECT_FALSE(see("b")) << "asking again is no acceptance";
  EXPECT_TRUE(see("a")) << "what was accepted stays so";
  EXPECT_EQ(of(), (Rows{"a:", "b:changed"}));
  const auto rows = store_->pins().pins();
  EXPECT_EQ(rows->at(0).accepted_by, "first_sight");
  EXPECT_EQ(rows->at(1).accepted_by, "");
  EXPECT_EQ(*store_->pins().definition(rows->at(1)), R"({"hash":"b"})");
}

TEST_F(PinsTest, OnlyTheLatestChangeWaits) {
  see("a");
  for (const char* hash : {"b", "c", "d"}) EXPECT_FALSE(see(hash));
  EXPECT_EQ(of(), (Rows{"a:", "d:changed"}));
  EXPECT_FALSE(store_->pins().accept(pin("b")))
      << "it is not there any more, so nothing is accepted in its place";
  ASSERT_TRUE(store_->pins().accept(pin("d")));
  EXPECT_EQ(of(), (Rows{"a:", "d:"}));
  EXPECT_TRUE(see("a"));
  EXPECT_TRUE(see("d"));
  EXPECT_FALSE(see("e"));
}

TEST_F(PinsTest, WhereNothingIsAcceptedAtFirstSightItWaits) {
  EXPECT_FALSE(see("a", Waits::first_time));
  EXPECT_FALSE(see("b", Waits::first_time));
  EXPECT_EQ(of(), (Rows{"b:new"}));
  ASSERT_TRUE(store_->pins().accept(pin("b")));
  EXPECT_TRUE(see("b", Waits::first_time));
  EXPECT_FALSE(see("c", Waits::first_time));
  EXPECT_EQ(of(), (Rows{"b:", "c:changed"}));
}

TEST_F(PinsTest, WhatWaitedForAFirstAcceptanceIsFirstSeenElsewhere) {
  see("a", Waits::first_time);
  EXPECT_TRUE(see("a")) << "the mode is not strict any more";
  EXPECT_EQ(of(), (Rows{"a:"}));
}

TEST_F(PinsTest, ShadowingWaitsAndAHarmlessSuccessorIsAChange) {
  EXPECT_FALSE(see("a", Waits::shadowing));
  EXPECT_FALSE(see("b"));
  EXPECT_EQ(of(), (Rows{"b:changed"}));
}

TEST_F(PinsTest, ShadowingTakesBackAFirstSightButNotAPerson) {
  see("a");
  EXPECT_FALSE(see("a", Waits::shadowing));
  EXPECT_EQ(of(), (Rows{"a:shadowing"}));
  ASSERT_TRUE(store_->pins().accept(pin("a")));
  EXPECT_TRUE(see("a", Waits::shadowing));
}

TEST_F(PinsTest, ServersAndToolsAreApart) {
  EXPECT_TRUE(see("a"));
  EXPECT_TRUE(see("b", Waits::no, "write"));
  EXPECT_TRUE(see("c", Waits::no, "read", {"files", "another program"}));
  EXPECT_TRUE(see("d", Waits::no, "read", {"notes", "server-filesystem"}));
  EXPECT_EQ(store_->pins().pins()->size(), 4u);
  EXPECT_EQ(store_->pins().pins("files")->size(), 3u);
}

TEST_F(PinsTest, AnEndlessNumberOfToolsIsNotPinned) {
  std::vector<SeenDefinition> many;
  for (std::size_t i = 0; i < kMaxPinsOfServer; ++i)
    many.push_back({std::to_string(i), "a", "{}", Waits::no});
  const auto accepted = store_->pins().see(kFiles, many);
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->back());
  EXPECT_FALSE(see("a", Waits::no, "one more"));
  EXPECT_EQ(store_->pins().pins()->size(), kMaxPinsOfServer);
}

TEST_F(PinsTest, TwoWhoSeeTheSameToolFirstAgree) {
  const auto other = must_open(folder_ / "aegis.db");
  for (int round = 0; round < 20; ++round) {
    const std::string tool = "tool" + std::to_string(round);
    bool first = false, second = false;
    {
      const std::jthread thread([&] {
        first = store_->pins().see(kFiles, {{tool, "a", "{}", Waits::no}})->at(0);
      });
      second = other->pins().see(kFiles, {{tool, "b", "{}", Waits::no}})->at(0);
    }
    EXPECT_NE(first, second) << "exactly one definition is accepted";
    EXPECT_EQ(of(tool).size(), 2u);
  }
}

TEST_F(PinsTest, PinsOutliveTheProcess) {
  see("a");
  see("b");
  store_.reset();
  store_ = must_open(folder_ / "aegis.db");
  EXPECT_EQ(of(), (Rows{"a:", "b:changed"}));
}

ServerMark configuration(const std::string& value, const ServerKey& server = kFiles) {
  return {.server = server, .kind = "configuration", .value = value, .label = "label of " + value};
}

TEST_F(PinsTest, TheFirstConfigurationIsAcceptedAndAnotherIsSaidOnce) {
  auto& pins = store_->pins();
  EXPECT_TRUE(pins.see_mark(configuration("1"))->accepted);
  const auto second = pins.see_mark(configuration("2"));
  EXPECT_FALSE(second->accepted);
  EXPECT_TRUE(second->is_new);
  EXPECT_EQ(second->before->label, "label of 1");
  EXPECT_FALSE(pins.see_mark(configuration("2"))->is_new);
  EXPECT_TRUE(pins.see_mark(configuration("1"))->accepted);
  const auto moved = pins.see_mark(configuration("1", {"files", "another program"}));
  EXPECT_FALSE(moved->accepted) << "another program under the same name";
  EXPECT_EQ(*pins.accept_marks("files"), 2u);
  EXPECT_EQ(*pins.accept_marks("files"), 0u);
  EXPECT_TRUE(pins.see_mark(configuration("2"))->accepted);
  EXPECT_FALSE(pins.see_mark(configuration("3"))->accepted);
}

TEST_F(PinsTest, KeysAreComparedForOneProgram) {
  auto& pins = store_->pins();
  const auto key = [](const std::string& value, const std::string& origin) {
    return ServerMark{.server = {"tickets", origin}, .kind = "tls_key", .value = value, .label = value};
  };
  EXPECT_TRUE(pins.see_mark(key("k1", "https://a.example"))->accepted);
  EXPECT_TRUE(pins.see_mark(key("k2", "https://b.example"))->accepted);
  EXPECT_FALSE(pins.see_mark(key("k2", "https://a.example"))->accepted);
}

TEST_F(PinsTest, OldMarksAreForgotten) {
  for (std::size_t i = 0; i < kMaxServerMarks + 5; ++i)
    ASSERT_TRUE(store_->pins().see_mark(configuration(std::to_string(i))));
  EXPECT_EQ(store_->pins().marks("files")->size(), kMaxServerMarks);
}

}  // namespace
}  // namespace aegis::store
