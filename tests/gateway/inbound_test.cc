#include "gateway/http/inbound.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/http/replay.h"
#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

TEST(Accepts, MediaRanges) {
  struct Case {
    const char* accept;
    bool json, events;
  };
  const std::vector<Case> cases{
      {"application/json, text/event-stream", true, true},
      {"application/json,text/event-stream", true, true},
      {"text/event-stream;q=0.5 ,\tapplication/json ; charset=utf-8", true, true},
      {"Application/JSON, TEXT/Event-Stream", true, true},
      {"*/*", true, true},
      {"application/*", true, false},
      {"text/*;q=0.1", false, true},
      {"*/*;q=0", false, false},
      {"application/json;q=0.000, text/event-stream; Q=0", false, false},
      {"application/json;q=0.001", true, false},
      {"application/jsonp, text/event-streams", false, false},
      {"xapplication/json", false, false},
      {"*/json", false, false},
      {"text/html, image/webp", false, false},
      {"", false, false},
      {",;,=;,", false, false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(accepts(std::string(one.accept), "application/json"), one.json) << one.accept;
    EXPECT_EQ(accepts(std::string(one.accept), "text/event-stream"), one.events) << one.accept;
  }
  EXPECT_FALSE(accepts(std::nullopt, "application/json"));
}

TEST(IsJson, ContentTypes) {
  for (const char* yes :
       {"application/json", "APPLICATION/JSON", " application/json ; charset=utf-8", "application/json;"})
    EXPECT_TRUE(is_json(std::string(yes))) << yes;
  for (const char* no : {"", "text/json", "application/json-rpc", "application/jsonx",
                         "text/plain;application/json", "application/json, text/plain"})
    EXPECT_FALSE(is_json(std::string(no))) << no;
  EXPECT_FALSE(is_json(std::nullopt));
}

TEST(ArrayItems, AreTheirOwnBytes) {
  struct Case {
    const char* array;
    std::vector<std::string_view> items;
  };
  const std::vector<Case> cases{
      {"[]", {}},
      {" [ ] ", {}},
      {"[1]", {"1"}},
      {"[ 1 , \"a,b\" ,{\"c\":[1,2]},[3,4] ]", {"1", "\"a,b\"", "{\"c\":[1,2]}", "[3,4]"}},
      {R"(["\"]","\\",{"]":"["}])", {R"("\"]")", R"("\\")", R"({"]":"["})"}},
      {"[[],{}]\n", {"[]", "{}"}},
  };
  for (const auto& one : cases) {
    ASSERT_TRUE(JsonParser().parse(one.array)) << one.array;
    EXPECT_EQ(mcp::array_items(one.array), one.items) << one.array;
  }
}

TEST(EventIds, ReadBackAsWritten) {
  const auto id = parse_event_id(event_id("0a1b", 7, 42));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->tag, "0a1b");
  EXPECT_EQ(id->stream, 7u);
  EXPECT_EQ(id->number, 42u);
  for (const char* no : {"", "-", "--", "a", "a-1", "a-1-", "a--1", "a-1-2-3", "a-1-+2", "a-0x1-2", "a- 1-2",
                         "a-1-99999999999999999999"})
    EXPECT_FALSE(parse_event_id(no)) << no;
}

}  // namespace
}  // namespace aegis::gateway
