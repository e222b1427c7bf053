#include "gateway/fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aegis::gateway {
namespace {

struct Walk {
  std::vector<std::string> fields;
  std::vector<std::string> pointers;
};

Walk walk(const std::string& text) {
  JsonParser parser;
  const auto parsed = parser.parse(text);
  EXPECT_TRUE(parsed) << text;
  std::vector<std::string_view> views;
  collect_fields(parsed->root, &views);
  Walk result;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < views.size(); ++i) {
    result.fields.emplace_back(views[i]);
    all.push_back(i);
  }
  result.pointers = field_pointers(parsed->root, all);
  return result;
}

std::string edited(const std::string& text, std::vector<guard::Edit> edits) {
  Json value = *parse_json(text);
  apply_edits(edits, &value);
  return dump_json(value);
}

// Long enough for a payload.
const std::string kPayload(400, 'Q');

const std::string kMessage = R"({"content":[{"type":"text","text":"a"},{"type":"image","data":")" + kPayload +
                             R"(","mimeType":"image/png"}],)"
                             R"("k/e~y":{"blob":")" +
                             kPayload + R"(","data":"text"},"n":[1,null,true,["deep"]]})";

TEST(Fields, AreEveryKeyAndStringButPayloads) {
  EXPECT_EQ(walk(kMessage).fields, (std::vector<std::string>{"content", "type", "text", "text", "a", "type",
                                                             "image", "data", "mimeType", "image/png",
                                                             "k/e~y", "blob", "data", "text", "n", "deep"}));
}

TEST(Fields, NothingHidesUnderAPayloadsName) {
  EXPECT_EQ(walk(R"({"blob":"some words","x":{"type":"image","data":"more words"}})").fields,
            (std::vector<std::string>{"blob", "some words", "x", "type", "image", "data", "more words"}));
}

TEST(Fields, PointersNameEachOne) {
  const auto pointers = walk(kMessage).pointers;
  EXPECT_EQ(pointers[0], "/content");
  EXPECT_EQ(pointers[4], "/content/0/text");
  EXPECT_EQ(pointers[10], "/k~1e~0y");
  EXPECT_EQ(pointers[13], "/k~1e~0y/data");
  EXPECT_EQ(pointers[15], "/n/3/0");
}

// The two walks are written apart; an index must mean the same field to both.
TEST(Fields, AnEditChangesTheFieldItsIndexNames) {
  for (const std::string& text :
       {kMessage, std::string(R"("alone")"), std::string(R"([["a"],{"b":{"c":"d"}},"e"])"),
        R"({"type":"audio","data":")" + kPayload + R"(","t":"y"})"}) {
    const auto fields = walk(text).fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      // Changing what marks a payload changes what is a field.
      if (fields[i] == "data" || fields[i] == "type" || fields[i] == "blob" || fields[i] == "image" ||
          fields[i] == "audio")
        continue;
      const auto changed = walk(edited(text, {{.field = i, .text = "<changed>"}}));
      ASSERT_EQ(changed.fields.size(), fields.size()) << text << " " << i;
      for (std::size_t j = 0; j < fields.size(); ++j) {
        EXPECT_EQ(changed.fields[j], i == j ? "<changed>" : fields[j]) << text << " " << i;
      }
    }
  }
}

TEST(Fields, TwoKeysWithOnePlaceholderKeepBothMembers) {
  EXPECT_EQ(edited(R"({"s1":1,"s2":2,"x":3})", {{.field = 0, .text = "[R]"}, {.field = 1, .text = "[R]"}}),
            R"({"[R]":1,"[R]#2":2,"x":3})");
}

}  // namespace
}  // namespace aegis::gateway
