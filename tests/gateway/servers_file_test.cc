#include "gateway/servers_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "gateway/aggregator/names.h"
#include "gateway/jsonc.h"
#include "gateway/unwrap.h"
#include "tests/support/temp_folder.h"

namespace aegis::gateway {
namespace {

const std::string kSecret = "hunter2-hunter2";

ServersContext context() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            if (name == "TOKEN") return kSecret;
            if (name == "EMPTY") return "";
            if (name == "TRICK") return "${TOKEN}";
            return std::nullopt;
          },
          .home = "/home/me",
          .workspace = "/work/space"};
}

ServersFile read(const std::string& text) { return read_servers(text, "mcp.json", context()); }

// A server on one line: `name: program "argument" … A=b -C in /cwd` or `name: http URL K: V`.
std::string shown(const ServerEntry& entry) {
  std::string text = entry.name + ":";
  if (entry.kind == ServerEntry::Kind::command) {
    for (const auto& word : entry.command) text += " " + word;
    for (const auto& [name, value] : entry.env) text.append(" ").append(name).append("=").append(value);
    for (const auto& name : entry.unset_env) text += " -" + name;
    if (!entry.cwd.empty()) text += " in " + entry.cwd;
  } else {
    text += (entry.kind == ServerEntry::Kind::sse ? " sse " : " http ") + entry.url;
    for (const auto& [name, value] : entry.headers) text.append(" ").append(name).append(": ").append(value);
  }
  return text;
}
std::vector<std::string> servers(const ServersFile& file) {
  std::vector<std::string> all;
  for (const auto& entry : file.servers) all.push_back(shown(entry));
  return all;
}
std::vector<std::string> problems(const ServersFile& file) {
  std::vector<std::string> all;
  for (const auto& problem : file.problems) all.push_back(problem.text());
  return all;
}
using Lines = std::vector<std::string>;

TEST(ServersFile, ReadsWhatEachClientWrites) {
  struct Case {
    const char *client, *text;
    Lines servers;
  };
  const std::vector<Case> cases{
      {"Claude Desktop",
       R"({"globalShortcut": "", "mcpServers": {
            "filesystem": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/Users/me"]},
            "github": {"command": "docker", "args": ["run", "-i"], "env": {"GITHUB_TOKEN": "t"}}}})",
       {"filesystem: npx -y @modelcontextprotocol/server-filesystem /Users/me",
        "github: docker run -i GITHUB_TOKEN=t"}},
      {"Claude Code",
       R"({"mcpServers": {
            "api": {"type": "http", "url": "${BASE:-https://example.com}/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}},
            "old": {"type": "sse", "url": "https://example.com/sse"},
            "local": {"type": "stdio", "command": "${EMPTY:-node}", "args": ["x.js", "${TOKEN}"], "env": {"A": "${TOKEN}b"}}}})",
       {"api: http https://example.com/mcp Authorization: Bearer " + kSecret,
        "old: sse https://example.com/sse", "local: node x.js " + kSecret + " A=" + kSecret + "b"}},
      {"Cursor",
       R"({"mcpServers": {
            "remote": {"url": "http://localhost:3000/mcp", "headers": {"X-Key": "${env:TOKEN}"}},
            "mine": {"command": "${userHome}/bin/x", "args": ["${workspaceFolder}", "${workspaceFolderBasename}", "a${/}b${pathSeparator}c"]}}})",
       {"remote: http http://localhost:3000/mcp X-Key: " + kSecret,
        "mine: /home/me/bin/x /work/space space a/b/c"}},
      {"Cline",
       R"({"mcpServers": {"on": {"command": "a", "disabled": false, "autoApprove": ["x"], "timeout": 60},
                          "off": {"command": "b", "disabled": true}, "off too": {"command": 7, "enabled": false}}})",
       {"on: a"}},
      {"VS Code, .vscode/mcp.json",
       "\xEF\xBB\xBF// by hand\n{\n  \"inputs\": [{\"id\": \"k\"}], /* two */\n  \"servers\": {\n    \"a\": "
       "{\"type\": \"stdio\", "
       "\"command\": \"x\", \"args\": [\"http://y//z\", \"/*no*/\",], \"env\": {\"N\": 1, \"GONE\": null}, "
       "\"cwd\": "
       "\"${workspaceFolder}/s\", },\n  },\n}\n",
       {"a: x http://y//z /*no*/ N=1 -GONE in /work/space/s"}},
      {"VS Code, settings.json",
       R"({"editor.x": 1, "mcp": {"servers": {"a": {"url": "https://x"}}}})",
       {"a: http https://x"}},
      {"other spellings of one transport",
       R"({"mcpServers": {"a": {"type": "streamable-http", "url": "https://x"}, "b": {"type": "streamableHttp", "url": "https://y"}}})",
       {"a: http https://x", "b: http https://y"}},
      {"no servers yet", R"({"mcpServers": {}})", {}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.client);
    const auto file = read(one.text);
    EXPECT_EQ(servers(file), one.servers);
    EXPECT_EQ(problems(file), Lines{});
  }
  EXPECT_EQ(read(cases[3].text).disabled, (Lines{"off", "off too"}));
}

TEST(ServersFile, ABrokenServerIsNamedAndHidesNoOther) {
  struct Case {
    const char *server, *problem;
  };
  for (const Case& one : std::initializer_list<Case>{
           {R"(7)", "/mcpServers/bad: must be an object, not number"},
           {R"({})", R"(/mcpServers/bad: has neither "command" nor "url")"},
           {R"({"command": "x", "url": "https://x"})",
            R"(/mcpServers/bad: has both "command" and "url", and no "type" to say which counts)"},
           {R"({"type": "stdio"})", R"(/mcpServers/bad: has no "command")"},
           {R"({"type": "http", "command": "x"})", R"(/mcpServers/bad: has no "url")"},
           {R"({"type": "ws", "url": "ws://x"})",
            R"(/mcpServers/bad/type: is none of "stdio", "http", "streamable-http" and "sse")"},
           {R"({"type": 1, "url": "https://x"})", "/mcpServers/bad/type: must be a string, not number"},
           {R"({"command": ["x"]})", "/mcpServers/bad/command: must be a string, not array"},
           {R"({"command": ""})", "/mcpServers/bad/command: is empty"},
           {R"({"command": "x", "args": "-y"})",
            "/mcpServers/bad/args: must be an array of strings, not string"},
           {R"({"command": "x", "args": ["a", 2]})", "/mcpServers/bad/args/1: must be a string, not number"},
           {R"({"command": "x", "args": ["a\u0000b"]})", "/mcpServers/bad/args/0: holds a null character"},
           {R"({"command": "x", "env": ["A=b"]})", "/mcpServers/bad/env: must be an object, not array"},
           {R"({"command": "x", "env": {"A/B": {}}})",
            "/mcpServers/bad/env/A~1B: must be a string, not object"},
           {R"({"command": "x", "env": {"A=": "hunter2"}})",
            "/mcpServers/bad/env/A=: is no name of a variable"},
           {R"({"command": "x", "env": {"A": "${NOT_SET}"}})",
            "/mcpServers/bad/env/A: needs the environment variable 'NOT_SET', which is not set"},
           {R"({"command": "x", "args": ["${input:key}"]})",
            "/mcpServers/bad/args/0: needs '${input:key}', which VS Code asks its user for and nobody can be "
            "asked here; "
            "put it into an environment variable and write ${env:NAME}"},
           {R"({"command": "x", "args": ["${command:foo}"]})",
            "/mcpServers/bad/args/0: holds '${command:foo}', which is nothing that can be replaced here"},
           {R"({"url": "ftp://x"})",
            "/mcpServers/bad/url: must begin with http:// or https:// and hold no blanks"},
           {R"({"url": "https://x y"})",
            "/mcpServers/bad/url: must begin with http:// or https:// and hold no blanks"},
           {R"({"url": "https://x", "headers": {"A:": "b"}})",
            "/mcpServers/bad/headers/A:: is no name of an HTTP header"},
           {R"({"url": "https://x", "headers": {"A": "hunter2\r\nB: c"}})",
            "/mcpServers/bad/headers/A: holds a character that no HTTP header may hold"},
           {R"({"command": "aegis-mcp", "args": ["gateway", "--servers", "mcp.json"]})",
            "/mcpServers/bad/command: is a gateway itself, so every server behind it would be guarded twice"},
       }) {
    SCOPED_TRACE(one.server);
    const auto file = read(R"({"mcpServers": {"first": {"command": "a"}, "bad": )" + std::string(one.server) +
                           R"(, "last": {"url": "https://z"}}})");
    EXPECT_EQ(servers(file), (Lines{"first: a", "last: http https://z"}));
    EXPECT_EQ(problems(file),
              (Lines{"mcp.json: " + std::string(one.problem) + "; the server 'bad' is left out"}));
  }
}

TEST(ServersFile, AllProblemsAreGatheredAndNoneShowsAValue) {
  const auto file = read(R"({"mcpServers": {
      "a": {"command": 1, "args": [2, "${NOT_SET}"], "env": {"K": ")" +
                         kSecret + R"(\u0000", "L": []}},
      "b": {"url": ")" + kSecret +
                         R"(", "headers": {"H": ")" + kSecret + R"(\n", "": "x"}}}})");
  EXPECT_EQ(servers(file), Lines{});
  EXPECT_EQ(file.problems.size(), 8u);
  for (const auto& line : problems(file)) EXPECT_EQ(line.find(kSecret), std::string::npos) << line;
}

TEST(ServersFile, WhatIsWrongWithTheWholeFile) {
  struct Case {
    std::string text, problem;
  };
  for (
      const Case& one : std::initializer_list<Case>{
          {"", "mcp.json: the text is empty; nothing of it is used"},
          {"{", "mcp.json: the text ends in the middle of a value, after 1 bytes; nothing of it is used"},
          {"{\"a\" 1}", "mcp.json: not valid JSON at byte 6; nothing of it is used"},
          {"[]", "mcp.json: must hold a JSON object; nothing of it is used"},
          {"{}",
           R"(mcp.json: holds no "mcpServers" (or, as VS Code has it, "servers"); there is nothing to guard)"},
          {R"({"mcpServers": []})",
           "mcp.json: /mcpServers: must be an object, not array; none of it is used"},
          {std::string(500, '['),
           "mcp.json: values are nested deeper than 128 levels; nothing of it is used"},
          {std::string(kMaxServersFileBytes + 1, ' '),
           "mcp.json: has more than 4194304 bytes; nothing of it is used"}}) {
    const auto file = read(one.text);
    EXPECT_EQ(problems(file), Lines{one.problem});
    EXPECT_TRUE(file.servers.empty());
  }
}

TEST(ServersFile, AKeyGivenTwiceIsToldAndTheLastOneCounts) {
  const auto file =
      read(R"({"mcpServers": {"a": {"command": "old"}, "b": {"command": "b"}, "a": {"command": "new"}}})");
  EXPECT_EQ(servers(file), (Lines{"a: new", "b: b"}));
  EXPECT_EQ(problems(file), Lines{"mcp.json: the key 'a' is there twice in one object; the last one counts"});
}

TEST(ServersFile, NamesAreFitForToolsAndUnique) {
  const auto file = read(
      R"({"mcpServers": {"My Files": {"command": "1"}, "My_Files": {"command": "2"}, "a__b": {"command": "3"},
      "a_b": {"command": "4"}, "My/Files": {"command": "5"}, "": {"command": "6"}, "x_": {"command": "7"}}})");
  EXPECT_EQ(servers(file), (Lines{"My_Files-2: 1", "My_Files: 2", "a_b-2: 3", "a_b: 4", "My_Files-3: 5",
                                  "server: 6", "x: 7"}));
  for (const auto& entry : file.servers) EXPECT_TRUE(is_server_name(entry.name));
  EXPECT_EQ(file.servers[0].key, "My Files");
}

TEST(ServersFile, AServerThatIsWrappedAlreadyIsTakenOutOfIt) {
  const auto file = read(R"({"mcpServers": {
      "files": {"command": "/usr/bin/aegis-mcp", "args": ["wrap", "--name", "f", "--", "npx", "server", "--", "x"], "env": {"A": "b"}},
      "web": {"command": "aegis-mcp", "args": ["wrap", "--url=https://x/mcp", "--header", "Authorization: Bearer ${TOKEN}"]},
      "moded": {"command": "aegis-mcp.exe", "args": ["--mode", "observe", "wrap", "--agent=me", "--", "node", "x"]},
      "ours": {"command": "aegis-mcp", "args": ["serve"]},
      "npx": {"command": "npx", "args": ["-y", "aegis-mcp@1.0", "wrap", "--", "x"]},
      "shell": {"command": "sh", "args": ["-c", "exec aegis-mcp wrap -- x"]},
      "twice": {"command": "aegis-mcp", "args": ["wrap", "--", "aegis-mcp", "wrap", "--", "x"]},
      "bare": {"command": "aegis-mcp", "args": ["wrap", "--name", "b", "npx", "-y", "server"]},
      "empty": {"command": "aegis-mcp", "args": ["wrap", "--"]},
      "header": {"command": "aegis-mcp", "args": ["wrap", "--url", "https://x", "--header", "hunter2"]},
      "void": {"command": "aegis-mcp", "args": ["wrap", "--", ""]},
      "after": {"command": "x", "args": ["--", "aegis-mcp", "wrap"]}}})");
  EXPECT_EQ(
      servers(file),
      (Lines{"files: npx server -- x A=b", "web: http https://x/mcp Authorization: Bearer " + kSecret,
             "moded: node x", "ours: aegis-mcp serve", "bare: npx -y server", "after: x -- aegis-mcp wrap"}));
  ASSERT_EQ(file.problems.size(), 7u);
  EXPECT_EQ(problems(file)[0],
            "mcp.json: /mcpServers/moded/args: is wrapped by `aegis-mcp wrap` with --mode, --agent; the "
            "server 'moded' is guarded by the gateway's own settings instead");
  const std::vector<std::string> where{"npx/command",   "shell/command",  "twice/command",
                                       "empty/command", "header/command", "void/command"};
  for (std::size_t i = 0; i < where.size(); ++i)
    EXPECT_EQ(file.problems[i + 1].where, "/mcpServers/" + where[i]);
}

TEST(ServersFile, AFlagOfWrapThatAVariableHeldIsNotShown) {
  const auto file = read(R"({"mcpServers": {
      "files": {"command": "aegis-mcp", "args": ["wrap", "--mode", "observe", "--${TOKEN}=1", "--", "node", "x"]}}})");
  EXPECT_EQ(servers(file), Lines{"files: node x"});
  EXPECT_EQ(
      problems(file),
      Lines{"mcp.json: /mcpServers/files/args: is wrapped by `aegis-mcp wrap` with --mode, a flag from a "
            "variable; the server 'files' is guarded by the gateway's own settings instead"});
}

TEST(ServersFile, AnAgentsKeyGoesToNoServer) {
  const auto file = read(R"({"mcpServers": {
      "plain": {"command": "x", "env": {"AEGIS_API_KEY": "aais_1", "A": "b"}},
      "wrapped": {"command": "aegis-mcp", "args": ["wrap", "--", "y"], "env": {"AEGIS_API_KEY": "aais_2"}}}})");
  EXPECT_EQ(servers(file), (Lines{"plain: x A=b", "wrapped: y"}));
  ASSERT_EQ(file.problems.size(), 2u);
  for (const auto& problem : problems(file)) {
    EXPECT_NE(problem.find("is started without it"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("aais_"), std::string::npos) << problem;
  }
}

TEST(ServersFile, AVariablesValueIsNotLookedThroughAgain) {
  EXPECT_EQ(
      servers(read(
          R"({"mcpServers": {"a": {"command": "x", "args": ["${TRICK}", "$HOME", "${TOKEN", "}${EMPTY}{"]}}})")),
      Lines{"a: x ${TOKEN} $HOME ${TOKEN }{"});
}

TEST(ServersFile, ThereAreNotTooMany) {
  std::string text = R"({"mcpServers": {"s": {"command": "x"})";
  for (std::size_t i = 1; i < kMaxServers + 2; ++i)
    text += ",\"s" + std::to_string(i) + R"(": {"command": "x"})";
  const auto file = read(text + "}}");
  EXPECT_EQ(file.servers.size(), kMaxServers);
  ASSERT_EQ(file.problems.size(), 2u);
  EXPECT_EQ(file.problems[0].text(),
            "mcp.json: /mcpServers/s128: there are more than 128 servers; the server 's128' is left out");
}

TEST(ServersFile, EnvFilesAreNotReadAndThatIsSaid) {
  const auto file = read(R"({"servers": {"a": {"command": "x", "envFile": ".env"}}})");
  EXPECT_EQ(servers(file), Lines{"a: x"});
  EXPECT_EQ(problems(file),
            Lines{"mcp.json: /servers/a/envFile: is not read here; put its variables into \"env\"; the "
                  "server 'a' is started without them"});
}

TEST(ServersFile, IsReadFromDisk) {
  const testing_support::TempFolder folder;
  const std::string path = (folder / "mcp.json");
  EXPECT_EQ(problems(read_servers_file(path, context())),
            Lines{path + ": cannot be read (No such file or directory); there is nothing to guard"});
  std::ofstream(path) << R"({"mcpServers": {"a": {"command": "x"}}})";
  EXPECT_EQ(servers(read_servers_file(path, context())), Lines{"a: x"});
}

TEST(Jsonc, OnlyCommentsAndTrailingCommasBecomeBlanks) {
  struct Case {
    const char *text, *plain;
  };
  for (const Case& one : std::initializer_list<Case>{{R"({"a":"// \" /* , ]"})", R"({"a":"// \" /* , ]"})"},
                                                     {"[1,]", "[1 ]"},
                                                     {"[1, /* , */ ]", "[1          ]"},
                                                     {"[1,,]", "[1, ]"},
                                                     {"// x\n1", "    \n1"},
                                                     {"/* a\nb */1", "    \n    1"},
                                                     {"1 // x", "1     "},
                                                     {"/*", "  "},
                                                     {"/", "/"},
                                                     {"\"", "\""},
                                                     {"{\"a\":1\n,\n}", "{\"a\":1\n \n}"}})
    EXPECT_EQ(without_comments(one.text), one.plain) << one.text;
}

}  // namespace
}  // namespace aegis::gateway
