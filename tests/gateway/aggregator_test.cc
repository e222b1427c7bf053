// Dialogues of one client with the gateway and of the gateway with its servers.
//
// A step is "c> LINE" (the client sends), "0> LINE" (server 0 sends), "c< LINE" and "0< LINE" (the next line
// the client or the server gets). `$x` stands for a number: bound where a line is expected, the same wherever
// it is used again. "c(7)< …" also says which request the line belongs to, "0($x)> …" on whose stream it
// came. "wait MS" lets time pass. After the last step nobody may have got anything else. In all lines
// {"jsonrpc":"2.0", is written {.
#include "gateway/aggregator.h"

#include <gtest/gtest.h>

#include <cctype>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "gateway/aggregator/names.h"
#include "gateway/aggregator/raw.h"

namespace aegis::gateway {
namespace {

constexpr const char* kAll =
    R"({"tools":{},"prompts":{},"resources":{"subscribe":true},"completions":{},"logging":{},"tasks":{"list":{},"cancel":{}}})";

class AggregatorTest : public testing::Test {
 protected:
  AggregatorTest() { log::set_level(log::Level::off); }
  ~AggregatorTest() override { log::set_level(log::Level::warn); }

  void open(std::vector<std::string> names) {
    out_.clear();
    bound_.clear();
    gateway_ = std::make_unique<Aggregator>(Aggregator::Options{
        .names = std::move(names),
        .to_client = [this](std::string_view line, std::string_view related) { got("c", line, related); },
        .to_server = [this](std::size_t server,
                            std::string_view line) { got(std::to_string(server), line, ""); },
        .info = {.name = "aegis-mcp", .title = "", .version = "1", .instructions = ""},
        .now_us = [this] { return now_us_; }});
  }

  // Handshake with servers of these capabilities; nothing of it is left to be read.
  void connect(const std::vector<std::string>& names, const std::vector<std::string>& capabilities) {
    open(names);
    say({R"(c> {"id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})"});
    for (std::size_t i = 0; i < capabilities.size(); ++i) join(i, capabilities[i]);
    say({R"(c> {"method":"notifications/initialized"})"});
    out_.clear();
  }
  // The server answers the initialize that it was sent.
  void join(std::size_t server, const std::string& capabilities) {
    const std::string at = std::to_string(server);
    ASSERT_FALSE(out_[at].empty()) << "server " << at << " was sent nothing";
    const Json request = Json::parse(out_[at].front().line);
    out_[at].pop_front();
    ASSERT_EQ(request["method"], "initialize");
    gateway_->from_server(server,
                          R"({"jsonrpc":"2.0","id":)" + request["id"].dump() +
                              R"(,"result":{"protocolVersion":"2025-11-25","capabilities":)" + capabilities +
                              "}}",
                          "");
  }

  void say(const std::vector<std::string>& steps) {
    for (const std::string& step : steps) {
      SCOPED_TRACE(step);
      if (step.starts_with("wait ")) {
        now_us_ += std::stoll(step.substr(5)) * 1000;
        gateway_->tick();
        continue;
      }
      const auto arrow = step.find_first_of("<>");
      std::string who = step.substr(0, arrow), related;
      bool with_related = false;
      if (const auto open = who.find('('); open != std::string::npos) {
        related = filled(who.substr(open + 1, who.size() - open - 2));
        who = who.substr(0, open);
        with_related = true;
      }
      const std::string line = full(step.substr(arrow + 2));
      if (step[arrow] == '>') {
        if (who == "c")
          gateway_->from_client(filled(line));
        else
          gateway_->from_server(std::stoul(who), filled(line), related);
        continue;
      }
      if (out_[who].empty()) {
        ADD_FAILURE() << who << " got nothing";
        continue;
      }
      const Line front = out_[who].front();
      out_[who].pop_front();
      EXPECT_TRUE(matches(line, front.line)) << "got:  " << front.line << "\nwant: " << filled(line);
      if (with_related) {
        EXPECT_EQ(front.related, related);
      }
    }
  }
  void expect_silence() {
    for (const auto& [who, lines] : out_) {
      for (const Line& line : lines) ADD_FAILURE() << who << " also got: " << line.line;
    }
    out_.clear();
  }
  void dialogue(const std::vector<std::string>& steps) {
    say(steps);
    expect_silence();
  }

  struct Line {
    std::string line, related;
  };
  std::map<std::string, std::deque<Line>> out_;
  std::int64_t now_us_ = 1'000'000;
  std::unique_ptr<Aggregator> gateway_;

 private:
  void got(const std::string& who, std::string_view line, std::string_view related) {
    EXPECT_TRUE(Json::accept(line)) << line;
    EXPECT_EQ(line.find('\n'), std::string_view::npos);
    out_[who].push_back({std::string(line), std::string(related)});
  }
  static std::string full(const std::string& line) {
    return line.starts_with('{') ? R"({"jsonrpc":"2.0",)" + line.substr(1) : line;
  }
  std::string filled(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = text[i] == '$' ? name_end(text, i) : i + 1;
      const auto found = bound_.find(text.substr(i, end - i));
      out += found == bound_.end() ? text.substr(i, end - i) : found->second;
      i = end;
    }
    return out;
  }
  static std::size_t name_end(const std::string& text, std::size_t dollar) {
    std::size_t end = dollar + 1;
    while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
    return end;
  }
  bool matches(const std::string& pattern, const std::string& text) {
    const std::string want = filled(pattern);
    std::size_t at = 0;
    for (std::size_t i = 0; i < want.size();) {
      if (want[i] != '$') {
        if (at >= text.size() || text[at++] != want[i++]) return false;
        continue;
      }
      const std::size_t end = name_end(want, i);
      std::size_t digits = at;
      while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
      if (digits == at) return false;
      bound_[want.substr(i, end - i)] = text.substr(at, digits - at);
      return matches(pattern, text);
    }
    return at == text.size();
  }

  std::map<std::string, std::string> bound_;
};

// ---- The beginning

TEST_F(AggregatorTest, InitializeGoesToAllServersAndIsAnsweredWithTheirUnion) {
  open({"files", "web"});
  dialogue({
      R"(c> {"id":0,"method":"server/discover","params":{"_meta":{}}})",
      R"(c< {"id":0,"error":{"code":-32601,"message":"aegis-mcp: this server is initialised by a handshake"}})",
      R"(c> {"id":1,"method":"tools/list"})",
      R"(c< {"id":1,"error":{"code":-32600,"message":"aegis-mcp: initialize comes first"}})",
      R"(c> {"id":"i","method":"initialize","params":{"protocolVersion":"2026-07-28","capabilities":{"roots":{}},"clientInfo":{"name":"c","version":"2"}}})",
      R"(0< {"id":$a,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{"name":"c","version":"2"}}})",
      R"(1< {"id":$b,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{"name":"c","version":"2"}}})",
      R"(c> {"id":2,"method":"ping"})",
      R"(c< {"id":2,"result":{}})",
      R"(1> {"id":$b,"result":{"protocolVersion":"2025-06-18","capabilities":{"logging":{},"tasks":{"list":{}}},"instructions":"Second."}})",
      R"(0> {"id":$a,"result":{"protocolVersion":"2024-11-05","capabilities":{"resources":{"subscribe":true},"tasks":{"cancel":{}}},"instructions":"First."}})",
      R"(c("i")< {"id":"i","result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true},"prompts":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"logging":{},"tasks":{"cancel":{},"list":{}}},"serverInfo":{"name":"aegis-mcp","version":"1"},"instructions":"## files\n\nFirst.\n\n## web\n\nSecond."}})",
      R"(c> {"method":"notifications/initialized"})",
      R"(0< {"method":"notifications/initialized"})",
      R"(1< {"method":"notifications/initialized"})",
      R"(c> {"id":3,"method":"initialize","params":{}})",
      R"(c< {"id":3,"error":{"code":-32600,"message":"aegis-mcp: this connection is initialised already"}})",
  });
}

TEST_F(AggregatorTest, AServerThatIsLateJoinsLater) {
  open({"files", "web"});
  dialogue({
      R"(c> {"id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(0< {"id":$a,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(1< {"id":$b,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(0> {"id":$a,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}}}})",
      "wait 4999",
      "wait 1",
      // What the late one may have is promised, as it cannot be later.
      R"(c< {"id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true},"prompts":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},"completions":{},"logging":{}},"serverInfo":{"name":"aegis-mcp","version":"1"}}})",
      R"(c> {"method":"notifications/initialized"})",
      R"(0< {"method":"notifications/initialized"})",
      R"(c> {"id":2,"method":"logging/setLevel","params":{"level":"warning"}})",
      R"(c< {"id":2,"result":{}})",
      R"(c> {"id":3,"method":"tools/call","params":{"name":"web__get"}})",
      R"(c< {"id":3,"error":{"code":-31001,"message":"aegis-mcp: the server 'web' has not started yet"}})",
      R"(c> {"method":"notifications/roots/list_changed"})",
      R"(0< {"method":"notifications/roots/list_changed"})",
      R"(1> {"id":$b,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"logging":{},"prompts":{}}}})",
      R"(1< {"method":"notifications/initialized"})",
      R"(1< {"id":$l,"method":"logging/setLevel","params":{"level":"warning"}})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(c< {"method":"notifications/prompts/list_changed"})",
      R"(1> {"id":$l,"result":{}})",
  });
}

TEST_F(AggregatorTest, ServersThatCannotBeInitialisedAreLeftOut) {
  for (const char* answer :
       {R"(1> {"id":$b,"error":{"code":-32603,"message":"x"}})",
        R"(1> {"id":$b,"result":{"protocolVersion":"3000-01-01","capabilities":{"tools":{}}}})",
        R"(1> {"id":$b,"result":{"protocolVersion":"2026-07-28","capabilities":{"tools":{}}}})",
        R"(1> {"id":$b,"result":[]})", R"(1> {"id":$b,"result":"x"})"}) {
    SCOPED_TRACE(answer);
    open({"files", "web"});
    dialogue({
        R"(c> {"id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
        R"(0< {"id":$a,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
        R"(1< {"id":$b,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
        answer,
        R"(0> {"id":$a,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}}}})",
        R"(c< {"id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true},"prompts":{"listChanged":true},"resources":{"listChanged":true}},"serverInfo":{"name":"aegis-mcp","version":"1"}}})",
        R"(c> {"method":"notifications/initialized"})",
        R"(0< {"method":"notifications/initialized"})",
        R"(c> {"id":2,"method":"tools/list"})",
        R"(0< {"id":$l,"method":"tools/list"})",
        R"(0> {"id":$l,"result":{"tools":[]}})",
        R"(c< {"id":2,"result":{"tools":[]}})",
    });
  }
}

// ---- Lists

TEST_F(AggregatorTest, ListsAreMergedInTheOrderOfServersWithAllTheirPages) {
  connect({"a", "b", "c"}, {R"({"tools":{}})", R"({"prompts":{}})", R"({"tools":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(2< {"id":$c,"method":"tools/list"})",
      R"(2> {"id":$c,"result":{"tools":[{"name":"z__y","title":"Z"}]}})",
      R"(0> {"id":$a,"result":{"nextCursor":"p\"2","tools":[ { "x":1.50 , "name" : "two","inputSchema":{"name":"x"}} , {"name":"one"}]}})",
      R"(0< {"id":$a2,"method":"tools/list","params":{"cursor":"p\"2"}})",
      R"(0> {"id":$a2,"result":{"tools":[{"name":"three"}],"_meta":{"drop":1}}})",
      R"(c(1)< {"id":1,"result":{"tools":[{ "x":1.50 , "name" : "a__two","inputSchema":{"name":"x"}},{"name":"a__one"},{"name":"a__three"},{"name":"c__z__y","title":"Z"}]}})",
      R"(c> {"id":2,"method":"tools/list","params":{"cursor":"x"}})",
      R"(c< {"id":2,"error":{"code":-32602,"message":"aegis-mcp: lists have one page here; there is no such cursor"}})",
  });
}

TEST_F(AggregatorTest, AServerThatFailsOrIsSlowDoesNotHoldTheListUp) {
  connect({"a", "b"}, {R"({"tools":{}})", R"({"tools":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(1< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$a,"error":{"code":-32603,"message":"no"}})",
      "wait 5000",
      R"(c< {"id":1,"result":{"tools":[]}})",
      // It has been late once: nobody waits for it again.
      R"(c> {"id":2,"method":"tools/list"})",
      R"(0< {"id":$a2,"method":"tools/list"})",
      R"(0> {"id":$a2,"result":{"tools":[{"name":"t"}]}})",
      R"(c< {"id":2,"result":{"tools":[{"name":"a__t"}]}})",
      R"(1> {"id":$b,"result":{"tools":[{"name":"t"}]}})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      // Late again, with the same answer: what it listed last stands for it, and nothing has changed.
      R"(c> {"id":3,"method":"tools/list"})",
      R"(0< {"id":$a3,"method":"tools/list"})",
      R"(1< {"id":$b3,"method":"tools/list"})",
      R"(0> {"id":$a3,"result":{"tools":[]}})",
      "wait 5000",
      R"(c< {"id":3,"result":{"tools":[{"name":"b__t"}]}})",
      R"(1> {"id":$b3,"result":{"tools":[{"name":"t"}]}})",
  });
}

TEST_F(AggregatorTest, AListAskedForWhileOneIsPutTogetherIsAskedForAnew) {
  connect({"a"}, {R"({"tools":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(c> {"id":2,"method":"tools/list"})",
      R"(c> {"id":3,"method":"tools/list"})",
      R"(c> {"method":"notifications/cancelled","params":{"requestId":3}})",
      R"(0> {"id":$a,"result":{"tools":[]}})",
      R"(c< {"id":1,"result":{"tools":[]}})",
      R"(0< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$b,"result":{"tools":[{"name":"new"}]}})",
      R"(c< {"id":2,"result":{"tools":[{"name":"a__new"}]}})",
  });
}

TEST_F(AggregatorTest, AListThatChangedWhileItWasLateIsAskedForAnew) {
  connect({"a"}, {R"({"tools":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      "wait 5000",
      R"(c< {"id":1,"result":{"tools":[]}})",
      R"(0> {"method":"notifications/tools/list_changed"})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(c> {"id":2,"method":"tools/list"})",
      R"(0< {"method":"notifications/cancelled","params":{"requestId":$a}})",
      R"(0< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$a,"result":{"tools":[{"name":"old"}]}})",
      R"(0> {"id":$b,"result":{"tools":[{"name":"new"}]}})",
      R"(c< {"id":2,"result":{"tools":[{"name":"a__new"}]}})",
  });
}

TEST_F(AggregatorTest, UnusableItemsAreLeftOut) {
  connect({"a"}, {R"({"tools":{},"resources":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(0> {"id":$a,"result":{"tools":[{"name":""},{"name":7},{},null,3,{"name":"a\u0000b"},{"name":"a\nb"},{"name":"t","n":1},{"name":"t","n":2}]}})",
      R"(c< {"id":1,"result":{"tools":[{"name":"a__t","n":1}]}})",
      R"(c> {"id":2,"method":"tools/list"})",
      R"(0< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$b,"result":{"tools":{"name":"t"}}})",
      R"(c< {"id":2,"result":{"tools":[]}})",
  });
}

TEST_F(AggregatorTest, PagesWithoutEndAndEndlessListsEnd) {
  connect({"a"}, {R"({"tools":{}})"});
  say({R"(c> {"id":1,"method":"tools/list"})", R"(0< {"id":$a,"method":"tools/list"})"});
  std::size_t pages = 1;
  std::string id = "$a";
  for (; pages < 5 * kMaxListPages; ++pages) {
    say({"0> {\"id\":" + id + R"(,"result":{"tools":[{"name":"t)" + std::to_string(pages) +
         R"("}],"nextCursor":"c"}})"});
    if (!out_["c"].empty()) break;
    id = "$p" + std::to_string(pages) + "x";
    say({"0< {\"id\":" + id + R"(,"method":"tools/list","params":{"cursor":"c"}})"});
  }
  EXPECT_EQ(pages, kMaxListPages);
  ASSERT_EQ(out_["c"].size(), 1u);
  EXPECT_EQ(Json::parse(out_["c"].front().line)["result"]["tools"].size(), kMaxListPages);
  out_.clear();

  std::string tools;
  for (std::size_t i = 0; i < kMaxListItems + 5; ++i)
    tools += (i == 0 ? "" : ",") + (R"({"name":"t)" + std::to_string(i) + "\"}");
  say({R"(c> {"id":2,"method":"tools/list"})", R"(0< {"id":$z,"method":"tools/list"})",
       R"(0> {"id":$z,"result":{"tools":[)" + tools + R"(],"nextCursor":"more"}})"});
  ASSERT_EQ(out_["c"].size(), 1u);
  EXPECT_EQ(Json::parse(out_["c"].front().line)["result"]["tools"].size(), kMaxListItems);
  EXPECT_TRUE(out_["0"].empty());
}

// ---- Calls

TEST_F(AggregatorTest, CallsAndAnswersKeepTheirBytesButForNamesIdsAndTokens) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> { "params" : {"arguments":{"x":1.0e3,"name":"b__x"},"name":"b__do__it","_meta":{"progressToken":"p","k":[]}},"id":7,"method":"tools/call"})",
      R"(1< { "params" : {"arguments":{"x":1.0e3,"name":"b__x"},"name":"do__it","_meta":{"progressToken":$n,"k":[]}},"id":$n,"method":"tools/call"})",
      // The same id and token may not meet another's: every server has its own.
      R"(c> {"id":"7","method":"prompts/get","params":{"name":"a__p","_meta":{"progressToken":"q"}}})",
      R"(0< {"id":$m,"method":"prompts/get","params":{"name":"p","_meta":{"progressToken":$m}}})",
      R"(1> {"method":"notifications/progress","params":{"progress":0.50,"progressToken":$n}})",
      R"(c(7)< {"method":"notifications/progress","params":{"progress":0.50,"progressToken":"p"}})",
      R"(0> {"method":"notifications/progress","params":{"progress":1,"progressToken":$n}})",  // not its own
      R"(0> {"id":$n,"result":{"stolen":true}})",
      R"(1> {"result":{"content":[{"type":"text","text":"é\u00e9","id":3}], "structuredContent":{"id":1.50}},"id":$n})",
      R"(c(7)< {"result":{"content":[{"type":"text","text":"é\u00e9","id":3}], "structuredContent":{"id":1.50}},"id":7})",
      R"(1> {"id":$n,"result":{"again":true}})",
      R"(0> {"id":"$m","result":{"id as a string":true}})",
      R"(0> {"id":$m,"error":{"code":-32000,"message":"m","data":{"x":1.0}}})",
      R"(c< {"id":"7","error":{"code":-32000,"message":"m","data":{"x":1.0}}})",
  });
}

TEST_F(AggregatorTest, WhatNoServerCanBeAskedIsRefused) {
  connect({"a", "b"}, {kAll, R"({"tools":{}})"});
  const std::string unknown =
      R"(,"error":{"code":-32602,"message":"aegis-mcp: unknown name; names here begin with a server's and two underscores, and the servers are: a, b"}})";
  dialogue({
      R"(c> {"id":1,"method":"tools/call","params":{"name":"c__x"}})",
      R"(c< {"id":1)" + unknown,
      R"(c> {"id":2,"method":"tools/call","params":{"name":"x"}})",
      R"(c< {"id":2)" + unknown,
      R"(c> {"id":3,"method":"prompts/get","params":{"name":"__x"}})",
      R"(c< {"id":3)" + unknown,
      R"(c> {"id":4,"method":"tools/call"})",
      R"(c< {"id":4,"error":{"code":-32602,"message":"aegis-mcp: params.name must be a string"}})",
      R"(c> {"id":5,"method":"vendor/x","params":{}})",
      R"(c< {"id":5,"error":{"code":-32601,"message":"aegis-mcp: no server can be told from this method"}})",
      R"(c> {"id":6,"method":"logging/setLevel","params":{"level":"loud"}})",
      R"(c< {"id":6,"error":{"code":-32602,"message":"aegis-mcp: params.level must be a level of RFC 5424"}})",
      R"(c> {"id":7,"method":"tools/call","params":{"name":"a__x"}})",
      R"(0< {"id":$n,"method":"tools/call","params":{"name":"x"}})",
      R"(c> {"id":7,"method":"ping"})",
      R"(c< {"id":7,"error":{"code":-32600,"message":"aegis-mcp: a request with this id is still waiting for its answer"}})",
      R"(0> {"id":$n,"result":{}})",
      R"(c< {"id":7,"result":{}})",
      R"(c> {"method":"notifications/vendor","params":{}})",
      R"(c> {"id":99,"result":{"nobody asked":1}})",
      R"(c> [{"jsonrpc":"2.0","id":8,"method":"ping"},{"jsonrpc":"2.0","id":9,"method":"ping"}])",
      R"(c< {"id":8,"result":{}})",
      R"(c< {"id":9,"result":{}})",
      R"(c> nonsense)",
      R"(c< {"error":{"code":-32700,"message":"aegis-mcp: not valid JSON at byte 2"}})",
  });
}

TEST_F(AggregatorTest, CancellingReachesTheServerThatWorks) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> {"id":"x","method":"tools/call","params":{"name":"b__x"}})",
      R"(1< {"id":$n,"method":"tools/call","params":{"name":"x"}})",
      R"(c> {"method":"notifications/cancelled","params":{"requestId":"x","reason":"r"}})",
      R"(1< {"method":"notifications/cancelled","params":{"requestId":$n,"reason":"r"}})",
      R"(c> {"method":"notifications/cancelled","params":{"requestId":"x"}})",
      R"(1> {"id":$n,"result":{}})",
      R"(1> {"method":"notifications/progress","params":{"progress":1,"progressToken":$n}})",
      R"(c> {"id":"x","method":"ping"})",
      R"(c< {"id":"x","result":{}})",
  });
}

TEST_F(AggregatorTest, CompletionGoesToTheServerOfItsReference) {
  connect({"a", "b"}, {kAll, R"({"prompts":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a__p"},"argument":{"name":"a__p","value":""}}})",
      R"(0< {"id":$n,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a__p","value":""}}})",
      R"(0> {"id":$n,"result":{"completion":{"values":["x"]}}})",
      R"(c< {"id":1,"result":{"completion":{"values":["x"]}}})",
      R"(c> {"id":2,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"b__p"}}})",
      R"(c< {"id":2,"result":{"completion":{"values":[]}}})",
      R"(c> {"id":3,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"a__x://{y}"}}})",
      R"(0< {"id":$m,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"x://{y}"}}})",
      R"(0> {"id":$m,"result":{}})",
      R"(c< {"id":3,"result":{}})",
      R"(c> {"id":4,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"x://{y}"}}})",
      R"(c< {"id":4,"error":{"code":-32602,"message":"aegis-mcp: no server is known to have what params.ref names"}})",
  });
}

// ---- Resources

TEST_F(AggregatorTest, ReadsAreRoutedByWhoListsTheUriAndByTemplates) {
  connect({"a", "b"}, {R"({"resources":{}})", R"({"resources":{}})"});
  dialogue({
      R"(c> {"id":1,"method":"resources/list"})",
      R"(0< {"id":$a,"method":"resources/list"})",
      R"(1< {"id":$b,"method":"resources/list"})",
      R"(1> {"id":$b,"result":{"resources":[{"uri":"x://both","name":"n"},{"uri":"ui://b","name":"page"},{"uri":"a__x://trap","name":"n"}]}})",
      R"(0> {"id":$a,"result":{"resources":[{"uri":"x://a","name":"n"},{"uri":"x://both","name":"n"}]}})",
      R"(c< {"id":1,"result":{"resources":[{"uri":"x://a","name":"a__n"},{"uri":"x://both","name":"a__n"},{"uri":"b__x://both","name":"b__n"},{"uri":"ui://b","name":"b__page"},{"uri":"b__a__x://trap","name":"b__n"}]}})",
      R"(c> {"id":2,"method":"resources/templates/list"})",
      R"(0< {"id":$c,"method":"resources/templates/list"})",
      R"(1< {"id":$d,"method":"resources/templates/list"})",
      R"(0> {"id":$c,"result":{"resourceTemplates":[{"uriTemplate":"file:///{+p}","name":"n"},{"uriTemplate":"{+any}","name":"n2"}]}})",
      R"(1> {"id":$d,"result":{"resourceTemplates":[{"uriTemplate":"file:///b/{p}.md","name":"n"},{"uriTemplate":"{+any}","name":"m"}]}})",
      R"(c< {"id":2,"result":{"resourceTemplates":[{"uriTemplate":"file:///{+p}","name":"a__n"},{"uriTemplate":"{+any}","name":"a__n2"},{"uriTemplate":"file:///b/{p}.md","name":"b__n"},{"uriTemplate":"b__{+any}","name":"b__m"}]}})",
  });
  struct Read {
    const char* asked;
    int server;
    const char* there;
  };
  int id = 100;
  for (const Read& read : std::initializer_list<Read>{{"x://a", 0, "x://a"},
                                                      {"x://both", 0, "x://both"},
                                                      {"b__x://both", 1, "x://both"},
                                                      {"ui://b", 1, "ui://b"},
                                                      {"a__x://trap", 0, "x://trap"},
                                                      {"b__a__x://trap", 1, "a__x://trap"},
                                                      {"b__never://listed", 1, "never://listed"},
                                                      {"file:///b/x.md", 1, "file:///b/x.md"},
                                                      {"file:///b/x.txt", 0, "file:///b/x.txt"},
                                                      {"zzz:anything", 0, "zzz:anything"}}) {
    SCOPED_TRACE(read.asked);
    const std::string server = std::to_string(read.server), own = std::to_string(++id);
    const auto step = [&](std::string who, const std::string& its_id, const std::string& rest) {
      return who.append(R"( {"id":)").append(its_id).append(",").append(rest);
    };
    const auto request = [](const std::string& uri) {
      return std::string(R"("method":"resources/read","params":{"uri":")").append(uri).append("\"}}");
    };
    const std::string n = "$n" + own + "x";
    dialogue({step("c>", own, request(read.asked)), step(server + "<", n, request(read.there)),
              step(server + ">", n, R"("result":{"contents":[]}})"),
              step("c<", own, R"("result":{"contents":[]}})")});
  }
}

TEST_F(AggregatorTest, ReadsOfWhatAToolPointedToGoToItsServer) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> {"id":1,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(1< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$a,"result":{"tools":[]}})",
      R"(1> {"id":$b,"result":{"tools":[{"name":"t","_meta":{"ui":{"resourceUri":"ui://t"}}},{"name":"u","_meta":{"ui/resourceUri":"ui://u"}}]}})",
      R"(c< {"id":1,"result":{"tools":[{"name":"b__t","_meta":{"ui":{"resourceUri":"ui://t"}}},{"name":"b__u","_meta":{"ui/resourceUri":"ui://u"}}]}})",
      R"(c> {"id":2,"method":"tools/call","params":{"name":"b__t"}})",
      R"(1< {"id":$c,"method":"tools/call","params":{"name":"t"}})",
      R"(1> {"id":$c,"result":{"content":[{"type":"resource_link","uri":"x://link","name":"l"}]}})",
      R"(c< {"id":2,"result":{"content":[{"type":"resource_link","uri":"x://link","name":"l"}]}})",
      R"(c> {"id":3,"method":"resources/read","params":{"uri":"ui://t"}})",
      R"(1< {"id":$d,"method":"resources/read","params":{"uri":"ui://t"}})",
      R"(c> {"id":4,"method":"resources/read","params":{"uri":"ui://u"}})",
      R"(1< {"id":$e,"method":"resources/read","params":{"uri":"ui://u"}})",
      R"(c> {"id":5,"method":"resources/read","params":{"uri":"x://link"}})",
      R"(1< {"id":$f,"method":"resources/read","params":{"uri":"x://link"}})",
  });
}

TEST_F(AggregatorTest, AUriNobodyListsIsAskedForInOrder) {
  connect({"a", "b", "c"}, {R"({"resources":{}})", R"({"tools":{}})", R"({"resources":{}})"});
  dialogue({
      // The second one asked has it, and is asked directly from then on.
      R"(c> {"id":1,"method":"resources/read","params":{"uri":"x://y","_meta":{"progressToken":5}}})",
      R"(0< {"id":$a,"method":"resources/read","params":{"uri":"x://y","_meta":{"progressToken":$a}}})",
      R"(0> {"id":$a,"error":{"code":-32002,"message":"no"}})",
      R"(2< {"id":$b,"method":"resources/read","params":{"uri":"x://y","_meta":{"progressToken":$b}}})",
      R"(2> {"method":"notifications/progress","params":{"progressToken":$b,"progress":1}})",
      R"(c(1)< {"method":"notifications/progress","params":{"progressToken":5,"progress":1}})",
      R"(2> {"id":$b,"result":{"contents":[1]}})",
      R"(c< {"id":1,"result":{"contents":[1]}})",
      R"(c> {"id":2,"method":"resources/read","params":{"uri":"x://y"}})",
      R"(2< {"id":$c,"method":"resources/read","params":{"uri":"x://y"}})",
      R"(2> {"id":$c,"result":{}})",
      R"(c< {"id":2,"result":{}})",
      // Nobody has it.
      R"(c> {"id":3,"method":"resources/read","params":{"uri":"x://z"}})",
      R"(0< {"id":$d,"method":"resources/read","params":{"uri":"x://z"}})",
      R"(0> {"id":$d,"error":{"code":-32602,"message":"no"}})",
      R"(2< {"id":$e,"method":"resources/read","params":{"uri":"x://z"}})",
      R"(2> {"id":$e,"error":{"code":-32002,"message":"no"}})",
      R"(c< {"id":3,"error":{"code":-32002,"message":"aegis-mcp: none of the servers has this resource"}})",
      // An error that says more is told; one that is blocked or broken is not taken for "not there".
      R"(c> {"id":4,"method":"resources/read","params":{"uri":"x://w"}})",
      R"(0< {"id":$f,"method":"resources/read","params":{"uri":"x://w"}})",
      R"(0> {"id":$f,"error":{"code":-31002,"message":"blocked"}})",
      R"(2< {"id":$g,"method":"resources/read","params":{"uri":"x://w"}})",
      R"(2> {"id":$g,"error":{"code":-32002,"message":"no"}})",
      R"(c< {"id":4,"error":{"code":-31002,"message":"blocked"}})",
      // The first one is silent: the next is asked as well, and the first answer counts.
      R"(c> {"id":5,"method":"resources/read","params":{"uri":"x://v"}})",
      R"(0< {"id":$h,"method":"resources/read","params":{"uri":"x://v"}})",
      "wait 5000",
      R"(2< {"id":$i,"method":"resources/read","params":{"uri":"x://v"}})",
      R"(2> {"id":$i,"result":{}})",
      R"(0< {"method":"notifications/cancelled","params":{"requestId":$h}})",
      R"(c< {"id":5,"result":{}})",
      R"(0> {"id":$h,"result":{"late":1}})",
      // Cancelled by the client.
      R"(c> {"id":6,"method":"resources/read","params":{"uri":"x://u"}})",
      R"(0< {"id":$j,"method":"resources/read","params":{"uri":"x://u"}})",
      R"(c> {"method":"notifications/cancelled","params":{"requestId":6}})",
      R"(0< {"method":"notifications/cancelled","params":{"requestId":$j}})",
      R"(0> {"id":$j,"error":{"code":-32002,"message":"no"}})",
  });
  EXPECT_EQ(gateway_->waiting(), 0u);
}

TEST_F(AggregatorTest, SubscriptionsAndUpdatesAreMapped) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> {"id":1,"method":"resources/subscribe","params":{"uri":"b__x://r"}})",
      R"(1< {"id":$a,"method":"resources/subscribe","params":{"uri":"x://r"}})",
      R"(1> {"id":$a,"result":{}})",
      R"(c< {"id":1,"result":{}})",
      R"(1> {"method":"notifications/resources/updated","params":{"uri":"x://r"}})",
      R"(c< {"method":"notifications/resources/updated","params":{"uri":"b__x://r"}})",
      R"(0> {"method":"notifications/resources/updated","params":{"uri":"x://r"}})",
      R"(c< {"method":"notifications/resources/updated","params":{"uri":"x://r"}})",
      R"(c> {"id":2,"method":"resources/unsubscribe","params":{"uri":"b__x://r"}})",
      R"(1< {"id":$b,"method":"resources/unsubscribe","params":{"uri":"x://r"}})",
      R"(1> {"id":$b,"result":{}})",
      R"(c< {"id":2,"result":{}})",
      R"(c> {"id":3,"method":"resources/unsubscribe","params":{"uri":"b__x://r"}})",
      R"(c< {"id":3,"result":{}})",
  });
}

// ---- What servers send by themselves

TEST_F(AggregatorTest, RequestsOfServersReachTheClientAndItsAnswersThem) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> {"id":"call","method":"tools/call","params":{"name":"b__t"}})",
      R"(1< {"id":$n,"method":"tools/call","params":{"name":"t"}})",
      // Both use the id 1.
      R"(0> {"id":1,"method":"roots/list"})",
      R"(c< {"id":$x,"method":"roots/list"})",
      R"(1($n)> {"id":1,"method":"elicitation/create","params":{"message":"Your \"name\"?","_meta":{"progressToken":1},"requestedSchema":{"message":"m"}}})",
      R"(c("call")< {"id":$y,"method":"elicitation/create","params":{"message":"[b] Your \"name\"?","_meta":{"progressToken":$y},"requestedSchema":{"message":"m"}}})",
      R"(c> {"method":"notifications/progress","params":{"progressToken":$y,"progress":2}})",
      R"(1< {"method":"notifications/progress","params":{"progressToken":1,"progress":2}})",
      R"(c> {"id":$y,"result":{"action":"accept","content":{"id":9}}})",
      R"(1< {"id":1,"result":{"action":"accept","content":{"id":9}}})",
      R"(c> {"id":$x,"error":{"code":-32601,"message":"no"}})",
      R"(0< {"id":1,"error":{"code":-32601,"message":"no"}})",
      R"(c> {"id":$x,"result":{"twice":1}})",
      // Over stdio nobody says which call it is for, but one is waiting for this server.
      R"(1> {"id":"s","method":"sampling/createMessage","params":{"messages":[]}})",
      R"(c("call")< {"id":$z,"method":"sampling/createMessage","params":{"messages":[]}})",
      R"(1> {"method":"notifications/cancelled","params":{"requestId":"s","reason":"r"}})",
      R"(c< {"method":"notifications/cancelled","params":{"requestId":$z,"reason":"r"}})",
      R"(c> {"id":$z,"result":{}})",
      R"(0> {"id":"s","method":"ping"})",
      R"(c()< {"id":$w,"method":"ping"})",
      R"(c> {"id":$w,"result":{}})",
      R"(0< {"id":"s","result":{}})",
  });
}

TEST_F(AggregatorTest, NotificationsSayWhoseTheyAre) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(0> {"method":"notifications/message","params":{"level":"info","logger":"db","data":{"logger":"x"}}})",
      R"(c()< {"method":"notifications/message","params":{"level":"info","logger":"a/db","data":{"logger":"x"}}})",
      R"(1> {"method":"notifications/message","params":{"level":"info","data":1}})",
      R"(c< {"method":"notifications/message","params":{"logger":"b","level":"info","data":1}})",
      R"(0> {"method":"notifications/message","params":{}})",
      R"(c< {"method":"notifications/message","params":{"logger":"a"}})",
      R"(0> {"method":"notifications/message"})",
      R"(c< {"method":"notifications/message"})",
      R"(0> {"method":"notifications/elicitation/complete","params":{"elicitationId":"e"}})",
      R"(c< {"method":"notifications/elicitation/complete","params":{"elicitationId":"e"}})",
      R"(1> {"method":"notifications/vendor","params":{"x":1.0}})",
      R"(c< {"method":"notifications/vendor","params":{"x":1.0}})",
      R"(1> not json)",
      R"(1> {"id":null,"result":{}})",
      R"(1> [{"jsonrpc":"2.0","method":"notifications/vendor"},3,{"jsonrpc":"2.0","method":"notifications/vendor2"}])",
      R"(c< {"method":"notifications/vendor"})",
      R"(c< {"method":"notifications/vendor2"})",
      "1> {\"method\":\"notifications/vendor\",\n\"params\":{}}",
      R"(c< {"method":"notifications/vendor", "params":{}})",
  });
}

TEST_F(AggregatorTest, ChangesOfListsInQuickSuccessionAreToldOnce) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(0> {"method":"notifications/tools/list_changed"})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(1> {"method":"notifications/tools/list_changed"})",
      R"(0> {"method":"notifications/tools/list_changed"})",
      R"(0> {"method":"notifications/prompts/list_changed"})",
      R"(c< {"method":"notifications/prompts/list_changed"})",
  });
  EXPECT_EQ(gateway_->deadline_us(), now_us_ + std::int64_t{kListChangedGapMs} * 1000);
  dialogue({"wait 99", "wait 1", R"(c< {"method":"notifications/tools/list_changed"})"});
  EXPECT_EQ(gateway_->deadline_us(), 0);
}

TEST_F(AggregatorTest, TheLogLevelGoesToAllServersThatLog) {
  connect({"a", "b", "c"}, {kAll, R"({"tools":{}})", kAll});
  dialogue({
      R"(c> {"id":1,"method":"logging/setLevel","params":{"level":"debug"}})",
      R"(0< {"id":$a,"method":"logging/setLevel","params":{"level":"debug"}})",
      R"(2< {"id":$b,"method":"logging/setLevel","params":{"level":"debug"}})",
      R"(c< {"id":1,"result":{}})",
      R"(0> {"id":$a,"error":{"code":-32601,"message":"no"}})",
  });
}

// ---- Tasks

TEST_F(AggregatorTest, TasksAreRoutedToTheServerThatRunsThem) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(c> {"id":1,"method":"tools/call","params":{"name":"b__t","task":{},"_meta":{"progressToken":"p"}}})",
      R"(1< {"id":$a,"method":"tools/call","params":{"name":"t","task":{},"_meta":{"progressToken":$a}}})",
      R"(1> {"id":$a,"result":{"task":{"taskId":"T","status":"working"}}})",
      R"(c< {"id":1,"result":{"task":{"taskId":"T","status":"working"}}})",
      R"(1> {"method":"notifications/progress","params":{"progressToken":$a,"progress":1}})",
      R"(c()< {"method":"notifications/progress","params":{"progressToken":"p","progress":1}})",
      R"(1> {"method":"notifications/tasks/status","params":{"taskId":"T","status":"completed"}})",
      R"(c< {"method":"notifications/tasks/status","params":{"taskId":"T","status":"completed"}})",
      R"(0> {"method":"notifications/tasks/status","params":{"taskId":"T","status":"failed"}})",
      R"(c> {"id":2,"method":"tasks/result","params":{"taskId":"T"}})",
      R"(1< {"id":$b,"method":"tasks/result","params":{"taskId":"T"}})",
      R"(1> {"id":$b,"result":{"content":[]}})",
      R"(c< {"id":2,"result":{"content":[]}})",
      R"(c> {"id":3,"method":"tasks/get","params":{"taskId":"U"}})",
      R"(c< {"id":3,"error":{"code":-32602,"message":"aegis-mcp: no server is known to run this task"}})",
      // Another server cannot take the task over.
      R"(c> {"id":4,"method":"tools/call","params":{"name":"a__t","task":{}}})",
      R"(0< {"id":$c,"method":"tools/call","params":{"name":"t","task":{}}})",
      R"(0> {"id":$c,"result":{"task":{"taskId":"T","status":"working"}}})",
      R"(c< {"id":4,"error":{"code":-32603,"message":"aegis-mcp: the server 'a' named a task by the id of another server's"}})",
      R"(c> {"id":5,"method":"tasks/list"})",
      R"(0< {"id":$d,"method":"tasks/list"})",
      R"(1< {"id":$e,"method":"tasks/list"})",
      R"(0> {"id":$d,"result":{"tasks":[{"taskId":"V"}]}})",
      R"(1> {"id":$e,"result":{"tasks":[{"taskId":"T"}]}})",
      R"(c< {"id":5,"result":{"tasks":[{"taskId":"V"},{"taskId":"T"}]}})",
      R"(c> {"id":6,"method":"tasks/cancel","params":{"taskId":"V"}})",
      R"(0< {"id":$f,"method":"tasks/cancel","params":{"taskId":"V"}})",
  });
}

TEST_F(AggregatorTest, AServerSeesOnlyTheClientsTasksThatAreItsOwn) {
  connect({"a", "b"}, {kAll, kAll});
  dialogue({
      R"(0> {"id":1,"method":"sampling/createMessage","params":{"task":{}}})",
      R"(c< {"id":$x,"method":"sampling/createMessage","params":{"task":{}}})",
      R"(c> {"id":$x,"result":{"task":{"taskId":"C"}}})",
      R"(0< {"id":1,"result":{"task":{"taskId":"C"}}})",
      R"(0> {"id":2,"method":"tasks/result","params":{"taskId":"C"}})",
      R"(c< {"id":$y,"method":"tasks/result","params":{"taskId":"C"}})",
      R"(1> {"id":2,"method":"tasks/result","params":{"taskId":"C"}})",
      R"(1< {"id":2,"error":{"code":-32602,"message":"aegis-mcp: there is no such task"}})",
      R"(1> {"id":3,"method":"tasks/list"})",
      R"(1< {"id":3,"error":{"code":-32601,"message":"aegis-mcp: tasks cannot be listed here"}})",
      R"(c> {"method":"notifications/tasks/status","params":{"taskId":"C"}})",
      R"(0< {"method":"notifications/tasks/status","params":{"taskId":"C"}})",
  });
}

// ---- Servers that go and come

TEST_F(AggregatorTest, WhatWaitsForAServerThatEndsIsAnsweredAndItsToolsGo) {
  connect({"a", "b"}, {kAll, kAll});
  say({
      R"(c> {"id":1,"method":"tools/call","params":{"name":"b__t"}})",
      R"(1< {"id":$n,"method":"tools/call","params":{"name":"t"}})",
      R"(c> {"id":2,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(1< {"id":$b,"method":"tools/list"})",
      R"(0> {"id":$a,"result":{"tools":[{"name":"t"}]}})",
      R"(1> {"id":9,"method":"roots/list"})",
      R"(c< {"id":$r,"method":"roots/list"})",
      R"(c> {"id":3,"method":"resources/subscribe","params":{"uri":"b__x://r"}})",
      R"(1< {"id":$s,"method":"resources/subscribe","params":{"uri":"x://r"}})",
      R"(1> {"id":$s,"result":{}})",
      R"(c< {"id":3,"result":{}})",
  });
  gateway_->server_ended(1, "has ended with exit code 3");
  dialogue({
      R"(c(1)< {"id":1,"error":{"code":-31001,"message":"aegis-mcp: no answer to tools/call: the server 'b' has ended with exit code 3"}})",
      R"(c< {"method":"notifications/cancelled","params":{"requestId":$r,"reason":"the server has ended"}})",
      R"(c< {"id":2,"result":{"tools":[{"name":"a__t"}]}})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(c< {"method":"notifications/prompts/list_changed"})",
      R"(c< {"method":"notifications/resources/list_changed"})",
      R"(c> {"id":$r,"result":{}})",
      R"(1> {"id":$n,"result":{"from the grave":1}})",
      R"(c> {"id":4,"method":"tools/call","params":{"name":"b__t"}})",
      R"(c< {"id":4,"error":{"code":-31001,"message":"aegis-mcp: the server 'b' has ended with exit code 3"}})",
  });
  EXPECT_EQ(gateway_->waiting(), 0u);
  now_us_ += 1'000'000;
  gateway_->server_replaced(1);
  dialogue({
      R"(1< {"id":$i,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})",
      R"(1> {"id":$i,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"resources":{"subscribe":true}}}})",
      R"(1< {"method":"notifications/initialized"})",
      R"(1< {"id":$s2,"method":"resources/subscribe","params":{"uri":"x://r"}})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(c< {"method":"notifications/resources/list_changed"})",
      R"(c> {"id":5,"method":"tools/call","params":{"name":"b__t"}})",
      R"(1< {"id":$n5,"method":"tools/call","params":{"name":"t"}})",
  });
}

TEST_F(AggregatorTest, AServerThatEndsDuringTheStartDoesNotHoldItUp) {
  open({"a", "b"});
  say({
      R"(c> {"id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(0< {"id":$a,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(1< {"id":$b,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})",
      R"(0> {"id":$a,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}}}})",
  });
  EXPECT_TRUE(out_["c"].empty());
  gateway_->server_ended(1, "could not be started");
  ASSERT_EQ(out_["c"].size(), 1u);
  EXPECT_EQ(gateway_->deadline_us(), 0);
}

TEST_F(AggregatorTest, AnotherSetOfServersLeavesThoseThatStayAlone) {
  connect({"a", "b"}, {kAll, R"({"tools":{}})"});
  say({
      R"(c> {"id":1,"method":"tools/call","params":{"name":"a__t"}})",
      R"(0< {"id":$n,"method":"tools/call","params":{"name":"t"}})",
      R"(c> {"id":2,"method":"tools/call","params":{"name":"b__t"}})",
      R"(1< {"id":$m,"method":"tools/call","params":{"name":"t"}})",
  });
  // b is another program now.
  gateway_->set_servers({{2, "b"}, {0, "a"}});
  dialogue({
      R"(c< {"id":2,"error":{"code":-31001,"message":"aegis-mcp: no answer to tools/call: the server 'b' is not configured any more"}})",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(2< {"id":$i,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})",
      R"(1> {"id":$m,"result":{"from":"the old one"}})",
      R"(0> {"id":$n,"result":{}})",
      R"(c< {"id":1,"result":{}})",
      R"(2> {"id":$i,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}})",
      R"(2< {"method":"notifications/initialized"})",
      "wait 100",
      R"(c< {"method":"notifications/tools/list_changed"})",
      R"(c> {"id":3,"method":"tools/list"})",
      R"(2< {"id":$b,"method":"tools/list"})",
      R"(0< {"id":$a,"method":"tools/list"})",
      R"(0> {"id":$a,"result":{"tools":[{"name":"t"}]}})",
      R"(2> {"id":$b,"result":{"tools":[{"name":"t"}]}})",
      R"(c< {"id":3,"result":{"tools":[{"name":"b__t"},{"name":"a__t"}]}})",
  });
  gateway_->set_servers({});
  say({R"(c> {"id":4,"method":"tools/list"})"});
  ASSERT_FALSE(out_["c"].empty());
  EXPECT_EQ(out_["c"].back().line, R"({"jsonrpc":"2.0","id":4,"result":{"tools":[]}})");
}

// ---- Too much

TEST_F(AggregatorTest, AServerCannotFloodTheClientWithRequests) {
  connect({"a"}, {kAll});
  for (std::size_t i = 0; i < kMaxServerRequests; ++i)
    say({"0> {\"id\":" + std::to_string(i) + R"(,"method":"ping"})"});
  EXPECT_EQ(out_["c"].size(), kMaxServerRequests);
  EXPECT_TRUE(out_["0"].empty());
  say({R"(0> {"id":7,"method":"ping"})",
       R"(0< {"id":7,"error":{"code":-32600,"message":"aegis-mcp: a request with this id is still waiting for its answer"}})",
       R"(0> {"id":"one more","method":"ping"})",
       R"(0< {"id":"one more","error":{"code":-32603,"message":"aegis-mcp: 256 requests are waiting for the client already"}})"});
  EXPECT_EQ(out_["c"].size(), kMaxServerRequests);
}

// The sinks call back at once, as a guard does that answers a call itself.
TEST_F(AggregatorTest, AnswersFromWithinASinkAreTakenInTheirTurn) {
  std::vector<std::string> client;
  std::unique_ptr<Aggregator> gateway;
  gateway = std::make_unique<Aggregator>(Aggregator::Options{
      .names = {"a", "b"},
      .to_client =
          [&](std::string_view line, std::string_view) {
            client.emplace_back(line);
            if (client.size() == 1)
              gateway->from_client(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
          },
      .to_server =
          [&](std::size_t server, std::string_view line) {
            const Json message = Json::parse(line);
            if (!message.contains("id")) return;
            const Json result =
                message["method"] == "initialize"
                    ? Json{{"protocolVersion", "2025-06-18"}, {"capabilities", {{"tools", Json::object()}}}}
                    : Json{{"tools", {{{"name", "t"}}}}};
            gateway->from_server(server, mcp::result_message(message["id"].dump(), result), "");
          },
      .info = {},
      .now_us = [] { return std::int64_t{1}; }});
  gateway->from_client(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})");
  gateway->from_client(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  ASSERT_EQ(client.size(), 2u);
  EXPECT_EQ(client[1], R"({"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"a__t"},{"name":"b__t"}]}})");
}

TEST(AggregatorNames, AreUnambiguous) {
  struct Case {
    const char *text, *name;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"files", "files"},
           {"My Server!", "My_Server"},
           {"a__b", "a_b"},
           {"a___", "a"},
           {"_a", "_a"},
           {"", "server"},
           {"日本", "server"},
           {"a.b/c", "a_b_c"},
           {"0123456789012345678901234567890_tail", "0123456789012345678901234567890"}}) {
    EXPECT_EQ(to_server_name(one.text), one.name);
    EXPECT_TRUE(is_server_name(to_server_name(one.text))) << one.text;
  }
  for (const char* bad : {"", "a__b", "a_", "a b", "é", "012345678901234567890123456789012"})
    EXPECT_FALSE(is_server_name(bad)) << bad;
  EXPECT_EQ(split_joined("a__b__c")->first, "a");
  EXPECT_EQ(split_joined("a__b__c")->second, "b__c");
  EXPECT_EQ(split_joined("a____b")->second, "__b");
  EXPECT_FALSE(split_joined("__b"));
  EXPECT_FALSE(split_joined("a_b"));
}

TEST(AggregatorRaw, ItemsStandAsTheyWereWritten) {
  EXPECT_EQ(mcp::array_items(R"([ 1 , "a,]\"" ,{"x":[1,2]}, [ ] ,null ])"),
            (std::vector<std::string_view>{"1", R"("a,]\"")", R"({"x":[1,2]})", "[ ]", "null"}));
  EXPECT_TRUE(mcp::array_items("[ ]").empty());
}

}  // namespace
}  // namespace aegis::gateway
