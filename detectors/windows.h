// Windows: where in a text each rule still has to be tried. What a first pass fills and confirming reads.
//
// Belongs to one thread; reused by every scan of it, so that a scan of a short text allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aegis::detectors {

// Starts [first, last] are to be tried, and no match that starts there reaches past `end`. Offsets in the
// text.
struct Window {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t end = 0;
};

class Windows {
 public:
  // Forgets the windows of the scan before.
  void begin(std::size_t rules);

  // In any order, but cheapest when a rule's windows come with ascending starts.
  // REQUIRES: rule < rules of begin(), window.first <= window.last <= window.end.
  void add(std::uint16_t rule, Window window);

  // The rules that have windows.
  [[nodiscard]] std::span<const std::uint16_t> rules() const { return touched_; }
  // Ordered and disjoint; windows that touch are one, so a flood of candidates costs one pass. Valid until
  // the next call of begin() or add().
  std::span<const Window> of(std::uint16_t rule);

 private:
  struct PerRule {
    std::uint64_t scan = 0;  // the scan these belong to; others are stale
    bool ordered = true;
    std::vector<Window> windows;
  };

  std::uint64_t scan_ = 0;
  std::vector<PerRule> per_rule_;
  std::vector<std::uint16_t> touched_;
};

}  // namespace aegis::detectors
