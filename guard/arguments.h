// The arguments of a call as a value of the policy language.
//
// Strings, booleans, whole numbers of 64 bits, objects (records) and arrays (sets) stand for themselves; a
// number with a fraction or an exponent and at most four decimals is a decimal; null is left out. What an
// agent writes never makes an entity or an extension value: {"__entity": …} is a record with that member.
// Pure; any thread, with an arena of its own.
#pragma once

#include <simdjson.h>

#include <string_view>
#include <vector>

#include "policy/value.h"

namespace aegis::guard {

// Values of one call's arguments that are made for policies to read: more than a person would type, few
// enough to sort at once. Beyond it the member that holds them is not representable.
inline constexpr std::size_t kMaxArgumentValues = 10'000;

struct ArgumentValue {
  policy::Value record = policy::Value::sorted_record({});
  // Members that the language cannot hold, and so are not in the record; of the whole when it is no object.
  std::vector<std::string_view> left_out;
  bool no_object = false;

  [[nodiscard]] bool representable() const { return left_out.empty() && !no_object; }
};

// Strings and names are not copied: the JSON must outlive the value, as must `arena`.
ArgumentValue argument_value(simdjson::dom::element json, policy::Arena& arena);

}  // namespace aegis::guard
