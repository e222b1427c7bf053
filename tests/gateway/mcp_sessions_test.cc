// Sessions of the handshake eras over HTTP: who may use them, their streams, coming back to them, batches.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/gateway/endpoint_fixture.h"

namespace aegis::gateway::testing {
namespace {

const std::string kNote = R"({"jsonrpc":"2.0","method":"notifications/message","params":{"n":)";
std::string note(int n) { return kNote + std::to_string(n) + "}}"; }

std::string initialize(const std::string& version, const std::string& more = "") {
  return call("1", "initialize",
              R"({"protocolVersion":")" + version + R"(","capabilities":{"roots":{}})" + more + "}");
}

// The ids of the events in a stream, in order.
std::vector<std::string> ids(const std::string& stream) {
  std::vector<std::string> found;
  for (auto at = stream.find("id: "); at != std::string::npos; at = stream.find("id: ", at + 1)) {
    if (at == 0 || stream[at - 1] == '\n')
      found.push_back(stream.substr(at + 4, stream.find('\n', at) - at - 4));
  }
  return found;
}

class McpSessions : public EndpointTest {
 protected:
  // A session's headers.
  Headers session(const std::string& version = "2025-06-18", const Headers& more = {}) {
    const Answer answer = send("POST", with(kPost, more), initialize(version));
    EXPECT_EQ(answer.status, 200) << answer.body;
    Headers own = with(more, {{"Mcp-Session-Id", answer.header("mcp-session-id")}});
    if (version >= "2025-06-18") own.emplace_back("MCP-Protocol-Version", version);
    return own;
  }
  Answer post(const Headers& session, const std::string& body) {
    return send("POST", with(kPost, session), body);
  }
  std::unique_ptr<RawPeer> begin(const Headers& session, const std::string& body) {
    return open("POST", with(kPost, session), body);
  }
  std::unique_ptr<RawPeer> get(const Headers& session, const std::string& last_event_id = "") {
    Headers all = with({{"Accept", "text/event-stream"}}, session);
    if (!last_event_id.empty()) all.emplace_back("Last-Event-ID", last_event_id);
    return open("GET", all);
  }
};

TEST_F(McpSessions, AtTheLimitOneThatNobodyUsesGivesWay) {
  auto limits = quick();
  limits.max_sessions = 2;
  limits.evictable_ms = 0;
  start(limits);
  const auto first = session();
  const auto listener = get(first);  // in use: never ended for another
  ASSERT_NE(listener->until("\r\n\r\n"), "");
  const auto second = session();
  const auto third = session();
  EXPECT_EQ(post(second, call("9", "ping")).status, 404);
  EXPECT_EQ(post(third, call("9", "ping")).status, 200);
  EXPECT_EQ(post(first, call("9", "ping")).status, 200);
}

TEST_F(McpSessions, NothingIsCarriedOutWhoseAnswerCouldNotGoOut) {
  HttpOptions options;
  options.limits.max_streams = 1;
  start(quick(), options);
  const auto own = session();
  const auto listener = get(own);
  ASSERT_NE(listener->until("\r\n\r\n"), "");
  const auto before = factory_.last()->received().size();
  EXPECT_EQ(post(own, call("5", "echo")).status, 503);
  EXPECT_EQ(send("POST", kPost, initialize("2025-06-18")).status, 503);
  EXPECT_EQ(factory_.last()->received().size(), before);
  EXPECT_EQ(factory_.opened().size(), 1u) << "nor is a session opened that nobody hears of";
}

TEST_F(McpSessions, WhoMayNotComeInSendsNoBody) {
  start();
  RawPeer peer(served_->port);
  peer.send("POST /mcp HTTP/1.1\r\nHost: " + served_->host() +
            "\r\nAuthorization: Bearer nobody\r\nContent-Type: application/json\r\n"
            "Content-Length: 50000000\r\nExpect: 100-continue\r\n\r\n");
  const Answer answer = parse_answer(peer.rest());
  EXPECT_EQ(answer.status, 401) << "at once, and without 100 Continue";
}

TEST_F(McpSessions, InitializeOpensOneWithAnIdNobodyGuesses) {
  start();
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const std::string id = session()[0].second;
    EXPECT_EQ(id.size(), 64u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 20u);
  EXPECT_EQ(factory_.opened()[0].capabilities, R"({"roots":{}})");
  EXPECT_EQ(factory_.opened()[0].era, mcp::Era::legacy);
}

TEST_F(McpSessions, EachKindOfMessageHasItsAnswer) {
  start();
  const Headers own = session();
  const Answer result = post(own, call("2", "tools/list"));
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.header("content-type"), "application/json");
  EXPECT_EQ(result.json()["result"]["method"], "tools/list");
  EXPECT_EQ(post(own, call("3", "fail", R"({"code":-32601})")).status, 200) << "errors stay within";
  for (const char* silent : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                             R"({"jsonrpc":"2.0","id":9,"result":{"roots":[]}})",
                             R"({"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"no"}})"}) {
    const Answer answer = post(own, silent);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "");
  }
  EXPECT_EQ(factory_.last()->received().size(), 6u);
}

TEST_F(McpSessions, VersionHeader) {
  start();
  Headers own = session("2025-06-18");
  const auto status = [&](const std::string& version) {
    Headers headers = own;
    headers[1].second = version;
    return post(headers, call("2", "tools/list")).status;
  };
  EXPECT_EQ(status("2025-06-18"), 200);
  EXPECT_EQ(status("2025-03-26"), 200) << "one we speak";
  EXPECT_EQ(status("1999-01-01"), 400);
  own.pop_back();
  EXPECT_EQ(post(own, call("2", "tools/list")).status, 200) << "absent";
}

TEST_F(McpSessions, ASecondInitializeIsRefused) {
  start();
  const Headers own = session();
  EXPECT_EQ(post(own, initialize("2025-06-18")).status, 400);
  EXPECT_EQ(factory_.opened().size(), 1u);
}

TEST_F(McpSessions, ARefusedInitializeLeavesNoSession) {
  start();
  const Answer answer = send("POST", kPost, initialize("2025-06-18", R"(,"refuse":true)"));
  EXPECT_EQ(answer.code(), -32602);
  EXPECT_EQ(answer.header("mcp-session-id"), "");
  EXPECT_EQ(factory_.last()->ends, 1);
}

// Another principal is told the same as somebody who made the id up.
TEST_F(McpSessions, BelongsToThePrincipalThatOpenedIt) {
  start();
  const Headers anns = session("2025-06-18", {{"Authorization", "Bearer ann"}});
  const std::string id = anns[1].second;
  const std::vector<Headers> others{{{"Mcp-Session-Id", id}, {"Authorization", "Bearer bob"}},
                                    {{"Mcp-Session-Id", id}},
                                    {{"Mcp-Session-Id", std::string(64, 'a')}},
                                    {{"Mcp-Session-Id", id.substr(0, 63)}},
                                    {{"Mcp-Session-Id", id + "0"}}};
  std::set<std::string> bodies;
  for (const auto& other : others) {
    const Answer answer = post(other, call("2", "tools/list"));
    EXPECT_EQ(answer.status, 404);
    bodies.insert(answer.body);
    EXPECT_EQ(parse_answer(get(other)->rest()).status, 404);
    EXPECT_EQ(send("DELETE", other).status, 404);
  }
  EXPECT_EQ(bodies.size(), 1u);
  EXPECT_EQ(post(anns, call("2", "tools/list")).status, 200);
  EXPECT_EQ(factory_.last()->received().size(), 2u);
}

TEST_F(McpSessions, DeleteEndsIt) {
  start();
  const Headers own = session();
  const auto listening = get(own);
  listening->until("\r\n\r\n");
  const auto waiting = begin(own, call("2", "hold"));
  waiting->until("\r\n\r\n");
  EXPECT_EQ(send("DELETE", own).status, 204);
  EXPECT_EQ(factory_.last()->ends, 1);
  EXPECT_NE(waiting->rest().find("-31001"), std::string::npos);
  bool closed = false;
  listening->rest(&closed);
  EXPECT_TRUE(closed);
  EXPECT_EQ(post(own, call("3", "tools/list")).status, 404);
  EXPECT_EQ(send("DELETE", own).status, 404);
  EXPECT_EQ(factory_.last()->ends, 1);
}

TEST_F(McpSessions, OneWhoseServerIsGoneIsNoSessionAnyMore) {
  start();
  const Headers own = session();
  factory_.last()->gone = true;
  EXPECT_EQ(post(own, call("2", "tools/list")).status, 404);
  EXPECT_EQ(factory_.last()->ends, 1);
}

TEST_F(McpSessions, ServerMessagesComeOnTheRequestsOwnStream) {
  start();
  const Headers own = session();
  const auto peer = begin(own, call("2", "hold"));
  const auto held = factory_.last()->take_held();
  held.exchange->send(call("\"s1\"", "roots/list"));
  EXPECT_NE(peer->until("roots/list").find("text/event-stream"), std::string::npos);
  EXPECT_EQ(post(own, R"({"jsonrpc":"2.0","id":"s1","result":{"roots":[]}})").status, 202);
  held.exchange->finish(mcp::result_message(held.id, {{"done", 1}}));
  held.exchange->send(note(1));  // nothing follows an answer
  const std::string rest = peer->rest();
  EXPECT_NE(rest.find("\"done\":1"), std::string::npos);
  EXPECT_EQ(rest.find("notifications/message"), std::string::npos);
}

TEST_F(McpSessions, StreamsBeginWithAnEmptyEventWhereTheRevisionHasIt) {
  start();
  for (const std::string version : {"2025-03-26", "2025-06-18", "2025-11-25"}) {
    const Headers own = session(version);
    const Answer answer = post(own, call("2", "talk"));
    const bool primed = answer.body.find("\nretry: 1000\ndata:\n\n") != std::string::npos;
    EXPECT_EQ(primed, version == "2025-11-25") << answer.body;
    EXPECT_EQ(ids(answer.body).size(), version == "2025-11-25" ? 3u : 2u) << answer.body;
    const auto listening = get(own);
    const std::string head = listening->until("\r\n\r\n");
    EXPECT_NE(head.find("200 OK"), std::string::npos);
    if (version == "2025-11-25") {
      EXPECT_EQ(ids(listening->until("data:\n\n")).size(), 1u);
    }
  }
}

TEST_F(McpSessions, ALostRequestIsNotCancelledAndItsAnswerIsKept) {
  start();
  const Headers own = session("2025-11-25");
  auto peer = begin(own, call("2", "hold"));
  const auto held = factory_.last()->take_held();
  held.exchange->send(note(1));
  const std::string seen = peer->until("\"n\":1}}\n\n");
  const std::string last = ids(seen).back();
  peer.reset();
  held.exchange->send(note(2));
  held.exchange->finish(mcp::result_message(held.id, {{"done", 1}}));
  EXPECT_EQ(factory_.last()->hang_ups, 0);

  const Answer resumed = parse_answer(get(own, last)->rest());
  EXPECT_EQ(resumed.status, 200);
  EXPECT_EQ(resumed.body.find("\"n\":1}"), std::string::npos) << "had that";
  EXPECT_NE(resumed.body.find("\"n\":2}"), std::string::npos);
  EXPECT_NE(resumed.body.find("\"done\":1"), std::string::npos);
  // From the very beginning, and again: it is kept.
  const Answer again = parse_answer(get(own, ids(seen).front())->rest());
  EXPECT_NE(again.body.find("\"n\":1}"), std::string::npos);
  EXPECT_NE(again.body.find("\"done\":1"), std::string::npos);
}

TEST_F(McpSessions, AResumedStreamGoesOn) {
  start();
  const Headers own = session();
  auto peer = begin(own, call("2", "hold"));
  const auto held = factory_.last()->take_held();
  held.exchange->send(note(1));
  const std::string last = ids(peer->until("\"n\":1}}\n\n")).back();
  // While the old connection still seems to be there: the new one has the rest.
  const auto resumed = get(own, last);
  resumed->until("\r\n\r\n");
  held.exchange->send(note(2));
  EXPECT_NE(resumed->until("\"n\":2}}\n\n").find("\"n\":2"), std::string::npos);
  held.exchange->finish(mcp::result_message(held.id, {{"done", 1}}));
  EXPECT_NE(resumed->rest().find("\"done\":1"), std::string::npos);
  EXPECT_EQ(peer->rest().find("\"n\":2"), std::string::npos) << "no message goes out on two connections";
}

TEST_F(McpSessions, OnlyEventsOfThisSessionAreReplayed) {
  start();
  const Headers mine = session("2025-11-25");
  const Headers other = session("2025-11-25", {{"Authorization", "Bearer ann"}});
  const std::string foreign = ids(post(other, call("2", "talk")).body).front();
  const std::string own = ids(post(mine, call("2", "talk")).body).front();
  EXPECT_EQ(parse_answer(get(mine, own)->rest()).status, 200);
  const std::string tag = own.substr(0, own.find('-'));
  for (const std::string& id :
       {foreign, std::string("x"), tag, tag + "-1", tag + "-99-0", tag + "-1-99", tag + "-1--1",
        tag + "-1-1-1", tag + "-18446744073709551617-0", std::string("-1-0"), std::string(2000, '9')}) {
    EXPECT_EQ(parse_answer(get(mine, id)->rest()).status, 400) << id;
  }
}

TEST_F(McpSessions, TheGetStreamCarriesWhatBelongsToNoRequest) {
  start();
  const Headers own = session();
  const auto conversation = factory_.last();
  const auto listening = get(own);
  EXPECT_NE(listening->until("\r\n\r\n").find("text/event-stream"), std::string::npos);
  ASSERT_TRUE(conversation->wait([&] { return conversation->stream != nullptr; }));
  conversation->current_stream()->send(note(1));
  EXPECT_NE(listening->until("\"n\":1}}\n\n").find("\"n\":1"), std::string::npos);
  EXPECT_NE(listening->until(": keep-alive\n\n").find(": keep-alive"), std::string::npos);
}

TEST_F(McpSessions, TheNewestOfSeveralGetStreamsGetsTheMessages) {
  EndpointLimits limits = quick();
  limits.max_listening = 2;
  start(limits);
  const Headers own = session();
  const auto conversation = factory_.last();
  const auto first = get(own);
  first->until("\r\n\r\n");
  ASSERT_TRUE(conversation->wait([&] { return conversation->streams_set == 1; }));
  auto second = get(own);
  second->until("\r\n\r\n");
  ASSERT_TRUE(conversation->wait([&] { return conversation->streams_set == 2; }));
  EXPECT_EQ(parse_answer(get(own)->rest()).status, 409) << "a third is one too many";
  conversation->current_stream()->send(note(2));
  EXPECT_NE(second->until("\"n\":2}}\n\n").find("\"n\":2"), std::string::npos);
  // When it ends, the one before has them again.
  second.reset();
  ASSERT_TRUE(conversation->wait([&] { return conversation->streams_set == 3; }));
  conversation->current_stream()->send(note(3));
  const std::string seen = first->until("\"n\":3}}\n\n");
  EXPECT_NE(seen.find("\"n\":3"), std::string::npos);
  EXPECT_EQ(seen.find("\"n\":2"), std::string::npos);
}

TEST_F(McpSessions, ABrokenGetStreamHasTimeToComeBack) {
  EndpointLimits limits = quick();
  limits.listen_grace_ms = kPatienceMs;
  start(limits);
  const Headers own = session();
  const auto conversation = factory_.last();
  auto listening = get(own);
  listening->until("\r\n\r\n");
  ASSERT_TRUE(conversation->wait([&] { return conversation->streams_set == 1; }));
  const auto stream = conversation->current_stream();
  stream->send(note(1));
  const std::string last = ids(listening->until("\"n\":1}}\n\n")).back();
  listening.reset();
  stream->send(note(2));
  const auto again = get(own, last);
  EXPECT_NE(again->until("\"n\":2}}\n\n").find("\"n\":2"), std::string::npos);
  EXPECT_EQ(conversation->streams_set, 1) << "to the conversation nothing happened";
}

TEST_F(McpSessions, AfterThatTheConversationKnowsThatNobodyListens) {
  start();
  const Headers own = session("2025-11-25");
  const auto conversation = factory_.last();
  auto listening = get(own);
  const std::string first = ids(listening->until("data:\n\n")).front();
  ASSERT_TRUE(conversation->wait([&] { return conversation->stream != nullptr; }));
  listening.reset();
  EXPECT_TRUE(conversation->wait([&] { return conversation->stream == nullptr; }));
  // A client that comes back later still listens again.
  const auto again = get(own, first);
  EXPECT_NE(again->until("\r\n\r\n").find("200 OK"), std::string::npos);
  EXPECT_TRUE(conversation->wait([&] { return conversation->stream != nullptr; }));
}

TEST_F(McpSessions, BatchesAreTakenApart) {
  start();
  const Headers own = session("2025-03-26");
  const std::string silent = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
  EXPECT_EQ(post(own, "[" + silent + "," + silent + "]").status, 202);
  const Answer answer =
      post(own, "[ " + call("2", "a") + ",\n" + silent + "," + call("3", "b", R"({"x":"],[\"}"})") + " ]");
  EXPECT_EQ(answer.status, 200);
  ASSERT_TRUE(answer.json().is_array()) << answer.body;
  EXPECT_EQ(answer.json()[0]["result"]["method"], "a");
  EXPECT_EQ(answer.json()[1]["result"]["method"], "b");
  EXPECT_EQ(factory_.last()->received().back(), call("3", "b", R"({"x":"],[\"}"})")) << "byte for byte";
  EXPECT_TRUE(post(own, "[" + call("4", "a") + "]").json().is_array()) << "of one too";

  const Answer stream = post(own, "[" + call("5", "talk") + "," + call("6", "b") + "]");
  EXPECT_EQ(stream.header("content-type"), "text/event-stream");
  EXPECT_NE(stream.body.find("\"id\":5,\"result\""), std::string::npos);
  EXPECT_NE(stream.body.find("\"id\":6,\"result\""), std::string::npos);
}

TEST_F(McpSessions, BadBatchesDoNothing) {
  start();
  const Headers old = session("2025-03-26");
  const auto conversation = factory_.last();
  std::string many = call("1", "a");
  for (int i = 0; i < 100; ++i) many += "," + call(std::to_string(i + 2), "a");
  for (const std::string& body :
       {"[" + call("2", "a") + ",1]", "[" + call("2", "a") + R"(,{"jsonrpc":"2.0"}])",
        "[" + call("2", "a") + "," + initialize("2025-03-26") + "]",
        "[" + call("2", "a") + "," +
            call("3", "b", R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})") + "]",
        "[[" + call("2", "a") + "]]", "[" + many + "]"}) {
    EXPECT_EQ(post(old, body).status, 400) << body.substr(0, 200);
  }
  EXPECT_EQ(conversation->received().size(), 1u);
  const Headers newer = session("2025-06-18");
  EXPECT_EQ(post(newer, "[" + call("2", "a") + "]").status, 400) << "no batches in this revision";
}

TEST_F(McpSessions, ThereIsAMostOfThem) {
  EndpointLimits limits = quick();
  limits.max_sessions = 50;
  start(limits);
  std::vector<Headers> sessions;
  for (int i = 0; i < 50; ++i) sessions.push_back(session());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(send("POST", kPost, initialize("2025-06-18")).status, 503);
  EXPECT_EQ(factory_.opened().size(), 50u);
  EXPECT_EQ(post(sessions[0], call("2", "a")).status, 200) << "those there are go on";
  EXPECT_EQ(send("DELETE", sessions[1]).status, 204);
  session();
}

TEST_F(McpSessions, OneWithTooManyWaitingRequestsTakesNoMore) {
  EndpointLimits limits = quick();
  limits.max_waiting = 2;
  limits.first_word_ms = limits.legacy_first_word_ms = 10;
  start(limits);
  const Headers own = session();
  // Their clients go away; the requests remain.
  for (const char* id : {"2", "3"}) begin(own, call(id, "hold"))->until("\r\n\r\n");
  EXPECT_EQ(post(own, call("4", "a")).status, 503);
  const auto held = factory_.last()->take_held();
  held.exchange->finish(mcp::result_message(held.id, {}));
  EXPECT_EQ(post(own, call("5", "a")).status, 200);
}

TEST_F(McpSessions, AnIdleOneEndsUnlessSomebodyListens) {
  EndpointLimits limits = quick();
  limits.session_idle_ms = 150;
  start(limits);
  const Headers listened = session();
  const auto first = factory_.last();
  const auto listening = get(listened);
  listening->until("\r\n\r\n");
  const Headers idle = session();
  const auto second = factory_.last();
  EXPECT_TRUE(second->wait([&] { return second->ends == 1; }));
  EXPECT_EQ(post(idle, call("2", "a")).status, 404);
  EXPECT_EQ(first->ends, 0);
  EXPECT_EQ(post(listened, call("2", "a")).status, 200);
}

TEST_F(McpSessions, ASlowInitializeIsAStreamWithTheSessionsId) {
  start();
  const auto peer = open("POST", kPost, initialize("2025-11-25", R"(,"slow":true)"));
  const Answer head = parse_answer(peer->until("\r\n\r\n"));
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  const Headers own{{"Mcp-Session-Id", head.header("mcp-session-id")}};
  const auto held = factory_.last()->take_held();
  held.exchange->finish(mcp::result_message(held.id, {{"protocolVersion", "2025-11-25"}}));
  EXPECT_NE(peer->rest().find("\"protocolVersion\""), std::string::npos);
  EXPECT_EQ(post(own, call("2", "a")).status, 200);
}

TEST_F(McpSessions, ASlowRefusalLeavesNoSession) {
  start();
  const auto peer = open("POST", kPost, initialize("2025-11-25", R"(,"slow":true)"));
  const Headers own{{"Mcp-Session-Id", parse_answer(peer->until("\r\n\r\n")).header("mcp-session-id")}};
  const auto held = factory_.last()->take_held();
  held.exchange->finish(mcp::error_message(held.id, -32602, "not with you"));
  EXPECT_NE(peer->rest().find("-32602"), std::string::npos);
  EXPECT_EQ(post(own, call("2", "a")).status, 404);
  EXPECT_TRUE(factory_.last()->wait([&] { return factory_.last()->ends == 1; }));
}

TEST_F(McpSessions, StoppingAnswersWhatWaitsAndEndsStreams) {
  EndpointLimits limits = quick();
  limits.first_word_ms = limits.legacy_first_word_ms = 60'000;
  start(limits);
  const Headers own = session();
  const auto conversation = factory_.last();
  const auto listening = get(own);
  listening->until("\r\n\r\n");
  const auto waiting = begin(own, call("2", "hold"));
  ASSERT_TRUE(conversation->wait([&] { return !conversation->held.empty(); }));
  endpoint_->stop();
  EXPECT_EQ(parse_answer(waiting->rest()).code(), mcp::kServerGone);
  bool closed = false;
  listening->rest(&closed);
  EXPECT_TRUE(closed);
  EXPECT_EQ(conversation->ends, 1);
  EXPECT_EQ(post(own, call("3", "a")).status, 404);
  EXPECT_EQ(send("POST", kPost, initialize("2025-06-18")).status, 503);
}

// Nothing is asserted but that every request has its own answer, and that sanitizers find nothing.
TEST_F(McpSessions, ManyClientsAtOnce) {
  start();
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const Headers own = session(t % 2 == 0 ? "2025-11-25" : "2025-06-18");
      const auto listening = get(own);
      for (int i = 0; i < 25; ++i) {
        const std::string id = std::to_string(t * 1'000 + i);
        const std::string method = i % 3 == 0 ? "talk" : "a";
        const Answer answer = post(own, call(id, method));
        if (answer.body.find("\"id\":" + id + ",\"result\"") == std::string::npos) ++wrong;
      }
      send("DELETE", own);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace aegis::gateway::testing
