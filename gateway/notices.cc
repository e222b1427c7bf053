#include "gateway/notices.h"

#include <utility>

namespace aegis::gateway {

Json text_content(std::string text) { return Json{{"type", "text"}, {"text", std::move(text)}}; }

std::string notice(const guard::Verdict& verdict, std::string_view what) {
  return std::string("aegis-mcp: ") + std::string(what) + " (rule " + verdict.rule + "): " + verdict.reason;
}

std::string not_passed_on(std::string_view why) {
  return "aegis-mcp: the message was not passed on: " + std::string(why);
}

}  // namespace aegis::gateway
