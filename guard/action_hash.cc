#include "guard/action_hash.h"

#include "base/canonical_json.h"
#include "base/hash.h"

namespace aegis::guard {

std::string action_hash(const Action& action) {
  const bool is_call = action.operation == "tools/call";
  std::string text = R"({"action":)";
  text += canonical_json_string(is_call ? action.target : action.operation);
  text += is_call ? R"(,"mutates_state":true,"parameters":)" : R"(,"mutates_state":false,"parameters":)";
  text += action.arguments.empty() ? "{}" : canonical_json(action.arguments);
  text += R"(,"resource":)";
  text += is_call ? "null" : canonical_json_string(action.target);
  text += R"(,"tool":)";
  text += canonical_json_string(action.server);
  text += '}';
  return sha256_hex(text);
}

}  // namespace aegis::guard
