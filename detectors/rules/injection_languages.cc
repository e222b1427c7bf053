#include "detectors/rules/injection_languages.h"

#include <algorithm>
#include <array>
#include <string>

#include "detectors/rules/injection_context.h"
#include "detectors/rules/surroundings.h"

namespace aegis::detectors {
namespace {

// "não ignore …", "nie ignoruj …": the word before the match turns the order round.
double unless_negated(const Match& match, double confidence) {
  constexpr auto kNot = std::to_array<std::string_view>(
      {"não ",    "no ",   "non ", "nao ", "nie ",   "не ",  "Не ",  "inte ", "nicht ",
       "jangan ", "đừng ", "לא ",  "لا ",  "ikke ",  "ne ",  "nu ",  "μη ",   "μην ",
       "אל ",     "อย่า",   "ห้าม",  "不会", "会不会", "是否", "防止", "避免"});
  constexpr std::size_t kLongest = 12;  // bytes of the longest of them, with room
  const std::size_t from = match.start - std::min(match.start, kLongest);
  std::string before(match.text.substr(from, match.start - from));
  for (char& c : before) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool negated =
      std::any_of(kNot.begin(), kNot.end(), [&](std::string_view word) { return before.ends_with(word); });
  return unless_discussed(match, negated ? std::min(confidence, kDiscussed) : confidence);
}

// "Write a system prompt for the help desk", "when one writes a system prompt": somebody at work on one of
// their own.
double unless_for_others(const Match& match, double confidence) {
  static const Surroundings kFor(
      "^[^\\s.!?,\"]{0,16} "
      "(?:para|pour|f\xC3\xBCr|per|voor|till?|f\xC3\xB6r|dla|для|i\xC3\xA7in|untuk|for|pro|pentru|"
      "за|για|cho) |^(?:arken|mak|mada)");
  confidence = unless_negated(match, confidence);
  return kFor.in(after_match(match)) ? std::min(confidence, kDiscussed) : confidence;
}

std::string join(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const std::string_view piece : pieces) out.append(piece);
  return out;
}

// At most `words` words, or bytes worth as many.
std::string gap(const Language& language, unsigned words) {
  if (language.spaced) return join({"(?: \\S{1,36}){0,", std::to_string(words), "}? "});
  return join({"[^\\n]{0,", std::to_string(words * 9), "}?"});
}

void add(std::vector<Rule>& rules, OrderRule order) {
  rules.push_back(order_rule(Kind::injection, std::move(order)));
}

}  // namespace

void add_language(std::vector<Rule>& rules, const Language& language) {
  const std::string near = gap(language, 3);
  const std::string far = gap(language, 6);
  // Endings of words; where words are not set apart the gap holds them already.
  const auto ending = [&](std::string_view pattern) {
    return language.spaced ? pattern : std::string_view{};
  };
  const auto either = [&](std::string_view a, std::string_view b) {
    return join({"(?:(?:", a, ")", ending("\\S{0,12}"), near, "(?:", b, ")|(?:", b, ")", ending("\\S{0,12}"),
                 near, "(?:", a, "))"});
  };
  const std::string what = either(language.previous, language.instructions);
  const std::string id(language.code);
  constexpr std::size_t kBefore = 400;  // of rules whose anchor ends the order

  const std::string override_id = "override-" + id;
  add(rules, {.id = override_id,
              .type = "SYSTEM_PROMPT_OVERRIDE",
              .confidence = 0.92,
              .pattern = language.verb_last
                             ? join({what, ending("\\S{0,18}"), gap(language, 4), "(?:", language.drop, ")"})
                             : join({"(?:", language.drop, ")", ending("\\S{0,6}"), near, what}),
              .anchors = language.drop_anchors,
              .before = language.verb_last ? kBefore : 40,
              .hits = {{std::string(language.drop_hit), "instructions dropped"}},
              .misses = {{std::string(language.drop_miss), "something else left aside"}},
              .validate = unless_negated});
  const std::string reveal_id = "reveal-prompt-" + id;
  add(rules, {.id = reveal_id,
              .type = "DATA_EXFILTRATION",
              .confidence = 0.88,
              .pattern = language.verb_last ? join({"(?:", language.prompt, ")", ending("\\S{0,18}"),
                                                    gap(language, 4), "(?:", language.show, ")"})
                                            : join({"(?:", language.show, ")", ending("\\S{0,12}"), near,
                                                    "(?:", language.prompt, ")"}),
              .anchors = language.prompt_anchors,
              .before = kBefore,
              .hits = {{std::string(language.show_hit), "the prompt asked for"}},
              .misses = {{std::string(language.show_miss), "something else asked for"}},
              .validate = unless_for_others});
  if (language.become.empty()) return;
  const std::string role_id = "unbound-role-" + id;
  add(rules,
      {.id = role_id,
       .type = "ROLE_JAILBREAK",
       .confidence = 0.88,
       .pattern = join({"(?:", language.become, ")", ending("\\S{0,12}"), far, "(?:", language.unbound, ")"}),
       .anchors = language.become_anchors,
       .before = 40,
       .hits = {{std::string(language.become_hit), "a role without limits"}},
       .misses = {{std::string(language.become_miss), "an ordinary role"}},
       .validate = unless_negated});
  const std::string secrecy_id = "hide-from-user-" + id;
  add(rules,
      {.id = secrecy_id,
       .type = "INDIRECT_INJECTION",
       .confidence = 0.7,  // prompts say so, too
       .pattern =
           language.verb_last
               ? join({"(?:", language.user, ")", ending("\\S{0,12}"), far, "(?:", language.hide, ")"})
               : join({"(?:", language.hide, ")", ending("\\S{0,12}"), far, "(?:", language.user, ")"}),
       .anchors = language.hide_anchors,
       .before = language.verb_last ? kBefore : 40,
       .hits = {{std::string(language.hide_hit), "a deed kept secret"}},
       .misses = {{std::string(language.hide_miss), "the opposite"}}});
}

}  // namespace aegis::detectors
