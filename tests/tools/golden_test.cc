// The wire, message by message: our own server with its five tools, a dialogue a tool.

#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "mcp/server.h"
#include "tests/support/temp_folder.h"
#include "tools/registry.h"

namespace aegis::tools {
namespace {

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, DialogueIsAsRecorded) {
  const testing_support::TempFolder folder;
  const auto store = store::open_sqlite(folder / "aegis.db").value();
  Registry registry({.detector = detectors::Detector::builtin(),
                     .store = store.get(),
                     .agent = store->ensure_agent("local")->id});
  std::string answers;
  mcp::Server server({"aegis-mcp", "Aegis MCP", "0.0.0", "Instructions."}, &registry,
                     [&](std::string_view line) { answers += std::string(line) + "\n"; });
  server.finish();
  testing_support::check_dialogue(std::string(AEGIS_SOURCE_DIR "/tests/golden/") + GetParam(),
                                  [&](const std::string& line) {
                                    answers.clear();
                                    server.handle(line);
                                    server.run();
                                    // The one thing that differs from run to run.
                                    static const std::regex time(R"((\\?"processing_ms\\?":)[0-9.e-]+)");
                                    return std::regex_replace(answers, time, "$010");
                                  });
}

INSTANTIATE_TEST_SUITE_P(Tools, Golden,
                         testing::Values("lifecycle.txt", "modern.txt", "scan_prompt.txt",
                                         "report_interaction.txt", "get_trust_score.txt", "check_budget.txt",
                                         "verify_agent.txt"));

}  // namespace
}  // namespace aegis::tools
