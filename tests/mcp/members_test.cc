#include "mcp/bridge/members.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace aegis::mcp {
namespace {

TEST(MembersTest, FindsValuesAsTheyAreWritten) {
  const std::string text = R"( { "a" : { "b\"}" : [1, "]}"], "\u0063" : -1.50e1 } , "e":"x\\", "n":null } )";
  EXPECT_EQ(value_text(text, {"a", "b\"}"}), R"([1, "]}"])");
  EXPECT_EQ(value_text(text, {"a", "c"}), "-1.50e1");
  EXPECT_EQ(value_text(text, {"e"}), R"("x\\")");
  EXPECT_EQ(value_text(text, {"n"}), "null");
  EXPECT_EQ(value_text(text, {"b"}), std::nullopt);
  EXPECT_EQ(value_text(text, {"e", "x"}), std::nullopt);
  EXPECT_EQ(value_text("[]", {"x"}), std::nullopt);
  EXPECT_EQ(value_text("{}", {"x"}), std::nullopt);
}

TEST(MembersTest, ChangesNothingElse) {
  const std::string text = R"({"p":{"a": 1.0 , "b" :[ ],"c":{}} ,"id":7})";
  EXPECT_EQ(edit_object(text, {"p"}, {{"b", "true"}, {"new", "0"}}, {"c"}),
            R"({"p":{"b":true,"new":0,"a": 1.0} ,"id":7})");
  EXPECT_EQ(edit_object(text, {}, {{"id", "\"x\""}}), R"({"id":"x","p":{"a": 1.0 , "b" :[ ],"c":{}}})");
  EXPECT_EQ(edit_object(text, {"p", "c"}, {{"k", "1"}}),
            R"({"p":{"a": 1.0 , "b" :[ ],"c":{"k":1}} ,"id":7})");
  EXPECT_EQ(edit_object(R"({"\u0069d":1})", {}, {}, {"id"}), "{}");
  EXPECT_EQ(edit_object(text, {"id"}, {{"k", "1"}}), text);
  EXPECT_EQ(edit_object(text, {"q"}, {{"k", "1"}}), text);
}

TEST(MembersTest, ReservedKeysGo) {
  EXPECT_EQ(without_reserved(
                R"({"io.modelcontextprotocol/a":{"x":1}, "b" : 1,"\u0069o.modelcontextprotocol/c":2})"),
            R"({"b" : 1})");
  EXPECT_EQ(without_reserved("{}"), "{}");
}

TEST(MembersTest, EditedTextIsJsonAgain) {
  JsonParser parser;
  for (const char* text :
       {"{}", R"({"a":{}})", R"({"a":{"x":1}})", R"({"a":{"x":1,"y":"}"},"b":[]})", R"({"a":[]})"}) {
    for (const auto& set : {std::vector<Member>{}, std::vector<Member>{{"x", "2"}, {"\"", "[]"}}}) {
      for (const auto path : {Path{}, Path{"a"}}) {
        const std::string edited = edit_object(text, path, set, {"y"});
        EXPECT_TRUE(parser.parse(edited).has_value()) << edited;
      }
    }
  }
}

}  // namespace
}  // namespace aegis::mcp
