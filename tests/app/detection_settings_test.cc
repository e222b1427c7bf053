#include "app/detection_settings.h"

#include "base/hash.h"
#include "tests/app/settings_support.h"

namespace aegis::app {
namespace {

class DetectionSettingsTest : public testing::SettingsFixture {
 protected:
  // The problems of a file with this section, without the file's name.
  std::vector<std::string> problems(const std::string& section) {
    const std::string path = write_config(R"({"detection":)" + section + "}");
    std::vector<std::string> lines = read().lines;
    for (auto& line : lines) line.erase(0, path.size() + 2);
    return lines;
  }
  std::vector<std::string> rules_in(const std::string& text) const {
    std::vector<std::string> rules;
    for (const auto& finding : settings_.detection.detector()->scan(text).findings)
      rules.emplace_back(finding.rule);
    return rules;
  }
  using Lines = std::vector<std::string>;
};

TEST_F(DetectionSettingsTest, WithoutASectionWhatShipsIsUsed) {
  write_config("{}");
  ASSERT_EQ(read().lines, Lines{});
  EXPECT_EQ(settings_.detection.detector(), detectors::Detector::builtin());
}

TEST_F(DetectionSettingsTest, ARuleOfTheUsersIsFoundWithItsDefaults) {
  ASSERT_EQ(problems(R"({"rules":[{"id":"acme-badge","pattern":"\\bACME-\\d{6}\\b","keywords":["ACME-"],
                        "hits":["ACME-204117"],"misses":["ACME-12"]}]})"),
            Lines{});
  const std::string text = "her badge ACME-204117 opened it";
  const auto report = settings_.detection.detector()->scan(text);
  ASSERT_EQ(report.findings.size(), 1u);
  const auto& finding = report.findings[0];
  EXPECT_EQ(finding.type, "acme_badge");
  EXPECT_EQ(finding.kind, detectors::Kind::secret);
  EXPECT_EQ(finding.severity, detectors::Severity::high);
  EXPECT_GE(finding.confidence, detectors::kCertain);
  EXPECT_EQ(text.substr(finding.start, finding.end - finding.start), "ACME-204117");
}

TEST_F(DetectionSettingsTest, AllowedFindingsAreGoneAndOthersStay) {
  ASSERT_EQ(problems(R"({"allow":[{"rule":"email","sha256":")" + sha256_hex("jo@acme.test.example.org") +
                     R"(","reason":"our own"}]})"),
            Lines{});
  EXPECT_EQ(rules_in("jo@acme.test.example.org"), Lines{});
  EXPECT_EQ(rules_in("al@acme.test.example.org"), Lines{"email"});
}

TEST_F(DetectionSettingsTest, SeveritiesAreTheUsersOwn) {
  ASSERT_EQ(problems(R"({"severities":{"email":"critical"}})"), Lines{});
  const auto report = settings_.detection.detector()->scan("al@acme.test.example.org");
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].severity, detectors::Severity::critical);
}

TEST_F(DetectionSettingsTest, EveryMistakeIsNamedWithItsPlace) {
  EXPECT_EQ(
      problems(R"({"rules":[{"id":"Bad Id","pattern":"x","keywords":["ab"],"colour":"red"}]})"),
      (Lines{"/detection/rules/0/colour: unknown member; known are id, kind, type, severity, confidence, "
             "pattern, caseless, keywords, hits, misses",
             "/detection/rules/0/id: must be a name of a-z, 0-9 and hyphens",
             "/detection/rules/0/keywords: 'ab' has fewer than 3 characters; the pattern would run "
             "everywhere"}));
  EXPECT_EQ(problems(R"({"rules":["x"],"severities":{"email":"awful"}})"),
            (Lines{"/detection/rules/0: must be an object, not string",
                   "/detection/severities/email: must be low, medium, high or critical"}));
  EXPECT_EQ(problems(R"({"allow":[{"rule":"email"}]})"),
            Lines{"/detection/allow/0/reason: is missing; who reads this next year will want to know"});
}

TEST_F(DetectionSettingsTest, WhatARuleSaysOfItselfIsChecked) {
  const auto one = [&](const std::string& members) {
    const auto lines = problems(R"({"rules":[{"id":"own","keywords":["acme"],)" + members + "}]}");
    return lines.size() == 1 ? lines[0] : "other than one problem";
  };
  EXPECT_EQ(one(R"("pattern":"acme(")"),
            "/detection: the rule 'own': its pattern is no regular expression PCRE2 takes");
  EXPECT_EQ(one(R"("pattern":"acme\\d","hits":["acme"])"),
            "/detection: the rule 'own': it does not find /hits/0; a match must hold one of its keywords");
  EXPECT_EQ(one(R"("pattern":"acme\\d","misses":["acme7"])"),
            "/detection: the rule 'own': it finds /misses/0");
  EXPECT_EQ(problems(R"({"rules":[{"id":"email","pattern":"acme","keywords":["acme"]}]})"),
            Lines{"/detection: the rule 'email': one that ships has this id"});
}

}  // namespace
}  // namespace aegis::app
