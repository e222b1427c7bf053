// Every string and key of a JSON value, in one fixed order, and the way back: which field is where, and
// writing a changed one. Reading is over simdjson's view, writing over a nlohmann copy; both walk in the same
// order (a test pins that), so a field is named by its index alone.
//
// Pure functions, thread-safe. Recursion is bounded by the parser's depth limit.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "guard/event.h"

namespace aegis::gateway {

// Keys come before their values. Base64 payloads of images, audio and blobs are left out: they are not text,
// and an agent is not shown them as text. So is the value of a top-level `requestState` (2026-07-28), which
// no model sees and its server must get back unchanged.
void collect_fields(simdjson::dom::element value, std::vector<std::string_view>* fields);

// RFC 6901 pointers of `fields` (ascending, repeats allowed) within `value`; for a key, of the member it
// names.
std::vector<std::string> field_pointers(simdjson::dom::element value, std::span<const std::size_t> fields);

// Replaces the fields that `edits` name. REQUIRES: `value` was parsed from the text the fields were collected
// from, and edits are ordered by field.
void apply_edits(std::span<const guard::Edit> edits, Json* value);

}  // namespace aegis::gateway
