#include "guard/catalogue.h"

#include <gtest/gtest.h>

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
  const ToolLabels labels = labels_of({}, nullptr);
  EXPECT_FALSE(labels.read_only);
  EXPECT_TRUE(labels.destructive);
  EXPECT_TRUE(labels.open_world);
}

TEST(Labels, AnUnknownServerIsNotBelievedToKeepThingsHere) {
  EXPECT_TRUE(labels_of({.read_only = true, .open_world = false}, nullptr).open_world);
  const std::vector<std::string> command{"mcp-server-memory"};
  EXPECT_FALSE(labels_of({}, recognise(command)).open_world);
  EXPECT_TRUE(labels_of({.open_world = true}, recognise(command)).open_world) << "a hint may always tighten";
}

TEST(Labels, AReadOnlyToolIsNotDestructiveWhateverElseItSays) {
  EXPECT_FALSE(labels_of({.read_only = true, .destructive = true}, nullptr).destructive);
}

}  // namespace
}  // namespace aegis::guard
