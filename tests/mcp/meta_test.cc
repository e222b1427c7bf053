#include "mcp/meta.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::mcp {
namespace {

class Meta : public testing::Test {
 protected:
  // A request of `method` whose params are `params`; none if that is empty.
  Message request(std::string_view params, std::string_view method = "tools/list") {
    text_ = R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + "\"";
    if (!params.empty()) text_ += ",\"params\":" + std::string(params);
    text_ += "}";
    const auto parsed = parser_.parse(text_);
    EXPECT_TRUE(parsed) << text_;
    std::string id;
    return *read_message(parsed->root, &id);
  }
  Message with_meta(std::string_view members) {
    return request(R"({"_meta":{)" + std::string(members) + "}}");
  }

  JsonParser parser_;
  std::string text_;
  RequestMeta meta_;
  MetaProblem problem_;
};

const std::string kVersion = R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")";
const std::string kCapabilities = R"("io.modelcontextprotocol/clientCapabilities":{"roots":{}})";
const std::string kEnvelope = kVersion + "," + kCapabilities;

TEST_F(Meta, TellsTheErasApart) {
  EXPECT_TRUE(is_modern_request(with_meta(kEnvelope)));
  EXPECT_TRUE(is_modern_request(with_meta(kVersion)));
  EXPECT_TRUE(is_modern_request(with_meta(kCapabilities)));
  EXPECT_TRUE(is_modern_request(with_meta(R"("io.modelcontextprotocol/protocolVersion":7)")));
  EXPECT_TRUE(is_modern_request(request("", "server/discover")));
  EXPECT_TRUE(is_modern_request(request(R"({"_meta":{)" + kEnvelope + "}}", "initialize")));
  EXPECT_FALSE(is_modern_request(request("")));
  EXPECT_FALSE(is_modern_request(request("{}", "subscriptions/listen")));
  EXPECT_FALSE(is_modern_request(request(R"({"_meta":7})")));
  EXPECT_FALSE(is_modern_request(with_meta(R"("progressToken":1)")));
  EXPECT_FALSE(is_modern_request(with_meta(R"("io.modelcontextprotocol/related-task":{"taskId":"t"})")));
  EXPECT_FALSE(is_modern_request(request(R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"})")));
}

TEST_F(Meta, ReadsAnEnvelope) {
  ASSERT_TRUE(read_request_meta(with_meta(kEnvelope), &meta_, &problem_)) << problem_.text;
  EXPECT_EQ(meta_.protocol_version, "2026-07-28");
  EXPECT_TRUE(meta_.client_capabilities["roots"].is_object());
  EXPECT_TRUE(meta_.client_info.is_null());
  EXPECT_TRUE(meta_.log_level.empty());
  EXPECT_FALSE(meta_.has_progress_token);

  ASSERT_TRUE(read_request_meta(
      with_meta(kEnvelope + R"(,"io.modelcontextprotocol/clientInfo":{"name":"c","version":"1"},)" +
                R"("io.modelcontextprotocol/logLevel":"warning","progressToken":"t\"7","traceparent":"x")"),
      &meta_, &problem_))
      << problem_.text;
  EXPECT_EQ(std::string_view(meta_.client_info["name"]), "c");
  EXPECT_EQ(meta_.log_level, "warning");
  EXPECT_TRUE(meta_.has_progress_token);
  EXPECT_EQ(meta_.progress_token, R"("t\"7")");
}

TEST_F(Meta, SaysWhatIsWrongWithAnEnvelope) {
  const struct {
    std::string members;
    const char* text;
  } cases[] = {
      {kCapabilities, "protocolVersion\"] is missing"},
      {kVersion, "clientCapabilities\"] is missing"},
      {R"("io.modelcontextprotocol/protocolVersion":20260728,)" + kCapabilities,
       "protocolVersion\"] must be a string"},
      {R"("io.modelcontextprotocol/protocolVersion":null,)" + kCapabilities,
       "protocolVersion\"] must be a string"},
      {kVersion + R"(,"io.modelcontextprotocol/clientCapabilities":[])",
       "clientCapabilities\"] must be an object"},
      {kVersion + R"(,"io.modelcontextprotocol/clientCapabilities":null)",
       "clientCapabilities\"] must be an object"},
      {kEnvelope + R"(,"io.modelcontextprotocol/clientInfo":"c")", "clientInfo\"] must be an object"},
      {kEnvelope + R"(,"io.modelcontextprotocol/logLevel":"loud")", "must name a log level"},
      {kEnvelope + R"(,"progressToken":1.5)", "progressToken must be a string or an integer"},
  };
  for (const auto& one : cases) {
    EXPECT_FALSE(read_request_meta(with_meta(one.members), &meta_, &problem_)) << one.members;
    EXPECT_EQ(problem_.code, kInvalidParams);
    EXPECT_NE(problem_.text.find(one.text), std::string::npos) << problem_.text;
    EXPECT_TRUE(problem_.data.is_null());
    EXPECT_TRUE(meta_.client_info.is_null());
  }
  for (const char* params : {"", "{}", R"({"_meta":[]})", R"({"_meta":null})"}) {
    EXPECT_FALSE(read_request_meta(request(params), &meta_, &problem_));
    EXPECT_EQ(problem_.text, "params._meta must be an object");
  }
}

TEST_F(Meta, AnotherVersionIsRefusedWithThoseWeSpeak) {
  for (const std::string version : {"1900-01-01", "2025-11-25", "", "2026-07-28 "}) {
    // Whatever else is missing: another version may have other members.
    EXPECT_FALSE(read_request_meta(
        with_meta(R"("io.modelcontextprotocol/protocolVersion":")" + version + "\""), &meta_, &problem_));
    EXPECT_EQ(problem_.code, kUnsupportedProtocolVersion);
    EXPECT_EQ(problem_.data["requested"], version);
    EXPECT_EQ(dump_json(problem_.data["supported"]), R"(["2026-07-28"])");
  }
}

TEST(MetaError, MayCarryData) {
  EXPECT_EQ(error_message("7", kUnsupportedProtocolVersion, "no", Json{{"requested", "x"}}),
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32022,"message":"no","data":{"requested":"x"}}})");
  EXPECT_EQ(error_message("\"a\"", kInvalidParams, "no", Json()),
            R"({"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"no"}})");
}

}  // namespace
}  // namespace aegis::mcp
