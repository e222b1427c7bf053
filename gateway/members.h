// Reading single members of a JSON view where anything unexpected counts as absent. Pure, thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace aegis::gateway {

// "" unless `object` is an object whose member `key` is a string. Lifetime: the view's.
inline std::string_view string_member(simdjson::dom::element object, const char* key) {
  std::string_view text;
  if (object.is_object() && object[key].get(text) == simdjson::SUCCESS) return text;
  return {};
}

inline std::optional<bool> bool_member(simdjson::dom::element object, const char* key) {
  bool value = false;
  if (object.is_object() && object[key].get(value) == simdjson::SUCCESS) return value;
  return std::nullopt;
}

}  // namespace aegis::gateway
