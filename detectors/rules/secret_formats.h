// Building blocks of the secrets_* families: most published token formats are a prefix and a body of a known
// alphabet and length, so one line states a rule and its examples follow from the format.
//
// Pure functions, called once at start-up. For the secrets_* files only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors::secrets {

enum class Set {
  digits,
  hex,     // 0-9 a-f
  anyhex,  // 0-9 a-f A-F
  base32,  // A-Z 2-7
  upper,   // 0-9 A-Z
  lower,   // 0-9 a-z
  letters,
  alnum,
  word,    // alnum _
  url,     // alnum _ -
  base64,  // alnum + /
  jumble,  // alnum _ - = : what providers use who say only "opaque string"
  uuid,    // 8-4-4-4-12 hexadecimal digits; lengths are not read
};

struct Body {
  Set set = Set::alnum;
  std::size_t min = 0;
  std::size_t max = 0;  // 0: exactly `min`
};

// The alphabet as PCRE2 class content: "A-Za-z0-9".
std::string_view alphabet(Set set);
// "[A-Za-z0-9]{36}+"
std::string body_pattern(const Body& body);

// What must stand before and after a token, so that tokens inside longer words stay silent. An escaped line
// break (\n of a string inside a string) or a percent escape before the token is a border too.
inline constexpr std::string_view kBefore = R"((?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})))";
std::string after(Set set);

// A random-looking text of the alphabet, the same for the same arguments. Examples are made with it at run
// time, so no source file holds a credential-shaped literal.
std::string sample(Set set, std::size_t length, std::uint32_t seed = 1);

// Placeholders and runs are refused; the confidence is otherwise the rule's.
double not_placeholder(const Match& match, double confidence);
// As above, and the value needs kSecretEntropy, a letter and a digit: what a name alone vouches for.
double looks_random(const Match& match, double confidence);

// A token that starts with one of `prefixes` followed by `body`.
Rule prefixed(std::string id, std::string type, Severity severity, double confidence,
              const std::vector<std::string>& prefixes, const Body& body);

// A value with no prefix of its own: `names` (lower-case: the provider) and a word such as key, token or
// secret must stand in the name it is assigned to. `lead` is a literal the value starts with, "" for none.
Rule assigned(std::string id, std::string type, Severity severity, double confidence,
              const std::vector<std::string>& names, const Body& body, const std::string& lead = "");

// A format of more than one part. `pattern` is used as it is, kBefore excepted: it is put in front when
// `bordered`.
struct Shape {
  std::string pattern;
  std::vector<std::string> anchors;
  std::size_t before = 0;
  std::size_t after = 256;
  bool bordered = true;
  Validator validate = not_placeholder;
};
Rule shaped(std::string id, std::string type, Severity severity, double confidence, Shape shape,
            std::vector<Example> hits, std::vector<Example> misses);

}  // namespace aegis::detectors::secrets
