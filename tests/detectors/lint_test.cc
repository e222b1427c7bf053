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
  rule.before = 8;
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

// What one of the patterns may match and the engine would not find: each is the only fault of its rule.
TEST(Lint, NamesMatchesThatEscapeTheWindow) {
  struct Case {
    const char* what;
    Rule rule;
    const char* fault;  // part of it; "" for none
  };
  const auto literal = [](const char* pattern, std::vector<std::string> anchors, std::size_t before,
                          std::size_t after) {
    Rule rule = sound();
    rule.pattern = pattern;
    rule.anchors = std::move(anchors);
    rule.before = before;
    rule.after = after;
    return rule;
  };
  const auto digits = [](const char* pattern, std::size_t least, std::size_t before, std::size_t after) {
    Rule rule = sound();
    rule.pattern = pattern;
    rule.anchor = Anchor::digits;
    rule.anchors = {};
    rule.min_digits = least;
    rule.before = before;
    rule.after = after;
    return rule;
  };
  const auto whole = [](const char* pattern, std::size_t least, std::size_t most) {
    Rule rule = sound();
    rule.pattern = pattern;
    rule.anchor = Anchor::whole;
    rule.anchors = {};
    rule.min_length = least;
    rule.max_length = most;
    return rule;
  };
  Rule caseless = literal("card", {"CARD"}, 0, 0);
  caseless.caseless = true;
  caseless.anchors = {"card"};
  const auto rows = [&](const char* pattern, std::size_t together, std::size_t spaced, std::size_t dashed) {
    Rule rule = digits(pattern, 4, 0, 0);
    rule.min_together = together;
    rule.min_spaced = spaced;
    rule.min_dashed = dashed;
    return rule;
  };
  Rule lines = digits("(?:\\n ?){3,9}read", 0, 0, 4);
  lines.anchor = Anchor::lines;
  lines.min_lines = 3;
  Rule more_lines = lines;
  more_lines.min_lines = 4;

  for (const auto& [what, rule, fault] : {
           Case{"one of two words", literal("fox|dog", {"fox"}, 0, 0), "need not hold an anchor: \"dog\""},
           Case{"a part that may be missing", literal("red(?: fox)?", {"fox"}, 4, 0), "\"red\""},
           Case{"small and capital letters", caseless, ""},
           Case{"capital letters alone", literal("CARD", {"card"}, 0, 0), ""},
           Case{"too early", literal("[a-z]{0,9}fox", {"fox"}, 8, 0), "up to 9 bytes before"},
           Case{"as early as it may be", literal("[a-z]{0,9}fox", {"fox"}, 9, 0), ""},
           Case{"too late", literal("fox[a-z]{0,9}", {"fox"}, 0, 8), "up to 9 bytes after"},
           Case{"the second of two anchors is near enough", literal("fox.{9}dog", {"fox", "dog"}, 12, 0), ""},
           Case{"nested", literal("fox(?:(?:ab|cde){2} ?){1,2}", {"fox"}, 0, 13), "up to 14 bytes"},
           Case{"white space stands for any", literal("red[ \\n]{1,4}fox", {"red fox"}, 0, 0), ""},
           Case{"wider than that", literal("red[ \\n]{1,5}fox", {"red fox"}, 0, 0), "up to 1 bytes before"},
           Case{"none at all", literal("red[ \\n]{0,4}fox", {"red fox"}, 0, 0), "\"redfox\""},
           Case{"a back-reference", literal("(a|bcd)-\\1fox", {"fox"}, 6, 0), "up to 7 bytes before"},
           Case{"an anchor in what follows", literal("[a-z]{1,4}(?= fox)", {"fox"}, 5, 0), ""},
           Case{"not where that is forbidden", literal("[a-z]{1,4}(?! fox)", {"fox"}, 5, 0),
                "hold an anchor"},
           Case{"an anchor in how it begins", literal("(?=.{0,3}fox)[a-z]{6}", {"fox"}, 3, 6), ""},
           Case{"longer than that allows", literal("(?=.{0,3}fox)[a-z]{7}", {"fox"}, 3, 6),
                "up to 7 bytes after"},
           Case{"a wide look-ahead", literal("fox(?=.{0,99}x)", {"fox"}, 0, 0), "100 bytes ahead"},
           Case{"within the window", literal("fox(?=.{0,99}x)", {"fox"}, 0, 90), ""},
           Case{"the end of the text", literal("fox\\z", {"fox"}, 0, 0), "end of the text"},
           Case{"digits", digits("\\d{3}[ -]\\d{3}", 6, 0, 0), ""},
           Case{"too few of them", digits("\\d{3}[ -]?\\d{2,3}", 6, 0, 0), "\"111"},
           Case{"too far from each other", digits("\\d{3} - \\d{3}", 6, 0, 0), "\"111 - 111\""},
           Case{"letters before them", digits("[A-Z]{2}\\d{6}", 6, 1, 0), "up to 2 bytes before"},
           Case{"digits in a row", rows("\\d{2}-\\d{4}", 4, 0, 0), ""},
           Case{"in two", rows("\\d{3}-?\\d{3}", 4, 0, 0), "\"111-111\""},
           Case{"a space in the row", rows("\\d{2} \\d{2}-\\d", 0, 4, 0), ""},
           Case{"two of them", rows("\\d{2} {1,2}\\d{2}", 0, 4, 0), "\"11  11\""},
           Case{"a dash in the row", rows("\\d \\d{2}-\\d{2}", 0, 0, 4), ""},
           Case{"a dash or a dot", rows("\\d{2}[-.]\\d{2}", 0, 0, 4), "\"11.11\""},
           Case{"lines", lines, ""},
           Case{"too few of those", more_lines, "hold an anchor"},
           Case{"a whole text", whole("\\A\\s{0,8}(\\d{4,6})\\s{0,8}\\z", 4, 6), ""},
           Case{"of other lengths", whole("\\A\\s{0,8}(\\d{3,6})\\s{0,8}\\z", 4, 6), "3 to 6 bytes"},
           Case{"without a digit", whole("\\A([a-z]{4,6}|\\d{5})\\z", 4, 6), "hold a digit"},
           Case{"with one it asks for", whole("\\A(?=[a-z]{0,5}\\d)(\\w{4,6})\\z", 4, 6), ""},
           Case{"longer than such texts are", whole("\\A\\s{0,99}(\\d)\\z", 1, 1), "kWholeText"},
           Case{"not whole", whole("(\\d)\\z", 1, 1), "begin with"},
       }) {
    const std::vector<std::string> faults = lint(rule);
    if (*fault == '\0') {
      EXPECT_TRUE(faults.empty()) << what << ": " << faults.front();
    } else {
      ASSERT_EQ(faults.size(), 1U) << what << (faults.empty() ? "" : ": " + faults.back());
      EXPECT_NE(faults.front().find(fault), std::string::npos) << what << ": " << faults.front();
    }
  }
}

TEST(Lint, TheRulesThatShipAreSound) {
  for (const Rule& rule : builtin_rules()) {
    for (const std::string& fault : lint(rule)) ADD_FAILURE() << rule.id << ": " << fault;
  }
}

}  // namespace
}  // namespace aegis::detectors
