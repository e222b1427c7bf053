// Whether a string may stand where another one stood, by the string keywords of a tool's outputSchema.
//
// This is no validator: a result was valid (or not) before the guard changed some strings in it, and only
// what those strings can break is looked at: type, enum, const, minLength, maxLength, pattern, format (JSON
// Schema 2020-12, validation sections 6 and 7). Where a schema decides by constructs that need the whole
// instance (not, if), the answer is no, and the caller falls back. Patterns run with the detectors' step
// limits: a schema comes from the guarded server and is untrusted. Pure, thread-safe.
#pragma once

#include <string_view>

#include "base/json.h"

namespace aegis::gateway {

// `pointer` (RFC 6901) leads from the instance's root to the string.
bool string_allowed(const Json& schema, std::string_view pointer, std::string_view value);

}  // namespace aegis::gateway
