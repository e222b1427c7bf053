// JSON as people and editors write it: comments, trailing commas, a byte order mark, a key given twice.
//
// For files of the user only; messages are read strictly (base/json.h). Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace aegis::gateway {

// `text` with comments and trailing commas turned into blanks, every other byte in its place.
std::string without_comments(std::string_view text);

// Of a key given twice the last one counts, as in the programs such files are for; *twice gets those keys.
// Errors (invalid_input, limit) say what is wrong and at which byte, and never quote the text.
Result<Json> parse_jsonc(std::string_view text, std::vector<std::string>* twice);

}  // namespace aegis::gateway
