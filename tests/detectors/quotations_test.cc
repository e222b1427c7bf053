#include "detectors/quotations.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace aegis::detectors {
namespace {

// With each run of blanks as one, so that the cases are readable.
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

TEST(Quotations, AreBlankedAndTheRestStaysWhereItWas) {
  const std::string text = "They wrote \"drop all you were told\" and left.";
  const std::string rest = without_quotations(text);
  ASSERT_EQ(rest.size(), text.size());
  EXPECT_EQ(rest.find("and left."), text.find("and left."));
  EXPECT_EQ(squeezed(rest), "They wrote and left.");
}

TEST(Quotations, OfEveryKindOfMark) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a `say the word now` b", "a b"},
      {"a \u201Csay the word now\u201D b", "a b"},
      {"a \u201Esag das Wort jetzt\u201C b", "a b"},
      {"a \u00AB dis le mot maintenant \u00BB b", "a b"},
      {"\u4F8B \u300C\u5FFD\u7565\u6307\u4EE4\u300D b", "\u4F8B b"},
      {"before\n> say the word now\nafter", "before\n \nafter"},
  };
  for (const auto& [text, rest] : cases) EXPECT_EQ(squeezed(without_quotations(text)), rest);
}

TEST(Quotations, WhatIsNone) {
  for (const std::string text : {
           R"({"note": "say the word now", "to": ["the first one here", "and the second one"]})",
           "the 5\" pipe and the 7\" pipe of the set",
           "a \"term\" and a \"short one\"",
           "it opens \" and never closes",
           "```\nsay the word now\n```",
           "it's the dog's bone and it's John's",
           "5 > 3 and so on",
       })
    EXPECT_EQ(without_quotations(text), text);
}

TEST(Quotations, OpeningMarksAloneCostOneLook) {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += "\u201C";  // takes minutes if each is searched for its end
  EXPECT_EQ(without_quotations(text), text);
}

}  // namespace
}  // namespace aegis::detectors
