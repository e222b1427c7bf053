#include "gateway/server_question.h"

#include "gateway/members.h"
#include "guard/credential_request.h"
#include "mcp/message.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kSampling = "sampling/createMessage";
constexpr std::string_view kElicitation = "elicitation/create";
// The specification's example for a user who says no to sampling.
constexpr int kUserRejected = -1;

std::string_view credential_in_form(dom::element params) {
  dom::element schema;
  dom::object fields;
  if (params["requestedSchema"].get(schema) == simdjson::SUCCESS && schema.is_object() &&
      schema["properties"].get(fields) == simdjson::SUCCESS) {
    for (const auto& [name, definition] : fields) {
      const std::string_view type = string_member(definition, "type");
      // Nothing can be typed into a box that is ticked or a list that is chosen from.
      dom::element choices;
      const bool chosen = type == "boolean" ||
                          (definition.is_object() && definition["enum"].get(choices) == simdjson::SUCCESS);
      if (chosen) continue;
      for (const std::string_view text : {std::string_view(name), string_member(definition, "title"),
                                          string_member(definition, "description")}) {
        if (const auto found = guard::credential_in_field(text); !found.empty()) return found;
      }
    }
  }
  return guard::credential_asked_for(string_member(params, "message"));
}

}  // namespace

bool is_question(std::string_view method) { return method == kSampling || method == kElicitation; }

guard::Question read_question(std::string_view method, dom::element params) {
  guard::Question question;
  if (!params.is_object()) return question;
  // Revisions that do not know the mode show a form wherever there is a schema for one.
  dom::element schema;
  const bool is_page =
      string_member(params, "mode") == "url" && params["requestedSchema"].get(schema) != simdjson::SUCCESS;
  if (method == kElicitation && !is_page) question.credential = credential_in_form(params);
  if (method == kSampling)
    question.wants_all_context = string_member(params, "includeContext") == "allServers";
  return question;
}

std::string refusal(std::string_view method, const std::string& id, const std::string& why) {
  if (method == kElicitation) return mcp::result_message(id, Json{{"action", "decline"}});
  return mcp::error_message(id, kUserRejected, why);
}

}  // namespace aegis::gateway
