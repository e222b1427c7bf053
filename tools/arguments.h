// Reading a tool's arguments: every mistake becomes one clear sentence that names the argument. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace aegis::tools {

struct TextLimits {
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 0;
};

// Errors: an argument that none of `known` names.
Result<void> only_known(const Json& arguments, std::initializer_list<std::string_view> known);

Result<std::string> required_text(const Json& arguments, const char* name, TextLimits limits);
// Absent or null: "".
Result<std::string> optional_text(const Json& arguments, const char* name, TextLimits limits);
// Absent or null: the first of `allowed`.
Result<std::string> one_of(const Json& arguments, const char* name,
                           std::initializer_list<std::string_view> allowed);
// A whole number in [min, max]; 3.0 counts as 3, as JSON makes no difference.
Result<std::optional<std::int64_t>> optional_integer(const Json& arguments, const char* name,
                                                     std::int64_t min, std::int64_t max);
Result<std::int64_t> required_integer(const Json& arguments, const char* name, std::int64_t min,
                                      std::int64_t max);

}  // namespace aegis::tools
