// One request at a time, of either era: what the server sees, and what the link gets for each way a server
// can answer, well or badly.
#include "gateway/upstream/http_port.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "tests/gateway/port_harness.h"
#include "tests/support/scripted_http.h"

namespace aegis::gateway {
namespace {

using testing_support::ScriptedConnection;
using testing_support::ScriptedRequest;
using testing_support::ScriptedServer;

const std::string kMeta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";

// For a hundred megabytes under a sanitizer.
constexpr int kMuchDataMs = 120'000;

std::string legacy(const std::string& id, const std::string& method = "tools/call") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":{"name":"t"}})";
}
std::string modern(const std::string& id, const std::string& method = "tools/call",
                   const std::string& more = R"("name":"t",)") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":{)" + more + kMeta +
         "}}";
}
std::string result(const std::string& id) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"ok":true}})";
}
std::string progress() { return R"({"jsonrpc":"2.0","method":"notifications/progress","params":{}})"; }

HttpPortOptions options(const ScriptedServer& server, int read_timeout_ms = 10'000) {
  return {
      .name = "files", .url = server.url(), .connect_timeout_ms = 5'000, .read_timeout_ms = read_timeout_ms};
}

// What an error answer says: "-31001 the server 'files' …"; the text itself for anything else.
std::string summary(const std::string& line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("error")) return line;
  return std::to_string(json["error"]["code"].get<int>()) + " " + json["error"]["message"].get<std::string>();
}

std::string http(int status, const std::string& type, const std::string& body, const std::string& more = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" +
         (type.empty() ? "" : "Content-Type: " + type + "\r\n") + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string events(const std::string& text) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + text;  // to the end of the connection
}
std::string data(const std::string& text) { return "data: " + text + "\n\n"; }

struct Answer {
  const char* name;
  bool modern;
  std::string raw;                 // what the server writes, then it closes the connection
  std::vector<std::string> lines;  // what the link gets for request 7; errors as summary() has them
};

const std::string kJson = "application/json";

const std::vector<Answer> kAnswers = {
    {"JSON", true, http(200, kJson, result("7")), {result("7")}},
    {"JSON_with_parameters", true, http(200, "Application/JSON; charset=utf-8", result("7")), {result("7")}},
    {"JSON_on_many_lines",
     true,
     http(200, kJson, "{\"jsonrpc\":\"2.0\",\r\n\"id\":7,\n\"result\":{}}"),
     {"{\"jsonrpc\":\"2.0\",  \"id\":7, \"result\":{}}"}},
    {"JSON_array_in_legacy",
     false,
     http(200, kJson, "[" + progress() + "," + result("7") + "]"),
     {progress(), result("7")}},
    {"JSON_array_in_modern",
     true,
     http(200, kJson, "[" + result("7") + "]"),
     {"-31001 the server 'files' sent a message that is refused: a batch is not allowed here"}},
    {"events_before_the_answer",
     true,
     events(": hello\n\n" + data(progress()) + data(result("7"))),
     {progress(), result("7")}},
    {"a_request_of_the_servers",
     false,
     events(data(R"({"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage"})") + data(result("7"))),
     {R"({"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage"})", result("7")}},
    {"a_request_of_the_servers_in_modern",
     true,
     events(data(R"({"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage"})") + data(result("7"))),
     {result("7")}},
    {"answer_in_two_data_lines",
     true,
     events("data: {\"jsonrpc\":\"2.0\",\"id\":7,\ndata: \"result\":{}}\n\n"),
     {"{\"jsonrpc\":\"2.0\",\"id\":7, \"result\":{}}"}},
    {"nothing_follows_the_answer",
     true,
     events(data(result("7")) + data(progress()) + data(result("7"))),
     {result("7")}},
    {"another_requests_answer", true, events(data(result("8")) + data(result("7"))), {result("7")}},
    {"a_string_id_is_another_id", true, events(data(result("\"7\"")) + data(result("7"))), {result("7")}},
    {"only_another_requests_answer",
     true,
     http(200, kJson, result("8")),
     {"-31001 the server 'files' answered with something that is no answer to the request"}},
    {"a_notification_for_an_answer",
     true,
     http(200, kJson, progress()),
     {progress(), "-31001 the server 'files' answered with something that is no answer to the request"}},
    {"stream_ends_early_in_modern",
     true,
     events("id: 1\n" + data(progress())),
     {progress(), "-31001 the server 'files' ended its stream before it answered"}},
    {"stream_ends_early_without_an_event_id",
     false,
     events(data(progress())),
     {progress(), "-31001 the server 'files' ended its stream before it answered"}},
    {"error_with_its_id",
     true,
     http(400, kJson, R"({"jsonrpc":"2.0","id":7,"error":{"code":-32020,"message":"m"}})"),
     {"-32020 m"}},
    {"error_with_a_null_id",
     true,
     http(400, kJson, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"m"}})"),
     {"-32022 m"}},
    {"error_without_an_id",
     true,
     http(404, kJson, R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"m"}})"),
     {"-32601 m"}},
    {"error_with_an_id_of_the_servers",
     false,
     http(400, kJson, R"({"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"m"}})"),
     {"-32600 m"}},
    {"error_of_a_dead_proxy",
     true,
     http(503, "text/html", "<h1>secret</h1>"),
     {"-31001 the server 'files' answered HTTP 503"}},
    {"unauthorised", false, http(401, "", ""), {"-31001 the server 'files' answered HTTP 401"}},
    {"forbidden", true, http(403, "", ""), {"-31001 the server 'files' answered HTTP 403"}},
    {"too_many", true, http(429, "", ""), {"-31001 the server 'files' answered HTTP 429"}},
    {"not_found", true, http(404, "text/plain", "no"), {"-32600 the server 'files' answered HTTP 404"}},
    {"a_result_with_an_error_status",
     true,
     http(500, kJson, result("7")),
     {"-31001 the server 'files' answered HTTP 500"}},
    {"accepted_without_an_answer",
     true,
     http(202, "", ""),
     {"-31001 the server 'files' took the request but gave no answer (HTTP 202)"}},
    {"no_content",
     true,
     "HTTP/1.1 204 X\r\n\r\n",
     {"-31001 the server 'files' took the request but gave no answer (HTTP 204)"}},
    {"another_content_type",
     true,
     http(200, "text/html", result("7")),
     {"-31001 the server 'files' took the request but gave no answer (HTTP 200, neither JSON nor an event "
      "stream)"}},
    {"compressed",
     true,
     http(200, kJson, "\x1f\x8b", "Content-Encoding: gzip\r\n"),
     {"-31001 the server 'files' sent a compressed answer, which it was asked not to do"}},
    {"not_JSON",
     true,
     http(200, kJson, "<secret>"),
     {"-31001 the server 'files' sent an answer that is refused: not valid JSON"}},
    {"duplicate_keys",
     true,
     http(200, kJson, R"({"jsonrpc":"2.0","id":7,"result":{},"result":{}})"),
     {"-31001 the server 'files' sent an answer that is refused: "}},
    {"an_event_that_is_not_JSON",
     true,
     events(data("{")),
     {"-31001 the server 'files' sent a message that is refused: the text ends "}},
    {"cut_in_mid_body",
     true,
     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
     {"-31001 the server 'files' broke off in the middle of its answer"}},
    {"no_HTTP",
     true,
     "SSH-2.0-OpenSSH\r\n\r\n",
     {"-31001 the server 'files' closed the connection or did not speak HTTP"}},
    {"closed_at_once", true, "", {"-31001 the server 'files' closed the connection or did not speak HTTP"}},
    {"a_header_without_end",
     true,
     "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'),
     {"-31001 the server 'files' closed the connection or did not speak HTTP"}},
    {"too_many_headers",
     true,
     [] {
       std::string head = "HTTP/1.1 200 OK\r\n";
       for (int i = 0; i < 1000; ++i) head += "X: y\r\n";
       return head + "\r\n";
     }(),
     {"-31001 the server 'files' closed the connection or did not speak HTTP"}},
    {"redirect_to_another_origin",
     true,
     http(307, "", "", "Location: http://evil.example/mcp\r\n"),
     {"-31001 the server 'files' redirects to another origin (HTTP 307), which is not followed"}},
    {"redirect_to_another_scheme",
     true,
     http(308, "", "", "Location: //localhost/mcp\r\n"),
     {"-31001 the server 'files' redirects to another origin (HTTP 308), which is not followed"}},
    {"redirect_that_changes_the_method",
     true,
     http(302, "", "", "Location: /mcp\r\n"),
     {"-31001 the server 'files' answered HTTP 302, a redirect that is not followed"}},
    {"redirect_for_ever",
     true,
     http(307, "", "", "Location: /mcp\r\nConnection: close\r\n"),
     {"-31001 the server 'files' redirects again and again (HTTP 307)"}},
    {"redirect_to_nowhere",
     true,
     http(307, "", ""),
     {"-31001 the server 'files' answered HTTP 307 without a URL to go to"}},
};

class HttpPortAnswers : public testing::TestWithParam<Answer> {};

TEST_P(HttpPortAnswers, ReachTheLink) {
  const auto& param = GetParam();
  ScriptedServer server([&](ScriptedConnection& connection, const ScriptedRequest&) {
    connection.write(param.raw);
    connection.close();
  });
  PortHarness link(options(server));
  link.send(param.modern ? modern("7") : legacy("7"));
  ASSERT_TRUE(link.wait_for_lines(param.lines.size()));
  for (std::size_t i = 0; i < param.lines.size(); ++i) {
    const auto text = summary(link.lines[i].text);
    EXPECT_EQ(text.substr(0, param.lines[i].size()), param.lines[i]);
    EXPECT_EQ(link.lines[i].related, "7");
    EXPECT_EQ(link.lines[i].text.find("secret"), std::string::npos);
    if (link.lines[i].text.find("\"error\"") != std::string::npos) {
      EXPECT_EQ(Json::parse(link.lines[i].text)["id"], 7);
    }
  }
  EXPECT_FALSE(link.closed);
  link.port->shut();
  EXPECT_EQ(link.lines.size(), param.lines.size());
}

INSTANTIATE_TEST_SUITE_P(Answers, HttpPortAnswers, testing::ValuesIn(kAnswers),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(HttpPort, ModernRequestCarriesItsHeadersAndNoSession) {
  ScriptedServer server([](auto& connection, const auto&) {
    connection.respond(200, kJson, result("7"), "Mcp-Session-Id: stray\r\n");
  });
  auto given = options(server);
  given.headers = {{"Authorization", "Bearer configured"}, {"Accept", "text/html"}, {"Mcp-Session-Id", "x"}};
  given.client_headers = [](std::string_view id) -> mcp::HeaderList {
    if (id != "7") return {};
    return {{"Mcp-Param-Other", "o"}, {"mcp-name", "forged"}};
  };
  PortHarness link(std::move(given));
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1));
  link.send(modern("8", "tools/list", ""));
  ASSERT_TRUE(server.wait_for_requests(2));
  const auto requests = server.requests();
  const auto& first = requests[0];
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.target, "/mcp");
  EXPECT_EQ(first.body, modern("7"));
  EXPECT_EQ(first.header("content-type"), "application/json");
  EXPECT_EQ(first.header("accept"), "application/json, text/event-stream");
  EXPECT_EQ(first.header("accept-encoding"), "identity");
  EXPECT_EQ(first.header("authorization"), "Bearer configured");
  EXPECT_EQ(first.header("mcp-protocol-version"), "2026-07-28");
  EXPECT_EQ(first.header("mcp-method"), "tools/call");
  EXPECT_EQ(first.header("mcp-name"), "t");
  EXPECT_EQ(first.header("mcp-param-other"), "o");
  EXPECT_EQ(first.header("mcp-session-id"), "");
  // The session id of a modern answer means nothing.
  EXPECT_EQ(requests[1].header("mcp-session-id"), "");
  EXPECT_EQ(requests[1].header("mcp-param-other"), "");
  // Nothing else: what is not configured is not sent.
  std::set<std::string> names;
  for (const auto& [name, value] : first.headers) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"accept", "accept-encoding", "authorization", "content-length",
                                          "content-type", "host", "mcp-method", "mcp-name", "mcp-param-other",
                                          "mcp-protocol-version", "user-agent"}));
}

TEST(HttpPort, ToolAnnotationsBecomeHeadersAndBadOnesRemoveTheTool) {
  const std::string tools =
      R"({"name":"q","inputSchema":{"type":"object","properties":{"r":{"type":"string","x-mcp-header":"Region"}}}},)"
      R"({"name":"bad","inputSchema":{"type":"object","properties":{"r":{"type":"object","x-mcp-header":"R"}}}},)"
      R"({"name":"plain","inputSchema":{"type":"object"}})";
  ScriptedServer server([&](auto& connection, const auto& request) {
    const bool list = request.header("mcp-method") == "tools/list";
    connection.respond(
        200, kJson,
        list ? R"({"jsonrpc":"2.0","id":1,"result":{"tools":[)" + tools + R"(],"ttlMs":5}})" : result("2"));
  });
  PortHarness link(options(server));
  link.send(modern("1", "tools/list", ""));
  ASSERT_TRUE(link.wait_for_lines(1));
  const auto list = Json::parse(link.lines[0].text)["result"];
  ASSERT_EQ(list["tools"].size(), 2u);
  EXPECT_EQ(list["tools"][0]["name"], "q");
  EXPECT_EQ(list["tools"][1]["name"], "plain");
  EXPECT_EQ(list["ttlMs"], 5);
  link.send(modern("2", "tools/call", R"("name":"q","arguments":{"r":"eu west"},)"));
  ASSERT_TRUE(link.wait_for_lines(2));
  EXPECT_EQ(server.requests()[1].header("mcp-param-region"), "eu west");
}

TEST(HttpPort, VersionThatIsNoHeaderIsNotSent) {
  ScriptedServer server([](auto& connection, const auto&) { connection.respond(200, kJson, result("7")); });
  PortHarness link(options(server));
  link.send(
      R"({"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x\r\nInjected: y","io.modelcontextprotocol/clientCapabilities":{}}}})");
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_NE(link.lines[0].text.find("no header may hold"), std::string::npos);
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpPort, RedirectWithinTheOriginIsFollowed) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (request.target == "/mcp") {
      connection.respond(308, "", "", "Location: ../v2/mcp?a=1\r\n");
    } else {
      connection.respond(200, kJson, result("7"));
    }
  });
  PortHarness link(options(server));
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(link.lines[0].text, result("7"));
  EXPECT_EQ(server.requests()[1].target, "/../v2/mcp?a=1");
  EXPECT_EQ(server.requests()[1].body, modern("7"));
}

// The worker of an answer may not be free yet when the next request comes; two of them suffice for ever.
TEST(HttpPort, ConnectionsAreUsedAgain) {
  ScriptedServer server([](auto& connection, const auto& request) {
    const auto id = std::to_string(Json::parse(request.body)["id"].template get<int>());
    connection.begin_events();
    connection.event(result(id));
    connection.end_events();
  });
  PortHarness link(options(server));
  for (int id = 1; id <= 20; ++id) {
    link.send(modern(std::to_string(id)));
    ASSERT_TRUE(link.wait_for_lines(static_cast<std::size_t>(id)));
  }
  // Not every time: the worker may still be at the end of the last answer when the next request comes.
  for (const auto& request : server.requests()) EXPECT_LE(request.connection, 10);
}

TEST(HttpPort, ServerThatIsNotThere) {
  int port = 0;
  {
    ScriptedServer server([](auto&, const auto&) {});
    port = server.port();
  }
  PortHarness link({.url = "http://127.0.0.1:" + std::to_string(port) + "/mcp"});
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text), "-31001 the server 'files' cannot be reached");
}

TEST(HttpPort, SilentServer) {
  ScriptedServer server([](auto& connection, const auto&) { connection.wait_for_hang_up(); });
  PortHarness link(options(server, 200));
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(summary(link.lines[0].text), "-31001 the server 'files' did not answer within 200 ms");
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

// A byte before each time-out: no silence, but no answer either.
TEST(HttpPort, SlowDrip) {
  for (const std::string head :
       {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: "}) {
    ScriptedServer server([&](auto& connection, const auto&) {
      connection.write(head);
      while (connection.write(" ")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      connection.close();
    });
    auto given = options(server, 300);
    given.connect_timeout_ms = 100;
    PortHarness link(std::move(given));
    link.send(modern("7"));
    ASSERT_TRUE(link.wait_for_lines(1)) << head;
    EXPECT_NE(summary(link.lines[0].text).find("in time"), std::string::npos) << link.lines[0].text;
  }
}

TEST(HttpPort, EventWithoutEndIsBounded) {
  std::atomic<std::size_t> written{0};
  ScriptedServer server([&](auto& connection, const auto&) {
    connection.begin_events();
    connection.chunk("data: ");
    const std::string piece(1 << 20, 'x');
    while (written < (std::size_t{200} << 20) && connection.chunk(piece)) written += piece.size();
    connection.close();
  });
  PortHarness link(options(server));
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1, kMuchDataMs));
  EXPECT_EQ(summary(link.lines[0].text), "-31001 the server 'files' sent an event that is too long");
  link.port->shut();
  EXPECT_LT(written, std::size_t{80} << 20);
}

TEST(HttpPort, BodyWithoutEndIsBounded) {
  for (const int status : {200, 500}) {
    std::atomic<std::size_t> written{0};
    ScriptedServer server([&](auto& connection, const auto&) {
      connection.write("HTTP/1.1 " + std::to_string(status) +
                       " X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
      const std::string piece(1 << 20, ' ');
      while (written < (std::size_t{200} << 20) && connection.chunk(piece)) written += piece.size();
      connection.close();
    });
    PortHarness link(options(server, kMuchDataMs));
    link.send(modern("7"));
    ASSERT_TRUE(link.wait_for_lines(1, kMuchDataMs));
    EXPECT_EQ(summary(link.lines[0].text),
              status == 200 ? "-31001 the server 'files' sent an answer of more than 67108864 bytes"
                            : "-31001 the server 'files' answered HTTP 500");
    link.port->shut();
    EXPECT_LT(written, std::size_t{80} << 20);
  }
}

TEST(HttpPort, ManyRequestsAtOnce) {
  constexpr int kRequests = 50;
  std::latch all(kRequests);  // no answer before all have come: they cannot be waiting for each other
  ScriptedServer server([&](auto& connection, const auto& request) {
    all.arrive_and_wait();
    const auto id = Json::parse(request.body)["id"].template get<int>();
    if (id % 2 == 0) {
      connection.respond(200, kJson, result(std::to_string(id)));
    } else {
      connection.begin_events();
      connection.event(progress());
      connection.event(result(std::to_string(id)));
      connection.end_events();
    }
  });
  PortHarness link(options(server));
  for (int id = 0; id < kRequests; ++id) link.send(modern(std::to_string(id)));
  ASSERT_TRUE(link.wait_for_lines(kRequests + kRequests / 2));
  std::set<std::string> answered;
  for (const auto& line : link.lines) {
    if (line.text == progress()) continue;
    EXPECT_EQ(line.text, result(line.related));
    EXPECT_TRUE(answered.insert(line.related).second);
  }
  EXPECT_EQ(answered.size(), static_cast<std::size_t>(kRequests));
  EXPECT_EQ(link.port->queued(), 0u);
}

TEST(HttpPort, CancelledModernRequestIsAClosedStream) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (request.body.find("\"id\":7") == std::string::npos) {
      connection.respond(200, kJson, result("8"));
      return;
    }
    connection.begin_events();
    connection.event(progress());
    connection.wait_for_hang_up();
  });
  PortHarness link(options(server));
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(1));
  link.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  EXPECT_TRUE(server.wait_for_hang_ups(1));
  link.send(modern("8"));
  ASSERT_TRUE(link.wait_for_lines(2));
  EXPECT_EQ(link.lines[1].text, result("8"));  // and nothing for 7
  EXPECT_EQ(server.requests().size(), 2u);     // the notification was not sent
}

TEST(HttpPort, ListenStreamsRunBesideTheRequests) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (request.header("mcp-method") != "subscriptions/listen") {
      connection.respond(200, kJson, result("7"));
      return;
    }
    connection.begin_events();
    connection.event(R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged"})");
    connection.wait_for_hang_up();
  });
  PortHarness link(options(server, 300));
  link.send(modern("\"l\"", "subscriptions/listen", R"("notifications":{},)"));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(link.lines[0].related, "\"l\"");
  link.send(modern("7"));
  ASSERT_TRUE(link.wait_for_lines(2));
  EXPECT_EQ(link.lines_after(600), 2u);  // longer than a request may be silent
  link.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"l"}})");
  EXPECT_TRUE(server.wait_for_hang_ups(1));
}

TEST(HttpPort, LinkThatDoesNotReadSlowsTheServerDown) {
  std::atomic<std::size_t> written{0};
  ScriptedServer server([&](auto& connection, const auto&) {
    connection.begin_events();
    const std::string note =
        R"({"jsonrpc":"2.0","method":"n","params":{"x":")" + std::string(1 << 20, 'x') + "\"}}";
    for (int i = 0; i < 200; ++i) {
      if (!connection.event(note)) break;
      written += note.size();
    }
    connection.event(result("7"));
    connection.end_events();
  });
  PortHarness link(options(server));
  link.may_read = false;
  link.send(modern("7"));
  ASSERT_TRUE(link.run_until([&] { return written > std::size_t{60} << 20; }, kMuchDataMs));
  EXPECT_EQ(link.lines_after(500), 0u);
  EXPECT_LT(written, std::size_t{90} << 20);
  link.may_read = true;
  ASSERT_TRUE(link.wait_for_lines(201, kMuchDataMs));
  EXPECT_EQ(link.lines.back().text, result("7"));
}

TEST(HttpPort, ShutEndsWhateverIsGoingOn) {
  ScriptedServer server([](auto& connection, const auto& request) {
    if (request.body.find("\"id\":1,") != std::string::npos) connection.begin_events();
    if (request.body.find("\"id\":2,") != std::string::npos) connection.write("HTTP/1.1 200 OK\r\nX:");
    connection.wait_for_hang_up();
  });
  PortHarness link(options(server));
  for (int id = 1; id <= 20; ++id) link.send(modern(std::to_string(id)));
  ASSERT_TRUE(server.wait_for_requests(20));
  const auto begin = monotonic_us();
  link.port->shut();
  EXPECT_LT(monotonic_us() - begin, 1'000'000);
  EXPECT_TRUE(link.lines.empty());
  EXPECT_TRUE(server.wait_for_hang_ups(20));
}

// A server that does not answer a SYN: its queue of connections is full.
// A port nobody accepts at, whose queue is full: who connects waits. It is filled before, one by one, because
// connections that arrive together at the last place may be reset instead of left waiting.
class FullListener {
 public:
  FullListener() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address_), size), 0);
    EXPECT_EQ(::listen(listener_, 0), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
    constexpr std::size_t kTries = 8;
    while (connects() && waiting_.size() < kTries) {
    }
    EXPECT_LT(waiting_.size(), kTries) << "the queue takes all that come";
  }
  ~FullListener() {
    for (const int socket : waiting_) ::close(socket);
    ::close(listener_);
  }
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/"; }

 private:
  bool connects() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    waiting_.push_back(socket);
    ::connect(socket, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    pollfd connected{socket, POLLOUT, 0};
    return ::poll(&connected, 1, 300) == 1;
  }

  int listener_;
  sockaddr_in address_{};
  std::vector<int> waiting_;
};

TEST(HttpPort, ShutEndsAnAttemptToConnect) {
  const FullListener server;
  PortHarness link({.url = server.url(), .connect_timeout_ms = 60'000});
  for (int id = 1; id <= 5; ++id) link.send(modern(std::to_string(id)));
  EXPECT_EQ(link.lines_after(200), 0u) << link.lines.front().text;
  const auto begin = monotonic_us();
  link.port->shut();
  EXPECT_LT(monotonic_us() - begin, 1'000'000);
}

struct BadOptions {
  const char* name;
  HttpPortOptions options;
  const char* error;
};

TEST(HttpPort, RefusesOptionsNoRequestCanBeMadeOf) {
  const std::vector<BadOptions> cases = {
      {"no URL", {.name = "n", .url = "files"}, "the server 'n': not a URL"},
      {"scheme", {.name = "n", .url = "ftp://h/"}, "http:// or https://"},
      {"password", {.name = "n", .url = "http://u:p@h/"}, "put credentials into a header"},
      {"header name", {.name = "n", .url = "http://h/", .headers = {{"A B", "x"}}}, "name is none"},
      {"header value",
       {.name = "n", .url = "http://h/", .headers = {{"A", "x\r\nB: y"}}},
       "control character"},
      {"ca file", {.name = "n", .url = "https://h/", .ca_file = "/nonexistent"}, "cannot be read"},
  };
  for (const auto& one : cases) {
    const auto made = make_http_port(one.options);
    ASSERT_FALSE(made) << one.name;
    EXPECT_NE(made.error().message.find(one.error), std::string::npos) << made.error().message;
  }
}

}  // namespace
}  // namespace aegis::gateway
