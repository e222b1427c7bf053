// Identifiers, names and string literals of the policy language. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aegis::policy {

// [_a-zA-Z][_a-zA-Z0-9]*
bool is_identifier(std::string_view text);
// Words that no attribute, type or variable may be called without quotes.
bool is_reserved(std::string_view identifier);
// Identifiers, none reserved, joined by `::` without blanks: a type as JSON writes it.
bool is_name(std::string_view path);
// Whether a type's last part is `Action`: only such entities may stand in the action's place of a scope.
bool is_action_type(std::string_view type);

// In double quotes, escaped so that the parser reads the same text again.
std::string quoted(std::string_view text);
// One pattern of `like`: literal pieces with a `*` between each two.
std::string quoted_pattern(const std::vector<std::string_view>& pieces);

// What stands between the quotes of a literal, unescaped. The error names the escape that is wrong.
Result<std::string> unescape(std::string_view literal);
// The same for a pattern: the pieces between its wildcards, at least one. `\*` is a star.
Result<std::vector<std::string>> unescape_pattern(std::string_view literal);

}  // namespace aegis::policy
