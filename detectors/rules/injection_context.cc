#include "detectors/rules/injection_context.h"

#include <algorithm>
#include <array>
#include <utility>

namespace aegis::detectors {
namespace {

// Bytes of context read on each side of a match.
constexpr std::size_t kContextBefore = 64;
constexpr std::size_t kContextAfter = 64;

// No order is wider: the longest pattern is three gaps of at most 160 bytes and a few words.
constexpr std::size_t kOrderWidth = 640;

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// A quotation mark at the end of `text`: its size in bytes, or 0.
std::size_t closing_size(std::string_view text) {
  constexpr auto kMarks = std::to_array<std::string_view>({"\"", "'", "`", "“", "‘", "«", "„", "\\\""});
  for (const std::string_view mark : kMarks) {
    if (text.size() >= mark.size() && text.substr(text.size() - mark.size()) == mark) return mark.size();
  }
  return 0;
}

// Whether a quotation that opens right before the match is a quotation in prose or code, not a value of JSON.
bool is_quoted(std::string_view before, std::string_view after) {
  const std::size_t mark = closing_size(before);
  if (mark == 0) return false;
  std::string_view head = before.substr(0, before.size() - mark);
  while (!head.empty() && is_space(head.back())) head.remove_suffix(1);
  const char previous = head.empty() ? '\0' : head.back();
  if (is_letter(previous) || previous == '(' || previous == ',' || previous == '=' || previous == '-')
    return true;
  // At the start of a text or line: prose goes on after the closing mark.
  const std::size_t close = after.find_first_of("\"'`");
  const std::string_view tail =
      close == std::string_view::npos ? std::string_view{} : after.substr(close + 1);
  return tail.size() > 1 && tail[0] == ' ' && is_letter(tail[1]);
}

bool is_discussed_before(std::string_view lower) {
  // Only the sentence the match is in.
  const std::size_t stop = lower.find_last_of(".!?\n");
  if (stop != std::string_view::npos && stop + 1 < lower.size() && !is_letter(lower[stop + 1])) {
    const std::string_view tail = lower.substr(stop + 1);
    // "e.g. ignore …" ends no sentence.
    const bool abbreviation = stop >= 3 && lower.substr(stop - 3, 4) == "e.g.";
    if (!abbreviation) lower = tail;
  }
  constexpr auto kWords = std::to_array<std::string_view>({
      "such as",  "phrase",    "attack",     "example",   "e.g.",      "detect",     "called",
      "known as", "injection", "jailbreak",  "pattern",   "payload",   "attempt",    "malicious",
      "adversar", "says ",     "said ",      "saying",    "the words", "flags ",     "blocks ",
      "matches",  "contains",  "the string", "refuse to", "trick",     "telling it",
  });
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string_view::npos; });
}

bool is_discussed_after(std::string_view lower) {
  constexpr auto kWords = std::to_array<std::string_view>({
      "attack",
      "injection",
      "jailbreak",
      "is a common",
      "is an example",
      "are common",
      "are examples",
      "phrases",
      "is a classic",
      "-style",
      "and similar",
      "or similar",
      "patterns",
  });
  lower = lower.substr(0, lower.find('\n'));
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string_view::npos; });
}

// The last word of `text`, which is cut off it.
std::string_view take_last_word(std::string_view& text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  std::size_t start = text.size();
  while (start > 0 && (is_letter(text[start - 1]) || text[start - 1] == '\'')) --start;
  const std::string_view word = text.substr(start);
  text = text.substr(0, start);
  return word;
}

// "you may ignore …", "how to ignore …", "do not ignore …": says what is possible or wrong, orders nothing.
bool is_not_an_order(std::string_view lower) {
  constexpr auto kModals = std::to_array<std::string_view>(
      {"can",   "may",    "could",   "might", "cannot", "can't",  "safely", "don't", "not", "never",
       "would", "didn't", "doesn't", "users", "people", "models", "they",   "it",    "we",  "i"});
  const std::string_view last = take_last_word(lower);
  if (last == "to") {
    const std::string_view whom = take_last_word(lower);
    return !whom.empty() && whom != "you" && whom != "need" && whom != "have" && whom != "now" &&
           whom != "going" && whom != "want" && whom != "required" && whom != "instructed" && whom != "sure";
  }
  return std::find(kModals.begin(), kModals.end(), last) != kModals.end();
}

std::string with_gaps(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c == ' ') {
      out += R"((?:\s{1,4}))";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

double unless_discussed(const Match& match, double confidence) {
  const std::size_t from = match.start - std::min(match.start, kContextBefore);
  const std::size_t end = match.start + match.value.size();
  const std::string before = lower_case(match.text.substr(from, match.start - from));
  const std::string after = lower_case(match.text.substr(end, kContextAfter));
  const bool discussed = is_quoted(before, after) || is_discussed_before(before) ||
                         is_discussed_after(after) || is_not_an_order(before);
  return discussed ? std::min(confidence, kDiscussed) : confidence;
}

Rule order_rule(Kind kind, OrderRule order) {
  Rule rule;
  rule.id = order.id;
  rule.kind = kind;
  rule.type = order.type;
  rule.severity = order.confidence >= kCertain ? Severity::high : Severity::medium;
  rule.confidence = order.confidence;
  rule.pattern = with_gaps(order.pattern);
  rule.caseless = true;
  rule.anchors = std::move(order.anchors);
  rule.before = order.before;
  rule.after = kOrderWidth;
  rule.validate = order.validate;
  rule.hits = std::move(order.hits);
  rule.misses = std::move(order.misses);
  return rule;
}

}  // namespace aegis::detectors
