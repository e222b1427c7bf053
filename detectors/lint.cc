#include "detectors/lint.h"

#include <cstddef>
#include <string_view>

#include "detectors/pattern.h"

namespace aegis::detectors {
namespace {

// The offset of a repetition without a bound ("*", "+", "{n,}"), npos if there is none. A possessive "+" and
// a
// "+" or "*" that is meant as itself are no repetitions.
std::size_t unbounded_repetition(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (c == '[') {
      ++i;
      if (i < pattern.size() && pattern[i] == '^') ++i;
      if (i < pattern.size() && pattern[i] == ']') ++i;
      for (; i < pattern.size() && pattern[i] != ']'; ++i) i += pattern[i] == '\\' ? 1 : 0;
    } else if (c == '*') {
      return i;
    } else if (c == '+') {
      if (i == 0 || (pattern[i - 1] != '}' && pattern[i - 1] != '?')) return i;
    } else if (c == '{') {
      const std::size_t close = pattern.find('}', i);
      if (close != std::string_view::npos && pattern[close - 1] == ',') return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<std::string> lint(const Rule& rule) {
  std::vector<std::string> faults;
  const Pattern pattern(rule.pattern, rule.caseless);
  Pattern::Found found;
  if (!pattern.valid()) {
    faults.emplace_back("the pattern does not compile");
  } else if (pattern.find("", 0, 0, 0, found) == Pattern::Outcome::found) {
    faults.emplace_back("the pattern matches the empty text");
  }
  if (const std::size_t at = unbounded_repetition(rule.pattern); at != std::string_view::npos) {
    faults.push_back("the repetition at offset " + std::to_string(at) +
                     " of the pattern has no upper bound: write {0,n} instead");
  }
  if (rule.anchor == Anchor::literal && rule.anchors.empty())
    faults.emplace_back("it names no literal that every match contains");
  if (rule.anchor == Anchor::digits && rule.min_digits == 0)
    faults.emplace_back("it does not say how many digits every match contains");
  if (rule.hits.empty()) faults.emplace_back("it has no text that it must find");
  if (rule.misses.empty()) faults.emplace_back("it has no text that it must spare");
  return faults;
}

}  // namespace aegis::detectors
