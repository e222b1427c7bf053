#include "guard/catalogue.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace aegis::guard {
namespace {

struct Case {
  std::vector<std::string> command;
  bool known;
};

class Catalogue : public testing::TestWithParam<Case> {};

TEST_P(Catalogue, RecognisesServersByTheirCommand) {
  EXPECT_EQ(recognise(GetParam().command) != nullptr, GetParam().known)
      << testing::PrintToString(GetParam().command);
}

INSTANTIATE_TEST_SUITE_P(
    Guard, Catalogue,
    testing::Values(
        Case{{"npx", "-y", "@modelcontextprotocol/server-filesystem", "/home"}, true},
        Case{{"npx", "-y", "@modelcontextprotocol/server-filesystem@2026.1.1", "/home"}, true},
        Case{{"mcp-server-memory"}, true}, Case{{"/usr/local/bin/mcp-server-memory"}, true},
        Case{{"node", "/x/node_modules/@modelcontextprotocol/server-memory/dist/index.js"}, true},
        Case{{"node", "/x/node_modules/.bin/mcp-server-filesystem", "/home"}, true},
        Case{{"node", "/x/.bin/mcp-server-filesystem", "/home"}, false},
        Case{{"uvx", "mcp-server-git", "--repository", "."}, true},
        Case{{"npx", "evil-server", "--quiet", "--x", "@modelcontextprotocol/server-filesystem"}, false},
        Case{{"npx", "@evil/server-filesystem"}, false},
        Case{{"npx", "@modelcontextprotocol/server-filesystem-evil"}, false},
        Case{{"node", "/tmp/@modelcontextprotocol/server-memory/evil.js"}, false},
        Case{{"docker", "run", "-i", "--mount", "type=bind,src=/a,dst=/a", "mcp/filesystem:latest", "/a"},
             true},
        Case{{"env", "python3", "fake.py", "/home/me/mcp-server-git"}, false},
        Case{{"npx", "mcp-remote", "https://host.example/mcp-server-git"}, false},
        Case{{"python", "server.py"}, false}));

TEST(Labels, AssumeTheWorstOfAToolThatSaysNothing) {
  const ToolLabels labels = labels_of("t", {}, nullptr);
  EXPECT_FALSE(labels.read_only);
  EXPECT_TRUE(labels.destructive);
  EXPECT_TRUE(labels.open_world);
}

TEST(Labels, AnUnknownServerIsNotBelievedToKeepThingsHere) {
  EXPECT_TRUE(labels_of("t", {.read_only = true, .open_world = false}, nullptr).open_world);
  const std::vector<std::string> command{"mcp-server-memory"};
  EXPECT_FALSE(labels_of("t", {}, recognise(command)).open_world);
  EXPECT_TRUE(labels_of("t", {.open_world = true}, recognise(command)).open_world)
      << "a hint may always tighten";
}

TEST(Labels, AReadOnlyToolIsNotDestructiveWhateverElseItSays) {
  EXPECT_FALSE(labels_of("t", {.read_only = true, .destructive = true}, nullptr).destructive);
}

struct FlowCase {
  const char* package;
  const char* tool;
  bool untrusted_source, private_data, external_sink;
};

TEST(Labels, SayWhatAToolOfAWellKnownServerBringsInAndLetsOut) {
  constexpr std::array kCases{
      FlowCase{"@modelcontextprotocol/server-filesystem", "read_text_file", false, true, false},
      FlowCase{"@modelcontextprotocol/server-filesystem", "write_file", false, false, false},
      FlowCase{"mcp-server-fetch", "fetch", true, false, true},
      FlowCase{"mcp-server-git", "git_diff", false, true, false},
      FlowCase{"mcp-server-time", "get_current_time", false, false, false},
      FlowCase{"@modelcontextprotocol/server-github", "get_issue", true, false, false},
      FlowCase{"@modelcontextprotocol/server-github", "get_file_contents", false, true, false},
      FlowCase{"@modelcontextprotocol/server-github", "create_pull_request", false, false, true},
      FlowCase{"@modelcontextprotocol/server-github", "a_tool_of_tomorrow", false, false, true},
      FlowCase{"@modelcontextprotocol/server-slack", "slack_get_channel_history", true, true, false},
      FlowCase{"@modelcontextprotocol/server-slack", "slack_post_message", false, false, true},
      FlowCase{"@playwright/mcp", "browser_navigate", true, false, true},
      FlowCase{"@playwright/mcp", "browser_snapshot", true, false, false},
  };
  for (const FlowCase& one : kCases) {
    const std::vector<std::string> command{"npx", one.package};
    const KnownServer* server = recognise(command);
    ASSERT_NE(server, nullptr) << one.package;
    const ToolLabels labels = labels_of(one.tool, {}, server);
    EXPECT_EQ(labels.untrusted_source, one.untrusted_source) << one.package << " " << one.tool;
    EXPECT_EQ(labels.private_data, one.private_data) << one.package << " " << one.tool;
    EXPECT_EQ(labels.external_sink, one.external_sink) << one.package << " " << one.tool;
  }
}

TEST(Labels, AHintThatAToolIsOpenMakesItASourceAndASink) {
  const std::vector<std::string> command{"mcp-server-memory"};
  const ToolLabels labels = labels_of("create_entities", {.open_world = true}, recognise(command));
  EXPECT_TRUE(labels.untrusted_source);
  EXPECT_TRUE(labels.external_sink);
}

}  // namespace
}  // namespace aegis::guard
