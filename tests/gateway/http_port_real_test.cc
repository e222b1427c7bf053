// Against servers as people run them: the reference server over Streamable HTTP (a legacy one), and one of
// the modern era written with the SDK. Skipped where Node.js or the packages are not installed (scripts/setup
// test).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/json.h"
#include "gateway/upstream/http_port.h"
#include "tests/gateway/port_harness.h"
#include "tests/support/scripted_http.h"

namespace aegis::gateway {
namespace {

std::string npm_folder() {
  const char* given = std::getenv("AEGIS_NPM");
  return given != nullptr ? given : std::string(AEGIS_SOURCE_DIR) + "/build/npm";
}
bool installed(const std::string& package) {
  return std::filesystem::exists(npm_folder() + "/node_modules/@modelcontextprotocol/" + package);
}

// A port nobody listens on now.
int free_port() {
  testing_support::ScriptedServer server([](auto&, const auto&) {});
  return server.port();
}

// A Node program, once it has said "… on port N" on stderr; ended with the object.
class NodeServer {
 public:
  NodeServer(const std::string& command, int port) : port_(port) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const std::string script = "eval \"$('" AEGIS_SOURCE_DIR "/scripts/npm-env')\" && exec " + command;
    const std::string number = "PORT=" + std::to_string(port);
    const std::string npm = "AEGIS_NPM=" + npm_folder();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
      ::execlp("env", "env", number.c_str(), npm.c_str(), "bash", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
    std::string text;
    char bytes[512];
    for (pollfd fd{output_, POLLIN, 0}; ::poll(&fd, 1, 60'000) > 0;) {
      const auto size = ::read(output_, bytes, sizeof bytes);
      if (size <= 0) break;
      text.append(bytes, static_cast<std::size_t>(size));
      const auto at = text.find(" on port ");
      if (at == std::string::npos || text.find('\n', at) == std::string::npos) continue;
      port_ = std::atoi(text.c_str() + at + 9);
      ready_ = true;
      break;
    }
    if (!ready_) ADD_FAILURE() << text;
  }
  ~NodeServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(output_);
  }
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;

  [[nodiscard]] HttpPortOptions options(const char* path = "/mcp") const {
    return {.name = "real", .url = "http://127.0.0.1:" + std::to_string(port_) + path};
  }
  [[nodiscard]] bool ready() const { return ready_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1, port_ = 0;
  bool ready_ = false;
};

// Waits for the answer to `id`, however many notifications come before.
Json answer(PortHarness* link, const std::string& id) {
  const PortHarness::Line* found = nullptr;
  link->run_until(
      [&] {
        for (const auto& line : link->lines) {
          const auto json = Json::parse(line.text);
          if (json.contains("id") && json["id"].dump() == id && !json.contains("method")) found = &line;
        }
        return found != nullptr || link->closed;
      },
      30'000);
  EXPECT_NE(found, nullptr) << id;
  if (found == nullptr) return {};
  EXPECT_EQ(found->related, id);
  return Json::parse(found->text);
}

std::string call(const std::string& id, const std::string& tool, const std::string& arguments,
                 const std::string& meta = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"tools/call","params":{"name":")" + tool +
         R"(","arguments":)" + arguments + R"(,"_meta":)" + meta + "}}";
}

const char* const kEverything = "mcp-server-everything streamableHttp";

void begin_session(PortHarness* link) {
  link->send(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
  EXPECT_EQ(answer(link, "0")["result"]["protocolVersion"], "2025-06-18");
  link->send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

TEST(HttpReal, ReferenceServerInALegacySession) {
  if (!installed("server-everything")) GTEST_SKIP() << "server-everything is not installed";
  const NodeServer server(kEverything, free_port());
  ASSERT_TRUE(server.ready());
  PortHarness link(server.options());
  begin_session(&link);
  link.send(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_GT(answer(&link, "1")["result"]["tools"].size(), 5u);
  link.send(call("2", "echo", R"({"message":"hällo"})"));
  EXPECT_EQ(answer(&link, "2")["result"]["content"][0]["text"], "Echo: hällo");

  // Progress comes on the stream of its request, and before the answer.
  link.lines.clear();
  link.send(
      call("3", "trigger-long-running-operation", R"({"duration":0.5,"steps":3})", R"({"progressToken":9})"));
  answer(&link, "3");
  std::size_t steps = 0;
  for (const auto& line : link.lines) {
    if (line.text.find("notifications/progress") == std::string::npos) continue;
    ++steps;
    EXPECT_EQ(line.related, "3");
  }
  EXPECT_EQ(steps, 3u);

  // What belongs to no request comes on the session's own stream.
  link.lines.clear();
  link.send(call("4", "toggle-simulated-logging", "{}"));
  answer(&link, "4");
  EXPECT_TRUE(link.run_until(
      [&] {
        for (const auto& line : link.lines) {
          if (line.text.find("notifications/message") != std::string::npos && line.related.empty())
            return true;
        }
        return false;
      },
      20'000));
  EXPECT_FALSE(link.closed);
}

TEST(HttpReal, ReferenceServerForgetsADeletedSession) {
  if (!installed("server-everything")) GTEST_SKIP() << "server-everything is not installed";
  const int port = free_port();
  auto server = std::make_unique<NodeServer>(kEverything, port);
  ASSERT_TRUE(server->ready());
  PortHarness first(server->options());
  begin_session(&first);
  const auto begin = monotonic_us();
  first.port->shut();
  EXPECT_LT(monotonic_us() - begin, 1'900'000);  // it answered DELETE

  // A server that was started anew does not know the session, and the port says so.
  PortHarness second(server->options());
  begin_session(&second);
  server.reset();
  const NodeServer again(kEverything, port);
  ASSERT_TRUE(again.ready());
  second.send(call("1", "echo", R"({"message":"x"})"));
  EXPECT_TRUE(second.run_until([&] { return second.closed.has_value(); }));
  PortHarness third(again.options());
  begin_session(&third);
  third.send(call("1", "echo", R"({"message":"x"})"));
  EXPECT_EQ(answer(&third, "1")["result"]["content"][0]["text"], "Echo: x");
}

TEST(HttpReal, ReferenceServerOverTheOldTransport) {
  if (!installed("server-everything")) GTEST_SKIP() << "server-everything is not installed";
  const NodeServer server("mcp-server-everything sse", free_port());
  ASSERT_TRUE(server.ready());
  PortHarness link(server.options("/sse"));
  begin_session(&link);
  link.send(call("2", "echo", R"({"message":"old"})"));
  EXPECT_EQ(answer(&link, "2")["result"]["content"][0]["text"], "Echo: old");
}

TEST(HttpReal, ModernServer) {
  if (!installed("node")) GTEST_SKIP() << "@modelcontextprotocol/node is not installed";
  const NodeServer server("node '" AEGIS_SOURCE_DIR "/tests/gateway/modern_http_server.mjs'", 0);
  ASSERT_TRUE(server.ready());
  PortHarness link(server.options());
  const std::string meta =
      R"({"progressToken":"w","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}})";
  const auto ask = [&](const std::string& id, const std::string& method, const std::string& more = {}) {
    link.send(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":{)" + more +
              R"("_meta":)" + meta + "}}");
    return answer(&link, id);
  };
  EXPECT_EQ(ask("1", "server/discover")["result"]["supportedVersions"][0], "2026-07-28");
  const auto tools = ask("2", "tools/list")["result"]["tools"];
  EXPECT_EQ(tools.size(), 5u);
  EXPECT_NE(tools.dump().find("x-mcp-header"), std::string::npos);
  // The server refuses the call without the mirrored header.
  link.send(call("3", "echo", R"({"where":"zürich"})", meta));
  EXPECT_EQ(answer(&link, "3")["result"]["content"][0]["text"], "Echo: zürich");
  link.send(call("\"four\"", "steps", "{}", meta));
  EXPECT_EQ(answer(&link, "\"four\"")["result"]["content"][0]["text"], "Done");

  // Cancelled by closing the stream: the server notices, and nothing is answered.
  link.lines.clear();
  link.send(call("5", "wait", "{}", meta));
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_EQ(link.lines[0].related, "5");
  link.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})");
  int id = 100;
  EXPECT_TRUE(link.run_until([&] {
    link.send(call(std::to_string(++id), "cancelled", "{}", meta));
    return answer(&link, std::to_string(id))["result"]["content"][0]["text"] == "1";
  }));
  for (const auto& line : link.lines)
    EXPECT_TRUE(line.related != "5" || line.text.find("progress") != std::string::npos);

  // A listen stream tells of changes.
  link.lines.clear();
  link.send(
      R"({"jsonrpc":"2.0","id":"l","method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":)" +
      meta + "}}");
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_NE(link.lines[0].text.find("subscriptions/acknowledged"), std::string::npos);
  link.send(call("6", "change", "{}", meta));
  EXPECT_TRUE(link.run_until([&] {
    for (const auto& line : link.lines) {
      if (line.text.find("tools/list_changed") != std::string::npos && line.related == "\"l\"") return true;
    }
    return false;
  }));

  // `initialize` is refused, and not tried another way.
  link.send(
      R"({"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
  EXPECT_TRUE(answer(&link, "7").contains("error"));
}

}  // namespace
}  // namespace aegis::gateway
