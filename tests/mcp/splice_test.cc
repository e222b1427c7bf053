#include "mcp/splice.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"

namespace aegis::mcp {
namespace {

std::string found(std::string_view text, std::initializer_list<std::string_view> path) {
  // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(text.begin(), text.end());
  const std::string_view view(exact.data(), exact.size());
  const auto span = find_value(view, path);
  return span ? std::string(view.substr(span->begin, span->end - span->begin)) : "(none)";
}

struct Case {
  const char* text;
  const char* id;
  const char* token;  // below params._meta.progressToken
};

class Splice : public testing::TestWithParam<Case> {};

TEST_P(Splice, FindsExactlyTheValueAsked) {
  ASSERT_TRUE(JsonParser().parse(GetParam().text));
  EXPECT_EQ(found(GetParam().text, {"id"}), GetParam().id);
  EXPECT_EQ(found(GetParam().text, {"params", "_meta", "progressToken"}), GetParam().token);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Splice,
    testing::Values(
        Case{R"({"id":7})", "7", "(none)"}, Case{"  { \"id\"\t: -12 \r\n } ", "-12", "(none)"},
        Case{R"({"id":"a\"b\\"})", R"("a\"b\\")", "(none)"}, Case{"{}", "(none)", "(none)"},
        Case{"[]", "(none)", "(none)"}, Case{R"([{"id":1}])", "(none)", "(none)"},
        Case{"7", "(none)", "(none)"}, Case{R"({"\u0069d":7})", "7", "(none)"},
        Case{R"({"i\u0064x":7,"\u0069\u0064":8})", "8", "(none)"},
        // A key inside a string, or deeper, is another one.
        Case{R"({"x":"\"id\":1","y":{"id":2},"z":[{"id":3}],"id":4})", "4", "(none)"},
        Case{R"({"x":"}","id":{"a":["]",1]}})", R"({"a":["]",1]})", "(none)"},
        Case{R"({"x":"\\","id":null})", "null", "(none)"},
        Case{R"({"":1,"id":true,"idd":2})", "true", "(none)"},
        Case{R"({"params":{"_meta":{"progressToken":"t"}},"id":1})", "1", "\"t\""},
        Case{
            R"({"id":1,"params":{"progressToken":5,"arguments":{"_meta":{"progressToken":6}},"_meta":{"a":{"progressToken":7},"progressToken":8}}})",
            "1", "8"},
        Case{R"({"id":1,"params":{"_meta":[{"progressToken":5}]}})", "1", "(none)"},
        Case{R"({"id":1,"params":null})", "1", "(none)"},
        Case{R"({"id":1,"params":{},"_meta":{"progressToken":5}})", "1", "(none)"},
        Case{R"({"id":1,"p\u0061rams":{"_met\u0061":{"progress\u0054oken":5}}})", "1", "5"},
        Case{R"({"id":1,"params":{"_meta":{}},"progressToken":5})", "1", "(none)"},
        Case{R"({"id":123456789012345678901234567890,"x":1})", "123456789012345678901234567890", "(none)"}));

TEST(SpliceReplace, ChangesNoOtherByte) {
  EXPECT_EQ(replace_value(R"( {"a":1.50,  "id" : "x" , "b":"é\u00e9"} )", {"id"}, "42"),
            R"( {"a":1.50,  "id" : 42 , "b":"é\u00e9"} )");
  EXPECT_EQ(replace_value(R"({"id":1,"params":{"_meta":{"progressToken":1}}})",
                          {"params", "_meta", "progressToken"}, "\"a\""),
            R"({"id":1,"params":{"_meta":{"progressToken":"a"}}})");
  EXPECT_EQ(replace_value(R"({"a":1})", {"id"}, "42"), R"({"a":1})");
}

TEST(SpliceRemove, TakesTheMemberAndOneComma) {
  for (const auto& [text, left] : std::initializer_list<std::pair<std::string, std::string>>{
           {R"({"p":{"a":1,"x":[{"x":2}],"b":"x"}})", R"({"p":{"a":1,"b":"x"}})"},
           {R"({"p":{"x":"}\"","b":1}})", R"({"p":{"b":1}})"},
           {R"({"p":{"a":1.50 , "x" : null }})", R"({"p":{"a":1.50  }})"},
           {R"({"p":{ "x" : {} }})", R"({"p":{  }})"},
           {R"({"p":{"\",x\\":1,"\u0078":2}})", R"({"p":{"\",x\\":1}})"},
           {R"({"x":1,"p":{"a":{"x":1}}})", R"({"x":1,"p":{"a":{"x":1}}})"}}) {
    EXPECT_EQ(without_value(text, {"p", "x"}), left);
    EXPECT_TRUE(parse_json(left));
  }
}

TEST(SpliceReplace, StaysInsideATextThatEndsEarly) {
  const std::string whole = R"({"a":["\"",{"b":1}],"\u0069d":"x","params":{"_meta":{"progressToken":12}}})";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    found(std::string_view(whole).substr(0, size), {"id"});
    found(std::string_view(whole).substr(0, size), {"params", "_meta", "progressToken"});
  }
}

}  // namespace
}  // namespace aegis::mcp
