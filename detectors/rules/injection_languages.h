// How orders to a model are written down in languages other than English: a table of words per language, and
// four rules made of each; two where nothing is said of roles.
//
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// Patterns of words, as UTF-8; matching ignores the case of ASCII letters only, so that others are written in
// both cases. A space stands for one to four bytes of white space.
struct Language {
  std::string_view code = {};  // ISO 639-1; the end of the rules' ids
  // Between two words of an order: words of the language, or bytes where words are not set apart.
  bool spaced = true;
  // "ignore", "previous", "instructions", in the order verb, then the others in any order; where the verb
  // ends the sentence, `verb_last`.
  bool verb_last = false;
  std::string_view drop = {};
  std::vector<std::string> drop_anchors = {};
  std::string_view previous = {};
  std::string_view instructions = {};
  // "show me", and "system prompt" or "your instructions".
  std::string_view show = {};
  std::string_view prompt = {};
  std::vector<std::string> prompt_anchors = {};
  // "you are now", and "without restrictions". Empty, with all that follows it up to `drop_hit`: no rules
  // about roles and secrets.
  std::string_view become = {};
  std::vector<std::string> become_anchors = {};
  std::string_view unbound = {};
  // "do not tell", and "the user".
  std::string_view hide = {};
  std::vector<std::string> hide_anchors = {};
  std::string_view user = {};
  // An order of each kind, and what people write to people with the same words.
  std::string_view drop_hit = {}, drop_miss = {};
  std::string_view show_hit = {}, show_miss = {};
  std::string_view become_hit = {}, become_miss = {};
  std::string_view hide_hit = {}, hide_miss = {};
};

void add_language(std::vector<Rule>& rules, const Language& language);

}  // namespace aegis::detectors
