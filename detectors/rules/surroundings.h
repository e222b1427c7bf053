// What validators look for around a match, and how patterns over words are written.
//
// Pure functions and immutable objects, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "detectors/pattern.h"
#include "detectors/rule.h"

namespace aegis::detectors {

// Bytes of text on each side of a match that hold what belongs to it: two or three sentences.
inline constexpr std::size_t kSignalReach = 240;

// A space in `pattern` stands for one to four bytes of white space or U+00A0; in a class, for one of them.
std::string with_gaps(std::string_view pattern);

// A pattern for the surroundings of a match, with the gaps of with_gaps(), in any case of ASCII letters.
class Surroundings {
 public:
  explicit Surroundings(std::string_view pattern) : source_(with_gaps(pattern)) {}

  // A search that hits the step limit counts as nothing found; the finding is reported either way.
  [[nodiscard]] bool in(std::string_view text) const {
    Pattern::Found found;
    return pattern_.find(text, 0, text.size(), text.size(), found) == Pattern::Outcome::found;
  }

 private:
  std::string source_;
  Pattern pattern_{source_, true};
};

std::string_view before_match(const Match& match, std::size_t reach = kSignalReach);
std::string_view after_match(const Match& match, std::size_t reach = kSignalReach);

}  // namespace aegis::detectors
