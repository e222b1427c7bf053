#include "detectors/expressions.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace aegis::detectors {
namespace {

// What a database costs differs by a factor of a hundred from pattern to pattern. A secret's pattern hangs on
// its prefix, and costs hardly more than that prefix would. Others keep a large automaton busy, and are
// better looked for by their anchors, as long as these are rare: which anchors of this many bytes are as a
// rule.
constexpr std::size_t kRareAnchor = 6;

// Words of anchors that are worth looking for alone. Shorter ones stand in every other line.
constexpr std::size_t kRareWord = 5;

// Anchors shorter than that which are nevertheless rare, or whose patterns cost even more: to look for, or to
// compile, some of them seconds each.
constexpr std::array<std::string_view, 14> kByAnchors = {
    "private-key",           "putty-private-key",
    "curl-credentials",      "jwt",
    "add-to-every-answer",   "ask-for-password",
    "date-of-birth",         "email",
    "no-policies",           "override-all-instructions",
    "skip-approval",         "override-previous-instructions",
    "pretend-without-rules", "send-credentials",
};

// Longer ones that ordinary text is full of: "instructions", "before".
constexpr std::array<std::string_view, 4> kByPattern = {
    "ask-for-instructions",
    "instructions-take-precedence",
    "system-override-tag",
    "tool-precondition",
};

template <std::size_t N>
bool listed(const std::array<std::string_view, N>& ids, const Rule& rule) {
  return std::find(ids.begin(), ids.end(), rule.id) != ids.end();
}

// Orders in languages other than English are called after them ("override-de"). Their words are rare in most
// text, and their patterns, with several bytes to a letter, take seconds to compile.
bool in_another_language(const Rule& rule) {
  constexpr std::array<std::string_view, 26> kLanguages = {
      "ar", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id",
      "it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "vi"};
  const std::string_view id = rule.id;
  const auto hyphen = id.rfind('-');
  if (hyphen == std::string_view::npos) return false;
  const std::string_view last = id.substr(hyphen + 1);
  return last == "zh" || last == "th" ||
         std::find(kLanguages.begin(), kLanguages.end(), last) != kLanguages.end();
}

void append(std::string& to, std::string_view text) {
  to += std::to_string(text.size()) + ":" + std::string(text);
}

void append(std::string& to, std::size_t number) { to += std::to_string(number) + ","; }

}  // namespace

// Personal numbers hang on the names before them, which look-behind finds and Vectorscan cannot see: to it
// any run of digits would be a candidate.
Route route(const Rule& rule) {
  if (rule.anchor != Anchor::literal) return Route::elsewhere;
  if (listed(kByAnchors, rule) || rule.kind == Kind::dangerous || rule.kind == Kind::pii ||
      in_another_language(rule))
    return Route::anchors;
  if (rule.kind == Kind::secret || listed(kByPattern, rule)) return Route::pattern;
  const bool rare = std::all_of(rule.anchors.begin(), rule.anchors.end(),
                                [](const std::string& anchor) { return anchor.size() >= kRareAnchor; });
  return rare ? Route::anchors : Route::pattern;
}

AnchorText text_to_find(std::string_view anchor) {
  std::string_view longest;
  for (std::size_t at = 0; at < anchor.size();) {
    const std::size_t end = std::min(anchor.find_first_of(kBlanks, at), anchor.size());
    if (end - at > longest.size()) longest = anchor.substr(at, end - at);
    at = end + 1;
  }
  const auto bytes = [](std::size_t count) { return static_cast<std::uint32_t>(count); };
  if (longest.size() < kRareWord || longest.size() == anchor.size())
    return {anchor, bytes(anchor.size()), bytes(longest_form(anchor)), 0};
  const auto before = static_cast<std::size_t>(longest.data() - anchor.data());
  const std::string_view after = anchor.substr(before + longest.size());
  return {longest, bytes(before + longest.size()),
          bytes(longest_form(anchor.substr(0, before)) + longest.size()), bytes(longest_form(after))};
}

std::size_t allowed_width(const Rule& rule) {
  std::size_t longest = 0;
  for (const std::string& anchor : rule.anchors) longest = std::max(longest, longest_form(anchor));
  return rule.before + longest + rule.after;
}

std::string rules_digest(std::span<const Rule> rules) {
  std::string all;
  for (const Rule& rule : rules) {
    append(all, rule.id);
    append(all, rule.pattern);
    append(all, static_cast<std::size_t>(rule.caseless));
    append(all, static_cast<std::size_t>(route(rule)));
    append(all, rule.before);
    append(all, rule.after);
    append(all, rule.anchors.size());
    for (const std::string& anchor : rule.anchors) append(all, anchor);
  }
  return sha256_hex(all);
}

}  // namespace aegis::detectors
