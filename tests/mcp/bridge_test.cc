// Which era a server speaks is found out, and lines pass untouched where nothing is to be translated. What is
// translated has tests of its own (bridge_legacy_server_test.cc, bridge_modern_server_test.cc).
#include "mcp/bridge.h"

#include <gtest/gtest.h>

#include "tests/support/dialogue.h"

namespace aegis::mcp {
namespace {

using testing_support::Dialogue;

// Names the tests use for the parts of a modern request.
void define(Dialogue* dialogue) {
  dialogue->set("meta", Json{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                             {"io.modelcontextprotocol/clientInfo", {{"name", "c"}, {"version", "1"}}},
                             {"io.modelcontextprotocol/clientCapabilities", Json::object()}});
}

struct Case {
  const char* name;
  const char* script;
  bool decided = true;
  Era era = Era::legacy;
};

const Case kCases[] = {
    {"LegacyToLegacyPassesEveryByte", R"(
      c> { "jsonrpc":"2.0", "id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}
      s< ~{ "jsonrpc":"2.0", "id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}
      # a client that does not wait for the answer
      c> {"jsonrpc":"2.0","method":"notifications/initialized"}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"hello"}}
      c< ~{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"hello"}}
      s> ~starting up
      c< ~starting up
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18" , "capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      c< ~{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18" , "capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      s< ~{"jsonrpc":"2.0","method":"notifications/initialized"}
      s< ~{"jsonrpc":"2.0","id":2,"method":"tools/list"}
      # nothing is parsed from here on
      c> ~{ this is not JSON
      s< ~{ this is not JSON
      s> ~neither is this
      c< ~neither is this
    )"},
    {"ServerThatTakesNeitherGetsWhatTheClientSends", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"out of order","data":7}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":"$_"}
      c> {"jsonrpc":"2.0","id":2,"method":"ping"}
      s> {"jsonrpc":"2.0","id":"$own","error":{"code":-32601,"message":"what?"}}
      c< ~{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"out of order","data":7}}
      s< ~{"jsonrpc":"2.0","id":2,"method":"ping"}
      s> ~{"junk
      c< ~{"junk
    )"},
    {"AServerThatQuotesNumbersIsUnderstood", R"(
      c> {"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":"0","result":{"protocolVersion":"2025-06-18"}}
      c< {"jsonrpc":"2.0","id":"0","result":{"protocolVersion":"2025-06-18"}}
      c> ~{"jsonrpc":"2.0","id":1,"method":"tools/list"}
      s< ~{"jsonrpc":"2.0","id":1,"method":"tools/list"}
    )"},
    {"ServerOf2026ThatAnswersInitializeIsAskedWhatItIs", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2026-07-28","capabilities":{}}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$own","result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}}
      c< {"jsonrpc":"2.0","id":1,"result":"$_"}
    )",
     true, Era::modern},
    {"ServerThatIsSilentAfterARefusedHandshake", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":"$_"}
      tick 4999
      tick 1
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}
      # its late answer is nobody's
      s> {"jsonrpc":"2.0","id":"$own","result":{}}
      s> ~x
      c< ~x
    )"},
    {"ModernOnlyServerOfAnotherVersion", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$own","result":{"supportedVersions":["2027-01-01"],"capabilities":{}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}
    )"},
    {"HandshakeWithAServerThatCannotBeReachedIsNoEvidence", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-31001,"message":"HTTP status 503"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-31001,"message":"HTTP status 503"}} @1
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-31001,"message":"HTTP status 503"}} @2
      # and the next request tries again
      c> {"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}
    )",
     false},
    {"ModernToModernPasses", R"(
      c> {"jsonrpc":"2.0","id":"d" ,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
      s< ~{"jsonrpc":"2.0","id":"d" ,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
      s> {"jsonrpc":"2.0","id":"d","result":{"resultType":"complete", "supportedVersions":["2026-07-28"]}}
      c< ~{"jsonrpc":"2.0","id":"d","result":{"resultType":"complete", "supportedVersions":["2026-07-28"]}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      s< ~{"jsonrpc":"2.0","id":2,"method":"tools/list"}
      c> ~no JSON
      s< ~no JSON
    )",
     true, Era::modern},
    {"ModernRequestWithoutDiscoverIsProbedByUs", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":{"_meta":"$meta"}}
      c> {"jsonrpc":"2.0","id":2,"method":"prompts/list","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":"$own","result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{}}}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"prompts/list","params":{"_meta":"$meta"}}
    )",
     true, Era::modern},
    {"AModernErrorMeansAModernServer", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01"}}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01"}}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"],"requested":"2027-01-01"}}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"],"requested":"2027-01-01"}}}
    )",
     true, Era::modern},
    {"DiscoverThenHandshakeWithADualServer", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2027-01-01","2025-11-25"]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2027-01-01","2025-11-25"]}}
      c> {"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s> {"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-11-25"}}
      c< {"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-11-25"}}
      c> ~x
      s< ~x
    )"},
    {"AServerThatIsSilentOnTheProbe", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      tick 5000
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}
      # the late answer to the probe still counts
      s> {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}
      s> {"jsonrpc":"2.0","id":"$init","error":{"code":-32601,"message":"no"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
    )",
     true, Era::modern},
    {"SilentOnBoth", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      tick 5000
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","error":{"code":-32600,"message":"no"}}
      tick 5000
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"$_"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s> ~x
      c< ~x
    )"},
    {"NeitherErrorMakesSense", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"first"}}
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","error":{"code":-2,"message":"second"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"first"}}
    )"},
    {"AServerThatEndsOnTheProbeIsStartedAnew", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      ended respawns
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      c< {"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","supportedVersions":"$_","capabilities":{},"ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}}}}
      # once is enough
      ended
    )"},
    {"AServerThatEndsOnBothIsGone", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":{"_meta":"$meta"}}
      ended respawns
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      ended
      # its requests are failed by whoever runs it; the next one begins anew
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$again","method":"server/discover","params":{"_meta":"$meta"}}
    )",
     false},
    {"AServerThatEndsOnTheHandshakeIsNotStartedAgain", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      ended
    )",
     false},
    {"AServerThatEndsAfterItRefusedTheHandshake", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      c> {"jsonrpc":"2.0","id":2,"method":"ping"}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":"$_"}
      ended
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"no"}}
    )",
     false},
    {"AProbeOfAServerThatCannotBeReachedIsNoEvidence", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":{"_meta":"$meta"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":"$own","error":{"code":-31001,"message":"HTTP status 401"}}
      c< {"jsonrpc":"2.0","id":1,"error":{"code":-31001,"message":"HTTP status 401"}} @1
      c< {"jsonrpc":"2.0","id":2,"error":{"code":-31001,"message":"HTTP status 401"}} @2
      c> {"jsonrpc":"2.0","id":3,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":3,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":3,"error":{"code":-31001,"message":"HTTP status 401"}}
      c< {"jsonrpc":"2.0","id":3,"error":{"code":-31001,"message":"HTTP status 401"}}
    )",
     false},
    {"AClientThatDoesNotWaitForTheProbe", R"(
      c> {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      c> {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}
    )"},
    {"AClientThatGoesBackToTheHandshake", R"(
      c> {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      c< {"jsonrpc":"2.0","id":0,"result":"$_"}
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
      c> ~x
      s< ~x
    )"},
    {"ToTheHandshakeWithAServerThatTakesItOnce", R"(
      c> {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      c< {"jsonrpc":"2.0","id":0,"result":"$_"}
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      s> {"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"twice"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      c> ~x
      s< ~x
    )"},
    {"ToTheHandshakeWithAServerThatEndsOnTheSecond", R"(
      c> {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":0,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}
      s< {"jsonrpc":"2.0","id":"$init","method":"initialize","params":"$_"}
      s> {"jsonrpc":"2.0","id":"$init","result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      c< {"jsonrpc":"2.0","id":0,"result":"$_"}
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      ended respawns
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}}
    )"},
    {"AFirstRequestOfNeitherEraPasses", R"(
      c> {"jsonrpc":"2.0","method":"notifications/hello"}
      s< {"jsonrpc":"2.0","method":"notifications/hello"}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list"}
      s< {"jsonrpc":"2.0","id":1,"method":"tools/list"}
      c> ~x
      s< ~x
    )"},
    {"APingTellsNothing", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"ping"}
      s< {"jsonrpc":"2.0","id":1,"method":"ping"}
      s> {"jsonrpc":"2.0","id":1,"result":{}}
      c< {"jsonrpc":"2.0","id":1,"result":{}}
      c> {"jsonrpc":"2.0","id":2,"method":"initialize","params":{}}
      s< {"jsonrpc":"2.0","id":2,"method":"initialize","params":{}}
      s> {"jsonrpc":"2.0","id":9,"method":"ping"}
      c< {"jsonrpc":"2.0","id":9,"method":"ping"}
      c> {"jsonrpc":"2.0","id":9,"result":{}}
      s< {"jsonrpc":"2.0","id":9,"result":{}}
    )",
     false},
    {"ANewServerIsToldTheHandshake", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}
      s< {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}
      c< {"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}
      replaced
      s< {"jsonrpc":"2.0","id":"$own","method":"initialize","params":{"protocolVersion":"2025-06-18"}}
      c> {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      s> ~loading
      c< ~loading
      s> {"jsonrpc":"2.0","id":"$own","result":{"protocolVersion":"2025-06-18"}}
      s< {"jsonrpc":"2.0","method":"notifications/initialized"}
      s< {"jsonrpc":"2.0","id":2,"method":"tools/list"}
      c> ~x
      s< ~x
      s> ~y
      c< ~y
    )"},
    {"ANewServerDuringTheProbe", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      replaced
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
    )",
     false},
    {"ANewModernServerNeedsToKnowNothing", R"(
      c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}
      c< {"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"]}}
      replaced
    )",
     true, Era::modern},
    {"AnswersThatNobodyAskedForDecideNothing", R"(
      s> {"jsonrpc":"2.0","id":1,"result":{}}
      c< {"jsonrpc":"2.0","id":1,"result":{}}
      c> {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":"$meta"}}
      s< {"jsonrpc":"2.0","id":"$own","method":"server/discover","params":{"_meta":"$meta"}}
      s> {"jsonrpc":"2.0","id":"aegis-0-1","result":{"supportedVersions":["2026-07-28"]}}
      c< {"jsonrpc":"2.0","id":"aegis-0-1","result":{"supportedVersions":["2026-07-28"]}}
      s> {"jsonrpc":"2.0","id":3,"method":"roots/list"}
      s< {"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"$_"}}
      s> {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}
    )",
     false},
};

class BridgeDecides : public testing::TestWithParam<Case> {};

TEST_P(BridgeDecides, As) {
  Dialogue dialogue;
  define(&dialogue);
  dialogue.run(GetParam().script);
  EXPECT_EQ(dialogue.bridge->decided(), GetParam().decided);
  if (GetParam().decided) {
    EXPECT_EQ(dialogue.bridge->server_era(), GetParam().era);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, BridgeDecides, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(BridgeTest, AServerThatCannotBeStartedAnewIsGoneWithTheProbe) {
  Dialogue dialogue("alice", false);
  define(&dialogue);
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
    s< {"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":"$meta"}}
    ended
  )");
}

TEST(BridgeTest, WhatWaitsForTheFirstAnswerIsBounded) {
  Dialogue dialogue;
  dialogue.bridge->from_client(R"({"jsonrpc":"2.0","id":"i","method":"initialize","params":{}})");
  dialogue.take();
  for (std::size_t i = 0; i < kMaxQueuedMessages; ++i) {
    dialogue.bridge->from_client(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"ping"})");
  }
  EXPECT_TRUE(dialogue.take().empty());
  dialogue.run(R"(
    c> {"jsonrpc":"2.0","id":"one more","method":"ping"}
    c< {"jsonrpc":"2.0","id":"one more","error":{"code":-32603,"message":"$_"}}
    c> {"jsonrpc":"2.0","method":"notifications/too_many"}
  )");
  dialogue.bridge->from_server(R"({"jsonrpc":"2.0","id":"i","result":{}})", "");
  EXPECT_EQ(dialogue.take().size(), kMaxQueuedMessages + 1);
}

// A guard between client and bridge may answer the server at once, from within the sink.
TEST(BridgeTest, ASinkMayHandInTheNextMessage) {
  std::vector<std::string> to_server;
  std::unique_ptr<Bridge> bridge;
  bridge = std::make_unique<Bridge>(
      Bridge::Options{.to_client =
                          [&](std::string_view line, std::string_view) {
                            if (line.find("roots/list") != std::string_view::npos)
                              bridge->from_client(R"({"jsonrpc":"2.0","id":5,"result":{"roots":[]}})");
                          },
                      .to_server = [&](std::string_view line) { to_server.emplace_back(line); },
                      .respawn = nullptr,
                      .principal = "p",
                      .proxy_info = {},
                      .now_us = [] { return std::int64_t{0}; }});
  bridge->from_client(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})");
  bridge->from_client(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  bridge->from_server(R"({"jsonrpc":"2.0","id":5,"method":"roots/list"})", "");
  bridge->from_server(R"({"jsonrpc":"2.0","id":1,"result":{}})", "");
  ASSERT_EQ(to_server.size(), 3u);
  EXPECT_EQ(to_server[1], R"({"jsonrpc":"2.0","id":5,"result":{"roots":[]}})");
  EXPECT_EQ(to_server[2], R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
}

}  // namespace
}  // namespace aegis::mcp
