// approvals, approve and deny as a person types them.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "store/store.h"
#include "tests/support/temp_folder.h"

namespace aegis::app {
namespace {

using store::ApprovalState;

class ApprovalsCli : public testing::Test {
 protected:
  struct Ran {
    int code = -1;
    std::string output;  // stdout and stderr
  };
  Ran run(const std::string& arguments) const {
    const std::string command = "env -i PATH=\"$PATH\" HOME='" + folder_.path() +
                                "' '" AEGIS_BINARY "' --store '" + folder_ / "aegis.db" + "' 2>&1 " +
                                arguments;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    Ran ran;
    char buffer[4096];
    for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      ran.output.append(buffer, size);
    ran.code = WEXITSTATUS(::pclose(pipe));
    return ran;
  }
  bool says(const std::string& arguments, int code, const std::string& text) const {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, code) << arguments << '\n' << ran.output;
    EXPECT_NE(ran.output.find(text), std::string::npos) << arguments << '\n' << ran.output;
    return ran.code == code;
  }
  std::string asked(const std::string& action, std::int64_t lasts_ms = 60'000) {
    store::ApprovalRequest request;
    request.key = {
        .agent = agent_, .action_hash = action, .policy_set_hash = "p", .tool_definition_hash = ""};
    request.server = "files";
    request.operation = "tools/call";
    request.target = "write_file";
    request.approver_group = "ops";
    request.reason = "it writes\x1b[2J outside";
    request.summary = R"({"path":"/etc/hosts"})";
    request.expires_at = now_ms() + lasts_ms;
    return store_->approvals().ask(request, now_ms())->id;
  }
  store::Approval at(const std::string& id) { return *store_->approvals().by_id(id, now_ms()); }

  testing_support::TempFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_ / "aegis.db").value();
  store::AgentId agent_ = store_->ensure_agent("bot")->id;
};

TEST_F(ApprovalsCli, ShowsWhatWaits) {
  says("approvals", 0, "nothing waits");
  const std::string id = asked("a");
  const Ran shown = run("approvals");
  EXPECT_EQ(shown.code, 0);
  for (const std::string& part : {id, std::string("bot"), std::string("write_file"),
                                  std::string("/etc/hosts"), std::string("ops"), std::string("it writes")})
    EXPECT_NE(shown.output.find(part), std::string::npos) << shown.output;
  EXPECT_EQ(shown.output.find('\x1b'), std::string::npos);
  const auto json = parse_json(run("approvals --json").output);
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)[0]["id"], id);
  EXPECT_EQ((*json)[0]["state"], "pending");
  EXPECT_EQ((*json)[0]["agent"], "bot");
  ASSERT_EQ(run("deny " + id).code, 0);
  says("approvals", 0, "nothing waits");
  EXPECT_EQ((*parse_json(run("approvals --all --json").output))[0]["state"], "denied");
}

TEST_F(ApprovalsCli, ApprovesAndDenies) {
  const std::string yes = asked("a"), no = asked("b");
  std::string typed = yes;
  for (char& c : typed) c = static_cast<char>(std::toupper(c));
  says("approve " + typed, 0, "approved");
  EXPECT_EQ(at(yes).state, ApprovalState::approved);
  EXPECT_EQ(at(yes).channel, "cli");
  says("deny " + no + " --reason 'use staging'", 0, "denied");
  EXPECT_EQ(at(no).note, "use staging");
}

TEST_F(ApprovalsCli, EditsTheArguments) {
  const std::string id = asked("a");
  const std::string file = folder_ / "arguments.json";
  const auto with = [&](const std::string& text) {
    std::ofstream(file) << text;
    return "approve " + id + " --arguments '" + file + "'";
  };
  says(with("[1]"), 2, "JSON object");
  says(with(R"({"path":1,"path":2})"), 2, "twice");
  says(with("{"), 2, file);
  says("approve " + id + " --arguments /nonexistent/file", 2, "cannot be read");
  EXPECT_EQ(at(id).state, ApprovalState::pending);
  says(with(R"({"path":"/tmp/hosts"})"), 0, "edited");
  EXPECT_EQ(at(id).edited_arguments, R"({"path":"/tmp/hosts"})");
}

TEST_F(ApprovalsCli, SaysWhyNothingCanBeDecided) {
  says("approve 00000-00000", 2, "there is no approval");
  says("deny x", 2, "there is no approval");
  says("approve", 2, "required");
  const std::string decided = asked("a");
  ASSERT_EQ(run("approve " + decided).code, 0);
  says("deny " + decided, 2, "decided already: approved");
  says("approve " + decided, 2, "decided already: approved");
  ASSERT_TRUE(store_->approvals().consume(decided, now_ms()));
  says("deny " + decided, 2, "used already");
  says("approve " + asked("late", -1), 2, "expired");
}

}  // namespace
}  // namespace aegis::app
