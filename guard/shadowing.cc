#include "guard/shadowing.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

namespace aegis::guard {
namespace {

struct Word {
  std::string_view text;  // as written
  std::string lower;
  bool marked = false;  // in backticks or quotation marks, or followed by "()"
};
using Sentence = std::vector<Word>;

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
         byte == '_' || byte >= 0x80;
}
// Inside of a name, not at its ends.
bool joins(char c) { return c == '-' || c == '.' || c == '/' || c == '\''; }
bool is_quote(char c) { return c == '`' || c == '"' || c == '\''; }

// A full stop, a line break and the like; colons and commas do not end an order.
std::vector<Sentence> sentences_of(std::string_view text) {
  std::vector<Sentence> sentences(1);
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (!is_word_byte(c)) {
      const bool ends = c == '\n' || c == '!' || c == '?' || c == ';' || c == '.';
      if (ends && !sentences.back().empty()) sentences.emplace_back();
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() &&
           (is_word_byte(text[i]) || (joins(text[i]) && i + 1 < text.size() && is_word_byte(text[i + 1]))))
      ++i;
    Word word{.text = text.substr(start, i - start), .lower = {}};
    word.marked = (start > 0 && is_quote(text[start - 1]) && i < text.size() && is_quote(text[i])) ||
                  text.substr(i, 2) == "()";
    for (const char letter : word.text)
      word.lower += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
    sentences.back().push_back(std::move(word));
  }
  return sentences;
}

// Whether it is a name wherever it stands, and no word of the language.
bool is_distinct(std::string_view name) {
  constexpr std::size_t kShortest = 5;
  if (name.size() < kShortest) return false;
  if (name.find_first_of("_-./") != std::string_view::npos) return true;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return std::any_of(name.begin() + 1, name.end(), is_upper) &&
         std::any_of(name.begin(), name.end(), is_lower);
}

using Words = std::span<const std::string_view>;

bool is_any(const Word& word, Words list) {
  return std::find(list.begin(), list.end(), word.lower) != list.end();
}
bool is_any(const Word& word, std::initializer_list<std::string_view> list) {
  return is_any(word, Words(list.begin(), list.size()));
}

bool any(std::span<const Word> words, Words list) {
  return std::any_of(words.begin(), words.end(), [&](const Word& word) { return is_any(word, list); });
}
bool any(std::span<const Word> words, std::initializer_list<std::string_view> list) {
  return any(words, Words(list.begin(), list.size()));
}

// The words up to `count` before or after a place.
std::span<const Word> before(const Sentence& sentence, std::size_t at, std::size_t count) {
  const std::size_t from = at > count ? at - count : 0;
  return std::span(sentence).subspan(from, at - from);
}
std::span<const Word> after(const Sentence& sentence, std::size_t at, std::size_t count) {
  const std::size_t from = std::min(at + 1, sentence.size());
  return std::span(sentence).subspan(from, std::min(count, sentence.size() - from));
}

bool has_pair(std::span<const Word> words, std::string_view first,
              std::initializer_list<std::string_view> second) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].lower == first && is_any(words[i + 1], second)) return true;
  }
  return false;
}

// "instead of …", "replaces …", "takes precedence over …"
bool replaces(std::span<const Word> words) {
  return has_pair(words, "instead", {"of"}) || has_pair(words, "rather", {"than"}) ||
         has_pair(words, "place", {"of"}) || has_pair(words, "precedence", {"over"}) ||
         has_pair(words, "priority", {"over"}) || has_pair(words, "replacement", {"for", "of"}) ||
         any(words, {"replaces", "replace", "replacing", "supersedes", "supersede", "overrides", "override",
                     "overriding", "shadows"});
}

constexpr std::array kUsing = std::to_array<std::string_view>(
    {"use", "using", "used", "uses", "call", "calling", "called", "calls", "invoke", "invoking", "invoked",
     "run", "running", "execute", "executing", "trust"});

// "never use …", "do not call …"
bool forbids(std::span<const Word> words) {
  return any(words, {"never", "don't", "avoid", "stop", "not", "cannot"}) && any(words, kUsing);
}

// "… is deprecated", "… no longer works"
bool belittles(std::span<const Word> words) {
  return any(words, {"deprecated", "obsolete", "broken", "insecure", "unsafe", "compromised", "disabled",
                     "retired"}) ||
         has_pair(words, "no", {"longer"});
}

constexpr std::array kWhen =
    std::to_array<std::string_view>({"before", "after", "whenever", "when", "once", "while", "if"});

// "before calling …", "whenever … is used", "each time … runs", with something to be done then.
bool hooks(const Sentence& sentence, std::size_t at) {
  constexpr std::size_t kNear = 6;
  const auto earlier = before(sentence, at, kNear);
  const bool when = any(earlier, kWhen) || has_pair(earlier, "each", {"time"}) ||
                    has_pair(earlier, "every", {"time"}) || has_pair(earlier, "any", {"time"}) ||
                    has_pair(earlier, "prior", {"to"});
  if (!when) return false;
  const bool begins = at <= kNear && (is_any(sentence.front(), kWhen) ||
                                      is_any(sentence.front(), {"each", "every", "any", "prior"}));
  const bool demands = any(sentence, {"must", "always", "never", "should", "shall", "required", "requires",
                                      "need", "needs", "ensure", "mandatory", "remember"});
  const bool asks =
      is_any(sentence.front(), kUsing) && sentence.size() > 1 && is_any(sentence[1], {"this", "it", "me"});
  return begins || demands || asks;
}

// "… instead of read_file for spreadsheets": a case in which the other does not fit, not its place.
bool is_one_case(const Sentence& sentence, std::size_t at) {
  return any(after(sentence, at, 4), {"for", "when", "if", "where", "unless", "on"}) &&
         !any(sentence, {"always", "never", "all", "any", "every", "everything", "must"});
}

bool gives_orders_about_other(const Sentence& sentence, std::size_t at) {
  constexpr std::size_t kNear = 6;
  const auto earlier = before(sentence, at, kNear);
  return ((replaces(earlier) || forbids(earlier)) && !is_one_case(sentence, at)) ||
         belittles(after(sentence, at, kNear)) || hooks(sentence, at);
}

// The tool's own name stands for the other server's only where it is told apart from this one.
bool claims_its_role(const Sentence& sentence, std::size_t at) {
  constexpr std::size_t kNear = 6;
  const auto earlier = before(sentence, at, kNear);
  return (replaces(earlier) && !is_one_case(sentence, at)) ||
         (forbids(earlier) && any(earlier, {"other", "another", "original", "old", "any"})) ||
         (belittles(after(sentence, at, kNear)) && any(earlier, {"other", "another", "original", "old"}));
}

}  // namespace

std::string_view shadowed_tool(std::string_view text, std::string_view tool, const ToolNames& own,
                               const OtherTools& others) {
  if (others.empty()) return {};
  for (const Sentence& sentence : sentences_of(text)) {
    for (std::size_t i = 0; i < sentence.size(); ++i) {
      const Word& word = sentence[i];
      const auto other = others.find(word.text);
      if (other == others.end() || !(word.marked || is_distinct(word.text))) continue;
      const bool found = word.text == tool
                             ? claims_its_role(sentence, i)
                             : !own.contains(word.text) && gives_orders_about_other(sentence, i);
      if (found) return other->first;
    }
  }
  return {};
}

}  // namespace aegis::guard
