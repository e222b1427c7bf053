#include "guard/lists.h"

#include <string_view>
#include <vector>

#include "guard/policy_request.h"
#include "policy/names.h"

namespace aegis::guard {
namespace {

bool is_glob(std::string_view text) { return text.find('*') != std::string_view::npos; }

std::string uid(std::string_view type, std::string_view id) {
  return std::string(type) + "::" + policy::quoted(id);
}

std::string pattern(std::string_view glob) {
  std::vector<std::string_view> pieces;
  for (auto star = glob.find('*'); star != std::string_view::npos; star = glob.find('*')) {
    pieces.push_back(glob.substr(0, star));
    glob.remove_prefix(star + 1);
  }
  pieces.push_back(glob);
  return policy::quoted_pattern(pieces);
}

void join(std::string* conditions, const std::string& one) {
  if (!conditions->empty()) *conditions += " && ";
  *conditions += one;
}

// Who and where, as a condition; empty: anybody, anywhere.
std::string whose(const ListEntry& entry) {
  std::string conditions;
  if (!entry.agent.empty()) {
    join(&conditions, is_glob(entry.agent) ? "principal.name like " + pattern(entry.agent)
                                           : "principal == " + uid("Aegis::Agent", entry.agent));
  }
  if (!entry.server.empty()) {
    join(&conditions, is_glob(entry.server) ? "resource.name like " + pattern(entry.server)
                                            : "resource == " + uid("Aegis::Server", entry.server));
  }
  return conditions;
}

std::string_view name(ListEntry::Kind kind) {
  switch (kind) {
    case ListEntry::Kind::allow: return "allow";
    case ListEntry::Kind::block: return "block";
    case ListEntry::Kind::review: return "review";
  }
  return "block";
}

std::string policy_of(const ListEntry& entry) {
  const bool block = entry.kind == ListEntry::Kind::block;
  const bool exact = !entry.tool.empty() && !is_glob(entry.tool);
  std::string text =
      "@id(\"lists:" + std::string(name(entry.kind)) + ":" + std::to_string(entry.position) + "\")\n";
  const std::string place = "/lists/" + std::string(name(entry.kind)) + "/" + std::to_string(entry.position);
  if (entry.kind == ListEntry::Kind::review) text += "@decision(\"require_approval\")\n";
  if (entry.kind != ListEntry::Kind::allow) {
    const std::string otherwise =
        block ? "the configuration blocks this tool (" + place + ")."
              : "the configuration wants a person to approve this tool (" + place + ").";
    text += "@reason(" + policy::quoted(entry.reason.empty() ? otherwise : entry.reason) + ")\n";
  }
  if (!entry.approver_group.empty())
    text += "@approver_group(" + policy::quoted(entry.approver_group) + ")\n";
  // Named as the tool's action is: a tool that is called as one of ours has another id.
  const std::string action =
      exact ? "action == " + uid(kActionType, action_id({.operation = "tools/call", .target = entry.tool}))
            : "action in " + uid(kActionType, "call_tool");
  text += std::string(block ? "forbid" : "permit") + " (principal, " + action + ", resource)";
  std::string conditions = whose(entry);
  if (!entry.tool.empty() && !exact) join(&conditions, "context.target like " + pattern(entry.tool));
  if (!conditions.empty()) text += "\nwhen { " + conditions + " }";
  return text + ";\n\n";
}

}  // namespace

std::string list_policies(std::span<const ListEntry> entries) {
  std::string text, listed;
  for (const ListEntry& entry : entries) {
    text += policy_of(entry);
    if (entry.kind != ListEntry::Kind::allow) continue;
    const std::string who = whose(entry);
    listed += (listed.empty() ? "(" : " || (") + (who.empty() ? std::string("true") : who) + ")";
  }
  text += "@id(\"lists:others\")\npermit (principal, action, resource)";
  if (!listed.empty()) text += "\nunless { action in Aegis::Action::\"call_tool\" && (" + listed + ") }";
  return text + ";\n";
}

}  // namespace aegis::guard
