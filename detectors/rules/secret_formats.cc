#include "detectors/rules/secret_formats.h"

#include <algorithm>
#include <utility>

#include "detectors/validators.h"

namespace aegis::detectors::secrets {
namespace {

constexpr std::size_t kUuidLength = 36;
// Between a provider's name and its value: "datadog" … "api_key" … = … value. Longer gaps join strangers.
constexpr std::size_t kNameGap = 40;
constexpr std::size_t kSuffixGap = 16;
// kNameGap, the longest key word, kSuffixGap, quotes, spaces and operator.
constexpr std::size_t kAssignmentWindow = 96;
// Room behind a token for the look-ahead of its border.
constexpr std::size_t kBorder = 8;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string escaped(std::string_view literal) {
  std::string out;
  for (const char c : literal) {
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != ' ') out += '\\';
    out += c;
  }
  return out;
}

std::string any_of(const std::vector<std::string>& literals) {
  std::string out = "(?:";
  for (const std::string& literal : literals) out += (out.size() > 3 ? "|" : "") + escaped(literal);
  return out + ")";
}

std::size_t longest(const Body& body) {
  return body.set == Set::uuid ? kUuidLength : std::max(body.min, body.max);
}

std::string_view characters(Set set) {
  constexpr std::string_view all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-+/=";
  switch (set) {
    case Set::digits: return all.substr(0, 10);
    case Set::hex:
    case Set::uuid: return all.substr(0, 16);
    case Set::anyhex: return "0123456789abcdefABCDEF";
    case Set::base32: return "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    case Set::upper: return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    case Set::lower: return all.substr(0, 36);
    case Set::letters: return all.substr(10, 52);
    case Set::word: return all.substr(0, 63);
    // The punctuation of these is allowed but not needed; without it the samples end on any border.
    case Set::alnum:
    case Set::url:
    case Set::base64:
    case Set::jumble: return all.substr(0, 62);
  }
  return all;
}

}  // namespace

std::string_view alphabet(Set set) {
  switch (set) {
    case Set::digits: return "0-9";
    case Set::hex: return "0-9a-f";
    case Set::anyhex: return "0-9a-fA-F";
    case Set::base32: return "A-Z2-7";
    case Set::upper: return "0-9A-Z";
    case Set::lower: return "0-9a-z";
    case Set::letters: return "A-Za-z";
    case Set::alnum: return "A-Za-z0-9";
    case Set::word: return "A-Za-z0-9_";
    case Set::url: return "A-Za-z0-9_\\-";
    case Set::base64: return "A-Za-z0-9+/";
    case Set::jumble: return "A-Za-z0-9_=\\-";
    case Set::uuid: return "0-9a-fA-F\\-";
  }
  return "A-Za-z0-9";
}

std::string body_pattern(const Body& body) {
  if (body.set == Set::uuid) return "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}";
  std::string count = std::to_string(body.min);
  if (body.max > body.min) count += "," + std::to_string(body.max);
  return "[" + std::string(alphabet(body.set)) + "]{" + count + "}+";
}

std::string after(Set set) {
  std::string more;
  if (set == Set::word || set == Set::url || set == Set::jumble) more += "_";
  if (set == Set::url || set == Set::jumble || set == Set::uuid) more += "\\-";
  if (set == Set::base64) more += "+/";
  return "(?![A-Za-z0-9" + more + "])";
}

std::string sample(Set set, std::size_t length, std::uint32_t seed) {
  if (set == Set::uuid) {
    const std::string digits = sample(Set::hex, 32, seed);
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-4" + digits.substr(13, 3) + "-a" +
           digits.substr(17, 3) + "-" + digits.substr(20);
  }
  const std::string_view from = characters(set);
  std::string out;
  std::uint32_t state = seed * 2654435761U + 97U;
  while (out.size() < length) {
    state = state * 1664525U + 1013904223U;  // Numerical Recipes' linear congruential generator
    out += from[(state >> 16U) % from.size()];
  }
  return out;
}

double not_placeholder(const Match& match, double confidence) {
  // Long random texts hold any short word by chance; placeholders say what they are at their start.
  constexpr std::size_t kOpening = 64;
  // Two thirds of kSecretEntropy: a few formats are short or hexadecimal, and their prefix vouches for them.
  if (is_placeholder(match.value.substr(0, kOpening)) ||
      shannon_entropy(match.value) < kSecretEntropy * 2 / 3)
    return 0;
  // "ghp_xxxxxxxxxxxx": the prefix hides the run from a look at the whole, so look at the second half too.
  const std::string_view tail = match.value.substr(match.value.size() / 2);
  return tail.size() >= 6 && shannon_entropy(tail) < 1.0 ? 0 : confidence;
}

double looks_random(const Match& match, double confidence) {
  if (std::none_of(match.value.begin(), match.value.end(), is_digit)) return 0;
  if (std::none_of(match.value.begin(), match.value.end(), is_letter)) return 0;
  return high_entropy(match, confidence);
}

Rule prefixed(std::string id, std::string type, Severity severity, double confidence,
              const std::vector<std::string>& prefixes, const Body& body) {
  Shape shape;
  shape.pattern = any_of(prefixes) + body_pattern(body) + after(body.set);
  shape.after = longest(body) + kBorder;
  std::vector<Example> hits;
  std::vector<Example> misses;
  std::uint32_t seed = 1;
  for (const std::string& prefix : prefixes) {
    shape.anchors.push_back(lower(prefix));
    const std::string token = prefix + sample(body.set, longest(body), ++seed);
    hits.push_back({"export TOKEN=" + token + "\n", "the published format, at the end of a line"});
    hits.push_back({"{\"out\": \"first\\n" + token + "\"}", "behind an escaped line break"});
    misses.push_back({"x" + token, "inside a longer word"});
  }
  const std::string& prefix = prefixes.front();
  if (body.set == Set::uuid) {
    misses.push_back({prefix + sample(Set::hex, 32), "a UUID without its hyphens"});
  } else {
    misses.push_back({prefix + sample(body.set, body.min - 1), "one character short"});
    if (body.max <= body.min) misses.push_back({prefix + sample(body.set, body.min + 1), "one too many"});
    misses.push_back(
        {prefix + std::string(body.min, alphabet(body.set).find('z') == std::string_view::npos ? '0' : 'x'),
         "the run of one character that documentation writes"});
  }
  return shaped(std::move(id), std::move(type), severity, confidence, std::move(shape), std::move(hits),
                std::move(misses));
}

Rule assigned(std::string id, std::string type, Severity severity, double confidence,
              const std::vector<std::string>& names, const Body& body, const std::string& lead) {
  Shape shape;
  shape.bordered = false;
  // A name starts at a border or as a capital inside camelCase.
  shape.pattern =
      "(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:" + any_of(names) + "[A-Za-z0-9_. -]{0," +
      std::to_string(kNameGap) +
      R"(}?(?:key|token|secret|pass(?:word|wd)?|pwd|auth|credentials?)))"
      R"((?![a-z])(?!_?(?i:id|name|path|file|url|hash)\b)[A-Za-z0-9_]{0,)" +
      std::to_string(kSuffixGap) +
      R"(}?(?::? string)?["'`\]\\)]{0,3}\s{0,4}(?:[=:?|]{1,4}>?|[,>]|\bis\b)?\s{0,4}["'`(\\=]{0,3}(?<![A-Za-z0-9])()" +
      escaped(lead) + body_pattern(body) + ")" + after(body.set);
  shape.anchors = names;
  shape.after = kAssignmentWindow + lead.size() + longest(body) + kBorder;
  shape.validate = looks_random;

  const std::string& name = names.front();
  const std::string value = lead + sample(body.set, longest(body), 7);
  std::vector<Example> hits = {
      {"export " + upper(name) + "_API_KEY=" + value + "\n", "assigned in a shell"},
      {"{\"" + name + "_token\": \"" + value + "\"}", "a member of a JSON object"},
  };
  std::vector<Example> misses = {
      {"commit " + value, "nothing says whose it is"},
      {name + "_id = \"" + value + "\"", "an identifier, not a key"},
      {name + "_token = os.environ[\"" + upper(name) + "_TOKEN\"]", "read from the environment"},
  };
  if (body.set != Set::uuid)
    misses.push_back(
        {name + "_token = \"" + lead + sample(body.set, body.min - 1) + "\"", "one character short"});
  return shaped(std::move(id), std::move(type), severity, confidence, std::move(shape), std::move(hits),
                std::move(misses));
}

Rule shaped(std::string id, std::string type, Severity severity, double confidence, Shape shape,
            std::vector<Example> hits, std::vector<Example> misses) {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = Kind::secret;
  rule.type = std::move(type);
  rule.severity = severity;
  rule.confidence = confidence;
  rule.pattern = (shape.bordered ? std::string(kBefore) : std::string()) + shape.pattern;
  rule.anchors = std::move(shape.anchors);
  rule.before = shape.before;
  rule.after = shape.after;
  rule.validate = shape.validate;
  rule.hits = std::move(hits);
  rule.misses = std::move(misses);
  return rule;
}

}  // namespace aegis::detectors::secrets
