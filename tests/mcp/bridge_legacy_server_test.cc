// A modern client and a server that wants the handshake.
#include <gtest/gtest.h>

#include "mcp/bridge/calls.h"
#include "mcp/bridge/listens.h"
#include "tests/support/dialogue.h"
#include "tests/support/modern_fields.h"

namespace aegis::mcp {
namespace {

using testing_support::Dialogue;

constexpr const char* kAll =
    R"({"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{},"extensions":{"io.modelcontextprotocol/tasks":{},"x/y":{}}})";
constexpr const char* kServer =
    R"({"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{},"logging":{},"completions":{},"tasks":{"list":{}}})";

Json meta(const char* capabilities) {
  return Json{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
              {"io.modelcontextprotocol/clientInfo", {{"name", "c"}, {"version", "1"}}},
              {"io.modelcontextprotocol/clientCapabilities", Json::parse(capabilities)}};
}

// $meta: of a client that can do everything; $bare: of one that can do nothing; $server: the stamp on
// results. The dialogue is past discovery.
void begin(Dialogue* dialogue, const char* capabilities = kAll) {
  dialogue->set("meta", meta(capabilities));
  dialogue->set("bare", meta("{}"));
  Json with_level = meta(capabilities);
  with_level["io.modelcontextprotocol/logLevel"] = "warning";
  dialogue->set("warning", with_level);
  with_level["io.modelcontextprotocol/logLevel"] = "debug";
  dialogue->set("debug", with_level);
  Json with_token = meta(capabilities);
  with_token["progressToken"] = 1;
  dialogue->set("token1", with_token);
  with_token["progressToken"] = "two";
  dialogue->set("token2", with_token);
  dialogue->set("stamp", Json{{"io.modelcontextprotocol/serverInfo", {{"name", "s"}, {"version", "9"}}}});
  dialogue->set("capabilities", Json::parse(kServer));
  dialogue->run(R"(
    c> {"jsonrpc":"2.0","id":"d","method":"server/discover","params":{"_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":"d","method":"server/discover","params":{"_meta":"$meta"}}
    s> {"jsonrpc":"2.0","id":"d","error":{"code":-32601,"message":"Method not found"}}
    s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$initialize"}
    s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2025-11-25","capabilities":"$capabilities","serverInfo":{"name":"s","version":"9"},"instructions":"be kind"}}
    s< {"jsonrpc":"2.0","method":"notifications/initialized"}
    c< {"jsonrpc":"2.0","id":"d","result":"$discovered"}
  )");
}

struct Case {
  const char* name;
  const char* script;
};

const Case kCases[] = {
    {"DiscoverIsAnsweredFromTheHandshake", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"prompts":{},"logging":{},"completions":{}},"instructions":"be kind","ttlMs":0,"cacheScope":"private","_meta":"$stamp"}} @1
    )"},
    {"ReservedMetaIsStrippedAndTheRestIsLeftByteForByte", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"x": 1.50,"\u0062":12345678901234567890123},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","traceparent":"00-1","io.modelcontextprotocol/clientCapabilities":{},"progressToken":7,"baggage":"a=b","x/y": [1, 2],"io.modelcontextprotocol/unknown":1}}}
      s< ~{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"traceparent":"00-1","progressToken":7,"baggage":"a=b","x/y": [1, 2]},"name":"t","arguments":{"x": 1.50,"\u0062":12345678901234567890123}}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[], "structuredContent":{"n": 1.50}}}
      c< ~{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"9"}},"content":[],"structuredContent":{"n": 1.50}}} @1
    )"},
    {"ListsSayHowLongTheyMayBeKept", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}
      s> {"jsonrpc":"2.0","id":1,"result":{"tools":[],"nextCursor":"n","resultType":"input_required","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t"},"a":1}}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[],"nextCursor":"n","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"9"},"a":1}}} @1
      c> {"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"a://b","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"a://b"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"contents":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","contents":[],"ttlMs":0,"cacheScope":"private","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":3,"method":"completion/complete","params":{"ref":{},"argument":{},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":3,"method":"completion/complete","params":{"ref":{},"argument":{}}}
      s> {"jsonrpc":"2.0","id":3,"result":{"completion":{"values":[]}}}
      c< {"jsonrpc":"2.0","id":3,"result":{"resultType":"complete","completion":{"values":[]},"_meta":"$stamp"}}
    )"},
    {"MethodsThatAreGone", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"ping"}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":2,"method":"initialize","params":{"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"info","_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"a","_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":5,"method":"tasks/get","params":{"taskId":"a","_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":5,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","method":"notifications/initialized"}
      c> {"jsonrpc":"2.0","id":77,"result":{}}
    )"},
    {"Envelopes", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list"}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32022,"message":"$_","data":{"supported":"$_","requested":"2099-01-01"}}}
    )"},
    {"ErrorsOfTheOlderEra", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"resources/read","params":"$_"}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"Resource not found","data":{"uri":"a"}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Resource not found","data":{"uri":"a"}}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list","params":"$_"}
      s> {"jsonrpc":"2.0","id":2,"error":{"code":-32022,"message":"by chance"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"by chance"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"no","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Unknown tool"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Unknown tool"}}
      c> {"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":4,"method":"tools/list","params":"$_"}
      s> {"jsonrpc":"2.0","id":4,"error":{"code":-31001,"message":"HTTP status 502"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-31001,"message":"HTTP status 502"}}
      c> {"jsonrpc":"2.0","id":5,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":5,"method":"tools/list","params":"$_"}
      s> {"jsonrpc":"2.0","id":5,"result":"odd"}
      c< {"jsonrpc":"2.0","id":5,"error":{"code":-32603,"message":"$_"}}
    )"},
    {"AQuestionInMidCall", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":1,"b":2},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":1,"b":2}}}
      s> {"jsonrpc":"2.0","id":0,"method":"elicitation/create","params":{"mode":"form","message":"who?","requestedSchema":{"type":"object","properties":{}},"_meta":{"progressToken":1},"task":{"ttl":1}}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"elicitation/create","params":{"mode":"form","message":"who?","requestedSchema":{"type":"object","properties":{}}}}},"requestState":"$state","_meta":"$stamp"}} @1
      # the same params, written anew
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"arguments":{"b":2,"a":1},"name":"t","requestState":"$state","inputResponses":{"$k":{"action":"accept","content":{"name":"Ann"}}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"result":{"action":"accept","content":{"name":"Ann"}}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello Ann"}]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[{"type":"text","text":"hello Ann"}],"_meta":"$stamp"}} @2
      # used up
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"arguments":{"b":2,"a":1},"name":"t","requestState":"$state","inputResponses":{"$k":{"action":"accept"}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"$_"}}
    )"},
    {"QuestionsGatherWhileParkedAndMissingAnswersAreAskedForAgain", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p"}}
      s> {"jsonrpc":"2.0","id":"r","method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k1":{"method":"roots/list"}},"requestState":"$state1","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","id":"s","method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}}
      c> {"jsonrpc":"2.0","id":2,"method":"prompts/get","params":{"name":"p","requestState":"$state1","inputResponses":{"$k1":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"r","result":{"roots":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"$k2":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}}},"requestState":"$state2","_meta":"$stamp"}} @2
      # answers to something else, and none at all
      c> {"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"p","requestState":"$state2","inputResponses":{"other":{"roots":[]},"$k2":7},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":{"$k2":{"method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}}},"requestState":"$state3","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":4,"method":"prompts/get","params":{"name":"p","requestState":"$state3","inputResponses":{"$k2":{"role":"assistant","model":"m","content":{"type":"text","text":"x"}}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"s","result":{"role":"assistant","model":"m","content":{"type":"text","text":"x"}}}
      s> {"jsonrpc":"2.0","id":1,"result":{"messages":[]}}
      c< {"jsonrpc":"2.0","id":4,"result":{"resultType":"complete","messages":[],"_meta":"$stamp"}}
    )"},
    {"AnAnswerThatComesWhileParkedIsKept", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":["twice"]}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":5,"result":{"roots":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}} @2
      s> {"jsonrpc":"2.0","id":1,"result":{"content":["late"]}}
    )"},
    {"TheCarrierIsTheRelatedRequestElseTheNewest", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/list","params":{}}
      s> @1 {"jsonrpc":"2.0","id":10,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state1","_meta":"$stamp"}} @1
      s> {"jsonrpc":"2.0","id":11,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"$k2":{"method":"roots/list"}},"requestState":"$state2","_meta":"$stamp"}} @2
    )"},
    {"ARequestThatCannotAskBackIsNoCarrier", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}}
      s> @2 {"jsonrpc":"2.0","id":10,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":"$_","requestState":"$_","_meta":"$stamp"}} @1
    )"},
    {"AnUndeclaredCapabilityIsNotAskedFor", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$bare"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":10,"method":"roots/list"}
      s< {"jsonrpc":"2.0","id":10,"error":{"code":-32601,"message":"$_"}}
      s> @1 {"jsonrpc":"2.0","id":11,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1}}
      s< {"jsonrpc":"2.0","id":11,"error":{"code":-32601,"message":"$_"}}
      # another request has it, but the question is not its
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s> @1 {"jsonrpc":"2.0","id":12,"method":"roots/list"}
      s< {"jsonrpc":"2.0","id":12,"error":{"code":-32601,"message":"$_"}}
      # sampling with tools is more than sampling
      s> {"jsonrpc":"2.0","id":13,"method":"sampling/createMessage","params":{"messages":[],"maxTokens":1,"tools":[]}}
      s< {"jsonrpc":"2.0","id":13,"error":{"code":-32601,"message":"$_"}}
      s> {"jsonrpc":"2.0","id":14,"method":"something/else"}
      s< {"jsonrpc":"2.0","id":14,"error":{"code":-32601,"message":"$_"}}
    )"},
    {"PingIsAnsweredHere", R"(
      s> {"jsonrpc":"2.0","id":"p","method":"ping"}
      s< {"jsonrpc":"2.0","id":"p","result":{}}
    )"},
    {"AQuestionOutsideAnyCallWaitsForOne", R"(
      s> {"jsonrpc":"2.0","id":0,"method":"roots/list"}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}
      s> {"jsonrpc":"2.0","id":1,"result":{"tools":[]}}
      c< {"jsonrpc":"2.0","id":1,"result":"$_"}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"content":[]}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"result":{"roots":[]}}
      c< {"jsonrpc":"2.0","id":3,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}}
    )"},
    {"ButNotForEver", R"(
      s> {"jsonrpc":"2.0","id":0,"method":"roots/list"}
      tick 59999
      tick 1
      s< {"jsonrpc":"2.0","id":0,"error":{"code":-32603,"message":"$_"}}
    )"},
    {"AParkedCallExpires", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      tick 599999
      tick 1
      s< {"jsonrpc":"2.0","id":5,"error":{"code":-32603,"message":"$_"}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"$_"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"$_"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
    )"},
    {"TheServerTakesItsQuestionBack", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}}
    )"},
    {"Cancellation", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"bored","_meta":{"a":1}}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"bored"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
      # of a retry: the server knows the first id
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":5,"result":{"roots":[]}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}
      # while parked: what the server asked is answered too
      c> {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":6,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":4,"result":{"resultType":"input_required","inputRequests":"$_","requestState":"$_","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}
      s< {"jsonrpc":"2.0","id":6,"error":{"code":-32603,"message":"$_"}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}
    )"},
    {"AnIdThatAParkedCallStillHas", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"b","_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"$_"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"b","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$other","method":"tools/call","params":{"name":"b"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"content":["a"]}}
      s> {"jsonrpc":"2.0","id":"$other","result":{"content":["b"]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":["b"],"_meta":"$stamp"}} @1
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":5,"result":{"roots":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":["a"],"_meta":"$stamp"}} @2
    )"},
    {"AStateIsGoodForItsOwnRequestOnly", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{}}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b","arguments":{},"requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"a","arguments":{},"requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"a","arguments":{},"requestState":"1.0123456789abcdef","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"a","arguments":{},"requestState":{"a":1},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"a","arguments":{},"inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":6,"error":{"code":-32602,"message":"$_"}}
      # none of that has used it up
      c> {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a","arguments":{},"requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":5,"result":{"roots":[]}}
    )"},
    {"AServerThatWantsAPageVisitedFirst", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"log in","data":{"elicitations":[{"mode":"url","elicitationId":"e","url":"https://x.example/","message":"log in"}]}}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"elicitation/create","params":{"mode":"url","url":"https://x.example/","message":"log in"}}},"requestState":"$state","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":"e"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"action":"accept"}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"content":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}}
    )"},
    {"APageThatTheUserWillNotVisit", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"log in","data":{"elicitations":[{"mode":"url","elicitationId":"e","url":"https://x.example/","message":"log in"}]}}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"elicitation/create","params":"$_"}},"requestState":"$state","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"action":"decline"}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"complete","content":[{"type":"text","text":"$_"}],"isError":true,"_meta":"$stamp"}}
    )"},
    {"AClientThatCannotVisitPages", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$bare"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32042,"message":"log in","data":{"elicitations":[{"mode":"url","elicitationId":"e","url":"https://x.example/","message":"log in"}]}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"$_","data":{"requiredCapabilities":{"elicitation":{"url":{}}}}}}
      # and one that could, but is not told which
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}
      s> {"jsonrpc":"2.0","id":2,"error":{"code":-32042,"message":"log in"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"$_"}}
    )"},
    {"ProgressGoesToItsRequest", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$token1"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"progressToken":1}}}
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}
      c< {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}} @1
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"1","progress":1}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
      # nobody waits for it now
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":2}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$state","inputResponses":{"$k":{"roots":[]}},"_meta":"$token2"}}
      s< {"jsonrpc":"2.0","id":5,"result":{"roots":[]}}
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":3,"total":4}}
      c< {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"two","progress":3,"total":4}} @2
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
      c< {"jsonrpc":"2.0","id":2,"result":"$_"}
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":4}}
    )"},
    {"LogMessagesGoToThoseWhoAsked", R"(
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"nobody asked"}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      s> @1 {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"nobody asked"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"b","_meta":"$warning"}}
      s< {"jsonrpc":"2.0","id":"$_","method":"logging/setLevel","params":{"level":"warning"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"too quiet"}}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x"}}
      c< {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"x"}} @2
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"c","_meta":"$debug"}}
      s< {"jsonrpc":"2.0","id":"$set","method":"logging/setLevel","params":{"level":"debug"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$set","result":{}}
      s> @2 {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"y"}}
      c< {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"y"}} @2
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"debug","data":"z"}}
      c< {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"debug","data":"z"}} @3
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"silly","data":"z"}}
    )"},
    {"Subscriptions", R"(
      s> {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
      c> {"jsonrpc":"2.0","id":"l1","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":false,"resourceSubscriptions":["f://a","f://b","f://a"]},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l1"},"notifications":{"toolsListChanged":true,"resourceSubscriptions":["f://a","f://b"]}}} @"l1"
      s< {"jsonrpc":"2.0","id":"$s1","method":"resources/subscribe","params":{"uri":"f://a"}}
      s< {"jsonrpc":"2.0","id":"$s2","method":"resources/subscribe","params":{"uri":"f://b"}}
      s> {"jsonrpc":"2.0","id":"$s1","result":{}}
      c> {"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["f://a"]},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":2},"notifications":{"resourceSubscriptions":["f://a"]}}} @2
      s> {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}
      c< {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"l1"}}} @"l1"
      s> {"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}
      s> {"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a","title":"A","_meta":{"io.modelcontextprotocol/x":1,"y":2}}}
      c< {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a","title":"A","_meta":{"io.modelcontextprotocol/subscriptionId":"l1","y":2}}} @"l1"
      c< {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a","title":"A","_meta":{"io.modelcontextprotocol/subscriptionId":2,"y":2}}} @2
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://b/part"}}
      c< {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://b/part","_meta":{"io.modelcontextprotocol/subscriptionId":"l1"}}} @"l1"
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://bee"}}
      # the last one who wants a resource ends its subscription
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"l1"}}
      s< {"jsonrpc":"2.0","id":"$_","method":"resources/unsubscribe","params":{"uri":"f://b"}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}
      s< {"jsonrpc":"2.0","id":"$_","method":"resources/unsubscribe","params":{"uri":"f://a"}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"f://a"}}
      c> {"jsonrpc":"2.0","id":3,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":"yes"},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":4,"method":"subscriptions/listen","params":{"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"$_"}}
    )"},
    {"ANewServerIsToldEverything", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["f://a"]},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":"$_"}
      s< {"jsonrpc":"2.0","id":"$_","method":"resources/subscribe","params":{"uri":"f://a"}}
      # one call is parked with its answer, one without
      c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/call","params":"$_"}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":2,"result":{"resultType":"input_required","inputRequests":{"$k1":"$_"},"requestState":"$state1","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"content":[]}}
      c> {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"b","_meta":"$warning"}}
      s< {"jsonrpc":"2.0","id":"$_","method":"logging/setLevel","params":{"level":"warning"}}
      s< {"jsonrpc":"2.0","id":3,"method":"tools/call","params":"$_"}
      s> @3 {"jsonrpc":"2.0","id":6,"method":"roots/list"}
      c< {"jsonrpc":"2.0","id":3,"result":{"resultType":"input_required","inputRequests":{"$k2":"$_"},"requestState":"$state2","_meta":"$stamp"}}
      replaced
      s< {"jsonrpc":"2.0","id":"$init2","method":"initialize","params":"$initialize"}
      c> {"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":"$init2","result":{"protocolVersion":"2025-11-25","capabilities":"$capabilities","serverInfo":{"name":"s","version":"9"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      s< {"jsonrpc":"2.0","id":"$_","method":"resources/subscribe","params":{"uri":"f://a"}}
      s< {"jsonrpc":"2.0","id":4,"method":"tools/list","params":{}}
      c> {"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"a","requestState":"$state1","inputResponses":{"$k1":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":5,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"b","requestState":"$state2","inputResponses":{"$k2":{"roots":[]}},"_meta":"$meta"}}
      c< {"jsonrpc":"2.0","id":6,"error":{"code":-32602,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"b","_meta":"$warning"}}
      s< {"jsonrpc":"2.0","id":"$_","method":"logging/setLevel","params":{"level":"warning"}}
      s< {"jsonrpc":"2.0","id":7,"method":"tools/call","params":"$_"}
    )"},
    {"ANewServerThatDoesNotStart", R"(
      replaced
      s< {"jsonrpc":"2.0","id":"$init2","method":"initialize","params":"$initialize"}
      c> {"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":"$init2","error":{"code":-31001,"message":"HTTP status 503"}}
      c< {"jsonrpc":"2.0","id":4,"error":{"code":-31001,"message":"$_"}}
      # the next request tries again
      c> {"jsonrpc":"2.0","id":5,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$init3","method":"initialize","params":"$initialize"}
      s> {"jsonrpc":"2.0","id":"$init3","result":{"protocolVersion":"2025-11-25","capabilities":"$capabilities","serverInfo":{"name":"s","version":"9"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      s< {"jsonrpc":"2.0","id":5,"method":"tools/list","params":{}}
    )"},
    {"HostileServer", R"(
      s> {"jsonrpc":"2.0","id":1,"result":{"content":[]}}
      s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"x"}}
      s> {"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"?"}}
      s> {"jsonrpc":"2.0","method":"notifications/whatever","params":{"a":1}}
      s> {"jsonrpc":"2.0","method":"notifications/progress"}
      s> {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{}}}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":3}}
      s> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[]}}
      s> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}
      s> {"jsonrpc":"2.0","method":"notifications/resources/updated"}
      s> ~a line of text
      c< ~a line of text
      s> ~{"jsonrpc":"2.0","id":1,"id":2,"result":{}}
      c< ~{"jsonrpc":"2.0","id":1,"id":2,"result":{}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":"$_"}
      # a question with the id of one that is open
      s> {"jsonrpc":"2.0","id":5,"method":"elicitation/create","params":{"message":"m","requestedSchema":{"type":"object","properties":{}}}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":"$_","requestState":"$_","_meta":"$stamp"}}
      s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
      s< {"jsonrpc":"2.0","id":5,"error":{"code":-32600,"message":"$_"}}
      s> {"jsonrpc":"2.0","id":6,"method":"elicitation/create","params":{"mode":"telepathy","message":"m"}}
    )"},
    {"ABatchFromAServerOfTheOldDays", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}
      s> [{"jsonrpc":"2.0","id":"p","method":"ping"},{"jsonrpc":"2.0","id":1,"result":{"tools":[]}},[1],7,{"a":1}]
      s< {"jsonrpc":"2.0","id":"p","result":{}}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[],"ttlMs":0,"cacheScope":"private","_meta":"$stamp"}}
    )"},
};

class ModernClientLegacyServer : public testing::TestWithParam<Case> {};

TEST_P(ModernClientLegacyServer, Dialogue) {
  Dialogue dialogue;
  begin(&dialogue);
  if (HasFatalFailure()) return;
  dialogue.run(GetParam().script);
  testing_support::check_modern_client(dialogue);
}

INSTANTIATE_TEST_SUITE_P(Cases, ModernClientLegacyServer, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(BridgeToLegacyServer, TellsTheServerWhatTheClientCanDo) {
  Dialogue dialogue;
  begin(&dialogue);
  EXPECT_EQ(
      Json::parse(dialogue.value("initialize")),
      Json::parse(
          R"({"protocolVersion":"2025-11-25","capabilities":{"elicitation":{"form":{},"url":{}},"sampling":{},"roots":{},"extensions":{"x/y":{}}},"clientInfo":{"name":"c","version":"1"}})"));
}

TEST(BridgeToLegacyServer, AStateOfOneClientIsNothingToAnother) {
  Dialogue alice("alice"), mallory("mallory");
  begin(&alice);
  begin(&mallory);
  const char* park = R"(
    c> {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}
    s> {"jsonrpc":"2.0","id":5,"method":"roots/list"}
    c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"$k":{"method":"roots/list"}},"requestState":"$state","_meta":"$stamp"}}
  )";
  alice.run(park);
  mallory.run(park);
  mallory.set("stolen", Json::parse(alice.value("state")));
  mallory.run(R"(
    c> {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a","requestState":"$stolen","inputResponses":{"$k":{"roots":[]}},"_meta":"$meta"}}
    c< {"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"$_"}}
  )");
}

TEST(BridgeToLegacyServer, AServerThatAsksWithoutEndIsStopped) {
  Dialogue dialogue;
  begin(&dialogue);
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":0,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":0,"method":"tools/call","params":{"name":"a"}}
  )");
  for (int round = 0; round < kMaxInputRounds; ++round) {
    const std::string n = std::to_string(round), next = std::to_string(round + 1);
    dialogue.run("s> {\"jsonrpc\":\"2.0\",\"id\":\"q" + n + R"(","method":"roots/list"}
      c< {"jsonrpc":"2.0","id":)" +
                 n + R"(,"result":{"resultType":"input_required","inputRequests":{"$k)" + n +
                 R"(":{"method":"roots/list"}},"requestState":"$state)" + n + R"(","_meta":"$stamp"}}
      c> {"jsonrpc":"2.0","id":)" +
                 next + R"(,"method":"tools/call","params":{"name":"a","requestState":"$state)" + n +
                 R"(","inputResponses":{"$k)" + n + R"(":{"roots":[]}},"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"q)" +
                 n + R"(","result":{"roots":[]}})");
    ASSERT_FALSE(HasFailure());
  }
  dialogue.run(R"(
    s> {"jsonrpc":"2.0","id":"too much","method":"roots/list"}
    s< {"jsonrpc":"2.0","id":"too much","error":{"code":-32603,"message":"$_"}}
    s> {"jsonrpc":"2.0","id":0,"result":{"content":[]}}
    c< {"jsonrpc":"2.0","id":16,"result":{"resultType":"complete","content":[],"_meta":"$stamp"}}
  )");
}

TEST(BridgeToLegacyServer, AClientThatNeverAnswersIsToldSoInTheEnd) {
  Dialogue dialogue;
  begin(&dialogue);
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":0,"method":"tools/call","params":{"name":"a","_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":0,"method":"tools/call","params":{"name":"a"}}
  )");
  dialogue.bridge->from_server(R"({"jsonrpc":"2.0","id":"q","method":"roots/list"})", "");
  for (int round = 0; round < kMaxInputRounds; ++round) {
    const std::string n = std::to_string(round), next = std::to_string(round + 1);
    // The answer to the last retry is left for the script below.
    dialogue.run("c< {\"jsonrpc\":\"2.0\",\"id\":" + n +
                 R"(,"result":{"resultType":"input_required","inputRequests":"$_","requestState":"$state)" +
                 n + R"(","_meta":"$stamp"}})");
    ASSERT_FALSE(HasFailure());
    dialogue.bridge->from_client(R"({"jsonrpc":"2.0","id":)" + next +
                                 R"(,"method":"tools/call","params":{"name":"a","requestState":)" +
                                 dialogue.value("state" + n) + R"(,"_meta":)" + dialogue.value("meta") +
                                 "}}");
  }
  dialogue.run(R"(
    s< {"jsonrpc":"2.0","id":"q","error":{"code":-32603,"message":"$_"}}
    s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0,"reason":"$_"}}
    c< {"jsonrpc":"2.0","id":16,"error":{"code":-32603,"message":"$_"}}
  )");
}

TEST(BridgeToLegacyServer, AFloodOfQuestionsIsBounded) {
  Dialogue dialogue;
  begin(&dialogue);
  const auto ask = [&](const std::string& id) {
    dialogue.bridge->from_server(R"({"jsonrpc":"2.0","id":")" + id + R"(","method":"roots/list"})", "");
    return dialogue.take();
  };
  // None waits: some are held, the rest refused.
  for (std::size_t i = 0; i < kMaxHeldQuestions; ++i) EXPECT_TRUE(ask("held" + std::to_string(i)).empty());
  ASSERT_EQ(ask("one more").size(), 1u);
  // They ride on the first call, which is full then.
  dialogue.bridge->from_client(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":)" +
      dialogue.value("meta") + "}}");
  EXPECT_EQ(dialogue.take().size(), 2u);
  for (int i = 0; i < 1000; ++i) {
    const auto lines = ask("flood" + std::to_string(i));
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_FALSE(lines[0].client);
  }
}

TEST(BridgeToLegacyServer, ParkedCallsAreBounded) {
  Dialogue dialogue;
  begin(&dialogue);
  std::size_t parked = 0;
  for (std::size_t i = 0; i < kMaxParked + 10; ++i) {
    const std::string id = std::to_string(i);
    dialogue.bridge->from_client(R"({"jsonrpc":"2.0","id":)" + id +
                                 R"(,"method":"tools/call","params":{"name":"a","_meta":)" +
                                 dialogue.value("meta") + "}}");
    dialogue.take();
    dialogue.bridge->from_server(R"({"jsonrpc":"2.0","id":"q)" + id + R"(","method":"roots/list"})", id);
    const auto lines = dialogue.take();
    ASSERT_EQ(lines.size(), 1u);
    if (lines[0].client) ++parked;
  }
  EXPECT_EQ(parked, kMaxParked);
}

TEST(BridgeToLegacyServer, ListensAndTheirResourcesAreBounded) {
  Dialogue dialogue;
  begin(&dialogue);
  Json uris = Json::array();
  for (std::size_t i = 0; i < kMaxSubscribedResources + 5; ++i) uris.push_back("f://" + std::to_string(i));
  const auto listen = [&](std::size_t id) {
    dialogue.bridge->from_client(
        R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
        R"(,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":)" +
        uris.dump() + R"(},"_meta":)" + dialogue.value("meta") + "}}");
    return dialogue.take();
  };
  const auto lines = listen(0);
  EXPECT_EQ(lines.size(), kMaxSubscribedResources + 1);
  EXPECT_EQ(Json::parse(lines[0].text)["params"]["notifications"]["resourceSubscriptions"].size(),
            kMaxSubscribedResources);
  for (std::size_t i = 1; i < kMaxListens; ++i) EXPECT_EQ(listen(i).size(), 1u);
  EXPECT_TRUE(Json::parse(listen(kMaxListens).at(0).text).contains("error"));
}

TEST(BridgeToLegacyServer, AServerWithoutAnythingHonoursNothing) {
  Dialogue dialogue;
  dialogue.set("meta", meta("{}"));
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true,"resourceSubscriptions":["a"]},"_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":"$probe","method":"server/discover","params":"$_"}
    s> {"jsonrpc":"2.0","id":"$probe","error":{"code":-32600,"message":"Server not initialized"}}
    s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
    s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2024-11-05","capabilities":{},"serverInfo":{}}}
    s< {"jsonrpc":"2.0","method":"notifications/initialized"}
    c< {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":1},"notifications":{}}}
  )");
}

}  // namespace
}  // namespace aegis::mcp
