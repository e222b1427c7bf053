// What either era calls a capability, in the other's words, and what a client may be asked.
//
// Pure, thread-safe.
#pragma once

#include <string_view>

#include "base/json.h"

namespace aegis::mcp {

// What a client has said it can be asked.
struct Abilities {
  bool form = false;  // elicitation by form: also what a bare `elicitation: {}` means
  bool url = false;
  bool sampling = false;
  bool sampling_tools = false;
  bool roots = false;

  [[nodiscard]] bool any() const { return form || url || sampling || roots; }
};

// `capabilities`: an object, of either era.
Abilities abilities_of(simdjson::dom::element capabilities);

// elicitation/create, sampling/createMessage, roots/list: all that a server may ask a client for.
bool is_question(std::string_view method);
bool can_answer(const Abilities& abilities, std::string_view method, const Json& params);
// The three methods a modern server may answer with questions.
bool may_ask_back(std::string_view method);

// Tasks of 2025-11-25 and of the extension differ in everything, so they are offered to nobody across the
// bridge; the notification of changed roots has no modern counterpart.
Json legacy_client_capabilities(const Json& modern);
Json modern_client_capabilities(const Json& legacy);
Json modern_server_capabilities(const Json& legacy);
Json legacy_server_capabilities(const Json& modern);

// Whether capabilities[part][flag] is true.
bool declares(const Json& capabilities, const char* part, const char* flag);

// 0 (debug) to 7 (emergency); -1: no such level.
int log_level(std::string_view name);
std::string_view log_level_name(int level);

}  // namespace aegis::mcp
