#include "app/commands/definition_diff.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::app {
namespace {

TEST(DefinitionDiffTest, OnlyMembersThatChangedAreShownLineByLine) {
  EXPECT_EQ(
      definition_diff(R"({"description":"one\ntwo","name":"a","title":"T"})",
                      R"({"annotations":{"readOnlyHint":true},"description":"one\n2\nthree","name":"a"})"),
      "title\n"
      "  - T\n"
      "description\n"
      "    one\n"
      "  - two\n"
      "  + 2\n"
      "  + three\n"
      "annotations\n"
      "  + {\n"
      "  +   \"readOnlyHint\": true\n"
      "  + }\n");
}

TEST(DefinitionDiffTest, WhatStayedIsShownNearAChangeOnly) {
  const auto schema = [](const std::string& type) {
    return R"({"inputSchema":{"a":1,"b":2,"c":3,"d":4,"e":{"type":")" + type +
           R"("},"f":5,"g":6,"h":7},"name":"a"})";
  };
  const std::string shown = definition_diff(schema("string"), schema("number"));
  EXPECT_EQ(shown,
            "inputSchema\n"
            "    …\n"
            "      \"d\": 4,\n"
            "      \"e\": {\n"
            "  -     \"type\": \"string\"\n"
            "  +     \"type\": \"number\"\n"
            "      },\n"
            "      \"f\": 5,\n");
}

TEST(DefinitionDiffTest, ANewToolIsShownWhole) {
  EXPECT_EQ(definition_diff("", R"({"description":"d","name":"a"})"), "name\n  + a\ndescription\n  + d\n");
}

TEST(DefinitionDiffTest, NothingOnTheTerminalIsTheServersDoing) {
  const std::string shown = definition_diff("", "{\"description\":\"\\u001b[2J\\u202e\",\"name\":\"a\\nb\"}");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_NE(shown.find("\\u{1b}[2J\\u{202e}"), std::string::npos) << shown;
}

TEST(DefinitionDiffTest, WhatCannotBeShownIsSaid) {
  EXPECT_NE(definition_diff(R"({"name":"a"})", "").find("too large"), std::string::npos);
  EXPECT_NE(definition_diff(R"({"name":"a"})", R"({"name":"a"})").find("redacted"), std::string::npos);
}

TEST(DefinitionDiffTest, HugeDefinitionsAreComparedInTime) {
  std::string was, is;
  for (int i = 0; i < 5'000; ++i) {
    was += "a" + std::to_string(i) + "\\n";
    is += "b" + std::to_string(i) + "\\n";
  }
  EXPECT_NE(definition_diff(R"({"description":")" + was + "\"}", R"({"description":")" + is + "\"}")
                .find("+ b4999"),
            std::string::npos);
}

}  // namespace
}  // namespace aegis::app
