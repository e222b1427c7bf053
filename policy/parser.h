// Reads policy text: policies and templates, static or to be linked.
//
//   policy     = {annotation} ("permit" | "forbid") "(" principal "," action "," resource [","] ")"
//   {condition} ";" annotation = "@" IDENT ["(" STRING ")"] principal  = "principal" [("==" | "in") one |
//   "is" name ["in" one]]      resource likewise action     = "action" ["==" uid | "in" (uid | "[" uids "]")]
//   one        = uid | "?principal" or "?resource"
//   condition  = ("when" | "unless") "{" expr "}"
//
// Pure; any thread, with an arena of its own.
#pragma once

#include <string_view>
#include <vector>

#include "policy/ast.h"

namespace aegis::policy {

// The policies in the order of the text, without ids. Errors (invalid_input, limit) read `line:column: what
// is wrong`.
Result<std::vector<Policy>> parse_policies(std::string_view text, Arena& arena);

// One expression and nothing after it.
Result<const Expr*> parse_expression(std::string_view text, Arena& arena);

}  // namespace aegis::policy
