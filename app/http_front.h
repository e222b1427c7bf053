// Clients over HTTP: what `serve --http`, `wrap --http` and `gateway --http` share.
#pragma once

#include <functional>
#include <string>

#include "app/settings.h"
#include "gateway/conversation.h"

namespace aegis::app {

// Serves MCP at /mcp and /api/mcp of `address` (HOST:PORT) until SIGINT or SIGTERM (SIGHUP too, unless
// `on_hangup` takes it). Prints where it listens on stderr. Returns an exit code: 0 after a signal, 2 when
// the address, a certificate or a key set cannot be used, or when it can be reached from other machines and
// there is nothing a client could prove itself by. `store` may be null. `anonymous`: who a client without a
// credential is, where none is needed. REQUIRES: called from the main thread, before it made threads that
// take signals.
int run_http_front(const Settings& settings, const std::string& address,
                   gateway::ConversationFactory* factory, store::Store* store,
                   const gateway::Principal& anonymous, const std::function<void()>& on_hangup = {});

}  // namespace aegis::app
