#include "detectors/confirm.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "detectors/pattern_tree.h"

namespace aegis::detectors {
namespace {

// Start positions tried in one PCRE2 call: bounds what one call can cost and how far ahead its optimisations
// look. When a start of the first many is too dear for kOrdinarySteps, they are tried a few at a time, and
// then one by one.
constexpr std::array<std::size_t, 3> kStartsPerCall = {1024, 32, 1};

// For a start alone that takes more than kOrdinarySteps; each try costs what it may take.
constexpr std::array<std::uint32_t, 2> kMoreSteps = {2048, kMatchLimit};

// A call of PCRE2 for a few starts.
constexpr std::size_t kCallWork = 64;

// What a match costs that a validator refuses: the search for it, and looking at it.
constexpr std::size_t kRejectionWork = 256;
constexpr std::size_t kRejectionWorkPerByte = 4;

// What the validators of these kinds do for one match: they look for signs around it that the order is only
// talked about.
constexpr std::size_t kContextWork = 2048;
bool reads_context(Kind kind) {
  return kind == Kind::injection || kind == Kind::tool_poisoning || kind == Kind::output;
}

std::size_t digits_in(std::string_view text) {
  constexpr std::size_t kStretch = 255;  // what a byte can count, so that many are counted at once
  std::size_t all = 0;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kStretch))) {
    std::uint8_t some = 0;
    for (const char c : text.substr(0, kStretch)) {
      const bool digit = static_cast<std::uint8_t>(c - '0') < 10;
      some = static_cast<std::uint8_t>(some + (digit ? 1 : 0));
    }
    all += some;
  }
  return all;
}

class Confirming {
 public:
  Confirming(std::span<const Rule> rules, const std::deque<Confirmer>& confirmers, std::string_view text)
      : rules_(rules),
        confirmers_(confirmers),
        text_(text),
        work_left_(kWorkBase + kWorkPerByte * text.size()) {}

  void run(std::uint16_t index, std::span<const Window> windows) {
    std::size_t from = 0;  // starts below are settled
    for (const Window& window : windows) {
      if (!confirmers_[index].may_match_in(text_.substr(window.first, window.end - window.first))) continue;
      from = std::max(from, window.first);
      while (from <= window.last && !stopped_) {
        Pattern::Found found;
        if (!search(confirmers_[index], window, from, window.last, 0, found)) {
          from = window.last + 1;
          break;
        }
        const bool accepted = judge(rules_[index], found);
        // A rejected match may hide a good one that starts inside its value. (Earlier starts would mostly
        // find the same value again, and a validator is dear.)
        if (!accepted) spend(kRejectionWork + kRejectionWorkPerByte * (found.end - found.match_start));
        if (accepted && reads_context(rules_[index].kind)) spend(kContextWork);
        from = std::max(accepted ? found.end : found.start, found.match_start + 1);
      }
    }
  }

  ScanReport finish() && {
    std::sort(report_.findings.begin(), report_.findings.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.start, a.rule, a.end) < std::tie(b.start, b.rule, b.end);
    });
    return std::move(report_);
  }

  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  // The leftmost match that starts in [from, last] of the window.
  bool search(const Confirmer& confirmer, const Window& window, std::size_t from, std::size_t last,
              std::size_t grain, Pattern::Found& found) {
    while (from <= last && !stopped_) {
      const std::size_t end = std::min(from + kStartsPerCall[grain] - 1, last);
      if (grain > 0) spend(kCallWork);
      Pattern::Outcome outcome = find(confirmer, window, from, end, found, kOrdinarySteps);
      if (outcome == Pattern::Outcome::limit && from < end) {
        if (search(confirmer, window, from, end, grain + 1, found)) return true;
      } else if (outcome == Pattern::Outcome::limit) {
        for (const std::uint32_t steps : kMoreSteps) {
          if (outcome != Pattern::Outcome::limit || !spend(steps)) break;
          outcome = find(confirmer, window, from, end, found, steps);
        }
        if (outcome == Pattern::Outcome::limit) report_.complete = false;
      }
      if (outcome == Pattern::Outcome::found) return true;
      from = end + 1;
    }
    return false;
  }

  Pattern::Outcome find(const Confirmer& confirmer, const Window& window, std::size_t from, std::size_t last,
                        Pattern::Found& found, std::uint32_t steps) const {
    std::size_t end = std::min(window.end + kLookahead, text_.size());
    if (confirmer.reach < end - last) end = last + confirmer.reach;
    return confirmer.pattern.find(text_, from, last, end, found, steps);
  }

  bool judge(const Rule& rule, const Pattern::Found& found) {
    double confidence = rule.confidence;
    if (rule.validate != nullptr) {
      const Match match{text_, text_.substr(found.start, found.end - found.start), found.start};
      confidence = rule.validate(match, confidence);
      if (confidence <= 0) return false;
    }
    if (report_.findings.size() >= kMaxFindings) {
      stop();
      return true;
    }
    report_.findings.push_back(
        {rule.id, rule.kind, rule.type, rule.severity, confidence, found.start, found.end});
    return true;
  }

  bool spend(std::size_t work) {
    if (work > work_left_) {
      stop();
      return false;
    }
    work_left_ -= work;
    return true;
  }

  void stop() {
    stopped_ = true;
    report_.complete = false;
  }

  std::span<const Rule> rules_;
  const std::deque<Confirmer>& confirmers_;
  std::string_view text_;
  std::size_t work_left_;
  bool stopped_ = false;  // by kMaxFindings or kWorkBase: what else there is does not matter
  ScanReport report_;
};

}  // namespace

bool Confirmer::may_match_in(std::string_view window) const {
  std::uint32_t digits = digits_.load(std::memory_order_relaxed);
  if (digits == kUnknown) {  // whoever else finds it out at the same time finds out the same
    const auto tree = pattern_tree(rule_.pattern, rule_.caseless);
    digits = tree ? static_cast<std::uint32_t>(std::min<std::size_t>(least_digits(*tree), kUnknown - 1)) : 0;
    digits_.store(digits, std::memory_order_relaxed);
  }
  return digits == 0 || digits_in(window) >= digits;
}

ScanReport confirm(std::span<const Rule> rules, const std::deque<Confirmer>& confirmers,
                   std::string_view text, Windows& windows) {
  Confirming confirming(rules, confirmers, text);
  for (const std::uint16_t index : windows.rules()) {
    if (confirming.stopped()) break;
    confirming.run(index, windows.of(index));
  }
  return std::move(confirming).finish();
}

}  // namespace aegis::detectors
