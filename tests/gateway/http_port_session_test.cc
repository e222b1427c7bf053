// Sessions of the older revisions: what they carry, in which order, how streams are resumed, how they end,
// and the HTTP+SSE transport before them.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include "base/json.h"
#include "gateway/upstream/http_port.h"
#include "tests/gateway/port_harness.h"
#include "tests/support/scripted_http.h"

namespace aegis::gateway {
namespace {

using testing_support::ScriptedConnection;
using testing_support::ScriptedRequest;
using testing_support::ScriptedServer;

const std::string kJson = "application/json";
const std::string kSession = "Mcp-Session-Id: s-1\r\n";
const std::string kInitialize =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18"}})";
const std::string kInitializeResult = R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-06-18"}})";
const std::string kInitialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

std::string call(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":"t"}})";
}
std::string result(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"ok":true}})";
}
std::string note(const std::string& text) {
  return R"({"jsonrpc":"2.0","method":"notifications/message","params":{"data":")" + text + "\"}}";
}
bool is(const ScriptedRequest& request, const std::string& method) {
  return request.body.find("\"" + method + "\"") != std::string::npos;
}

// Answers the handshake, 405 to GET and 200 to DELETE. False: the script has to.
bool handshake(ScriptedConnection& connection, const ScriptedRequest& request, bool with_get = false) {
  if (is(request, "initialize")) return connection.respond(200, kJson, kInitializeResult, kSession);
  if (is(request, "notifications/initialized")) return connection.respond(202, "", "");
  if (request.method == "GET" && !with_get) return connection.respond(405, "", "");
  if (request.method == "DELETE") return connection.respond(200, "", "");
  return false;
}

HttpPortOptions options(const ScriptedServer& server, const char* path = "/mcp") {
  return {.name = "files", .url = server.url(path), .connect_timeout_ms = 5'000, .read_timeout_ms = 10'000};
}

std::string summary(const std::string& line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("error")) return line;
  return std::to_string(json["error"]["code"].get<int>()) + " " + json["error"]["message"].get<std::string>();
}

struct Session : PortHarness {
  explicit Session(HttpPortOptions given) : PortHarness(std::move(given)) {
    send(kInitialize);
    EXPECT_TRUE(wait_for_lines(1));
    EXPECT_EQ(lines[0].text, kInitializeResult);
    send(kInitialized);
    lines.clear();
  }
};

TEST(HttpSession, IsCarriedByEveryMessageAndDeletedAtTheEnd) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (!handshake(connection, request)) connection.respond(200, kJson, result("1"));
  });
  {
    Session link(options(server));
    link.send(call("1"));
    ASSERT_TRUE(link.wait_for_lines(1));
    EXPECT_EQ(link.lines[0].text, result("1"));
    EXPECT_EQ(link.lines[0].related, "1");
    ASSERT_TRUE(server.wait_for_requests(4));
    link.port->shut();
  }
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(requests[0].header("mcp-session-id"), "");
  EXPECT_EQ(requests[0].header("mcp-protocol-version"), "");
  for (std::size_t i = 1; i < requests.size(); ++i) {
    EXPECT_EQ(requests[i].header("mcp-session-id"), "s-1") << i;
    EXPECT_EQ(requests[i].header("mcp-protocol-version"), "2025-06-18") << i;
    EXPECT_EQ(requests[i].header("mcp-method"), "") << i;
  }
  EXPECT_EQ(requests.back().method, "DELETE");
}

TEST(HttpSession, NothingOvertakesTheHandshake) {
  std::atomic<int> open{0};
  std::atomic<bool> overtaken{false};
  ScriptedServer server([&](auto& connection, const auto& request) {
    const bool first = is(request, "initialize"), second = is(request, "notifications/initialized");
    if (open != (first ? 0 : second ? 1 : 2)) overtaken = request.method == "POST";
    if (first || second) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // what could overtake would
      ++open;
    }
    if (!handshake(connection, request)) {
      connection.respond(200, kJson,
                         result(std::to_string(Json::parse(request.body)["id"].template get<int>())));
    }
  });
  PortHarness link(options(server));
  link.send(kInitialize);
  link.send(kInitialized);
  for (int id = 1; id <= 10; ++id) link.send(call(std::to_string(id)));
  ASSERT_TRUE(link.wait_for_lines(11));
  EXPECT_EQ(link.lines[0].text, kInitializeResult);
  EXPECT_FALSE(overtaken);
}

// The stream of the answer to `initialize` may stay open; what waits for it goes on with the answer.
TEST(HttpSession, InitializeAnsweredOnAStreamThatStaysOpen) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (is(request, "initialize")) {
      connection.begin_events(kSession);
      connection.event(kInitializeResult);
      connection.wait_for_hang_up();
    } else if (!handshake(connection, request)) {
      connection.respond(200, kJson, result("1"));
    }
  });
  Session link(options(server));
  const auto begin = monotonic_us();
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_LT(monotonic_us() - begin, 900'000);
  EXPECT_EQ(server.requests().back().header("mcp-session-id"), "s-1");
  EXPECT_TRUE(link.run_until([&] { return false; }, 1'200) || server.wait_for_hang_ups(1));
}

// Some servers answer even a notification with a stream, and keep it open.
TEST(HttpSession, NotificationAnsweredWithAStreamThatStaysOpen) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (is(request, "notifications/initialized")) {
      connection.begin_events();
      connection.wait_for_hang_up();
    } else if (!handshake(connection, request)) {
      connection.respond(200, kJson, result("1"));
    }
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(link.lines[0].text, result("1"));
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

TEST(HttpSession, ResponsesOfTheClientArePosted) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (handshake(connection, request)) return;
    if (is(request, "result")) {
      connection.respond(202, "", "");
      return;
    }
    connection.begin_events();
    connection.event(R"({"jsonrpc":"2.0","id":"q","method":"roots/list"})");
    connection.wait_for_hang_up();
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(link.lines[0].related, "1");
  link.send(R"({"jsonrpc":"2.0","id":"q","result":{"roots":[]}})");
  ASSERT_TRUE(server.wait_until([](const auto& requests) { return is(requests.back(), "result"); }));
  EXPECT_EQ(server.requests().back().header("mcp-session-id"), "s-1");
}

TEST(HttpSession, CancellationIsPostedAfterItsRequest) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (handshake(connection, request)) return;
    if (is(request, "notifications/cancelled")) {
      connection.respond(202, "", "");
    } else {
      connection.wait_for_hang_up();  // such a server never answers, nor ends the stream
    }
  });
  Session link(options(server));
  for (int id = 1; id <= 5; ++id) {
    link.send(call(std::to_string(id)));
    link.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" +
              std::to_string(id) + "}}");
  }
  ASSERT_TRUE(server.wait_until([](const auto& requests) {
    return std::count_if(requests.begin(), requests.end(),
                         [](const auto& one) { return is(one, "notifications/cancelled"); }) == 5;
  }));
  // Given up after a grace, without an error for what nobody waits for any more.
  EXPECT_TRUE(link.run_until([&] { return link.port->deadline_us() == 0; }));
  EXPECT_TRUE(server.wait_for_hang_ups(5));
  EXPECT_TRUE(link.lines.empty());
}

TEST(HttpSession, BrokenStreamIsResumedWhereItBroke) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (handshake(connection, request, true)) return;
    if (request.method == "GET" && request.header("last-event-id").empty()) {
      connection.respond(405, "", "");
      return;
    }
    connection.begin_events();
    if (request.method == "POST") {
      connection.write("8\r\nretry:1\n\r\n");
      connection.event("", "e0");
      connection.event(note("one"), "e1");
      connection.chunk("id: e2\ndata: {\"half");  // an event that broke off does not count
    } else if (request.header("last-event-id") == "e1") {
      connection.event(note("two"), "e2");  // broken once more
    } else {
      connection.event(result("1"), "e3");
      connection.end_events();
      return;
    }
    connection.close();
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(3));
  EXPECT_EQ(link.lines[0].text, note("one"));
  EXPECT_EQ(link.lines[1].text, note("two"));
  EXPECT_EQ(link.lines[2].text, result("1"));
  for (const auto& line : link.lines) EXPECT_EQ(line.related, "1");
  EXPECT_EQ(server.requests().back().header("last-event-id"), "e2");
  EXPECT_EQ(server.requests().back().header("mcp-session-id"), "s-1");
}

TEST(HttpSession, StreamThatCannotBeResumedIsAnError) {
  for (const bool refuses : {true, false}) {
    ScriptedServer server([&](auto& connection, const auto& request) {
      if (handshake(connection, request)) return;
      if (request.method == "POST") {
        connection.begin_events();
        connection.chunk("retry: 1\nid: e1\ndata: " + note("one") + "\n\n");
      }
      connection.close();
    });
    if (!refuses) continue;
    Session link(options(server));
    link.send(call("1"));
    ASSERT_TRUE(link.wait_for_lines(2));
    EXPECT_EQ(summary(link.lines[1].text),
              "-31001 the server 'files' broke off its stream and does not resume it (HTTP 405)");
  }
  std::atomic<int> attempts{0};
  ScriptedServer server([&](auto& connection, const auto& request) {
    if (request.method == "GET" && !request.header("last-event-id").empty()) {
      ++attempts;
      connection.close();
      return;
    }
    if (handshake(connection, request)) return;
    connection.begin_events();
    connection.chunk("retry: 1\nid: e1\ndata: " + note("one") + "\n\n");
    connection.close();
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(2));
  EXPECT_EQ(summary(link.lines[1].text),
            "-31001 the server 'files' broke off its stream and did not resume it");
  EXPECT_EQ(attempts, 5);
}

TEST(HttpSession, StreamOfWhatBelongsToNoRequest) {
  std::atomic<int> opened{0};
  ScriptedServer server([&](auto& connection, const auto& request) {
    if (handshake(connection, request, true)) return;
    connection.begin_events();
    if (++opened == 1) {
      connection.chunk("retry: 1\n\n");
      connection.event(note("one"), "g1");
      connection.event(result("1"), "g2");  // no place for an answer
      connection.event("{", "g3");          // nor for this
      connection.event(R"({"jsonrpc":"2.0","id":1,"method":"ping"})", "g4");
      connection.end_events();
      return;
    }
    connection.event(note(request.header("last-event-id")));
    connection.wait_for_hang_up();
  });
  Session link(options(server));
  ASSERT_TRUE(link.wait_for_lines(3));
  EXPECT_EQ(link.lines[0].text, note("one"));
  EXPECT_NE(link.lines[1].text.find("ping"), std::string::npos);
  EXPECT_EQ(link.lines[2].text, note("g4"));
  for (const auto& line : link.lines) EXPECT_EQ(line.related, "");
  const auto requests = server.requests();
  const auto get =
      std::find_if(requests.begin(), requests.end(), [](const auto& one) { return one.method == "GET"; });
  EXPECT_EQ(get->header("accept"), "text/event-stream");
  EXPECT_EQ(get->header("mcp-session-id"), "s-1");
  link.port->shut();
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

struct Lost {
  const char* name;
  int status;
  std::string body;
  bool over;
};

TEST(HttpSession, ServerThatDoesNotKnowItEndsIt) {
  const std::vector<Lost> cases = {
      {"empty", 404, "", true},
      {"as the SDK's example has it", 400,
       R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Bad Request: No valid session ID provided"}})",
       true},
      {"another bad request", 400,
       R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no session"}})", false},
      {"error", 404, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}})",
       true},
      {"unknown method", 404, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"m"}})", false},
  };
  for (const auto& one : cases) {
    ScriptedServer server([&](auto& connection, const auto& request) {
      if (!handshake(connection, request)) connection.respond(one.status, kJson, one.body);
    });
    Session link(options(server));
    link.send(call("1"));
    link.send(call("2"));
    ASSERT_TRUE(link.run_until([&] { return link.closed || link.lines.size() == 2; })) << one.name;
    EXPECT_EQ(link.closed.has_value(), one.over) << one.name;
    if (one.over) {
      EXPECT_EQ(*link.closed, "the session is over");
      EXPECT_TRUE(link.lines.empty());
    }
    link.port->shut();
    // What the server does not know is not deleted.
    EXPECT_EQ(server.requests().back().method == "DELETE", !one.over) << one.name;
  }
}

TEST(HttpSession, ServerWithoutSessionsAnswersNotFoundAsAnError) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (is(request, "initialize")) {
      connection.respond(200, kJson, kInitializeResult);
    } else if (!handshake(connection, request)) {
      connection.respond(404, "", "");
    }
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text), "-32600 the server 'files' answered HTTP 404");
}

TEST(HttpSession, SessionIdThatIsNoHeaderIsRefused) {
  ScriptedServer server([](auto& connection, const auto&) {
    connection.respond(200, kJson, kInitializeResult, "Mcp-Session-Id: a b\r\n");
  });
  PortHarness link(options(server));
  link.send(kInitialize);
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text),
            "-31001 the server 'files' sent a session id that no header may hold");
}

TEST(HttpSession, ShutDoesNotWaitForAServerThatKeepsSilent) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (request.method == "DELETE") {
      connection.wait_for_hang_up();
    } else if (!handshake(connection, request)) {
      connection.wait_for_hang_up();
    }
  });
  Session link(options(server));
  link.send(call("1"));
  ASSERT_TRUE(server.wait_for_requests(4));
  const auto begin = monotonic_us();
  link.port->shut();
  EXPECT_LT(monotonic_us() - begin, 2'800'000);
}

// HTTP+SSE (2024-11-05): GET /sse, the endpoint event, answers on that stream.
class OldServer {
 public:
  explicit OldServer(std::string endpoint, int post_status = 202)
      : endpoint_(std::move(endpoint)),
        post_status_(post_status),
        server_([this](auto& c, const auto& r) { serve(c, r); }) {}
  ScriptedServer& http() { return server_; }

 private:
  void serve(ScriptedConnection& connection, const ScriptedRequest& request) {
    if (request.method == "GET") {
      connection.begin_events();
      {
        // Before its client knows where to ask: the first question may come at once.
        const std::scoped_lock lock(mutex_);
        stream_ = &connection;
        connection.event(endpoint_, {}, "endpoint");
      }
      connection.wait_for_hang_up();
      const std::scoped_lock lock(mutex_);
      stream_ = nullptr;
      return;
    }
    if (request.target == "/sse") {
      connection.respond(405, "text/plain", "Method Not Allowed");
      return;
    }
    connection.respond(is(request, "tools/call") ? post_status_ : 202, "text/plain", "Accepted");
    const std::scoped_lock lock(mutex_);
    if (stream_ == nullptr) return;
    if (is(request, "initialize")) stream_->event(kInitializeResult);
    if (is(request, "tools/call") && post_status_ == 202) {
      stream_->event(note("n"));
      stream_->event(result("1"));
    }
    if (is(request, "bye")) stream_->end_events();
  }

  std::string endpoint_;
  int post_status_;
  std::mutex mutex_;
  ScriptedConnection* stream_ = nullptr;
  ScriptedServer server_;
};

TEST(HttpSession, OldTransport) {
  OldServer old("/messages?sessionId=abc");
  Session link(options(old.http(), "/sse"));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(2));
  EXPECT_EQ(link.lines[0].text, note("n"));
  EXPECT_EQ(link.lines[0].related, "");
  EXPECT_EQ(link.lines[1].text, result("1"));
  EXPECT_EQ(link.lines[1].related, "1");
  EXPECT_EQ(old.http().requests().back().target, "/messages?sessionId=abc");
  link.send(R"({"jsonrpc":"2.0","method":"bye"})");
  ASSERT_TRUE(link.run_until([&] { return link.closed.has_value(); }));
  EXPECT_NE(link.closed->find("the session is over"), std::string::npos);
}

TEST(HttpSession, OldTransportThatRefusesAMessage) {
  OldServer old("messages", 500);
  Session link(options(old.http(), "/sse"));
  link.send(call("1"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text), "-31001 the server 'files' answered HTTP 500");
}

TEST(HttpSession, OldEndpointOfAnotherOriginIsNotUsed) {
  for (const std::string endpoint :
       {"http://127.0.0.1:1/messages", "//evil.example/m", "https://127.0.0.1/m"}) {
    OldServer old(endpoint);
    PortHarness link(options(old.http(), "/sse"));
    link.send(kInitialize);
    ASSERT_TRUE(link.wait_for_lines(1)) << endpoint;
    EXPECT_EQ(summary(link.lines[0].text), "-32600 the server 'files' answered HTTP 405");
    EXPECT_EQ(old.http().requests().size(), 2u);
  }
}

TEST(HttpSession, InitializeOfAModernServerIsNotTriedAnotherWay) {
  ScriptedServer server([](auto& connection, const auto&) {
    connection.respond(400, kJson, R"({"jsonrpc":"2.0","id":0,"error":{"code":-32022,"message":"m"}})");
  });
  PortHarness link(options(server));
  link.send(kInitialize);
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text), "-32022 m");
  EXPECT_EQ(server.requests().size(), 1u);
}

}  // namespace
}  // namespace aegis::gateway
