// What `wrap` and `gateway` share: the store, the guard and the agent of this process.
#pragma once

#include <memory>
#include <string>

#include "app/policy_watch.h"
#include "app/settings.h"
#include "gateway/conversation.h"
#include "guard/guard.h"
#include "mcp/server.h"
#include "store/store.h"

namespace aegis::app {

// For an answer of a server, unless --call-timeout says otherwise: long enough for any build or download.
inline constexpr int kCallTimeoutS = 3'600;
inline constexpr int kMaxCallTimeoutS = 7 * 24 * 3'600;

// What we call ourselves towards a server whose client did not say who it is.
mcp::ServerInfo about_us();

struct Guarding {
  std::unique_ptr<store::Store> store;  // null: cannot be opened, and the guard denies with the reason
  std::string store_error;
  gateway::Principal own;  // whose calls these are, unless a request shows a key
  std::unique_ptr<guard::Guard> guard;
  std::unique_ptr<PolicyWatch> policies;  // null: the user has no policy files

  // What a session of a client takes in. Over stdio the processes that one client started are one session;
  // over HTTP each conversation is one.
  [[nodiscard]] std::shared_ptr<guard::SessionFlow> flow(bool over_stdio) const;

  // Reads the policy files again, for SIGHUP; nothing without any.
  void reload_policies() const {
    if (policies != nullptr) policies->reload();
  }
};

// Opens the store and finds the agent: the one AEGIS_API_KEY belongs to, else `agent_name`, created if new. A
// store that cannot be opened is no error here: the session starts all the same, so that the model is told
// why its calls are denied, instead of the user seeing a server that does not start. Policies that cannot be
// used are one: what the user wrote to be safe must not be left out in silence. `settings` must outlive what
// is returned.
Result<Guarding> start_guarding(const Settings& settings, const std::string& agent_name);

}  // namespace aegis::app
