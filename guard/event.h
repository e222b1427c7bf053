// Events and verdicts: what the guard is asked, and what it answers, whatever wire the question came in on.
//
// Plain values. Views in an Event belong to the caller and must live until check() returns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/finding.h"

namespace simdjson::dom {
class element;
}

namespace aegis::guard {

enum class Mode {
  observe,   // decides and records, always forwards (a paused agent excepted: that is a human's order)
  balanced,  // denies what is certain, sanitises secrets and injected text
  strict,    // denies what balanced would leave to a human
};

std::string_view name(Mode mode);

// Ordered: the strongest of several wins.
enum class Effect { allow, sanitize, require_approval, deny };

std::string_view name(Effect effect);

enum class Point {
  definition,  // a tool's definition, before the agent sees it
  call,        // an agent asks a server for something
  result,      // what the server answered, before the agent sees it
  question,    // what the server asks the client's user or model
};

// What a tool may do. Defaults are the specification's for a tool that says nothing: assume the worst.
struct ToolLabels {
  bool read_only = false;
  bool destructive = true;
  bool open_world = true;  // what it is given may leave this machine
  // Data flow (docs/data-flow.md): what a result brings in, and where what is given goes.
  bool untrusted_source = true;  // strangers may have written what it returns
  bool private_data = false;     // what it returns is not for everyone
  bool external_sink = true;     // others can read what it is given
};

// What a server wants of the client's user or model.
struct Question {
  std::string_view credential;     // what it asks the user to type in: "a password"; empty: nothing secret
  bool wants_all_context = false;  // what the model has of other servers is to go into its answer
};

// What a tool's definition is, compared with what was pinned (pins.h).
enum class PinState {
  none,            // the event is about no tool
  pinned,          // it is what was accepted
  first_seen,      // nothing is known of the tool yet
  changed,         // another definition was accepted
  shadowing,       // it tells the agent what to do with another server's tool
  server_changed,  // pinned, or first seen, of a server that is configured, or proves who it is, in a new way
  unknown,         // the pins cannot be read
};

std::string_view name(PinState state);

struct Event {
  Point point = Point::call;
  std::string_view operation;  // the MCP method: "tools/call", "resources/read", …
  std::string_view target;     // tool name, resource URI, prompt name
  ToolLabels labels;
  std::span<const std::string_view> fields;  // every string and key the event carries, decoded
  // JSON Pointers (RFC 6901) of fields given in ascending order, for the record; asked only when there are
  // findings.
  std::function<std::vector<std::string>(std::span<const std::size_t>)> pointers;
  bool tool_withheld = false;  // its definition was refused
  bool tool_listed = false;    // its server has named it in a list
  // The arguments of a call, or what a result is made of; null: none. Fields are views into the same
  // document.
  const simdjson::dom::element* value = nullptr;
  // JSON text of the arguments, as it stands in the message; asked only when a person has to approve the
  // call.
  std::function<std::string_view()> arguments;
  std::string_view definition_hash;  // of the tool; empty: not pinned
  // The arguments are those the approver of this approval wrote in place of the agent's. Empty: the agent's.
  std::string_view edit_of;
  bool continues_approved = false;  // the second half of a call that was approved, and is the same still
  Question question;                // for Point::question
  std::string_view place;  // within the service, such as a repository (place_arguments()); empty: none
  PinState pin = PinState::none;
};

// A finding and the field it is in.
struct FieldFinding {
  std::size_t field = 0;  // index into Event::fields
  detectors::Finding finding;
};

struct Edit {
  std::size_t field = 0;
  std::string text;        // what the whole field becomes
  std::string same_shape;  // a stand-in of the same length, where a schema refuses `text`
};

// A person has to say yes before the call goes on.
struct PendingApproval {
  std::string id;
  std::int64_t expires_at = 0;  // Unix milliseconds
  std::string group;            // who may approve; empty: whoever can
  std::string shown;            // the arguments for that person's eyes: no secrets, one line, bounded
  bool out_of_band = false;     // the agent's own client must not be asked
  // What the approver wrote in place of the arguments (JSON text). They are to be judged as a call of their
  // own, with Event::edit_of. Empty: not decided yet.
  std::string edited_arguments;
};

struct Verdict {
  Effect effect = Effect::deny;       // what the rules say
  Effect enforced = Effect::deny;     // what is done: allow in observe mode
  std::string rule;                   // what decided; empty when nothing spoke against it
  std::string reason;                 // for the model and the person: what happened and what to do next
  std::vector<std::string> policies;  // ids of all that determined the effect, the default's own included
  std::string approver_group;         // whom to ask, of require_approval; empty: whoever may approve
  std::vector<FieldFinding> findings;
  std::vector<Edit> edits;    // for sanitize, one per changed field
  std::int64_t decision = 0;  // the record's id; 0 when nothing was recorded
  // What is left to do when require_approval is granted: allow, or sanitize where that was due as well.
  Effect once_approved = Effect::allow;
  std::optional<PendingApproval> approval;  // while require_approval is enforced
  std::string approved_by;                  // the approval that was used up for this call; empty: none
};

}  // namespace aegis::guard
