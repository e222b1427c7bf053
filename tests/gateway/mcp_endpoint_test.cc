// What the endpoint answers to requests that reach no conversation, or reach one of this era or that.
#include "gateway/mcp_endpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/gateway/endpoint_fixture.h"

namespace aegis::gateway::testing {
namespace {

const std::string kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}})";

std::string modern_params(const std::string& version = "2026-07-28", const std::string& more = "") {
  return R"({"_meta":{"io.modelcontextprotocol/protocolVersion":")" + version +
         R"(","io.modelcontextprotocol/clientCapabilities":{}})" + more + "}";
}
Headers modern_headers(const std::string& method, const std::string& version = "2026-07-28") {
  return EndpointTest::with(kPost, {{"MCP-Protocol-Version", version}, {"Mcp-Method", method}});
}

struct Case {
  const char* name;
  const char* method;
  Headers headers;
  std::string body;
  int status;
  int code;  // of the JSON-RPC error; 0: none
};

class McpEndpointRequests : public EndpointTest {};

TEST_F(McpEndpointRequests, EachIsAnsweredAsItsEraHasIt) {
  const Headers modern_get{{"Accept", "text/event-stream"}, {"MCP-Protocol-Version", "2026-07-28"}};
  const Headers version_only = with(kPost, {{"MCP-Protocol-Version", "2026-07-28"}});
  const std::vector<Case> cases{
      {"no content type", "POST", {{"Accept", "*/*"}}, kInitialize, 415, -32600},
      {"JSON only by a parameter",
       "POST",
       {{"Content-Type", "text/plain; a=application/json"}, {"Accept", "*/*"}},
       kInitialize,
       415,
       -32600},
      {"a charset",
       "POST",
       {{"Content-Type", "Application/JSON; charset=utf-8"}, {"Accept", "*/*"}},
       kInitialize,
       200,
       0},
      {"no Accept", "POST", {{"Content-Type", "application/json"}}, kInitialize, 406, -32600},
      {"Accept of JSON alone",
       "POST",
       {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
       kInitialize,
       406,
       -32600},
      {"events refused by weight",
       "POST",
       {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream;q=0"}},
       kInitialize,
       406,
       -32600},
      {"Accept by wildcards",
       "POST",
       {{"Content-Type", "application/json"}, {"Accept", "application/*, text/*;q=0.1"}},
       kInitialize,
       200,
       0},
      {"not JSON", "POST", kPost, "{\"jsonrpc\":", 400, -32700},
      {"nothing", "POST", kPost, "", 400, -32700},
      {"two keys of one name", "POST", kPost, R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})", 400,
       -32700},
      {"no message", "POST", kPost, R"({"id":1})", 400, -32600},
      {"a null id", "POST", kPost, R"({"jsonrpc":"2.0","id":null,"method":"ping"})", 400, -32600},
      {"no session", "POST", kPost, call("1", "tools/list"), 400, -32600},
      {"no session, a batch", "POST", kPost, "[" + call("1", "tools/list") + "]", 400, -32600},
      {"an empty batch", "POST", kPost, "[]", 400, -32600},
      {"initialize", "POST", kPost, kInitialize, 200, 0},
      {"initialize, an unknown version header", "POST", with(kPost, {{"MCP-Protocol-Version", "1999-01-01"}}),
       kInitialize, 200, 0},
      {"GET without a session", "GET", {{"Accept", "text/event-stream"}}, "", 400, -32600},
      {"GET that takes no events", "GET", {{"Accept", "application/json"}}, "", 406, -32600},
      {"GET of an unknown session",
       "GET",
       {{"Accept", "text/event-stream"}, {"Mcp-Session-Id", "abc"}},
       "",
       404,
       -32600},
      {"DELETE without a session", "DELETE", {}, "", 400, -32600},
      {"DELETE of an unknown session", "DELETE", {{"Mcp-Session-Id", "abc"}}, "", 404, -32600},
      {"another method", "PUT", kPost, "", 405, -32600},
      {"modern GET", "GET", modern_get, "", 405, -32600},
      {"modern DELETE", "DELETE", modern_get, "", 405, -32600},

      {"modern", "POST", modern_headers("tools/list"), call("1", "tools/list", modern_params()), 200, 0},
      {"modern, a stray session", "POST",
       with(modern_headers("tools/list"), {{"Mcp-Session-Id", "stray"}, {"Last-Event-ID", "1-1-1"}}),
       call("1", "tools/list", modern_params()), 200, 0},
      {"modern, header names in other case", "POST",
       with(kPost, {{"mcp-protocol-version", "2026-07-28"}, {"MCP-METHOD", "tools/list"}}),
       call("1", "tools/list", modern_params()), 200, 0},
      {"modern, no version header", "POST", with(kPost, {{"Mcp-Method", "tools/list"}}),
       call("1", "tools/list", modern_params()), 400, -32020},
      {"modern, no method header", "POST", version_only, call("1", "tools/list", modern_params()), 400,
       -32020},
      {"modern, another method header", "POST", modern_headers("tools/call"),
       call("1", "tools/list", modern_params()), 400, -32020},
      {"modern, another name header", "POST", with(modern_headers("tools/call"), {{"Mcp-Name", "b"}}),
       call("1", "tools/call", modern_params("2026-07-28", R"(,"name":"a")")), 400, -32020},
      {"modern, a param header missing", "POST",
       with(modern_headers("tools/call"), {{"Mcp-Name", "annotated"}}),
       call("1", "tools/call",
            modern_params("2026-07-28", R"(,"name":"annotated","arguments":{"region":"eu"})")),
       400, -32020},
      {"modern, another param header", "POST",
       with(modern_headers("tools/call"), {{"Mcp-Name", "annotated"}, {"Mcp-Param-Region", "us"}}),
       call("1", "tools/call",
            modern_params("2026-07-28", R"(,"name":"annotated","arguments":{"region":"eu"})")),
       400, -32020},
      {"modern, the param header", "POST",
       with(modern_headers("tools/call"), {{"Mcp-Name", "annotated"}, {"Mcp-Param-Region", "eu"}}),
       call("1", "tools/call",
            modern_params("2026-07-28", R"(,"name":"annotated","arguments":{"region":"eu"})")),
       200, 0},
      {"modern, no _meta", "POST", modern_headers("tools/list"), call("1", "tools/list"), 400, -32602},
      {"modern, no capabilities", "POST", modern_headers("tools/list"),
       call("1", "tools/list", R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})"), 400,
       -32602},
      {"modern, an unknown version", "POST", modern_headers("tools/list", "2099-01-01"),
       call("1", "tools/list", modern_params("2099-01-01")), 400, -32022},
      {"modern, a version of the other era", "POST", modern_headers("tools/list", "2025-06-18"),
       call("1", "tools/list", modern_params("2025-06-18")), 400, -32022},
      {"modern, two versions", "POST", modern_headers("tools/list"),
       call("1", "tools/list", modern_params("2099-01-01")), 400, -32020},
      {"modern initialize", "POST", modern_headers("initialize"), call("1", "initialize", modern_params()),
       404, -32601},
      {"initialize under a modern header", "POST", version_only, kInitialize, 404, -32601},
      {"modern ping", "POST", modern_headers("ping"), call("1", "ping", modern_params()), 404, -32601},
      {"modern, no such method", "POST", modern_headers("fail"),
       call("1", "fail", R"({"code":-32601,)" + modern_params().substr(1)), 404, -32601},
      {"modern, a capability is missing", "POST", modern_headers("fail"),
       call("1", "fail", R"({"code":-32021,)" + modern_params().substr(1)), 400, -32021},
      {"modern, invalid params", "POST", modern_headers("fail"),
       call("1", "fail", R"({"code":-32602,)" + modern_params().substr(1)), 200, -32602},
      {"modern, an internal error", "POST", modern_headers("fail"),
       call("1", "fail", R"({"code":-32603,)" + modern_params().substr(1)), 200, -32603},
      {"modern batch", "POST", version_only, "[" + call("1", "tools/list", modern_params()) + "]", 400,
       -32600},
      {"modern notification", "POST", modern_headers("notifications/x"),
       R"({"jsonrpc":"2.0","method":"notifications/x"})", 202, 0},
      {"modern response", "POST", version_only, R"({"jsonrpc":"2.0","id":1,"result":{}})", 400, -32600},
  };
  start();
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const Answer answer = send(one.method, one.headers, one.body);
    EXPECT_EQ(answer.status, one.status) << answer.body;
    EXPECT_EQ(answer.code(), one.code) << answer.body;
    if (one.status == 202) {
      EXPECT_EQ(answer.body, "");
    }
    if (answer.status == 200) {
      EXPECT_EQ(answer.header("content-type"), "application/json");
    }
  }
}

TEST_F(McpEndpointRequests, AModernClientIsToldThatOnlyPostIsAllowed) {
  start();
  const Headers modern{{"Accept", "text/event-stream"}, {"MCP-Protocol-Version", "2026-07-28"}};
  EXPECT_EQ(send("GET", modern).header("allow"), "POST");
  EXPECT_EQ(send("PUT", kPost).header("allow"), "GET, POST, DELETE");
}

TEST_F(McpEndpointRequests, ErrorsCarryTheRequestsIdWhereItCouldBeRead) {
  start();
  EXPECT_EQ(send("POST", kPost, call("\"a\"", "tools/list")).json()["id"], "a");
  EXPECT_EQ(send("POST", modern_headers("x"), call("7", "tools/list", modern_params())).json()["id"], 7);
  // Else it is null, or left out where the revision's schema has it so.
  const Answer old = send("POST", kPost, "{");
  EXPECT_TRUE(old.json().contains("id") && old.json()["id"].is_null()) << old.body;
  EXPECT_FALSE(send("POST", modern_headers("x"), "{").json().contains("id"));
}

TEST_F(McpEndpointRequests, AnUnsupportedVersionIsAnsweredWithThoseThatAre) {
  start();
  const Json answer = send("POST", modern_headers("tools/list", "2099-01-01"),
                           call("1", "tools/list", modern_params("2099-01-01")))
                          .json();
  EXPECT_EQ(answer["error"]["data"]["requested"], "2099-01-01");
  EXPECT_EQ(answer["error"]["data"]["supported"][0], "2026-07-28");
}

TEST_F(McpEndpointRequests, WhoIsRefusedGetsTheChallengeAndReachesNothing) {
  start();
  for (const std::string method : {"POST", "GET", "DELETE", "PUT"}) {
    const Answer answer =
        send(method, with(kPost, {{"Authorization", "Bearer nobody"}}), kInitialize, "/api/mcp");
    EXPECT_EQ(answer.status, 401) << method;
    EXPECT_EQ(answer.header("www-authenticate"), "Bearer resource_metadata=\"http://" + served_->host() +
                                                     "/.well-known/oauth-protected-resource/api/mcp\"");
  }
  EXPECT_TRUE(factory_.opened().empty());
}

TEST_F(McpEndpointRequests, ResourceMetadataIsThereWithOAuthOnly) {
  start();
  const std::string base = "http://" + served_->host();
  const std::string root = "/.well-known/oauth-protected-resource";
  EXPECT_EQ(send("GET", {}, "", root).json()["resource"], base + "/mcp");
  EXPECT_EQ(send("GET", {}, "", root + "/mcp").json()["resource"], base + "/mcp");
  EXPECT_EQ(send("GET", {}, "", root + "/api/mcp").json()["resource"], base + "/api/mcp");
  authenticator_.oauth = false;
  EXPECT_EQ(send("GET", {}, "", root).status, 404);
}

// A line break between tokens is legal JSON; where a line is a message it would make two of one.
TEST_F(McpEndpointRequests, AMessageIsOneLineWhateverItsLayout) {
  start();
  const std::string pretty =
      "{\"jsonrpc\":\"2.0\",\r\n \"id\":1,\n\"method\":\"a\\nb\",\n\"params\":" + modern_params() + "}\n";
  const Answer answer =
      send("POST", with(kPost, {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "a"}}), pretty);
  EXPECT_EQ(answer.code(), -32600) << "a method holds no line break";
  const std::string fine =
      "{\"jsonrpc\":\"2.0\",\r\n \"id\":1,\n\"method\":\"x\",\n\"params\":{\"text\":\"a\\nb\"," +
      modern_params().substr(1) + "}\n";
  EXPECT_EQ(send("POST", modern_headers("x"), fine).status, 200);
  const auto lines = factory_.last()->received();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].find_first_of("\r\n"), std::string::npos);
  EXPECT_NE(lines[0].find("a\\nb"), std::string::npos);
}

TEST_F(McpEndpointRequests, OnlyTheRequestsOwnParamHeadersArePassedOn) {
  start();
  send("POST",
       with(modern_headers("x"),
            {{"Mcp-Param-Tenant", "t"}, {"X-Other", "o"}, {"Authorization", "Bearer me"}}),
       call("1", "x", modern_params()));
  ASSERT_EQ(factory_.last()->seen_headers.size(), 1u);
  EXPECT_EQ(factory_.last()->seen_headers[0].second, "t");
}

TEST_F(McpEndpointRequests, AServerThatCannotBeStartedIsA503) {
  start();
  factory_.fails = true;
  EXPECT_EQ(send("POST", kPost, kInitialize).status, 503);
  EXPECT_EQ(send("POST", modern_headers("x"), call("1", "x", modern_params())).status, 503);
  factory_.fails = false;
  EXPECT_EQ(send("POST", kPost, kInitialize).status, 200);
  EXPECT_EQ(send("POST", modern_headers("x"), call("1", "x", modern_params())).status, 200);
}

}  // namespace
}  // namespace aegis::gateway::testing
