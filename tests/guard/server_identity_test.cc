#include "guard/server_identity.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aegis::guard {
namespace {

struct Case {
  std::vector<std::string> command;
  std::string origin, version;
};

TEST(ServerIdentityTest, TheOriginIsTheServerWithoutVersionAndArguments) {
  const Case cases[] = {
      {{"npx", "-y", "@modelcontextprotocol/server-filesystem@2025.1.14", "/home/ada"},
       "@modelcontextprotocol/server-filesystem",
       "2025.1.14"},
      {{"npx", "-y", "@modelcontextprotocol/server-filesystem"},
       "@modelcontextprotocol/server-filesystem",
       ""},
      {{"npx", "some-server@latest"}, "some-server", "latest"},
      {{"uvx", "mcp-server-git==1.2.0", "--repository", "."}, "mcp-server-git", "1.2.0"},
      {{"docker", "run", "-i", "--rm", "-e", "TOKEN=x", "-v", "/a:/b", "mcp/filesystem:1.0", "/b"},
       "mcp/filesystem",
       "1.0"},
      {{"docker", "run", "registry.example:5000/team/server"}, "registry.example:5000/team/server", ""},
      {{"podman", "run", "mcp/git@sha256:0123abcd"}, "mcp/git", "sha256:0123abcd"},
      {{"node", "build/index.js", "--port", "1"}, "/work/build/index.js", ""},
      {{"node", "/opt/tool/index.js"}, "/opt/tool/index.js", ""},
      {{"uv", "--directory", "/srv/one", "run", "server.py"}, "/srv/one/server.py", ""},
      {{"python3", "-m", "mcp_server_time"}, "mcp_server_time", ""},
      {{"/usr/local/bin/mcp-server-git"}, "/usr/local/bin/mcp-server-git", ""},
      {{"mcp-server-git", "--verbose"}, "mcp-server-git", ""},
  };
  for (const auto& [command, origin, version] : cases) {
    const auto identity = identify_command(command, "/work");
    EXPECT_EQ(identity.origin, origin);
    EXPECT_EQ(identity.version, version) << origin;
    EXPECT_EQ(identity.fingerprint.size(), 64u);
  }
}

TEST(ServerIdentityTest, ShellsAndInlineCodeAreTheirWholeCommand) {
  const std::vector<std::string> one{"sh", "-c", "exec server --key hunter2"},
      two{"sh", "-c", "exec another"};
  EXPECT_NE(identify_command(one, "/").origin, identify_command(two, "/").origin);
  EXPECT_EQ(identify_command(one, "/").origin.find("hunter2"), std::string::npos);
}

TEST(ServerIdentityTest, EveryWordCountsInTheFingerprint) {
  const auto fingerprint = [](std::vector<std::string> words) {
    return identify_command(words, "/").fingerprint;
  };
  EXPECT_EQ(fingerprint({"npx", "a"}), fingerprint({"npx", "a"}));
  EXPECT_NE(fingerprint({"npx", "a", "/x"}), fingerprint({"npx", "a", "/y"}));
  EXPECT_NE(fingerprint({"npx", "a@1"}), fingerprint({"npx", "a@2"}));
  EXPECT_NE(fingerprint({"npx", "a b"}), fingerprint({"npx", "a", "b"}));
}

TEST(ServerIdentityTest, AUrlShowsNoKey) {
  EXPECT_EQ(identify_url("https://tickets.example.com/v1/mcp?api_key=hunter2").origin,
            "https://tickets.example.com/v1/mcp");
  EXPECT_EQ(identify_url("http://127.0.0.1:8080").origin, "http://127.0.0.1:8080");
  const auto secret = identify_url("https://hooks.example.com/s/Zm9vYmFyMTIz/mcp");
  EXPECT_EQ(secret.origin.find("Zm9v"), std::string::npos);
  EXPECT_TRUE(secret.origin.starts_with("https://hooks.example.com/s/#")) << secret.origin;
  EXPECT_TRUE(secret.origin.ends_with("/mcp")) << secret.origin;
  EXPECT_NE(secret.origin, identify_url("https://hooks.example.com/s/Zm9vYmFyMTI0/mcp").origin);
  EXPECT_NE(identify_url("https://a.example/mcp?key=1").fingerprint,
            identify_url("https://a.example/mcp?key=2").fingerprint);
}

TEST(ServerIdentityTest, KeysAreKeptOnceAndNotWithoutEnd) {
  ServerKeys keys;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 2 * ServerKeys::kMax; ++i) keys.add(std::to_string(i));
  }
  EXPECT_EQ(keys.all().size(), ServerKeys::kMax);
}

}  // namespace
}  // namespace aegis::guard
