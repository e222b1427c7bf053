#include "mcp/http_headers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

TEST(HeaderValue, IsWrittenSoThatItComesBackUnchanged) {
  const std::pair<const char*, const char*> cases[] = {
      {"us-west1", "us-west1"},
      {"two words", "two words"},
      {"file:///a/b?c=d", "file:///a/b?c=d"},
      {"Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="},
      {" padded ", "=?base64?IHBhZGRlZCA=?="},
      {"trailing ", "=?base64?dHJhaWxpbmcg?="},
      {"line1\nline2", "=?base64?bGluZTEKbGluZTI=?="},
      {"a\tb", "=?base64?YQli?="},
      {"\x7f", "=?base64?fw==?="},
      {"",
       "=?base64?"
       "?="},
      {"=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="},
      {"=?base64?=", "=?base64?="},  // too short to be the pattern
      {"=?base64?open", "=?base64?open"},
      {"=?BASE64?eA==?=", "=?BASE64?eA==?="}};
  for (const auto& [value, header] : cases) {
    EXPECT_EQ(encode_header_value(value), header);
    EXPECT_EQ(decode_header_value(header).value_or("(error)"), value);
  }
}

TEST(HeaderValue, WhatCannotBeReadIsAnError) {
  for (const char* header : {"=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64? SGVsbG8= ?=",
                             "=?base64?/w==?=", "caf\xc3\xa9", "a\x01", "a\rb", "a\nb", "\x7f"}) {
    EXPECT_FALSE(decode_header_value(header)) << header;
  }
  EXPECT_EQ(*decode_header_value("a\tb"), "a\tb");
}

struct Schema {
  const char* text;
  const char* params;  // "header=path:type …", or "!" and a part of the error
};

class Annotations : public testing::TestWithParam<Schema> {};

TEST_P(Annotations, AreReadOrRefused) {
  JsonParser parser;
  const auto parsed = parser.parse(GetParam().text);
  ASSERT_TRUE(parsed) << GetParam().text;
  const auto params = param_headers(parsed->root);
  const std::string expected = GetParam().params;
  if (!expected.empty() && expected.front() == '!') {
    ASSERT_FALSE(params) << GetParam().text;
    EXPECT_NE(params.error().message.find(expected.substr(1)), std::string::npos) << params.error().message;
    return;
  }
  ASSERT_TRUE(params) << params.error().message;
  std::string written;
  for (const auto& param : *params) {
    written += (written.empty() ? "" : " ") + param.header + "=";
    for (const auto& key : param.path) written += "/" + key;
    written += param.type == ParamHeader::Type::string    ? ":s"
               : param.type == ParamHeader::Type::integer ? ":i"
                                                          : ":b";
  }
  EXPECT_EQ(written, expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Schemas, Annotations,
    testing::Values(
        Schema{"{}", ""}, Schema{"true", ""},
        Schema{R"({"type":"object","properties":{"a":{"type":"string"}}})", ""},
        Schema{
            R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"x-mcp-header":"B-1","type":"integer"},"c":{"type":"boolean","x-mcp-header":"c"}}})",
            "Mcp-Param-A=/a:s Mcp-Param-B-1=/b:i Mcp-Param-c=/c:b"},
        Schema{
            R"({"properties":{"o":{"type":"object","properties":{"a b":{"type":"string","x-mcp-header":"X"}}}}})",
            "Mcp-Param-X=/o/a b:s"},
        // A property of that name is no annotation, nor is data that looks like one.
        Schema{R"({"properties":{"x-mcp-header":{"type":"string"}}})", ""},
        Schema{R"({"properties":{"properties":{"type":"string","x-mcp-header":"P"}}})",
               "Mcp-Param-P=/properties:s"},
        Schema{
            R"({"properties":{"a":{"default":{"x-mcp-header":1},"const":{"x-mcp-header":1},"enum":[{"x-mcp-header":1}],"examples":[{"x-mcp-header":1}]}}})",
            ""},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":7}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":"My Region"}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":"A:B"}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":"Région"}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"string","x-mcp-header":"A\r\nB"}}})", "!no header name"},
        Schema{R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
               "!no string, integer or boolean"},
        Schema{R"({"properties":{"a":{"type":"object","x-mcp-header":"A"}}})",
               "!no string, integer or boolean"},
        Schema{R"({"properties":{"a":{"type":"array","x-mcp-header":"A"}}})",
               "!no string, integer or boolean"},
        Schema{R"({"properties":{"a":{"type":"null","x-mcp-header":"A"}}})",
               "!no string, integer or boolean"},
        Schema{R"({"properties":{"a":{"x-mcp-header":"A"}}})", "!no string, integer or boolean"},
        Schema{R"({"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}})",
               "!no string, integer or boolean"},
        Schema{
            R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}})",
            "!the same x-mcp-header"},
        Schema{R"({"x-mcp-header":"A","type":"string"})", "!no chain of 'properties'"},
        Schema{R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
               "!no chain of 'properties'"},
        Schema{R"({"properties":{"a":{"items":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}}})",
               "!no chain of 'properties'"},
        Schema{R"({"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})",
               "!no chain of 'properties'"},
        Schema{R"({"if":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}})",
               "!no chain of 'properties'"},
        Schema{R"({"$defs":{"d":{"type":"string","x-mcp-header":"A"}}})", "!no chain of 'properties'"},
        Schema{R"({"additionalProperties":{"type":"string","x-mcp-header":"A"}})",
               "!no chain of 'properties'"},
        Schema{R"({"patternProperties":{"^a":{"type":"string","x-mcp-header":"A"}}})",
               "!no chain of 'properties'"},
        Schema{R"({"unknown":{"type":"string","x-mcp-header":"A"}})", "!no chain of 'properties'"}));

TEST(Annotations, AreLimited) {
  const auto schema = [](std::size_t count) {
    Json properties = Json::object();
    for (std::size_t i = 0; i < count; ++i)
      properties["p" + std::to_string(i)] =
          Json{{"type", "string"}, {"x-mcp-header", "P" + std::to_string(i)}};
    return dump_json(Json{{"properties", properties}});
  };
  JsonParser parser;
  EXPECT_TRUE(param_headers(parser.parse(schema(kMaxParamHeaders))->root));
  EXPECT_FALSE(param_headers(parser.parse(schema(kMaxParamHeaders + 1))->root));
}

class Headers : public testing::Test {
 protected:
  using Map = std::map<std::string, std::string>;

  Headers() {
    schema_ =
        R"({"properties":{"region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},)"
        R"("dry":{"type":"boolean","x-mcp-header":"Dry"},"o":{"properties":{"in":{"type":"string","x-mcp-header":"In"}}}}})";
    params_ = *param_headers(schema_parser_.parse(schema_)->root);
  }
  Message message(std::string text) {
    text_ = std::move(text);
    const auto parsed = parser_.parse(text_);
    EXPECT_TRUE(parsed) << text_;
    std::string id;
    return *read_message(parsed->root, &id);
  }
  static std::string body(const std::string& method, const std::string& params) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method +
           R"(","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"})" +
           (params.empty() ? "" : "," + params) + "}}";
  }
  // "ok" or what is wrong.
  std::string check(const Message& message, const Map& headers) {
    const auto done = check_headers(
        message,
        [&](std::string_view name) {
          const auto found = headers.find(std::string(name));
          return found == headers.end() ? std::nullopt : std::optional(found->second);
        },
        params_);
    return done ? "ok" : done.error().message;
  }
  // A call of tool t with these arguments and these param headers besides the right standard ones.
  std::string check_call(const std::string& arguments, Map headers) {
    headers.insert({{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "t"}});
    return check(message(body("tools/call", R"("name":"t","arguments":)" + arguments)), headers);
  }

  JsonParser schema_parser_, parser_;
  std::string schema_, text_;
  std::vector<ParamHeader> params_;
};

TEST_F(Headers, MirrorTheBodyAndPassTheCheck) {
  const std::pair<std::string, HeaderList> cases[] = {
      {body("tools/list", ""), {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}}},
      {body("resources/read", R"("uri":"file:///é")"),
       {{"MCP-Protocol-Version", "2026-07-28"},
        {"Mcp-Method", "resources/read"},
        {"Mcp-Name", "=?base64?ZmlsZTovLy/DqQ==?="}}},
      {body("prompts/get", R"("name":"p q")"),
       {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "prompts/get"}, {"Mcp-Name", "p q"}}},
      {body("tasks/get", R"("taskId":"t-1")"),
       {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tasks/get"}, {"Mcp-Name", "t-1"}}},
      {body("tools/call",
            R"("name":"t","arguments":{"region":" x","count":-7,"dry":false,"o":{"in":""},"query":"q"})"),
       {{"MCP-Protocol-Version", "2026-07-28"},
        {"Mcp-Method", "tools/call"},
        {"Mcp-Name", "t"},
        {"Mcp-Param-Region", "=?base64?IHg=?="},
        {"Mcp-Param-Count", "-7"},
        {"Mcp-Param-Dry", "false"},
        {"Mcp-Param-In",
         "=?base64?"
         "?="}}},
      {body("tools/call", R"("name":"t","arguments":{"region":null,"count":42.0,"dry":{},"o":7})"),
       {{"MCP-Protocol-Version", "2026-07-28"},
        {"Mcp-Method", "tools/call"},
        {"Mcp-Name", "t"},
        {"Mcp-Param-Count", "42"}}},
      {body("tools/call", R"("name":"t","arguments":{"count":9007199254740992})"),
       {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "t"}}},
      {R"({"jsonrpc":"2.0","id":1,"result":{}})", {{"MCP-Protocol-Version", "2026-07-28"}}},
  };
  for (const auto& [text, headers] : cases) {
    const Message read = message(text);
    EXPECT_EQ(request_headers(read, "2026-07-28", params_), headers) << text;
    if (read.kind != MessageKind::request) continue;
    EXPECT_EQ(check(read, Map(headers.begin(), headers.end())), "ok") << text;
  }
}

TEST_F(Headers, OfTheMessageMustBeThereAndMatch) {
  const Map right{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "t"}};
  const std::string call = body("tools/call", R"("name":"t")");
  EXPECT_EQ(check(message(call), right), "ok");
  const struct {
    const char* header;
    const char* value;  // null: left out
    const char* error;
  } cases[] = {
      {"MCP-Protocol-Version", nullptr, "MCP-Protocol-Version is missing"},
      {"MCP-Protocol-Version", "2025-11-25", "MCP-Protocol-Version is not the version"},
      {"Mcp-Method", nullptr, "Mcp-Method is missing"},
      {"Mcp-Method", "tools/list", "Mcp-Method is not the method"},
      {"Mcp-Method", "TOOLS/CALL", "Mcp-Method is not the method"},
      {"Mcp-Name", nullptr, "Mcp-Name is missing"},
      {"Mcp-Name", "T", "Mcp-Name is not params.name"},
      {"Mcp-Name", "", "Mcp-Name is not params.name"},
      {"Mcp-Name", "=?base64?dA?=", "Mcp-Name is not valid base64"},
      {"Mcp-Name", "t\x01", "Mcp-Name holds bytes"},
  };
  for (const auto& one : cases) {
    Map headers = right;
    headers.erase(one.header);
    if (one.value != nullptr) headers[one.header] = one.value;
    EXPECT_NE(check(message(call), headers).find(one.error), std::string::npos)
        << check(message(call), headers);
  }
  Map encoded = right;
  encoded["Mcp-Name"] = "=?base64?dA==?=";
  EXPECT_EQ(check(message(call), encoded), "ok");
  // Without a name in the body a header that claims one lies; no header leaves it to the method to complain.
  Map nameless = right;
  EXPECT_NE(check(message(body("tools/call", "")), nameless), "ok");
  nameless.erase("Mcp-Name");
  EXPECT_EQ(check(message(body("tools/call", "")), nameless), "ok");
  EXPECT_NE(check(message(body("tools/call", R"("name":7)")), nameless), "ok");
}

TEST_F(Headers, OfArgumentsMustMatchThemInBothDirections) {
  const struct {
    const char* arguments;
    Map headers;
    const char* error;
  } cases[] = {
      {R"({})", {}, "ok"},
      {R"({"region":"us"})", {{"Mcp-Param-Region", "us"}}, "ok"},
      {R"({"region":"us"})", {{"Mcp-Param-Region", "=?base64?dXM=?="}}, "ok"},
      {R"({"region":"us"})", {{"Mcp-Param-Region", "us"}, {"Mcp-Param-Else", "x"}}, "ok"},
      {R"({"region":"=?base64?dXM=?="})",
       {{"Mcp-Param-Region", "=?base64?dXM=?="}},
       "Mcp-Param-Region is not the value"},
      {R"({"region":"us"})", {}, "Mcp-Param-Region is missing"},
      {R"({"region":"us"})", {{"Mcp-Param-Region", "US"}}, "Mcp-Param-Region is not the value"},
      {R"({"region":"us"})",
       {{"Mcp-Param-Region", "=?base64?dXM?="}},
       "Mcp-Param-Region is not valid base64"},
      {R"({"region":null})", {}, "ok"},
      {R"({"region":null})",
       {{"Mcp-Param-Region", "null"}},
       "Mcp-Param-Region is given but the argument is not"},
      {R"({})", {{"Mcp-Param-Region", ""}}, "Mcp-Param-Region is given but the argument is not"},
      {R"({"count":42})", {{"Mcp-Param-Count", "42"}}, "ok"},
      {R"({"count":42})", {{"Mcp-Param-Count", "42.0"}}, "ok"},
      {R"({"count":42.0})", {{"Mcp-Param-Count", "42"}}, "ok"},
      {R"({"count":4.2e1})", {{"Mcp-Param-Count", "42"}}, "ok"},
      {R"({"count":0})", {{"Mcp-Param-Count", "-0"}}, "ok"},
      {R"({"count":42})", {{"Mcp-Param-Count", "42.5"}}, "Mcp-Param-Count is not the value"},
      {R"({"count":42})", {{"Mcp-Param-Count", "42 "}}, "Mcp-Param-Count is not the value"},
      {R"({"count":42})", {{"Mcp-Param-Count", "x"}}, "Mcp-Param-Count is not the value"},
      {R"({"count":42})", {}, "Mcp-Param-Count is missing"},
      {R"({"count":"42"})", {{"Mcp-Param-Count", "42.0"}}, "Mcp-Param-Count is not the value"},  // a string
      {R"({"count":1.5})", {}, "ok"},
      {R"({"count":1.5})", {{"Mcp-Param-Count", "1.5"}}, "Mcp-Param-Count is not the value"},
      {R"({"count":9007199254740993})",
       {{"Mcp-Param-Count", "9007199254740993"}},
       "Mcp-Param-Count is not the value"},
      {R"({"count":123456789012345678901234567890})",
       {{"Mcp-Param-Count", "0"}},
       "Mcp-Param-Count is not the value"},
      {R"({"dry":true})", {{"Mcp-Param-Dry", "true"}}, "ok"},
      {R"({"dry":true})", {{"Mcp-Param-Dry", "True"}}, "Mcp-Param-Dry is not the value"},
      {R"({"dry":false})", {{"Mcp-Param-Dry", "true"}}, "Mcp-Param-Dry is not the value"},
      {R"({"o":{"in":"x"}})", {{"Mcp-Param-In", "x"}}, "ok"},
      {R"({"o":{"in":"x"}})", {}, "Mcp-Param-In is missing"},
      {R"({"in":"x"})", {{"Mcp-Param-In", "x"}}, "Mcp-Param-In is given but the argument is not"},
      {R"({"region":["us"]})", {{"Mcp-Param-Region", "us"}}, "Mcp-Param-Region is not the value"},
  };
  for (const auto& one : cases) {
    const std::string said = check_call(one.arguments, one.headers);
    EXPECT_NE(said.find(one.error), std::string::npos) << one.arguments << " " << said;
  }
}

}  // namespace
}  // namespace aegis::mcp
