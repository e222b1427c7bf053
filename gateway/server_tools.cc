#include "gateway/server_tools.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "gateway/fields.h"
#include "gateway/members.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

guard::ToolHints hints_of(dom::element definition) {
  dom::element annotations;
  if (!definition.is_object() || definition["annotations"].get(annotations) != simdjson::SUCCESS) return {};
  return {.read_only = bool_member(annotations, "readOnlyHint"),
          .destructive = bool_member(annotations, "destructiveHint"),
          .open_world = bool_member(annotations, "openWorldHint")};
}

std::optional<Json> schema_of(dom::element definition) {
  dom::element schema;
  if (!definition.is_object() || definition["outputSchema"].get(schema) != simdjson::SUCCESS)
    return std::nullopt;
  Json copy = Json::parse(simdjson::minify(schema), nullptr, false);
  if (copy.is_discarded()) return std::nullopt;
  return copy;
}

}  // namespace

// Whether the tool is withheld.
bool ServerTools::take(guard::Session& session, dom::element definition) {
  const std::string name(string_member(definition, "name"));
  fields_.clear();
  collect_fields(definition, &fields_);
  const guard::Verdict verdict = guard_->check(
      session,
      {.point = guard::Point::definition,
       .operation = "tools/list",
       .target = name,
       .fields = fields_,
       .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(definition, fields); }});
  const bool remembered = tools_.size() < kMaxTools || tools_.contains(name);
  ServerTool tool{.labels = guard::labels_of(name, hints_of(definition), known_server_),
                  .withheld = verdict.enforced > guard::Effect::sanitize || !remembered,
                  .output_schema = schema_of(definition)};
  if (tool.withheld) {
    log::warn(
        "tool '" + name + "' of server '" + session.server + "' is withheld: " +
        (remembered ? verdict.reason : "the server lists more than " + std::to_string(kMaxTools) + " tools"));
  }
  const bool withheld = tool.withheld;
  if (remembered) tools_.insert_or_assign(name, std::move(tool));
  return withheld;
}

std::optional<std::string> ServerTools::take_list(guard::Session& session, dom::element result,
                                                  std::string_view text) {
  dom::array list;
  if (!result.is_object() || result["tools"].get(list) != simdjson::SUCCESS) return std::nullopt;
  std::vector<bool> withheld;
  for (const auto definition : list) withheld.push_back(take(session, definition));
  if (std::none_of(withheld.begin(), withheld.end(), [](bool one) { return one; })) return std::nullopt;

  Json changed = Json::parse(text, nullptr, false);
  Json kept = Json::array();
  std::size_t position = 0;
  for (auto& definition : changed["result"]["tools"]) {
    if (!withheld[position++]) kept.push_back(std::move(definition));
  }
  changed["result"]["tools"] = std::move(kept);
  return dump_json(changed);
}

guard::ToolLabels ServerTools::labels(std::string_view name) const {
  const ServerTool* tool = find(name);
  return tool != nullptr ? tool->labels : guard::labels_of(name, {}, known_server_);
}

std::string ServerTools::place(dom::element params) const {
  std::string place;
  dom::element arguments;
  if (known_server_ == nullptr || !params.is_object() ||
      params["arguments"].get(arguments) != simdjson::SUCCESS)
    return place;
  for (const std::string_view name : guard::place_arguments(*known_server_)) {
    const std::string_view part = string_member(arguments, name.data());
    if (part.empty()) return {};
    place += (place.empty() ? "" : "/") + std::string(part);
  }
  return place;
}

bool ServerTools::withheld(std::string_view name) const {
  const ServerTool* tool = find(name);
  // With the memory full an unknown tool may be one whose definition was refused.
  return tool != nullptr ? tool->withheld : tools_.size() >= kMaxTools;
}

bool ServerTools::listed(std::string_view name) const { return find(name) != nullptr; }

const Json* ServerTools::output_schema(std::string_view name) const {
  const ServerTool* tool = find(name);
  return tool != nullptr && tool->output_schema ? &*tool->output_schema : nullptr;
}

const ServerTool* ServerTools::find(std::string_view name) const {
  const auto found = tools_.find(std::string(name));
  return found == tools_.end() ? nullptr : &found->second;
}

}  // namespace aegis::gateway
