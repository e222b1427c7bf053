// Whether a question to a user asks for a credential.
//
// "Servers MUST NOT use form mode elicitation to request sensitive information" (MCP, elicitation): what is
// typed into a client's form goes through the client and the model's context, and a user cannot tell who gets
// it. Words of ten languages; a question that only speaks of passwords is none that asks for one.
//
// Pure, thread-safe, linear in the text.
#pragma once

#include <string>
#include <string_view>

namespace aegis::guard {

// What the name, title or description of a field to be typed into names: "password", "card number", …; empty:
// no credential.
std::string_view credential_in_field(std::string_view text);

// The same for a sentence, where the user is asked to type or send one ("please enter your password").
std::string_view credential_asked_for(std::string_view message);

}  // namespace aegis::guard
