#include "detectors/rules/injection_context.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>
#include <utility>

#include "detectors/rules/quotation.h"
#include "detectors/rules/surroundings.h"

namespace aegis::detectors {
namespace {

// Bytes of context read on each side of a match.
constexpr std::size_t kContextBefore = 64;
constexpr std::size_t kContextAfter = 64;

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Which two bytes stand next to each other in a text. What is not among them need not be searched for.
class Pairs {
 public:
  explicit Pairs(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) seen_.set(index(text[i - 1], text[i]));
  }
  [[nodiscard]] bool may_hold(std::string_view word) const { return seen_[index(word[0], word[1])]; }

 private:
  static std::size_t index(char first, char second) {
    return (static_cast<unsigned char>(first) * 37U + static_cast<unsigned char>(second)) % 1024U;
  }
  std::bitset<1024> seen_;
};

// REQUIRES: every word has two bytes.
bool holds_one(std::string_view text, std::span<const std::string_view> words) {
  const Pairs pairs(text);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return pairs.may_hold(word) && text.find(word) != std::string_view::npos;
  });
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
      "such as",
      "phrase",
      "attack",
      "example",
      "e.g.",
      "detect",
      "called",
      "known as",
      "injection",
      "jailbreak",
      "pattern",
      "payload",
      "attempt",
      "malicious",
      "adversar",
      "says ",
      "said ",
      "saying",
      "the words",
      "flags ",
      "blocks ",
      "matches",
      "contains",
      "the string",
      "refuse to",
      "trick",
      "telling it",
      // The same in other languages: an example, an attack, a sentence that is quoted.
      "beispiel",
      "angriff",
      "ejemplo",
      "ataque",
      "exemple",
      "attaque",
      "esempio",
      "attacco",
      "exemplo",
      "voorbeeld",
      "aanval",
      "exempel",
      "przykład",
      "например",
      "атак",
      "наприклад",
      "örneğin",
      "saldırı",
      "例如",
      "比如",
      "攻击",
      "例えば",
      "攻撃",
      "예를 들",
      "공격",
      "مثل",
      "هجوم",
      "उदाहरण",
      "हमल",
      "contoh",
      "ví dụ",
      "serangan",
  });
  return holds_one(lower, kWords);
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
  return holds_one(lower, kWords);
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

bool has_second_signal(const Match& match) {
  static const Surroundings kSignal(
      "(?:\\b(?:"
      "(?:ignor(?:e|ing)|disregard|forget|override|bypass|set "
      "aside|skip)\\b[^.\\n]{0,40}?\\b(?:previous|prior|"
      "above|earlier|preceding|instructions?|rules|orders|everything|told|prompts?|system context)\\b"
      "|system (?:prompt|message)\\b"
      "|(?:reveal|repeat|print|output|show|leak|ignore|forget|of|by) (?:me |all )?(?:of )?your (?:\\w{1,12} "
      ")?"
      "(?:instructions?|prompt|programming|guidelines|restrictions|rules|polic(?:y|ies))\\b"
      "|your (?:previous|original|initial) (?:prompt|instructions)\\b"
      "|(?:do not|don't|never|without) (?:tell|mention|inform|notify|alert)(?:ing)?\\b[^.\\n]{0,24}?\\b(?:"
      "user|human|anyone)\\b"
      "|(?:send|reveal|give|tell|print|copy|upload|post|forward|show|say|output|leak|read|share|provide|pass|"
      "what is|what was|what's)\\b[^.\\n]{0,40}?(?:\\bpasswords?\\b|\\bsecrets?\\b|\\bcredentials?\\b|"
      "\\bapi[ _-]?keys?\\b|_token\\b|id_rsa|\\.ssh\\b|\\b(?:private|hidden) keys?\\b|\\bconversation\\b|"
      "\\bchat history\\b|\\buser'?s data\\b)"
      "|(?:send|post|upload|forward|transmit|e?mail|exfiltrate|transfer|grant)\\b[^\\n]{0,60}?(?:https?://|"
      "\\w@\\w)"
      "|curl https?://|import os\\b"
      "|you are now (?:an?|my|the|going|called|free|acting|unrestricted)\\b|from now on\\b|pretend "
      "(?:to|you)\\b"
      "|(?:act|behave) as an? (?:ai|unrestricted|evil|different)\\b"
      "|(?:jailbr\\w{3,5}|unfiltered|uncensored|no restrictions|without (?:any )?restrictions|no longer "
      "bound)\\b"
      "|(?:in|to|of) (?:your|every|each) (?:answer|response|reply|summary)\\b"
      "|(?:respond|reply|answer) (?:only )?(?:in base64|only)\\b"
      "|verbatim\\b|word for word\\b|you were given\\b|txt code ?block\\b"
      "|when you summari[sz]e this\\b|before using this tool\\b)|<important>)");
  return kSignal.in(before_match(match)) || kSignal.in(after_match(match));
}

// "Ignore the previous section if …", "… and skip to step 5", "to ignore the instructions": an order of
// another kind, or one that says neither whose or how many instructions it means nor what to do then.
bool is_limited(const Match& match) {
  // What narrows an order down to a case, a place or a subject.
  static const Surroundings kLimit(
      "^(?:,? (?:\\(|only |but only )?(?:if|when|whenever|unless|where|in case)\\b"
      "| (?:above |below "
      ")?(?:about|regarding|concerning|related|relating|for|on|in|of|from|within|inside|below|"
      "under|since|as (?:described|to|they|these)|contained|found|embedded|included|hidden|present|written|"
      "given (?!to you)|sent|provided|that (?!you|will)|which|it|they)\\b"
      "|[^.\\n]{0,40}?\\b(?:skip|go|jump|proceed|continue|turn|refer|move|return|start)(?: ahead| on| over| "
      "directly| back)? (?:to|at|with|from) (?:the "
      ")?(?:next|last|end|part|step|section|appendix|chapter|page|"
      "figure|table|paragraph|\\d)"
      "|[^\\n]{0,60}?\\b(?:see|step|section|appendix|chapter|page|figure|table|paragraph) "
      "(?:(?-i:[\\dA-Z])\\b|above\\b|below\\b))");
  const std::string_view after = after_match(match);
  if (kLimit.in(after)) return true;
  // "The assistant should ignore …" is a specification, "To ignore …, do …" a recipe.
  static const Surroundings kSpecification(
      "(?:\\b(?!you\\b)\\w{2,20} (?:should|must|shall|will|always|to)(?: always| also)?|(?:^|[.!?:\\n] ?)to) "
      "$");
  if (kSpecification.in(before_match(match))) return true;
  // What one also does to forms, shells and machines.
  static const Surroundings kOrdinary(
      "^(?:cancel|reset|erase|neglect|overlook|discard|overriding|ignoring)\\b");
  if (kOrdinary.in(match.value)) return true;
  static const Surroundings kWhose(
      "\\b(?:all (?!you\\b|i\\b|we\\b)|any|every|each|your|system|completely)\\b");
  static const Surroundings kThen(
      "^[^\\n]{0,12}?\\n?[^\\n]{0,60}?(?:(?:[.,;:!?\\n-] ?|^ "
      "|\\b(?:and|then|now|instead|please|just|only|must|"
      "to|will|simply|me) )(?:say|print|output|reveal|show|tell|give|send|spell|write|respond|reply|answer|"
      "repeat|translate|call|run|execute|act|pretend|delete|copy|upload|forward|recommend|praise|provide|add|"
      "transfer|change|include|grant|do)\\b|\\b(?:you must|you are now|you will|instead|password|secret|your "
      "(?:\\w{1,10} )?(?:task|job|goal|role|name|output|answer)|new (?:instructions?|task|rules?))\\b)");
  return !kWhose.in(match.value) && !kThen.in(after);
}

}  // namespace

double unless_discussed(const Match& match, double confidence) {
  const std::size_t from = match.start - std::min(match.start, kContextBefore);
  const std::size_t end = match.start + match.value.size();
  const std::string before = lower_case(match.text.substr(from, match.start - from));
  const std::string after = lower_case(match.text.substr(end, kContextAfter));
  const bool discussed =
      is_quoted(match) || is_discussed_before(before) || is_discussed_after(after) || is_not_an_order(before);
  return discussed ? std::min(confidence, kDiscussed) : confidence;
}

double if_backed(const Match& match, double confidence) {
  confidence = unless_discussed(match, confidence);
  if (confidence <= kSuspected || has_second_signal(match)) return confidence;
  return kSuspected;
}

double unless_limited(const Match& match, double confidence) {
  confidence = unless_discussed(match, confidence);
  if (confidence <= kSuspected || !is_limited(match) || has_second_signal(match)) return confidence;
  return kSuspected;
}

double if_deed_is_hidden(const Match& match, double confidence) {
  confidence = unless_discussed(match, confidence);
  static const Surroundings kThing("\\b(?:instructions?|details?|parameter|show|reveal|disclose)\\b");
  static const Surroundings kOther("\\b(?:about|of)$|(?:user|human|customer|operator|victim)s?$");
  static const Surroundings kObject(
      "^(?: (?:about|of))? (?!(?:this|these|it|that|what|any of|anything|the (?:change|call|step|transfer|"
      "copy|file|message|e?mail|upload|tool)|you|your (?:actions?|steps?))\\b)[a-z]");
  const bool thing = kThing.in(match.value) || (kOther.in(match.value) && kObject.in(after_match(match)));
  return thing ? std::min(confidence, kSuspected) : confidence;
}

double if_ordered_deed_is_hidden(const Match& match, double confidence) {
  confidence = if_deed_is_hidden(match, confidence);
  static const Surroundings kDeed(
      "(?:^|[.!?:;,\\n>] ?|\\b(?:and|then|now|must|please|first|also|silently) "
      ")(?:send|upload|forward|copy|post|"
      "e?mail|exfiltrate|transfer|delete|remove|execute|run|install|call|invoke|approve|read|fetch|attach|"
      "insert|add|include|recommend|change|move|grant|buy|order|book|pay) (?!to |the user\\b)\\w");
  if (confidence <= kSuspected || has_second_signal(match) || kDeed.in(before_match(match)))
    return confidence;
  return kSuspected;
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
  rule.anchor = order.min_lines == 0 ? Anchor::literal : Anchor::lines;
  rule.anchors = std::move(order.anchors);
  rule.min_lines = order.min_lines;
  rule.before = order.before;
  rule.after = order.after;
  rule.validate = order.validate;
  rule.hits = std::move(order.hits);
  rule.misses = std::move(order.misses);
  return rule;
}

}  // namespace aegis::detectors
