#include "base/json.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis {
namespace {

struct BadText {
  const char* what;
  std::string text;
  const char* message;  // must be part of the error
};

class JsonRefuses : public testing::TestWithParam<BadText> {};

TEST_P(JsonRefuses, WithAMessageThatSaysWhatAndWhere) {
  JsonParser parser(1 << 20);
  const auto parsed = parser.parse(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().what;
  EXPECT_NE(parsed.error().message.find(GetParam().message), std::string::npos) << parsed.error().message;
  // The parser is usable again at once.
  EXPECT_TRUE(parser.parse(R"({"a":1})"));
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

INSTANTIATE_TEST_SUITE_P(
    Json, JsonRefuses,
    testing::Values(
        BadText{"truncated object", R"({"a":)", "ends in the middle of a value, after 5 bytes"},
        BadText{"truncated string", R"({"a":"b)", "ends in the middle of a value"},
        BadText{"empty", "", "empty"}, BadText{"only spaces", "  ", "empty"},
        BadText{"trailing bytes", R"({"a":1} x)", "not valid JSON at byte 9"},
        BadText{"two values", "{}{}", "not valid JSON at byte 3"},
        BadText{"NUL inside", std::string("{\"a\":\0 1}", 9), "byte value 0) is not allowed at byte 6"},
        BadText{"raw control character in a string", "{\"a\":\"\x01\"}", "byte value 1"},
        BadText{"invalid UTF-8", "{\"a\":\"\xC3\x28\"}", "invalid UTF-8 at byte 7"},
        BadText{"overlong UTF-8", "{\"a\":\"\xC0\xAF\"}", "invalid UTF-8 at byte 7"},
        BadText{"byte order mark", "\xEF\xBB\xBF{}", "byte order mark"},
        BadText{"duplicate keys", R"({"a":1,"a":2})", "same key twice"},
        BadText{"duplicate keys, one escaped", R"({"a":1,"\u0061":2})", "same key twice"},
        BadText{"duplicate keys deep in an array", R"([[{"x":[{"k":0,"k":0}]}]])", "same key twice"},
        BadText{"too deep", nested(200), "nested deeper than 128"},
        BadText{"number without end", "[1e999]", "out of range"},
        BadText{"NaN", "[NaN]", "not valid JSON at byte 2"},
        BadText{"single quotes", "{'a':1}", "not valid JSON at byte 2"},
        BadText{"oversized", "\"" + std::string(1 << 20, 'x') + "\"", "more than the limit of 1048576"}));

TEST(Json, DuplicateKeysAreFoundInLargeObjectsToo) {
  std::string text = "{";
  for (int i = 0; i < 500; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  JsonParser parser;
  EXPECT_TRUE(parser.parse(text + "\"z\":0}"));
  EXPECT_FALSE(parser.parse(text + "\"k250\":0}"));
}

TEST(Json, ErrorsNeverQuoteTheText) {
  JsonParser parser;
  const auto parsed = parser.parse(R"({"password":hunter2})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message.find("hunter2"), std::string::npos);
}

TEST(Json, ALoneSurrogateIsRepairedInWhatIsForwarded) {
  JsonParser parser;
  const auto parsed = parser.parse(R"({"cut":"party \ud83d","pair":"\ud83d\ude00","low":"\udc00\u0041"})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->text, R"({"cut":"party \ufffd","pair":"\ud83d\ude00","low":"\ufffd\u0041"})");
  EXPECT_EQ(std::string_view(parsed->root["cut"]), "party \xEF\xBF\xBD");
  EXPECT_EQ(std::string_view(parsed->root["pair"]), "\xF0\x9F\x98\x80");
}

TEST(Json, IntegersLongerThan64BitsAreForwardedAsTheyAre) {
  JsonParser parser;
  const std::string text = R"({"big":123456789012345678901234567890,"s":"-1234567890123456789012 \" 1"})";
  const auto parsed = parser.parse(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->text, text);
  EXPECT_EQ(std::string_view(parsed->root["s"]), "-1234567890123456789012 \" 1");
}

TEST(Json, ChangedMessagesKeepTheOrderOfKeys) {
  const auto value = parse_json(R"({"z":1,"a":{"y":"é","b":null}})");
  ASSERT_TRUE(value);
  EXPECT_EQ(dump_json(*value), R"({"z":1,"a":{"y":"é","b":null}})");
}

}  // namespace
}  // namespace aegis
