#include "gateway/server_tools.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/canonical_json.h"
#include "base/log.h"
#include "gateway/fields.h"
#include "gateway/members.h"
#include "guard/pins.h"
#include "mcp/splice.h"

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

// What is pinned of a definition: all that a model is shown of a tool, and what it is judged by.
constexpr std::array<std::string_view, 6> kPinned{"name",        "title",        "description",
                                                  "inputSchema", "outputSchema", "annotations"};

// In its canonical form, of the text and not of the view: that has no integers of more than 64 bits.
std::string pinned_part(std::string_view definition) {
  std::string part = "{";
  for (const std::string_view member : kPinned) {
    const std::string_view value = mcp::raw_value(definition, {member});
    if (value.empty()) continue;
    part += (part.size() > 1 ? ",\"" : "\"") + std::string(member) + "\":" + std::string(value);
  }
  return canonical_json(part + "}");
}

}  // namespace

guard::Pins& ServerTools::pins(const guard::Session& session) {
  if (!pins_) pins_.emplace(guard_->pins(session));
  return *pins_;
}

// Once for a reason: a client may ask for the list before each call.
void ServerTools::warn_of(const guard::Session& session, const std::string& name, std::string why) {
  if (warned_.size() >= kMaxTools) warned_.clear();
  std::string& said = warned_[name];
  if (said == why) return;
  log::warn("tool '" + name + "' of server '" + session.server + "' is withheld: " + why);
  said = std::move(why);
}

// Whether the tool is withheld.
bool ServerTools::take(guard::Session& session, dom::element definition, std::string_view text) {
  const std::string name(string_member(definition, "name"));
  fields_.clear();
  collect_fields(definition, &fields_);
  const bool remembered = tools_.size() < kMaxTools || tools_.contains(name);
  const std::string pinned = definition.is_object() ? pinned_part(text) : std::string("{}");
  ServerTool tool{.labels = guard::labels_of(name, hints_of(definition), known_server_),
                  .pin = pins(session).judge(name, pinned, fields_),
                  .output_schema = schema_of(definition)};
  const guard::Verdict verdict = guard_->check(
      session,
      {.point = guard::Point::definition,
       .operation = "tools/list",
       .target = name,
       .fields = fields_,
       .pointers = [&](std::span<const std::size_t> fields) { return field_pointers(definition, fields); },
       .pin = tool.pin.state});
  const bool denied = verdict.enforced > guard::Effect::sanitize;
  const bool about_pins = verdict.effect <= guard::Effect::sanitize || guard::is_about_pins(verdict.rule);
  if (remembered && about_pins) pins(session).keep(name, pinned, tool.pin);
  tool.withheld = !remembered || (denied && !about_pins);
  if (denied || !remembered) {
    warn_of(
        session, name,
        remembered ? verdict.reason : "the server lists more than " + std::to_string(kMaxTools) + " tools");
  }
  if (remembered) tools_.insert_or_assign(name, std::move(tool));
  return denied || !remembered;
}

// What was seen first and is written down now is pinned, unless another process was faster.
void ServerTools::settle(const guard::Session& session, const guard::ToolNames& listed,
                         guard::ToolNames* withheld) {
  for (std::string& name : pins(session).end_list()) {
    if (const auto tool = tools_.find(name); tool != tools_.end())
      tool->second.pin.state = guard::PinState::changed;
    if (guard_->rulebook()->mode != guard::Mode::balanced || withheld->contains(name)) continue;
    warn_of(session, name, "its definition could not be pinned, or is not the one that was");
    withheld->insert(std::move(name));
  }
  const bool strict = guard_->rulebook()->mode == guard::Mode::strict;
  for (const std::string& name : listed) {
    const auto found = tools_.find(name);
    if (found == tools_.end()) continue;
    ServerTool& tool = found->second;
    const bool is_withheld = withheld->contains(name);
    const bool is_new = tool.pin.state == guard::PinState::first_seen && !strict;
    // Another tool of the same list has the name too: a call could be meant for either.
    if (is_withheld && (is_new || tool.pin.state == guard::PinState::pinned)) tool.withheld = true;
    if (!is_withheld && is_new) tool.pin.state = guard::PinState::pinned;
  }
}

std::optional<std::string> ServerTools::take_list(guard::Session& session, dom::element result,
                                                  std::string_view text) {
  dom::array list;
  if (!result.is_object() || result["tools"].get(list) != simdjson::SUCCESS) return std::nullopt;

  guard::ToolNames names;
  for (const auto definition : list) names.emplace(string_member(definition, "name"));
  pins(session).begin_list(names);
  guard::ToolNames withheld;
  const auto texts = mcp::array_items(mcp::raw_value(text, {"result", "tools"}));
  auto of_definition = texts.begin();
  for (const auto definition : list) {
    if (take(session, definition, *of_definition++)) withheld.emplace(string_member(definition, "name"));
  }
  settle(session, names, &withheld);
  if (withheld.empty()) return std::nullopt;

  Json changed = Json::parse(text, nullptr, false);
  Json kept = Json::array();
  auto& tools = changed["result"]["tools"];
  std::size_t position = 0;
  for (const auto definition : list) {
    const bool is_withheld = withheld.contains(string_member(definition, "name"));
    if (!is_withheld) kept.push_back(std::move(tools[position]));
    ++position;
  }
  tools = std::move(kept);
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

guard::ToolLabels ServerTools::labels_of_resources() const {
  guard::ToolLabels labels = guard::labels_of({}, {}, known_server_);
  labels.read_only = true;
  labels.destructive = false;
  // What a listed server offers beside its tools is not listed: it may be anything.
  if (known_server_ != nullptr) {
    labels.untrusted_source = labels.private_data = true;
    labels.external_sink = false;
  }
  return labels;
}

bool ServerTools::withheld(std::string_view name) const {
  const ServerTool* tool = find(name);
  // With the memory full an unknown tool may be one whose definition was refused.
  return tool != nullptr ? tool->withheld : tools_.size() >= kMaxTools;
}

bool ServerTools::listed(std::string_view name) const { return find(name) != nullptr; }

guard::Pins::Judged ServerTools::pin(const guard::Session& session, std::string_view name) {
  const auto found = tools_.find(std::string(name));
  const auto now =
      pins(session).for_call(name, found == tools_.end() ? guard::Pins::Judged() : found->second.pin);
  if (found != tools_.end()) found->second.pin = now;
  return now;
}

const Json* ServerTools::output_schema(std::string_view name) const {
  const ServerTool* tool = find(name);
  return tool != nullptr && tool->output_schema ? &*tool->output_schema : nullptr;
}

const ServerTool* ServerTools::find(std::string_view name) const {
  const auto found = tools_.find(std::string(name));
  return found == tools_.end() ? nullptr : &found->second;
}

}  // namespace aegis::gateway
