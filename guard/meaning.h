// What a policy's annotations make of it: the effect of a permit, and what is said and done with it.
//
// Plain values, worked out when policies are loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/event.h"
#include "policy/ast.h"

namespace aegis::guard {

struct Meaning {
  std::string id;                 // @id, else the policy's own
  Effect effect = Effect::allow;  // of a permit that applies; of a forbid: deny
  bool recorded = false;          // @decision("log_only"): allowed, and the record names it
  bool even_observing = false;    // @enforce("always"): holds in observe mode too; the built-in pack's alone
  bool durable = false;           // @durability("strict"): the decision is committed before the call goes on
  std::string reason;             // @reason
  std::string approver_group;     // @approver_group
  std::vector<std::string> redact_fields;  // @redact_fields("a,b")
};

// Whose annotations are read.
enum class Author { pack, user };

// `fallback_id` where there is no @id. The error (invalid_input) says what is wrong with which annotation.
Result<Meaning> meaning_of(const policy::Policy& policy, std::string_view fallback_id, Author author);

}  // namespace aegis::guard
