#include "app/settings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/app/settings_support.h"

namespace aegis::app {
namespace {

class SettingsTest : public testing::SettingsFixture {};

TEST_F(SettingsTest, NothingConfiguredIsFine) {
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.store.value, folder_ / ".local/state/aegis-mcp/aegis.db");
  EXPECT_EQ(settings_.config_file, folder_ / ".config/aegis-mcp/config.json");
  EXPECT_EQ(settings_.mode.value, guard::Mode::balanced);
  EXPECT_EQ(settings_.mode.origin, "default");
}

TEST_F(SettingsTest, XdgFoldersAreUsedWhenAbsolute) {
  variables_["XDG_STATE_HOME"] = "/var/x";
  variables_["XDG_CONFIG_HOME"] = "relative";
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.store.value, "/var/x/aegis-mcp/aegis.db");
  EXPECT_EQ(settings_.config_file, folder_ / ".config/aegis-mcp/config.json");
}

TEST_F(SettingsTest, AFlagIsStrongerThanAVariableAndThatThanTheFile) {
  const auto path = write_config(R"({"mode":"strict","store":"/f.db","log_level":"info"})");
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.mode.value, guard::Mode::strict);
  EXPECT_EQ(settings_.mode.origin, path + ": /mode");
  variables_["AEGIS_MODE"] = "observe";
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.mode.value, guard::Mode::observe);
  EXPECT_EQ(settings_.mode.origin, "AEGIS_MODE");
  flags_.mode = "balanced";
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.mode.value, guard::Mode::balanced);
  EXPECT_EQ(settings_.store.value, "/f.db");
}

TEST_F(SettingsTest, AllMistakesAreNamedAtOnceWithTheirPlace) {
  const auto path = write_config(R"({"mode":"harsh","store":7,"mod":"strict"})");
  variables_["AEGIS_LOG_LEVEL"] = "loud";
  const auto problems = read().lines;
  const std::vector<std::string> expected{
      path + ": /store: must be a string, not number",
      path + ": /mod: unknown setting; known are store, mode, policy, log_level, http, oauth, approvals, lists "
      "and detection",
      path + ": /mode: unknown mode; it must be observe, balanced or strict",
      "AEGIS_LOG_LEVEL: unknown level; it must be debug, info, warn, error or off"};
  EXPECT_EQ(problems, expected);
}

TEST_F(SettingsTest, HowPeopleAreAsked) {
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.approvals.expires_ms, 15 * 60'000);
  EXPECT_TRUE(settings_.approvals.out_of_band.empty());
  write_config(R"({"approvals":{"expires_after":"2h","out_of_band":["security"]}})");
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(settings_.approvals.expires_ms, 2 * 3'600'000);
  EXPECT_EQ(settings_.approvals.out_of_band, std::vector<std::string>{"security"});
  for (const std::string wrong : {"", "15", "m", "-5m", "0s", "8d", "1.5h", "1e3s", "9999999s", "15 m"}) {
    const auto path = write_config(R"({"approvals":{"expires_after":")" + wrong + "\"}}");
    EXPECT_EQ(read().lines, std::vector<std::string>{path + ": /approvals/expires_after: must be a time from "
                                                            "1s to 7d, as in 90s, 15m or 8h"})
        << wrong;
  }
}

TEST_F(SettingsTest, ABrokenFileSaysWhereItBreaks) {
  const auto path = write_config("{\"mode\": \"strict\",}");
  EXPECT_EQ(read().lines,
            std::vector<std::string>{path + ": not valid JSON at byte 19; nothing of it is used"});
}

TEST_F(SettingsTest, AFileThatWasAskedForMustBeThere) {
  flags_.config = folder_ / "nope.json";
  ASSERT_EQ(read().lines.size(), 1u);
  EXPECT_NE(read().lines[0].find("there is no such file"), std::string::npos);
}

TEST_F(SettingsTest, AStoreThisVersionCannotOpenIsRefusedAtOnce) {
  flags_.store = "postgres://db/x";
  EXPECT_EQ(read().lines,
            std::vector<std::string>{"--store: this version keeps its store in a SQLite file; give a path"});
}

}  // namespace
}  // namespace aegis::app
