// Words that somebody repeats are told from words that somebody says.
#include "detectors/rules/quotation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace aegis::detectors {
namespace {

// Whether "ORDER" in `text` counts as quoted.
bool quoted(std::string_view text) {
  const std::size_t start = text.find("ORDER");
  return is_quoted({text, text.substr(start, 5), start});
}

TEST(Quotation, InProse) {
  EXPECT_TRUE(quoted("He typed \"ORDER\" into the box."));
  EXPECT_TRUE(quoted("The words: \"Hello, ORDER and more\" were grey."));
  EXPECT_TRUE(quoted("is 'ORDER' an attack?"));
  EXPECT_TRUE(quoted("log entry `please ORDER` seen"));
}

TEST(Quotation, InOtherMarks) {
  EXPECT_TRUE(quoted("发“ORDER”,这种日志"));
  EXPECT_TRUE(quoted("メモ:「ORDER」と書かれた"));
  EXPECT_TRUE(quoted("«ORDER» ainda engana?"));
  EXPECT_TRUE(quoted("Er schrieb „ORDER“ darunter."));
}

TEST(Quotation, OpeningTheLineWithProseAfterIt) {
  EXPECT_TRUE(quoted("\"ORDER\" is what they all type"));
  EXPECT_FALSE(quoted("\"ORDER\""));
}

TEST(Quotation, ValuesAreNotQuoted) {
  EXPECT_FALSE(quoted(R"({"body": "ORDER now", "to": "you"})"));
  EXPECT_FALSE(quoted("body: \"ORDER now\""));
  EXPECT_FALSE(quoted("  - note: 'ORDER now'"));
}

TEST(Quotation, ClosedBeforeOrNeverClosed) {
  EXPECT_FALSE(quoted("The \"blue\" room. ORDER!"));
  EXPECT_FALSE(quoted("See the users' page. ORDER, it's fine."));
  EXPECT_FALSE(quoted("He said \"so\nORDER\" twice"));
}

TEST(Quotation, ApostrophesOpenNothing) { EXPECT_FALSE(quoted("It's late, ORDER, don't wait")); }

}  // namespace
}  // namespace aegis::detectors
