// The user's policies as they are configured: lists, files, and their being read again.
#include "app/policy_settings.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "app/policy_watch.h"
#include "tests/app/settings_support.h"

namespace aegis::app {
namespace {

class PolicySettingsTest : public testing::SettingsFixture {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  static guard::Effect call(const guard::Policies& policies, const std::string& tool) {
    return policies.decide({.operation = "tools/call", .target = tool}, {}, {.agent = "a", .server = "s"})
        .effect;
  }
};

constexpr const char* kAll = "permit(principal, action, resource);\n";

TEST_F(PolicySettingsTest, ListsAreReadAndTheirMistakesNamed) {
  const auto path = write_config(R"({"lists": {"allow": [{"agent": "a", "tool": "read_*"}],
      "block": [{"tool": "x", "colour": 1}, {"reason": "none"}, {"tool": 7}], "review": [{"server": "s"}]}})");
  const auto problems = read().lines;
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(
      problems[0],
      path +
          ": /lists/block/0/colour: unknown member; known are agent, server, tool, reason, approver_group");
  EXPECT_EQ(problems[1],
            path + ": /lists/block/1: names no agent, server or tool; \"tool\": \"*\" is every tool");
  EXPECT_EQ(problems[2], path + ": /lists/block/2/tool: must be a string, not number");
  write_config(R"({"lists": {"block": [{"tool": "delete_*"}]}})");
  EXPECT_TRUE(read().lines.empty());
  const auto policies = load_policies(settings_.policy, guard::Mode::balanced);
  ASSERT_TRUE(policies) << policies.error().message;
  EXPECT_EQ(call(**policies, "delete_it"), guard::Effect::deny);
  EXPECT_EQ(call(**policies, "read_it"), guard::Effect::allow);
}

TEST_F(PolicySettingsTest, AFolderIsAllItsCedarFilesAndTheFlagWins) {
  const std::string folder = folder_ / "policies";
  std::filesystem::create_directory(folder);
  write("policies/b.cedar", "forbid(principal, action == Aegis::Action::\"x\", resource);");
  write("policies/a.cedar", kAll);
  write("policies/notes.txt", "not a policy");
  variables_["AEGIS_POLICY"] = "/nowhere";
  flags_.policy = folder;
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.policy.path->origin, "--policy");
  const auto policies = load_policies(settings_.policy, guard::Mode::balanced);
  ASSERT_TRUE(policies) << policies.error().message;
  EXPECT_EQ(call(**policies, "x"), guard::Effect::deny);
  EXPECT_EQ(call(**policies, "y"), guard::Effect::allow);
}

TEST_F(PolicySettingsTest, WhatCannotBeUsedIsSaidWithItsPath) {
  const auto error = [&](const std::string& path) {
    const auto read = read_policy_files(path);
    return read ? "" : read.error().message;
  };
  EXPECT_EQ(error(folder_ / "nope"), (folder_ / "nope") + ": there is no such file or folder");
  std::filesystem::create_directory(folder_ / "empty");
  EXPECT_EQ(error(folder_ / "empty"), (folder_ / "empty") + ": there is no .cedar file in this folder");
  const auto large = write("large.cedar", std::string((std::size_t{1} << 20) + 1, ' '));
  EXPECT_NE(error(large).find("has more than the limit of 1048576 bytes"), std::string::npos);
}

TEST_F(PolicySettingsTest, TheEnvironmentIsNamedInFull) {
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.environment, "development");
  variables_["AEGIS_ENV"] = "prod";
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.environment, "production");
}

TEST_F(PolicySettingsTest, ChangedFilesAreTakenAndBrokenOnesAreNot) {
  flags_.policy = write("p.cedar", kAll);
  EXPECT_TRUE(read().lines.empty());
  guard::Guard guard({.detector = nullptr,
                      .mode = guard::Mode::balanced,
                      .policies = *load_policies(settings_.policy, guard::Mode::balanced)},
                     nullptr);
  PolicyWatch watch(settings_, &guard);
  const auto effect = [&] { return call(*guard.rulebook()->policies, "x"); };
  EXPECT_EQ(effect(), guard::Effect::allow);
  write("p.cedar", std::string(kAll) + "forbid(principal, action == Aegis::Action::\"x\", resource);");
  watch.reload();
  EXPECT_EQ(effect(), guard::Effect::deny);
  write("p.cedar", "permit(principal, action,");
  watch.reload();
  EXPECT_EQ(effect(), guard::Effect::deny) << "what held before holds on";
  write("p.cedar", kAll);
  for (int waited = 0; effect() != guard::Effect::allow && waited < 10 * kPolicyLookMs; waited += 20)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(effect(), guard::Effect::allow) << "seen without being told";
}

}  // namespace
}  // namespace aegis::app
