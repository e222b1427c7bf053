// Taking out of an event the members that a policy's @redact_fields names. Pure, thread-safe.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "guard/event.h"

namespace aegis::guard {

struct FieldRedaction {
  std::vector<Edit> edits;  // ascending by field; every text below a member of one of the names
  std::string_view
      unremovable;  // a name whose member holds what no label can stand for (a number, true, base64)
};

// Members are looked for at any depth of event.value.
FieldRedaction redact_fields(const Event& event, std::span<const std::string_view> names);

}  // namespace aegis::guard
