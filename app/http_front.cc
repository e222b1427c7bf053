#include "app/http_front.h"

#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "app/commands/command.h"
#include "app/listen_address.h"
#include "base/log.h"
#include "gateway/auth/authenticator.h"
#include "gateway/http/listener.h"
#include "gateway/mcp_endpoint.h"

namespace aegis::app {
namespace {

sigset_t our_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
  return signals;
}

bool any_agent_has_a_key(store::Store* store) {
  if (store == nullptr) return false;
  const auto agents = store->agents();
  if (!agents) return false;
  for (const auto& agent : *agents) {
    if (agent.has_key) return true;
  }
  return false;
}

}  // namespace

int run_http_front(const Settings& settings, const std::string& address,
                   gateway::ConversationFactory* factory, store::Store* store,
                   const gateway::Principal& anonymous, const std::function<void()>& on_hangup) {
  const auto where = parse_listen_address(address);
  if (!where) return fail(invalid_input("--http " + address + ": " + where.error().message));
  const HttpSettings& http = settings.http;
  const bool beyond_this_machine = !gateway::is_loopback(where->host);
  const bool required = http.require_key ? http.require_key->value : beyond_this_machine;
  if (beyond_this_machine && !required) {
    return fail(
        invalid_input("'" + where->host +
                      "' can be reached from other machines, and http.require_key is false: anybody there "
                      "could use the guarded servers; take that setting out, or listen on 127.0.0.1"));
  }
  if (required && !http.oauth && !any_agent_has_a_key(store)) {
    return fail(invalid_input(
        "requests to '" + where->host +
        "' need a key, and no agent has one; make one with `aegis-mcp agents register NAME`, or "
        "listen on 127.0.0.1"));
  }

  auto authenticator = gateway::Authenticator::make(
      {.store = store, .required = required, .anonymous = anonymous, .oauth = http.oauth});
  if (!authenticator) return fail(authenticator.error());
  auto listener = gateway::Listener::make({.host = where->host,
                                           .port = where->port,
                                           .allowed_hosts = http.allowed_hosts.value,
                                           .cors_origins = http.cors_origins.value,
                                           .tls_certificate = http.tls_certificate.value,
                                           .tls_key = http.tls_key.value});
  if (!listener) return fail(listener.error());
  gateway::McpEndpoint endpoint(factory, authenticator->get());
  endpoint.add_to(listener->get());
  const auto port = (*listener)->bind();
  if (!port) return fail(port.error());

  // Every thread made from here on leaves these signals to this one.
  const sigset_t signals = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const std::string host = where->host.find(':') == std::string::npos ? where->host : "[" + where->host + "]";
  std::fprintf(stderr, "aegis-mcp: listening on %s://%s:%d/mcp\n",
               http.tls_certificate.value.empty() ? "http" : "https", printable(host).c_str(), *port);

  std::jthread serving([&] { (*listener)->run(); });
  for (;;) {
    int number = 0;
    if (::sigwait(&signals, &number) != 0) continue;
    if (number == SIGHUP && on_hangup)
      on_hangup();
    else
      break;
  }
  endpoint.stop();
  (*listener)->stop();
  return kOk;
}

}  // namespace aegis::app
