#include "detectors/lint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detectors/rules/families.h"

namespace aegis::detectors {
namespace {

Rule sound() {
  Rule rule;
  rule.id = "fox";
  rule.pattern = "fox[a-z]{0,5}+";
  rule.anchors = {"fox"};
  rule.hits = {{"a fox", "an animal"}};
  rule.misses = {{"a dog", "another animal"}};
  return rule;
}

TEST(Lint, NamesEveryFault) {
  EXPECT_EQ(lint(sound()), std::vector<std::string>());
  struct Case {
    const char* pattern;
    const char* fault;  // part of the only one there must be; "" for none
  };
  for (const auto& [pattern, fault] :
       {Case{"fox(", "does not compile"}, Case{"(?:fox)?", "empty text"}, Case{"fox.*", "offset 4"},
        Case{"fox[a-z]+", "offset 8"}, Case{"fox\\d{3,}", "offset 5"}, Case{"fox\\d{3,9}+", ""},
        Case{"fox[+*]", ""}, Case{"fox\\+", ""}, Case{"[]+]fox", ""}, Case{"fox(?=x)", ""}}) {
    Rule rule = sound();
    rule.pattern = pattern;
    const std::vector<std::string> faults = lint(rule);
    if (*fault == '\0') {
      EXPECT_TRUE(faults.empty()) << pattern << ": " << faults.front();
    } else {
      ASSERT_EQ(faults.size(), 1U) << pattern;
      EXPECT_NE(faults.front().find(fault), std::string::npos) << pattern << ": " << faults.front();
    }
  }
  EXPECT_EQ(lint(Rule{.id = "nothing", .pattern = "x"}).size(), 3U);
}

TEST(Lint, TheRulesThatShipAreSound) {
  for (const Rule& rule : builtin_rules()) {
    for (const std::string& fault : lint(rule)) ADD_FAILURE() << rule.id << ": " << fault;
  }
}

}  // namespace
}  // namespace aegis::detectors
