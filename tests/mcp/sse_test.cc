#include "mcp/sse.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aegis::mcp {
namespace {

// Everything the decoder makes of `bytes`, fed in pieces: "type|id|data", "!" for an error.
std::vector<std::string> events_of(std::string_view bytes, std::size_t piece, std::size_t limit = 1000) {
  SseDecoder decoder(limit);
  std::vector<std::string> events;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    decoder.append(bytes.substr(i, piece));
    for (;;) {
      auto event = decoder.next();
      if (!event) {
        events.push_back("!");
        return events;
      }
      if (!event->has_value()) break;
      events.push_back((*event)->type + "|" + (*event)->id + "|" + (*event)->data);
    }
  }
  return events;
}

struct Case {
  const char* name;
  std::string stream;
  std::vector<std::string> events;
};

class Sse : public testing::TestWithParam<Case> {};

TEST_P(Sse, IsReadTheSameHoweverTheBytesArrive) {
  for (const std::size_t piece : {1u, 2u, 3u, 5u, 1000u})
    EXPECT_EQ(events_of(GetParam().stream, piece), GetParam().events) << piece;
}

INSTANTIATE_TEST_SUITE_P(
    Streams, Sse,
    testing::Values(
        Case{"AMessage", "data: {\"a\":1}\n\n", {"message||{\"a\":1}"}},
        Case{"TypeAndId", "event: ping\nid: 7\ndata: x\n\ndata: y\n\n", {"ping|7|x", "message|7|y"}},
        Case{"SeveralDataLines", "data: a\ndata:b\ndata:  c\ndata\n\n", {"message||a\nb\n c\n"}},
        Case{"AnyLineEnd",
             "data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\n",
             {"message||a", "message||b", "message||c", "message||d"}},
        Case{"CommentsAndUnknownFields",
             ": keep-alive\n\nfoo: bar\n:data: no\nDATA: no\n data: no\n\ndata: a\n: b\ndata: c\n\n",
             {"message||a\nc"}},
        Case{"NoDataNoEvent", "event: x\nid: 3\n\ndata: a\n\n", {"message|3|a"}},
        Case{"EmptyDataIsData", "id: 3\ndata:\n\nid\ndata: \n\n", {"message|3|", "message||"}},
        Case{"AnIdWithNulIsIgnored",
             std::string("id: 1\ndata: a\n\nid: 2\0x\ndata: b\n\n", 32),
             {"message|1|a", "message|1|b"}},
        Case{"AByteOrderMarkOnceAtTheStart",
             "\xEF\xBB\xBF"
             "data: a\n\n\xEF\xBB\xBF"
             "data: b\n\ndata: c\n\n",
             {"message||a", "message||c"}},
        Case{"HalfAByteOrderMarkIsAName",
             "\xEF\xBB"
             "data: a\n\ndata: c\n\n",
             {"message||c"}},
        Case{"TheUnfinishedEnd", "data: a\n\ndata: b\n", {"message||a"}},
        Case{"BlankLines", "\n\n\r\n\rdata: a\n\n\n\n", {"message||a"}}),
    [](const auto& one) { return one.param.name; });

TEST(SseDecoder, RemembersWhereToResumeAndWhenToReconnect) {
  SseDecoder decoder(100);
  EXPECT_EQ(decoder.retry_ms(), -1);
  decoder.append("retry: 1500\nid: 9\n\nretry: x\n\nretry: -1\n\nretry:\n\n");
  ASSERT_FALSE(decoder.next().value().has_value());
  EXPECT_EQ(decoder.retry_ms(), 1500);
  EXPECT_EQ(decoder.last_id(), "9");
  decoder.append("retry: 99999999999999999999\n\n");
  ASSERT_FALSE(decoder.next().value().has_value());
  EXPECT_EQ(decoder.retry_ms(), 2147483647);
}

TEST(SseDecoder, AnEventOfExactlyTheLimitIsWholeAndALongerOneAnError) {
  const std::string full(100, 'x');
  const std::string half(50, 'x');
  for (const std::size_t piece : {1u, 7u, 10'000u}) {
    EXPECT_EQ(events_of("data: " + full + "\n\n", piece, 100), std::vector<std::string>{"message||" + full});
    EXPECT_EQ(events_of("data: " + full + "x\n\n", piece, 100), std::vector<std::string>{"!"});
    EXPECT_EQ(events_of("data: " + half + "\ndata: " + half + "\n\n", piece, 100),
              std::vector<std::string>{"!"});
    EXPECT_EQ(events_of(":" + std::string(200, 'c'), piece, 100), std::vector<std::string>{"!"});
    EXPECT_EQ(events_of("data: a\n\ndata: " + std::string(5000, 'x'), piece, 100),
              (std::vector<std::string>{"message||a", "!"}));
  }
}

TEST(SseDecoder, LongIdsAndTypesAreNotKept) {
  const std::string longer(kMaxSseFieldBytes + 1, 'i');
  const auto events =
      events_of("id: 1\nid: " + longer + "\nevent: " + longer + "\ndata: a\n\n", 10'000, 10'000);
  EXPECT_EQ(events, std::vector<std::string>{longer.substr(1) + "|1|a"});
}

TEST(SseEvent, IsReadBackAsItWasWritten) {
  EXPECT_EQ(sse_event("{}"), "data: {}\n\n");
  EXPECT_EQ(sse_event("{}", "a/7", "message"), "event: message\nid: a/7\ndata: {}\n\n");
  EXPECT_EQ(sse_event(""), "data: \n\n");
  EXPECT_EQ(sse_event("a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
  for (const std::string data : {"", " ", " a", "a\n\nb", "\n", "id: 3\n\ndata: injected"}) {
    EXPECT_EQ(events_of(sse_event(data, "7"), 3), std::vector<std::string>{"message|7|" + data}) << data;
  }
  EXPECT_TRUE(events_of(std::string(kSseKeepAlive), 100).empty());
}

}  // namespace
}  // namespace aegis::mcp
