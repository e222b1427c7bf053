#include "guard/policy_request.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace aegis::guard {
namespace {

using policy::Entity;
using policy::EntityUid;
using policy::Field;
using policy::Value;

constexpr std::string_view kRequest = "request", kCallTool = "call_tool", kReadOnly = "readOnly",
                           kDestructive = "destructive", kOpenWorld = "openWorld", kSink = "externalSink",
                           kOffer = "offer", kQuestion = "question";
constexpr std::array<std::string_view, 19> kReserved{
    kRequest,        kCallTool,        kReadOnly,       kDestructive,         kOpenWorld,    kSink,
    kOffer,          kQuestion,        "read_resource", "get_prompt",         "send_prompt", "complete",
    "continue_task", "receive_output", "offer_tool",    "offer_instructions", "ask_user",    "ask_model",
    "any_tool"};
constexpr std::string_view kToolPrefix = "tool:";

struct Groups {
  EntityUid request = policy::entity_uid(kActionType, kRequest);
  EntityUid call_tool = policy::entity_uid(kActionType, kCallTool);
  EntityUid read_only = policy::entity_uid(kActionType, kReadOnly);
  EntityUid destructive = policy::entity_uid(kActionType, kDestructive);
  EntityUid open_world = policy::entity_uid(kActionType, kOpenWorld);
  EntityUid sink = policy::entity_uid(kActionType, kSink);
  EntityUid offer = policy::entity_uid(kActionType, kOffer);
  EntityUid question = policy::entity_uid(kActionType, kQuestion);
  EntityUid tenant = policy::entity_uid("Aegis::Tenant", "default");
};
const Groups& groups() {
  static const Groups all;
  return all;
}

bool calls_tool(const Event& event) { return event.operation == "tools/call"; }

// Of what is no call of a tool.
std::string_view own_action(const Event& event) {
  if (event.point == Point::result) return "receive_output";
  if (event.point == Point::definition)
    return event.operation == "tools/list" ? "offer_tool" : "offer_instructions";
  if (event.point == Point::question)
    return event.operation == "sampling/createMessage" ? "ask_model" : "ask_user";
  if (event.operation == "resources/read") return "read_resource";
  if (event.operation == "prompts/get") return "get_prompt";
  if (event.operation == "completion/complete") return "complete";
  return "continue_task";
}

bool needs_prefix(std::string_view tool) { return is_reserved_action(tool) || tool.starts_with(kToolPrefix); }

// Fields are written in the order records have: by length, then by bytes.
[[maybe_unused]] bool in_order(std::span<const Field> fields) {
  return std::is_sorted(fields.begin(), fields.end(),
                        [](const Field& a, const Field& b) { return policy::name_before(a.name, b.name); });
}

template <std::size_t N>
Value record(const std::array<Field, N>& fields) {
  assert(in_order(fields));
  return Value::sorted_record(fields);
}

std::string_view severity_of(const Facts& facts) {
  return facts.any ? detectors::name(facts.max_severity) : std::string_view("none");
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

}  // namespace

std::string_view name(SourceTrust trust) {
  constexpr std::array<std::string_view, 6> kNames{"trusted_internal_signed", "trusted_internal_unsigned",
                                                   "semi_trusted_customer",   "unknown",
                                                   "untrusted_external",      "malicious_suspected"};
  return kNames[static_cast<std::size_t>(trust)];
}

bool is_reserved_action(std::string_view id) {
  return std::find(kReserved.begin(), kReserved.end(), id) != kReserved.end();
}

std::string action_id(const Event& event) {
  if (event.point != Point::call || !calls_tool(event)) return std::string(own_action(event));
  return (needs_prefix(event.target) ? std::string(kToolPrefix) : std::string()).append(event.target);
}

PolicyRequest::PolicyRequest(const Event& event, const Facts& facts, const Circumstances& circumstances)
    : event_(event), facts_(facts), circumstances_(circumstances) {
  make_entities();
}

void PolicyRequest::make_entities() {
  const Groups& all = groups();
  agent_ = policy::entity_uid("Aegis::Agent", circumstances_.agent);
  server_ = policy::entity_uid("Aegis::Server", circumstances_.server);
  const bool tool = event_.point == Point::call && calls_tool(event_);
  if (!tool) {
    action_ = policy::entity_uid(kActionType, own_action(event_));
  } else if (needs_prefix(event_.target)) {
    tool_id_ = action_id(event_);
    action_ = policy::entity_uid(kActionType, tool_id_);
  } else {
    action_ = policy::entity_uid(kActionType, event_.target);
  }

  std::size_t count = 0;
  if (event_.point == Point::call) {
    const ToolLabels& labels = event_.labels;
    groups_[count++] = all.request;
    if (tool) groups_[count++] = all.call_tool;
    if (labels.read_only) groups_[count++] = all.read_only;
    if (!labels.read_only && labels.destructive) groups_[count++] = all.destructive;
    if (labels.open_world) groups_[count++] = all.open_world;
    if (labels.external_sink) groups_[count++] = all.sink;
  } else if (event_.point == Point::definition) {
    groups_[count++] = all.offer;
  } else if (event_.point == Point::question) {
    groups_[count++] = all.question;
  }
  std::sort(groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(count));
  const std::span<const EntityUid> action_groups(groups_.data(), count);
  const std::span<const EntityUid> tenant(&all.tenant, 1);

  agent_fields_ = {{{"name", Value::string(circumstances_.agent)},
                    {"status", Value::string(facts_.agent_status)},
                    {"environment", Value::string(circumstances_.environment)}}};
  server_fields_ = {{{"name", Value::string(circumstances_.server)}}};
  const Value none = Value::sorted_record({});
  sorted_ = {Entity{agent_, record(agent_fields_), none, tenant, tenant},
             Entity{action_, none, none, action_groups, action_groups},
             Entity{server_, record(server_fields_), none, {}, {}}};
  std::sort(sorted_.begin(), sorted_.end(), [](const Entity& a, const Entity& b) { return a.uid < b.uid; });
  entities_ = policy::Entities::over(sorted_);
}

const ArgumentValue& PolicyRequest::arguments() {
  if (!arguments_) {
    arguments_.emplace();
    if (event_.point == Point::call && event_.value != nullptr)
      *arguments_ = argument_value(*event_.value, arena_);
  }
  return *arguments_;
}

const policy::Request& PolicyRequest::aegis(bool with_input) {
  if (aegis_made_ && (!with_input || arguments_)) return aegis_;
  aegis_made_ = true;
  const bool representable = !with_input || arguments().representable();
  session_fields_ = {{{"private", Value::boolean(facts_.seen_private)},
                      {"untrusted", Value::boolean(facts_.seen_untrusted)},
                      {"source_trust", Value::string(name(facts_.source_trust))},
                      {"after_injection", Value::boolean(facts_.after_injection)}}};
  finding_fields_ = {{{"pii", Value::integer(facts_.pii)},
                      {"secrets", Value::integer(facts_.secrets)},
                      {"injection", Value::integer(facts_.injection)},
                      {"critical_pii", Value::integer(facts_.critical_pii)},
                      {"max_severity", Value::string(severity_of(facts_))},
                      {"suspected_injection", Value::integer(facts_.suspected_injection)}}};
  context_fields_ = {{{"pin", Value::string(name(event_.pin))},
                      {"time", Value::datetime(circumstances_.now_ms)},
                      {"input", with_input ? arguments().record : Value::sorted_record({})},
                      {"target", Value::string(event_.target)},
                      {"session", record(session_fields_)},
                      {"findings", record(finding_fields_)},
                      {"operation", Value::string(event_.operation)},
                      {"tool_listed", Value::boolean(event_.tool_listed)},
                      {"representable", Value::boolean(representable)},
                      {"scan_complete", Value::boolean(facts_.scan_complete)},
                      {"tool_withheld", Value::boolean(event_.tool_withheld)},
                      {"private_passage", Value::boolean(facts_.private_passage)},
                      {"asks_for_context", Value::boolean(facts_.asks_for_context)},
                      {"holds_placeholder", Value::boolean(facts_.holds_placeholder)},
                      {"asks_for_credential", Value::boolean(facts_.asks_for_credential)}}};
  aegis_ = {agent_, action_, server_, record(context_fields_)};
  return aegis_;
}

const policy::Request& PolicyRequest::tool_call() {
  const bool tool = calls_tool(event_);
  tool_action_ = lower(circumstances_.server) + "_" + lower(tool ? event_.target : own_action(event_));
  std::string_view branch;
  simdjson::dom::element member;
  if (tool && event_.value != nullptr && event_.value->is_object() &&
      (*event_.value)["base_branch"].get(member) == simdjson::SUCCESS && member.is_string())
    branch = std::string_view(member);
  call_fields_ = {{{"is_mtls", Value::boolean(false)},
                   {"environment", Value::string(circumstances_.environment)},
                   {"trust_level", Value::string(name(facts_.source_trust))},
                   {"mutates_state", Value::boolean(!event_.labels.read_only)},
                   {"agent_risk_tier", Value::string("unknown")},
                   {"is_mcp_tool_known", Value::boolean(event_.tool_listed || !tool)},
                   {"resource_base_branch", Value::string(branch)},
                   {"contains_sensitive_data", Value::boolean(facts_.secrets > 0 || facts_.pii > 0)}}};
  tool_call_ = {policy::entity_uid("Agent", circumstances_.agent), policy::entity_uid("Action", "tool_call"),
                policy::entity_uid("ToolAction", tool_action_), record(call_fields_)};
  return tool_call_;
}

}  // namespace aegis::guard
