// Confirming: runs the rules' patterns and validators in their windows, and gathers the findings.
//
// One call belongs to one thread; any number of threads may confirm with the same patterns.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>

#include "detectors/pattern.h"
#include "detectors/rule.h"
#include "detectors/scanner.h"
#include "detectors/windows.h"

namespace aegis::detectors {

// What a scan may spend beyond the ordinary, in units of roughly a nanosecond: on matches that a validator
// refuses, on orders for a model, and on starts that take a pattern more than kOrdinarySteps. Ordinary texts
// spend little of it. A text made to spend more is indeterminate, because otherwise it would take time out of
// proportion to its length.
inline constexpr std::size_t kWorkBase = 1'048'576;
inline constexpr std::size_t kWorkPerByte = 32;
// Steps of a start that are not counted.
inline constexpr std::uint32_t kOrdinarySteps = 256;

// What confirming needs of a rule.
class Confirmer {
 public:
  Confirmer(const Rule& rule, std::size_t reach_of)
      : pattern(rule.pattern, rule.caseless), reach(reach_of), rule_(rule) {}

  // Most windows of a number's rule hold the number's name, or what looks like it, and no number. False:
  // there is no match in `window`, because every match has more digits.
  [[nodiscard]] bool may_match_in(std::string_view window) const;

  Pattern pattern;
  std::size_t reach;  // bytes from the start of a match which it and its look-ahead cannot pass

 private:
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
  const Rule& rule_;
  mutable std::atomic<std::uint32_t> digits_ =
      kUnknown;  // of every match; 0 for patterns that are not understood
};

// `confirmers` and `windows` are by index of `rules`. The findings point into `rules`.
ScanReport confirm(std::span<const Rule> rules, const std::deque<Confirmer>& confirmers,
                   std::string_view text, Windows& windows);

}  // namespace aegis::detectors
