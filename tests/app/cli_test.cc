// The binary as its user runs it.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "base/json.h"
#include "tests/support/temp_folder.h"

namespace aegis::app {
namespace {

struct Ran {
  int code = -1;
  std::string output;  // stdout and stderr
};

class Cli : public testing::Test {
 protected:
  Ran run(const std::string& arguments, const std::string& input = "") const {
    const std::string in = folder_ / "input";
    std::ofstream(in, std::ios::binary) << input;
    const std::string command = "env -i PATH=\"$PATH\" HOME='" + folder_.path() +
                                "' '" AEGIS_BINARY "' 2>&1 " + arguments + " <'" + in + "'";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Ran ran;
    char buffer[4096];
    for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      ran.output.append(buffer, size);
    ran.code = WEXITSTATUS(::pclose(pipe));
    return ran;
  }

  testing_support::TempFolder folder_;
};

TEST_F(Cli, EveryCommandHasHelpWithAnExample) {
  EXPECT_EQ(run("--help").code, 0);
  for (const char* command : {"serve", "wrap", "scan", "agents", "kill", "revive", "approvals", "approve",
                              "deny", "log", "budget", "trust", "policy", "doctor"}) {
    const auto ran = run(std::string(command) + " --help");
    EXPECT_EQ(ran.code, 0) << command;
    EXPECT_NE(ran.output.find("Example"), std::string::npos) << command;
  }
  EXPECT_EQ(run("--version").output.substr(0, 10), "aegis-mcp ");
}

TEST_F(Cli, ScanExplainsAFindingAndItsEntryAllowsIt) {
  const std::string text = "write to al@acme.test.example.org";
  const auto explained = run("scan --json --explain", text);
  EXPECT_EQ(explained.code, 1);
  auto report = parse_json(explained.output);
  ASSERT_TRUE(report) << explained.output;
  Json entry = (*report)["findings"][0]["allow"];
  EXPECT_NE((*report)["findings"][0]["because"].get<std::string>(), "");
  const std::string config = folder_ / "own.json";
  std::ofstream(config) << Json{{"detection", {{"allow", {entry}}}}}.dump();
  EXPECT_EQ(run("--config '" + config + "' scan", text).output, "safe\n");
  const auto shown = run("scan --explain", text).output;
  EXPECT_NE(shown.find("to allow it, add to /detection/allow: {\"rule\":\"email\""), std::string::npos)
      << shown;
  EXPECT_EQ(shown.find("al@acme"), std::string::npos) << "the text itself is never shown";
}

TEST_F(Cli, BadUsageIsExitCode2WithAReason) {
  for (const char* arguments : {"", "nope", "scan --mode x", "log", "log nobody", "kill nobody",
                                "trust nobody", "wrap", "budget set a", "budget set a --daily-tokens -5",
                                "--mode harsh doctor", "scan no-such-file", "log a --limit 0"}) {
    const auto ran = run(arguments);
    EXPECT_EQ(ran.code, 2) << arguments << "\n" << ran.output;
    EXPECT_TRUE(ran.output.starts_with("error: ")) << arguments << "\n" << ran.output;
  }
  EXPECT_EQ(run("nope").output, "error: there is no command 'nope'\nSee `aegis-mcp --help`.\n");
  EXPECT_EQ(run("agents nope").output, "error: there is no command 'nope'\nSee `aegis-mcp agents --help`.\n");
  EXPECT_NE(run("gateway --servers /nonexistent").output.find("(No such file or directory)"),
            std::string::npos);
  EXPECT_NE(run("log nobody").output.find("there is no agent named 'nobody'"), std::string::npos);
}

TEST_F(Cli, AgentsAreRegisteredKilledAndRevived) {
  const auto made = run("agents register bot --json");
  ASSERT_EQ(made.code, 0) << made.output;
  const auto json = parse_json(made.output);
  EXPECT_EQ((*json)["key"].get<std::string>().substr(0, 5), "aais_");
  EXPECT_EQ(run("agents list").output.find((*json)["key"].get<std::string>()), std::string::npos);
  EXPECT_EQ(run("agents register bot").code, 2);
  EXPECT_EQ(run("kill bot").code, 0);
  EXPECT_NE(run("agents show bot").output.find("paused"), std::string::npos);
  EXPECT_NE(run("trust bot").output.find("quarantined"), std::string::npos);
  EXPECT_EQ(run("revive bot").code, 0);
  EXPECT_NE(run("agents show bot").output.find("active"), std::string::npos);
}

TEST_F(Cli, BudgetsAreSetOneLimitAtATime) {
  ASSERT_EQ(run("agents register bot").code, 0);
  EXPECT_EQ(run("budget set bot --daily-tokens 100").output, "bot: 100 tokens a day, unlimited a month\n");
  EXPECT_EQ(run("budget set bot --monthly-tokens 900").output, "bot: 100 tokens a day, 900 a month\n");
  EXPECT_EQ(run("budget set bot --daily-tokens none").output, "bot: unlimited tokens a day, 900 a month\n");
  const auto shown = run("budget show bot --json");
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ((*parse_json(shown.output))["monthly_limit"], 900);
}

TEST_F(Cli, ScanSaysWhatWhereAndAnswersByItsExitCode) {
  EXPECT_EQ(run("scan", "a fine day\n").code, 0);
  const auto found = run("scan", "line one\nSSN 123-45-6789\n");
  EXPECT_EQ(found.code, 1);
  EXPECT_NE(found.output.find("stdin:2: critical pii ssn"), std::string::npos) << found.output;
  EXPECT_EQ(found.output.find("123-45-6789"), std::string::npos);
  EXPECT_EQ(run("scan --mode redact", "SSN 123-45-6789\n").output, "SSN [SSN_REDACTED]\n");
  EXPECT_EQ(run("scan --mode mask -", "SSN 123-45-6789\n").output, "SSN *****\n");
  EXPECT_EQ(run("scan --mode remove", "SSN 123-45-6789\n").output, "SSN \n");
  EXPECT_EQ(run("scan --mode block", "SSN 123-45-6789\n").output, "");
}

TEST_F(Cli, ScanJsonlAnswersEveryLineInOrder) {
  const auto ran =
      run("scan --jsonl 2>/dev/null",
          "{\"text\":\"fine\"}\n{\"text\":\"SSN 123-45-6789\"}\nnonsense\n{\"txt\":1}\n{\"text\":\"\"}\n");
  EXPECT_EQ(ran.code, 2);
  std::vector<Json> lines;
  for (std::size_t from = 0; from < ran.output.size();) {
    const auto end = ran.output.find('\n', from);
    lines.push_back(*parse_json(std::string_view(ran.output).substr(from, end - from)));
    from = end + 1;
  }
  ASSERT_EQ(lines.size(), 5u) << ran.output;
  EXPECT_EQ(lines[0], (Json{{"safe", true}, {"injection_score", 0.0}, {"findings", Json::array()}}));
  EXPECT_EQ(lines[1]["safe"], false);
  EXPECT_EQ(lines[1]["findings"][0]["start"], 4);
  EXPECT_EQ(lines[2]["error"], "line 3: not valid JSON at byte 2");
  EXPECT_TRUE(lines[3].contains("error"));
  EXPECT_EQ(lines[4]["safe"], true);
}

TEST_F(Cli, DoctorSaysWhatIsNotUsable) {
  EXPECT_EQ(run("doctor").code, 0);
  std::ofstream(folder_ / "not-a-database")
      << "this is a text file, and a long enough one to be taken for no database";
  const auto ran = run("doctor --store '" + (folder_ / "not-a-database") + "'");
  EXPECT_EQ(ran.code, 1) << ran.output;
  EXPECT_NE(ran.output.find("NOT USABLE"), std::string::npos);
}

TEST_F(Cli, PoliciesAreCheckedTestedAndRefused) {
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return "'" + (folder_ / name) + "'";
  };
  const std::string good = write("good.cedar", "permit(principal, action, resource);");
  const std::string vague =
      write("vague.cedar", "permit(principal, action, resource) when { context.inputs.a > 1 };");
  const std::string broken = write("broken.cedar", "permit(principal, action");
  EXPECT_EQ(run("policy check " + good).output, "1 policy, nothing to find fault with\n");
  const auto wrong = run("policy check " + good + " " + vague);
  EXPECT_EQ(wrong.code, 1);
  EXPECT_NE(wrong.output.find("vague.cedar:1:51: error: vague.cedar:policy0: "), std::string::npos)
      << wrong.output;
  EXPECT_EQ(run("policy check " + broken).code, 1);
  EXPECT_EQ(run("policy check /nonexistent").code, 2);
  EXPECT_EQ(run("policy check").code, 2) << "none is configured";
  EXPECT_EQ(run("--policy " + good + " policy check").code, 0);
  const std::string cases =
      write("cases.json",
            R"({"policies": "good.cedar", "cases": [{"name": "a", "call": {"tool": "x"}, "expect": "allow"},
                        {"name": "b", "call": {"tool": "x"}, "expect": "deny"}]})");
  const auto tested = run("policy test " + cases);
  EXPECT_EQ(tested.code, 1);
  EXPECT_EQ(tested.output, "FAILED  b: allow, not deny\n2 cases, 1 failed\n");
  EXPECT_EQ(run("policy test " + good).code, 2) << "no JSON";
  EXPECT_EQ(run("policy explain 7").code, 2);
  EXPECT_EQ(run("policy explain seven").code, 2);
  EXPECT_EQ(run("wrap --policy " + broken + " -- true").code, 2);
  EXPECT_EQ(run("--policy " + broken + " doctor").code, 1);
  EXPECT_EQ(run("--policy " + broken + " agents list").code, 0)
      << "the rest still works, the kill switch above all";
}

TEST_F(Cli, AServerThatCannotBeStartedHasTheShellsExitCode) {
  const auto missing = run("wrap -- no-such-command-anywhere");
  EXPECT_EQ(missing.code, 127);
  EXPECT_NE(missing.output.find("cannot start 'no-such-command-anywhere'"), std::string::npos)
      << missing.output;
  EXPECT_EQ(run("wrap -- /").code, 126);
  EXPECT_EQ(run("wrap -- sh -c 'exit 7'").code, 7);
}

}  // namespace
}  // namespace aegis::app
