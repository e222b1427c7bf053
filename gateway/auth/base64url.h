// base64url without padding (RFC 7515 section 2), read strictly. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aegis::gateway::auth {

// Nothing when `text` is not the one encoding of some bytes: padding, white space, characters of the other
// alphabet, an impossible length and bits left over are refused. A signature or key with two spellings would
// be two credentials where everyone else sees one.
std::optional<std::string> base64url_decode(std::string_view text);

std::string base64url_encode(std::string_view bytes);

}  // namespace aegis::gateway::auth
