// What a person is asked about a call, what is read from the answer, and what an agent is told meanwhile.
//
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "guard/event.h"
#include "store/approvals.h"

namespace aegis::gateway {

// The call a person is asked about.
struct QuestionedCall {
  std::string_view server, operation, target;
};

// The params of elicitation/create, in the form all revisions that have it take.
Json approval_form(const QuestionedCall& call, const guard::Verdict& verdict);

// What an ElicitResult says. Anything but a clear yes or no is no decision.
enum class FormAnswer { approve, deny, none };
FormAnswer form_answer(simdjson::dom::element result);

// Sentences for the model, completing "aegis-mcp: ". REQUIRES: verdict.approval.
std::string waits_for_approval(const guard::Verdict& verdict);
std::string not_decided(const store::Approval& approval);
std::string came_too_late(const store::Approval& approval);

}  // namespace aegis::gateway
