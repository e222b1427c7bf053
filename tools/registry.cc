#include "tools/registry.h"

#include <span>
#include <utility>

#include "base/embedded.h"

namespace aegis::tools {

std::span<const EmbeddedFile> definitions();  // generated from schemas/tools/

namespace {

struct Tool {
  std::string_view name;
  Handler handler;
};
constexpr Tool kTools[] = {
    {"scan_prompt", scan_prompt},         {"report_interaction", report_interaction},
    {"get_trust_score", get_trust_score}, {"check_budget", check_budget},
    {"verify_agent", verify_agent},
};

}  // namespace

Registry::Registry(Context context) : context_(std::move(context)), list_(Json::array()) {
  for (const Tool& tool : kTools) {
    for (const auto& file : definitions()) {
      if (file.name == std::string(tool.name) + ".json") list_.push_back(Json::parse(file.text));
    }
  }
}

Result<Json> Registry::call(const std::string& name, const Json& arguments) {
  for (const Tool& tool : kTools) {
    if (tool.name != name) continue;
    // The one place where a handler's exception (no memory, a bug) ends: the session goes on.
    try {
      return tool.handler(context_, arguments);
    } catch (const std::exception&) {
      return internal_error(name + " failed inside; nothing was changed.");
    }
  }
  return not_found("unknown tool '" + name.substr(0, 64) + "'");
}

}  // namespace aegis::tools
