// The one text for all JSON texts that say the same, to be hashed.
//
// RFC 8785 with the two differences that the receipts' contract (aegis-jcs-1) asks for: members are in the
// order of their names' code points, and numbers stay as they were written, so that 1 and 1.0 differ and no
// digit is lost. Strings and names are written with the fewest escapes. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace aegis {

// REQUIRES: `text` is one JSON value that JsonParser accepted (no names twice, bounded depth).
std::string canonical_json(std::string_view text);

// `text` as a JSON string in that form, quotation marks included. REQUIRES: UTF-8.
std::string canonical_json_string(std::string_view text);

}  // namespace aegis
