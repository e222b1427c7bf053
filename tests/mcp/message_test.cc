#include "mcp/message.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::mcp {
namespace {

struct Refused {
  const char* text;
  const char* message;
  const char* id;  // what could be read of it for the reply
};

class MessageRefuses : public testing::TestWithParam<Refused> {};

TEST_P(MessageRefuses, AndSaysWhy) {
  JsonParser parser;
  const auto parsed = parser.parse(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  std::string id = "stale";
  const auto message = read_message(parsed->root, &id);
  ASSERT_FALSE(message);
  EXPECT_NE(message.error().message.find(GetParam().message), std::string::npos) << message.error().message;
  EXPECT_EQ(id, GetParam().id);
}

INSTANTIATE_TEST_SUITE_P(
    Message, MessageRefuses,
    testing::Values(
        Refused{R"([])", "a batch is not allowed here", ""}, Refused{R"("x")", "must be a JSON object", ""},
        Refused{R"({"id":1,"method":"ping"})", "\"jsonrpc\" must be \"2.0\"", "1"},
        Refused{R"({"jsonrpc":"1.0","id":1,"method":"ping"})", "\"jsonrpc\" must be \"2.0\"", "1"},
        Refused{R"({"jsonrpc":2.0,"id":"a","method":"ping"})", "\"jsonrpc\" must be \"2.0\"", "\"a\""},
        Refused{R"({"jsonrpc":"2.0","id":null,"method":"ping"})", "the id is null", ""},
        Refused{R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", "not a whole number", ""},
        Refused{R"({"jsonrpc":"2.0","id":1.0,"method":"ping"})", "not a whole number", ""},
        Refused{R"({"jsonrpc":"2.0","id":true,"method":"ping"})", "a string or an integer", ""},
        Refused{R"({"jsonrpc":"2.0","id":{},"method":"ping"})", "a string or an integer", ""},
        Refused{R"({"jsonrpc":"2.0","id":1,"method":7})", "\"method\" must be a string", "1"},
        Refused{R"({"jsonrpc":"2.0","id":1,"method":"x","params":[1]})", "\"params\" must be an object", "1"},
        Refused{R"({"jsonrpc":"2.0","id":1,"method":"x","params":null})", "\"params\" must be an object",
                "1"},
        Refused{R"({"jsonrpc":"2.0","id":1,"method":"x","result":{}})", "both a method and a result", "1"},
        Refused{R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})", "both a result and an error", "1"},
        Refused{R"({"jsonrpc":"2.0","result":{}})", "a result has no id", ""},
        Refused{R"({"jsonrpc":"2.0","id":1,"error":"x"})", "\"error\" must be an object", "1"},
        Refused{R"({"jsonrpc":"2.0","id":1})", "a method, a result or an error", "1"}));

TEST(Message, IdsKeepTheirType) {
  JsonParser parser;
  std::string id;
  for (const char* written : {"7", "-7", "18446744073709551615", "\"7\"", "\"a \\\"b\\\"\""}) {
    const std::string text = std::string(R"({"jsonrpc":"2.0","method":"ping","id":)") + written + "}";
    const auto parsed = parser.parse(text);
    const auto message = read_message(parsed->root, &id);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->id, written);
    EXPECT_EQ(message->kind, MessageKind::request);
  }
}

TEST(Message, AnErrorMayHaveNoId) {
  JsonParser parser;
  std::string id;
  for (const char* text : {R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}})",
                           R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}})"}) {
    const auto message = read_message(parser.parse(text)->root, &id);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->kind, MessageKind::error);
    EXPECT_TRUE(message->id.empty());
  }
}

TEST(Message, ErrorsNobodyAskedForFollowTheRevision) {
  EXPECT_EQ(unaddressed_error(kParseError, "m", find_revision("2025-06-18")),
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}})");
  EXPECT_EQ(unaddressed_error(kParseError, "m", find_revision("2025-11-25")),
            R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"m"}})");
}

TEST(Version, TheClientsRevisionIsTakenIfWeKnowIt) {
  for (const char* name : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    EXPECT_EQ(negotiate(name).name, name);
}

TEST(Version, AnUnknownOneGetsTheLatestWithAHandshake) {
  for (const char* name : {"1999-01-01", "", "2026-07-28", "2030-01-01"})
    EXPECT_EQ(negotiate(name).name, "2025-11-25");
}

}  // namespace
}  // namespace aegis::mcp
