// https: which certificates are believed.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "gateway/upstream/http_port.h"
#include "guard/server_identity.h"
#include "tests/gateway/port_harness.h"
#include "tests/support/scripted_http.h"
#include "tests/support/temp_folder.h"
#include "tests/support/test_certificate.h"

namespace aegis::gateway {
namespace {

using testing_support::ScriptedServer;
using testing_support::TestCertificate;

const std::string kRequest =
    R"({"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";
const std::string kResult = R"({"jsonrpc":"2.0","id":7,"result":{"tools":[]}})";

struct Case {
  const char* name;
  const char* certified;  // subjectAltName
  int days;
  bool known;  // to the client, as the authority
  std::string expected;
};

TEST(HttpTls, OnlyTheServersOwnCertificateIsBelieved) {
  const std::vector<Case> cases = {
      {"good", "IP:127.0.0.1", 1, true, kResult},
      {"of another host", "DNS:example.test", 1, true, "its certificate is for another host"},
      {"of another address", "IP:127.0.0.2", 1, true, "its certificate is for another host"},
      {"of nobody we know", "IP:127.0.0.1", 1, false, "its certificate is not valid"},
      {"run out", "IP:127.0.0.1", -1, true, "its certificate is not valid"},
  };
  testing_support::TempFolder folder;
  const TestCertificate stranger("IP:127.0.0.1");
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    const TestCertificate certificate(one.certified, one.days);
    ScriptedServer server(
        [](auto& connection, const auto&) { connection.respond(200, "application/json", kResult); },
        certificate.context());
    const std::string authority = folder / "authority.pem";
    (one.known ? certificate : stranger).write(authority);
    const auto keys = std::make_shared<guard::ServerKeys>();
    PortHarness link({.url = server.url(),
                      .headers = {{"Authorization", "Bearer secret"}},
                      .ca_file = authority,
                      .shown_key = guard::remember_in(keys),
                      .read_timeout_ms = 10'000});
    link.send(kRequest);
    ASSERT_TRUE(link.wait_for_lines(1));
    const auto believed = one.expected == kResult ? std::vector{sha256_hex(certificate.public_key())}
                                                  : std::vector<std::string>();
    EXPECT_EQ(keys->all(), believed);
    EXPECT_NE(link.lines[0].text.find(one.expected), std::string::npos) << link.lines[0].text;
    EXPECT_EQ(server.requests().size(), one.expected == kResult ? 1u : 0u);  // the credential stayed here
  }
}

TEST(HttpTls, SystemsAuthoritiesDoNotKnowAStranger) {
  const TestCertificate certificate("IP:127.0.0.1");
  ScriptedServer server([](auto& connection, const auto&) { connection.respond(200, "", ""); },
                        certificate.context());
  PortHarness link({.url = server.url(), .read_timeout_ms = 10'000});
  link.send(kRequest);
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_NE(link.lines[0].text.find("its certificate is not valid"), std::string::npos) << link.lines[0].text;
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpTls, ServerThatSpeaksNoTls) {
  ScriptedServer server([](auto& connection, const auto&) { connection.respond(200, "", ""); });
  PortHarness link({.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/",
                    .connect_timeout_ms = 300,
                    .read_timeout_ms = 10'000});
  link.send(kRequest);
  ASSERT_TRUE(link.wait_for_lines(1));
  EXPECT_NE(link.lines[0].text.find("did not complete the TLS handshake"), std::string::npos)
      << link.lines[0].text;
}

// Streams are cut over TLS as they are without, and a write to a closed connection raises no signal here,
// whatever the program does about SIGPIPE.
TEST(HttpTls, CancellationAndShutCutTheStream) {
  ::signal(SIGPIPE, SIG_DFL);
  testing_support::TempFolder folder;
  const TestCertificate certificate("IP:127.0.0.1");
  const std::string authority = folder / "authority.pem";
  certificate.write(authority);
  ScriptedServer server(
      [](auto& connection, const auto&) {
        connection.begin_events();
        connection.event(R"({"jsonrpc":"2.0","method":"notifications/progress"})");
        connection.wait_for_hang_up();
      },
      certificate.context());
  PortHarness link({.url = server.url(), .ca_file = authority, .read_timeout_ms = 10'000});
  link.send(kRequest);
  ASSERT_TRUE(link.wait_for_lines(1));
  link.send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  EXPECT_TRUE(server.wait_for_hang_ups(1));
  link.send(kRequest);
  ASSERT_TRUE(link.wait_for_lines(2));
  const auto begin = monotonic_us();
  link.port->shut();
  EXPECT_LT(monotonic_us() - begin, 1'000'000);
  EXPECT_TRUE(server.wait_for_hang_ups(2));
}

}  // namespace
}  // namespace aegis::gateway
