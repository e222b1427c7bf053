// One event as policies see it: who (principal), what (action), where (resource), and the circumstances
// (context).
//
// Vocabularies, described in schemas/policy/:
//   aegis      Aegis::Agent::"nightly" does Aegis::Action::"delete_file" to Aegis::Server::"files"
//   tool_call  Agent::"nightly" does Action::"tool_call" to ToolAction::"files_delete_file"; calls only
// Made on the stack for one decision, on one thread; views of the event, the session and the facts, which
// must outlive it, and not copyable since entities point into it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/arguments.h"
#include "guard/event.h"
#include "guard/facts.h"
#include "policy/entities.h"
#include "policy/request.h"

namespace aegis::guard {

enum class Vocabulary : std::uint8_t { aegis, tool_call };

inline constexpr std::string_view kActionType = "Aegis::Action";

// Who asks what of whom, beside the event itself.
struct Circumstances {
  std::string_view agent;
  std::string_view server;
  std::string_view environment;  // production, development, …
  std::int64_t now_ms = 0;       // Unix time
};

// The action's id of an event: a tool's name for a call of it. A tool that is called as one of our own
// actions or groups (a server chooses its tools' names, and "readOnly" is one) gets "tool:" in front; so do
// those that begin so.
std::string action_id(const Event& event);
bool is_reserved_action(std::string_view id);

class PolicyRequest {
 public:
  PolicyRequest(const Event& event, const Facts& facts, const Circumstances& circumstances);
  PolicyRequest(const PolicyRequest&) = delete;
  PolicyRequest& operator=(const PolicyRequest&) = delete;

  // `with_input`: whether anybody reads the arguments; without, they are an empty record.
  const policy::Request& aegis(bool with_input);
  const policy::Request& tool_call();
  [[nodiscard]] const policy::Entities& entities() const { return entities_; }
  [[nodiscard]] const Event& event() const { return event_; }
  // Made when first asked for.
  const ArgumentValue& arguments();

 private:
  void make_entities();

  const Event& event_;
  const Facts& facts_;
  const Circumstances& circumstances_;
  std::array<std::byte, 2048> first_;
  policy::Arena arena_{first_};
  std::optional<ArgumentValue> arguments_;
  std::string tool_id_;  // of an action whose id is not the event's own text

  policy::EntityUid agent_, action_, server_;
  std::array<policy::EntityUid, 5> groups_;
  std::array<policy::Entity, 3> sorted_;
  policy::Entities entities_;

  std::array<policy::Field, 1> server_fields_;
  std::array<policy::Field, 3> agent_fields_;
  std::array<policy::Field, 4> session_fields_;
  std::array<policy::Field, 6> finding_fields_;
  std::array<policy::Field, 15> context_fields_;
  policy::Request aegis_;
  bool aegis_made_ = false;

  std::string tool_action_;
  std::array<policy::Field, 8> call_fields_;
  policy::Request tool_call_;
};

}  // namespace aegis::guard
