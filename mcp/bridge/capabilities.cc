#include "mcp/bridge/capabilities.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace aegis::mcp {
namespace {

constexpr const char* kTasksExtension = "io.modelcontextprotocol/tasks";
constexpr std::array<std::string_view, 8> kLevels{"debug", "info",     "notice", "warning",
                                                  "error", "critical", "alert",  "emergency"};

Json objects_named(const Json& from, std::initializer_list<const char*> names) {
  Json kept = Json::object();
  if (!from.is_object()) return kept;
  for (const auto* name : names) {
    const auto found = from.find(name);
    if (found != from.end() && found->is_object()) kept[name] = *found;
  }
  if (const auto extensions = kept.find("extensions"); extensions != kept.end()) {
    extensions->erase(kTasksExtension);
    if (extensions->empty()) kept.erase("extensions");
  }
  return kept;
}

Json client_capabilities(const Json& from) {
  Json kept = objects_named(from, {"elicitation", "sampling", "roots", "experimental", "extensions"});
  if (kept.contains("roots")) kept["roots"] = Json::object();
  return kept;
}

Json server_capabilities(const Json& from) {
  return objects_named(
      from, {"tools", "resources", "prompts", "completions", "logging", "experimental", "extensions"});
}

}  // namespace

Abilities abilities_of(simdjson::dom::element capabilities) {
  Abilities abilities;
  if (!capabilities.is_object()) return abilities;
  simdjson::dom::element part;
  if (capabilities["elicitation"].get(part) == simdjson::SUCCESS && part.is_object()) {
    abilities.url = part["url"].is_object();
    abilities.form = part["form"].is_object() || !abilities.url;
  }
  if (capabilities["sampling"].get(part) == simdjson::SUCCESS && part.is_object()) {
    abilities.sampling = true;
    abilities.sampling_tools = part["tools"].is_object();
  }
  abilities.roots = capabilities["roots"].is_object();
  return abilities;
}

bool is_question(std::string_view method) {
  return method == "elicitation/create" || method == "sampling/createMessage" || method == "roots/list";
}

bool may_ask_back(std::string_view method) {
  return method == "tools/call" || method == "prompts/get" || method == "resources/read";
}

bool can_answer(const Abilities& abilities, std::string_view method, const Json& params) {
  if (method == "roots/list") return abilities.roots;
  if (method == "sampling/createMessage") {
    const bool with_tools = params.is_object() && (params.contains("tools") || params.contains("toolChoice"));
    return abilities.sampling && (abilities.sampling_tools || !with_tools);
  }
  if (method != "elicitation/create") return false;
  const auto mode = params.is_object() ? params.find("mode") : params.end();
  if (!params.is_object() || mode == params.end()) return abilities.form;
  return *mode == "url" ? abilities.url : *mode == "form" && abilities.form;
}

Json legacy_client_capabilities(const Json& modern) { return client_capabilities(modern); }
Json modern_client_capabilities(const Json& legacy) { return client_capabilities(legacy); }
Json modern_server_capabilities(const Json& legacy) { return server_capabilities(legacy); }
Json legacy_server_capabilities(const Json& modern) { return server_capabilities(modern); }

bool declares(const Json& capabilities, const char* part, const char* flag) {
  if (!capabilities.is_object()) return false;
  const auto found = capabilities.find(part);
  if (found == capabilities.end() || !found->is_object()) return false;
  const auto value = found->find(flag);
  return value != found->end() && *value == true;
}

int log_level(std::string_view name) {
  const auto* found = std::find(kLevels.begin(), kLevels.end(), name);
  return found == kLevels.end() ? -1 : static_cast<int>(found - kLevels.begin());
}

std::string_view log_level_name(int level) {
  return kLevels[static_cast<std::size_t>(std::clamp(level, 0, 7))];
}

}  // namespace aegis::mcp
