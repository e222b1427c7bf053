#include "tools/arguments.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aegis::tools {
namespace {

// nullptr: absent. MCP clients send null for what the user left out.
const Json* find(const Json& arguments, const char* name) {
  const auto found = arguments.find(name);
  return found == arguments.end() || found->is_null() ? nullptr : &*found;
}

Error wrong(const char* name, const std::string& what) {
  return invalid_input("argument '" + std::string(name) + "' " + what + ".");
}

Result<std::string> text_of(const Json& value, const char* name, TextLimits limits) {
  if (!value.is_string()) return wrong(name, "must be a string, not " + std::string(value.type_name()));
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > limits.max_bytes) {
    return wrong(name, "has " + std::to_string(text.size()) + " bytes; the limit is " +
                           std::to_string(limits.max_bytes));
  }
  if (text.size() < limits.min_bytes) return wrong(name, "must not be empty");
  return text;
}

}  // namespace

Result<void> only_known(const Json& arguments, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : arguments.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string list;
    for (const auto one : known) list += (list.empty() ? "" : ", ") + std::string(one);
    return invalid_input("unknown argument '" + name.substr(0, 64) + "'; this tool takes: " + list + ".");
  }
  return {};
}

Result<std::string> required_text(const Json& arguments, const char* name, TextLimits limits) {
  const Json* value = find(arguments, name);
  if (value == nullptr) return wrong(name, "is missing");
  return text_of(*value, name, limits);
}

Result<std::string> optional_text(const Json& arguments, const char* name, TextLimits limits) {
  const Json* value = find(arguments, name);
  if (value == nullptr) return std::string();
  return text_of(*value, name, limits);
}

Result<std::string> one_of(const Json& arguments, const char* name,
                           std::initializer_list<std::string_view> allowed) {
  const Json* value = find(arguments, name);
  if (value == nullptr) return std::string(*allowed.begin());
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  }
  std::string list;
  for (const auto one : allowed) list += (list.empty() ? "" : ", ") + std::string(one);
  return wrong(name, "must be one of: " + list);
}

Result<std::optional<std::int64_t>> optional_integer(const Json& arguments, const char* name,
                                                     std::int64_t min, std::int64_t max) {
  const Json* value = find(arguments, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  const std::string wanted =
      "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (!value->is_number()) return wrong(name, wanted + ", not " + value->type_name());
  const double number = value->get<double>();
  if (std::trunc(number) != number || number < static_cast<double>(min) ||
      number > static_cast<double>(max)) {
    return wrong(name, wanted);
  }
  return std::optional<std::int64_t>(value->get<std::int64_t>());
}

Result<std::int64_t> required_integer(const Json& arguments, const char* name, std::int64_t min,
                                      std::int64_t max) {
  auto value = optional_integer(arguments, name, min, max);
  if (!value) return value.error();
  if (!value->has_value()) return wrong(name, "is missing");
  return **value;
}

}  // namespace aegis::tools
