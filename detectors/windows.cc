#include "detectors/windows.h"

#include <algorithm>

namespace aegis::detectors {
namespace {

// Windows this near to each other become one: trying a few starts in vain costs less than another call of
// PCRE2. It also bounds the memory of windows to a fraction of the text's.
constexpr std::size_t kJoin = 32;

// A rule keeps room for this many windows from scan to scan; what a flood needed beyond it is given back.
constexpr std::size_t kKeptWindows = 256;

bool join(Window& into, const Window& window) {
  if (window.first > into.last + kJoin || into.first > window.last + kJoin) return false;
  into.first = std::min(into.first, window.first);
  into.last = std::max(into.last, window.last);
  into.end = std::max(into.end, window.end);
  return true;
}

}  // namespace

void Windows::begin(std::size_t rules) {
  for (const std::uint16_t rule : touched_) {
    PerRule& of_rule = per_rule_[rule];
    if (of_rule.windows.capacity() > kKeptWindows) std::vector<Window>().swap(of_rule.windows);
  }
  ++scan_;
  touched_.clear();
  if (per_rule_.size() < rules) per_rule_.resize(rules);
}

void Windows::add(std::uint16_t rule, Window window) {
  PerRule& of_rule = per_rule_[rule];
  if (of_rule.scan != scan_) {
    of_rule.scan = scan_;
    of_rule.ordered = true;
    of_rule.windows.clear();
    touched_.push_back(rule);
  }
  if (!of_rule.windows.empty()) {
    Window& last = of_rule.windows.back();
    if (window.first < last.first) of_rule.ordered = false;
    if (join(last, window)) return;
  }
  of_rule.windows.push_back(window);
}

std::span<const Window> Windows::of(std::uint16_t rule) {
  PerRule& of_rule = per_rule_[rule];
  std::vector<Window>& windows = of_rule.windows;
  if (!of_rule.ordered) {
    std::sort(windows.begin(), windows.end(),
              [](const Window& a, const Window& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < windows.size(); ++i) {
      if (!join(windows[kept], windows[i])) windows[++kept] = windows[i];
    }
    windows.resize(kept + 1);
    of_rule.ordered = true;
  }
  return windows;
}

}  // namespace aegis::detectors
