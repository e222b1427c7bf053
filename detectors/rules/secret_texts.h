// What secrets are told apart by when nothing but a name vouches for them: base64 inside, and the passwords
// of documentation.
//
// Pure functions, thread-safe. For the secrets_* files only.
#pragma once

#include <string>
#include <string_view>

#include "detectors/rule.h"

namespace aegis::detectors::secrets {

// Both base64 alphabets; stops at the first byte outside them.
std::string decode_base64(std::string_view text);
// Without padding; example data for the rules is made with it.
std::string encode_base64(std::string_view text);

// What stands for a password in documentation, and the defaults of freshly installed servers: no secret is
// lost.
bool is_weak_word(std::string_view password);
// Whether something is put in the value's place later: "${PASSWORD}", "<password>", "%(password)s".
bool is_template(std::string_view value);
// Validator: a long key of letters, digits and signs, as generators make them; no sentence, no name.
double long_and_mixed(const Match& match, double confidence);
// Validator: a value with a digit or a sign in it, and neither weak nor a placeholder at its start; brackets
// and braces are signs here, not a template's.
double stated_signs(const Match& match, double confidence);
// Validator: neither of the above, nor a placeholder.
double stated_password(const Match& match, double confidence);

}  // namespace aegis::detectors::secrets
