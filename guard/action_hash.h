// What an approval is given for: one exact call, as a hash. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace aegis::guard {

struct Action {
  std::string_view server;
  std::string_view operation;  // the MCP method
  std::string_view target;     // tool name, resource URI, prompt name, task
  std::string_view arguments;  // JSON text that JsonParser accepted; empty: none
};

// Lower-case hex SHA-256 of canonical_json() of {action, mutates_state, parameters, resource, tool}, the
// contract of receipts: `tool` is the server; `action` the tool that is called, with no resource, or else the
// method, with the target as resource. A call of a tool counts as changing things, whatever its server says:
// that may change between two calls, and is the business of the definition's own hash.
std::string action_hash(const Action& action);

}  // namespace aegis::guard
