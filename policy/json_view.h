// Arrays and objects of JSON by value, so that a loop over one does not outlive what it loops over.
#pragma once

#include <simdjson.h>

namespace aegis::policy {

// Empty where it is none.
inline simdjson::dom::array array_of(simdjson::dom::element json) {
  simdjson::dom::array out;
  return json.get_array().get(out) == simdjson::SUCCESS ? out : simdjson::dom::array();
}
inline simdjson::dom::object object_of(simdjson::dom::element json) {
  simdjson::dom::object out;
  return json.get_object().get(out) == simdjson::SUCCESS ? out : simdjson::dom::object();
}

}  // namespace aegis::policy
