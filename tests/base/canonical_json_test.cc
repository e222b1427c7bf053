#include "base/canonical_json.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace aegis {
namespace {

TEST(CanonicalJson, SaysTheSameForTheSame) {
  const std::string expected = R"({"a":[1,2.50,{"x":null,"y":true}],"b":"déjà vu ☕","c":{}})";
  for (
      const std::string text :
      {R"({"a":[1,2.50,{"x":null,"y":true}],"b":"déjà vu ☕","c":{}})",
       R"( { "c" : { } , "b" : "d\u00e9j\u00E0 vu \u2615" , "a" : [ 1 , 2.50 , { "y" : true , "x" : null } ] } )",
       "{\"\\u0061\":[1,2.50,{\"y\":true,\"x\":null}],\n\t\"c\":{},\r\n\"b\":\"déjà vu ☕\"}"}) {
    EXPECT_EQ(canonical_json(text), expected) << text;
  }
}

TEST(CanonicalJson, KeepsNumbersAsTheyWereWritten) {
  EXPECT_EQ(canonical_json("[1, 1.0, 1e0, -0, 123456789012345678901234567890]"),
            "[1,1.0,1e0,-0,123456789012345678901234567890]");
}

// UTF-16, which RFC 8785 orders by, has U+1F600 before U+FB33.
TEST(CanonicalJson, OrdersNamesByCodePoint) {
  EXPECT_EQ(canonical_json(R"({"😀":1,"דּ":2,"é":3,"z":4,"":5,"a":6,"aa":7})"),
            R"({"":5,"a":6,"aa":7,"z":4,"é":3,"דּ":2,"😀":1})");
}

TEST(CanonicalJson, WritesTheFewestEscapes) {
  EXPECT_EQ(canonical_json(R"("\u0022\u005c\/\u0008\f\n\r\t\u0001\u001F\u007f\ud83d\ude00")"),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f😀\"");
  EXPECT_EQ(canonical_json_string("a\"b\nc"), R"("a\"b\nc")");
}

TEST(CanonicalJson, IsItsOwnCanonicalForm) {
  const std::string once = canonical_json(R"({"k":["\u0000",{"q\"":"\\"}],"":[[],[[]]]})");
  EXPECT_EQ(canonical_json(once), once);
  EXPECT_TRUE(parse_json(once));
}

TEST(CanonicalJson, EndsOnTextsThatAreNoJson) {
  for (const std::string text :
       {"", "{", "[", "\"", "\"\\", "\"\\u", "\"\\ud83d\\u", "{\"a\"", "{\"a\":", "[1", "[,", "]", "{]"})
    EXPECT_LE(canonical_json(text).size(), text.size() + 8) << text;
}

}  // namespace
}  // namespace aegis
