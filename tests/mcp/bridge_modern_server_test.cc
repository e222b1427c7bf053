// A client that speaks the handshake and a server that knows 2026-07-28 alone.
#include <gtest/gtest.h>

#include "mcp/bridge/calls.h"
#include "mcp/bridge/held_listen.h"
#include "tests/support/dialogue.h"
#include "tests/support/modern_fields.h"

namespace aegis::mcp {
namespace {

using testing_support::Dialogue;

constexpr const char* kAll =
    R"({"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{"listChanged":true},"tasks":{"list":{}}})";
constexpr const char* kServer =
    R"({"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{},"logging":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})";

Json modern_meta() {
  return Json{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
              {"io.modelcontextprotocol/clientInfo", {{"name", "c"}, {"version", "1"}}},
              {"io.modelcontextprotocol/clientCapabilities",
               {{"elicitation", {{"form", Json::object()}, {"url", Json::object()}}},
                {"sampling", Json::object()},
                {"roots", Json::object()}}}};
}

// $meta is what the server gets of this client. Past `initialize`, before `initialized`.
void begin(Dialogue* dialogue, const char* capabilities = kAll, const char* version = "2025-11-25") {
  dialogue->set("meta", modern_meta());
  Json with_level = modern_meta();
  with_level["io.modelcontextprotocol/logLevel"] = "warning";
  dialogue->set("warning", with_level);
  Json with_token = modern_meta();
  with_token["progressToken"] = "t";
  dialogue->set("token", with_token);
  dialogue->set("client", Json::parse(capabilities));
  dialogue->set("server", Json::parse(kServer));
  dialogue->set("version", version);
  dialogue->run(R"(
    c> {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"$version","capabilities":"$client","clientInfo":{"name":"c","version":"1"}}}
    s< {"jsonrpc":"2.0","id":0,"method":"initialize","params":"$_"}
    s> {"jsonrpc":"2.0","id":0,"error":{"code":-32022,"message":"modern only"}}
    s< {"jsonrpc":"2.0","id":"$probe","method":"server/discover","params":{"_meta":"$given"}}
    s> {"jsonrpc":"2.0","id":"$probe","result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":"$server","instructions":"be kind","ttlMs":0,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"9"}}}}
    c< {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"$settled","capabilities":{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{},"logging":{}},"serverInfo":{"name":"s","version":"9"},"instructions":"be kind"}} @0
  )");
}

struct Case {
  const char* name;
  const char* script;
};

const Case kCases[] = {
    {"RequestsGetMetaAndResultsLoseIt", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list"}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[{"name":"a","inputSchema":{"type":"object"}}], "ttlMs":5,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"9"}}}}
      c< ~{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}} @1
      c> {"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"a","arguments":{"n": 1.0},"task":{"ttl":1},"_meta":{"progressToken":"t","io.modelcontextprotocol/related-task":1}}}
      s< {"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"a","arguments":{"n":1.0},"_meta":"$token"}}
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}
      c< {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}} @"x"
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"u","progress":1}}
      s> {"jsonrpc":"2.0","id":"x","result":{"resultType":"complete","content":[],"_meta":{"io.modelcontextprotocol/serverInfo":{},"a":1}}}
      c< {"jsonrpc":"2.0","id":"x","result":{"content":[],"_meta":{"a":1}}} @"x"
      # a server that leaves resultType out
      c> {"jsonrpc":"2.0","id":2,"method":"resources/list","params":{"cursor":"c"}}
      s< {"jsonrpc":"2.0","id":2,"method":"resources/list","params":{"cursor":"c","_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"resources":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resources":[]}}
    )"},
    {"WhatIsAnsweredHere", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"ping"}
      c< {"jsonrpc":"2.0","id":1,"result":{}} @1
      c> {"jsonrpc":"2.0","id":2,"method":"initialize","params":{}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32600,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tasks/list"}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":4,"method":"logging/setLevel","params":{"level":"loud"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","method":"notifications/roots/list_changed"}
      c> {"jsonrpc":"2.0","id":"nobody's","result":{}}
    )"},
    {"TheLogLevelGoesWithEveryRequest", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"warning"}}
      c< {"jsonrpc":"2.0","id":1,"result":{}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$warning"}}
      s> @2 {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x"}}
      c< {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x"}} @2
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}
    )"},
    {"TheServerAsksBack", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x": 2.50}}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":2.50},"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{"mode":"form","message":"m","requestedSchema":{"type":"object","properties":{}}}},"where":{"method":"roots/list"},"go":{"method":"elicitation/create","params":{"mode":"url","message":"m","url":"https://x.example/"}}},"requestState":"op\"aque\u0041"}}
      c< {"jsonrpc":"2.0","id":"$who","method":"elicitation/create","params":{"mode":"form","message":"m","requestedSchema":{"type":"object","properties":{}}}} @1
      c< {"jsonrpc":"2.0","id":"$where","method":"roots/list"} @1
      c< {"jsonrpc":"2.0","id":"$go","method":"elicitation/create","params":{"mode":"url","message":"m","url":"https://x.example/","elicitationId":"$_"}} @1
      c> {"jsonrpc":"2.0","id":"$where","result":{"roots":[{"uri":"file:///x"}]}}
      c> {"jsonrpc":"2.0","id":"$where","result":{"roots":["twice"]}}
      c> {"jsonrpc":"2.0","id":"$go","error":{"code":-1,"message":"no browser"}}
      c> {"jsonrpc":"2.0","id":"$who","result":{"action":"accept","content":{"name":"Ann"}}}
      s< {"jsonrpc":"2.0","id":"$second","method":"tools/call","params":{"name":"a","arguments":{"x":2.50},"inputResponses":{"who":{"action":"accept","content":{"name":"Ann"}},"where":{"roots":[{"uri":"file:///x"}]},"go":{"action":"cancel"}},"requestState":"op\"aqueA","_meta":"$meta"}}
      # only a state: tried again at once
      s> {"jsonrpc":"2.0","id":"$second","result":{"resultType":"input_required","requestState":"s2"}}
      s< {"jsonrpc":"2.0","id":"$third","method":"tools/call","params":{"name":"a","arguments":{"x":2.50},"requestState":"s2","_meta":"$meta"}}
      # an answer to an attempt that is over
      s> {"jsonrpc":"2.0","id":"$second","result":{"resultType":"complete","content":["old"]}}
      s> @"$third" {"jsonrpc":"2.0","id":"$third","result":{"resultType":"complete","content":[]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"content":[]}} @1
    )"},
    {"WhatTheClientCannotAnswerFailsTheCall", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1,"tools":[]}}}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the server needs sampling/createMessage, which this client has not declared"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"tools/call","params":{}}}}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}},"l":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":"$k","method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}
      c< {"jsonrpc":"2.0","id":"$l","method":"roots/list"}
      c> {"jsonrpc":"2.0","id":"$k","error":{"code":-1,"message":"User rejected sampling request"}}
      c< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$l"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32603,"message":"the client did not answer the server's sampling/createMessage"}}
    )"},
    {"InputInWaysThatAreNotTheProtocols", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","requestState":{"a":1}}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":["roots/list"]}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":4,"method":"tools/list"}
      s< {"jsonrpc":"2.0","id":4,"method":"tools/list","params":"$_"}
      s> {"jsonrpc":"2.0","id":4,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":5,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":5,"result":{"resultType":"task","task":{"taskId":"t"}}}
      c< {"jsonrpc":"2.0","id":5,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":6,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":6,"result":[]}
      c< {"jsonrpc":"2.0","id":6,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":7,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":7,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"elicitation/create","params":["a"]},"l":7}}}
      c< {"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"$_"}}
    )"},
    {"ErrorsOfTheNewerEra", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}}} @1
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"m"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"m"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":3,"error":{"code":-31001,"message":"HTTP status 500"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-31001,"message":"HTTP status 500"}}
    )"},
    {"Cancellation", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"bored"}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"bored"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}
      # while the client is asked: the server does not wait, the client need not answer
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":"$k","method":"roots/list"}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}
      c< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$k"}}
      c> {"jsonrpc":"2.0","id":"$k","result":{"roots":[]}}
      # of a retry: the server knows its newest id only
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":"$k3","method":"roots/list"}
      c> {"jsonrpc":"2.0","id":"$k3","result":{"roots":[]}}
      s< {"jsonrpc":"2.0","id":"$retry","method":"tools/call","params":"$_"}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$retry"}}
    )"},
    {"AClientThatDoesNotAnswer", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":"$k","method":"roots/list"}
      tick 600000
      c< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$k"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the client did not answer in time"}}
    )"},
    {"OneListenIsHeld", R"(
      c> {"jsonrpc":"2.0","method":"notifications/initialized"}
      s< {"jsonrpc":"2.0","id":"$l1","method":"subscriptions/listen","params":{"_meta":"$meta","notifications":{"toolsListChanged":true,"resourcesListChanged":true}}}
      s> {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"$l1"},"notifications":{"toolsListChanged":true}}}
      s> {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"$l1"}}}
      c< {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{}} @
      # of a stream that is not ours, or of none
      s> {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"x"}}}
      s> {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
      # the set changes: the old stream stays until the new one is acknowledged
      c> {"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"f://a"}}
      s< {"jsonrpc":"2.0","id":"$l2","method":"subscriptions/listen","params":{"_meta":"$meta","notifications":{"toolsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["f://a"]}}}
      c< {"jsonrpc":"2.0","id":1,"result":{}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"$l1"}}}
      c< {"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{}}
      s> {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"$l2"},"notifications":{}}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$l1"}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"$l1"}}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a","_meta":{"io.modelcontextprotocol/subscriptionId":"$l2","a":1}}}
      c< {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a","_meta":{"a":1}}}
      # twice the same is once
      c> {"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"f://a"}}
      c< {"jsonrpc":"2.0","id":2,"result":{}}
      # the server ends it, and it is opened again after a while
      s> {"jsonrpc":"2.0","id":"$l2","result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":"$l2"}}}
      tick 4999
      tick 1
      s< {"jsonrpc":"2.0","id":"$l3","method":"subscriptions/listen","params":"$_"}
      s> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$l3"}}
      tick 5000
      s< {"jsonrpc":"2.0","id":"$l4","method":"subscriptions/listen","params":"$_"}
      # refused: not again until the set changes
      s> {"jsonrpc":"2.0","id":"$l4","error":{"code":-32601,"message":"no"}}
      tick 50000
      c> {"jsonrpc":"2.0","id":3,"method":"resources/unsubscribe","params":{"uri":"f://a"}}
      s< {"jsonrpc":"2.0","id":"$l5","method":"subscriptions/listen","params":{"_meta":"$meta","notifications":{"toolsListChanged":true,"resourcesListChanged":true}}}
      c< {"jsonrpc":"2.0","id":3,"result":{}}
      # changed again before it is acknowledged
      c> {"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"f://b"}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$l5"}}
      s< {"jsonrpc":"2.0","id":"$l6","method":"subscriptions/listen","params":"$_"}
      c< {"jsonrpc":"2.0","id":4,"result":{}}
      c> {"jsonrpc":"2.0","id":5,"method":"resources/subscribe","params":{}}
      c< {"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"$_"}}
    )"},
    {"ANewServer", R"(
      c> {"jsonrpc":"2.0","method":"notifications/initialized"}
      s< {"jsonrpc":"2.0","id":"$l1","method":"subscriptions/listen","params":"$_"}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}}}}
      c< {"jsonrpc":"2.0","id":"$k","method":"roots/list"}
      replaced
      c< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"$k"}}
      s< {"jsonrpc":"2.0","id":"$l2","method":"subscriptions/listen","params":"$_"}
      c> {"jsonrpc":"2.0","id":"$k","result":{"roots":[]}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
    )"},
    {"HostileServer", R"(
      s> {"jsonrpc":"2.0","id":7,"result":{}}
      s> {"jsonrpc":"2.0","id":"$probe","result":{"supportedVersions":["2026-07-28"]}}
      s> {"jsonrpc":"2.0","id":7,"method":"roots/list"}
      s> {"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}
      s> {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged"}
      s> {"jsonrpc":"2.0","method":"notifications/cancelled"}
      s> {"jsonrpc":"2.0","method":"notifications/message"}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"nobody set a level"}}
      s> ~text
      c< ~text
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"$_"}}
    )"},
    {"SchemasThatOlderClientsWouldRefuseTheWholeListFor", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list"}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[{"name":"a","outputSchema":{"type":"array"}},{"name":"b","outputSchema":{"type":"object"}}]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"},{"name":"b","outputSchema":{"type":"object"}}]}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[],"structuredContent":[1]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"content":[]}}
    )"},
};

class LegacyClientModernServer : public testing::TestWithParam<Case> {};

TEST_P(LegacyClientModernServer, Dialogue) {
  Dialogue dialogue;
  begin(&dialogue);
  if (HasFatalFailure()) return;
  EXPECT_EQ(dialogue.value("given"), dialogue.value("meta"));
  EXPECT_EQ(dialogue.bridge->server_era(), Era::modern);
  dialogue.run(GetParam().script);
  testing_support::check_modern_server(dialogue);
}

INSTANTIATE_TEST_SUITE_P(Cases, LegacyClientModernServer, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(BridgeToModernServer, SettlesOnTheClientsVersion) {
  for (const auto& [asked, settled] : {std::pair("2024-11-05", "2024-11-05"),
                                       {"2025-06-18", "2025-06-18"},
                                       {"2026-07-28", "2025-11-25"},
                                       {"1999-01-01", "2025-11-25"}}) {
    Dialogue dialogue;
    begin(&dialogue, kAll, asked);
    EXPECT_EQ(Json::parse(dialogue.value("settled")), settled);
  }
}

TEST(BridgeToModernServer, ElicitationModesAreNothingToAnOlderClient) {
  Dialogue dialogue;
  begin(&dialogue, R"({"elicitation":{}})", "2025-06-18");
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
    s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
    s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"elicitation/create","params":{"mode":"form","message":"m","requestedSchema":{}}}}}}
    c< {"jsonrpc":"2.0","id":"$k","method":"elicitation/create","params":{"message":"m","requestedSchema":{}}}
    c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
    s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
    s> {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"k":{"method":"elicitation/create","params":{"mode":"url","message":"m","url":"https://x.example/"}}}}}
    c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"$_"}}
  )");
}

TEST(BridgeToModernServer, AServerThatAsksWithoutEndIsStopped) {
  Dialogue dialogue;
  begin(&dialogue);
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
    s< {"jsonrpc":"2.0","id":"$a0","method":"tools/call","params":"$_"}
  )");
  for (int round = 0; round < kMaxInputRounds; ++round) {
    dialogue.run(R"(s> {"jsonrpc":"2.0","id":"$a)" + std::to_string(round) +
                 R"(","result":{"resultType":"input_required","requestState":"s"}}
                    s< {"jsonrpc":"2.0","id":"$a)" +
                 std::to_string(round + 1) + R"(","method":"tools/call","params":"$_"})");
    ASSERT_FALSE(HasFailure());
  }
  dialogue.run(R"(
    s> {"jsonrpc":"2.0","id":"$a16","result":{"resultType":"input_required","requestState":"s"}}
    c< {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"$_"}}
  )");
}

TEST(BridgeToModernServer, HugeNumbersOfQuestionsAreRefused) {
  Dialogue dialogue;
  begin(&dialogue);
  Json requests = Json::object();
  for (std::size_t i = 0; i <= kMaxQuestions; ++i)
    requests["k" + std::to_string(i)] = {{"method", "roots/list"}};
  dialogue.set("requests", requests);
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
    s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
    s> {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":"$requests"}}
    c< {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"$_"}}
  )");
}

TEST(BridgeToModernServer, AServerWithNothingToTellGetsNoListen) {
  Dialogue dialogue;
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}
    s< {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}
    # requests that come before it is clear wait
    c> {"jsonrpc":"2.0","method":"notifications/initialized"}
    c> {"jsonrpc":"2.0","id":1,"method":"tools/list"}
    s> {"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}
    s< {"jsonrpc":"2.0","id":"$probe","method":"server/discover","params":{"_meta":"$meta"}}
    s> {"jsonrpc":"2.0","id":"$probe","result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}
    c< {"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"aegis-mcp","version":"1"}}}
    s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
    c> {"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"info"}}
    c< {"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"$_"}}
    c> {"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"a"}}
    c< {"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"$_"}}
  )");
}

}  // namespace
}  // namespace aegis::mcp
