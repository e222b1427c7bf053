#include "detectors/scanner.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "detectors/anchors.h"
#include "detectors/pattern.h"
#include "detectors/rules/families.h"

namespace aegis::detectors {
namespace {

// Start positions tried in one PCRE2 call: bounds what one call can cost and how far ahead its optimisations
// look.
constexpr std::size_t kStartsPerCall = 1024;

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

// Where a rule still has to be tried. Windows that touch are one window, so a flood of anchors costs one
// pass.
struct Window {
  std::uint64_t scan = 0;       // the scan this belongs to; others are stale
  std::size_t next_start = 0;   // starts below this have been tried
  std::size_t first_start = 0;  // [first_start, last_start] is pending when `pending`
  std::size_t last_start = 0;
  std::size_t end = 0;  // no match of a pending start reaches further
  bool pending = false;
};

// Reused by every scan of a thread, so that a scan of a short string allocates nothing.
struct Scratch {
  std::uint64_t scan = 0;
  std::vector<Window> windows;
  std::vector<std::uint16_t> touched;
};

Scratch& scratch() {
  thread_local Scratch instance;
  return instance;
}

// What the engine needs of a rule, close together.
struct Compiled {
  Compiled(const Rule& from, std::size_t longest)
      : pattern(from.pattern, from.caseless), longest_anchor(longest) {}
  Pattern pattern;
  std::size_t longest_anchor;  // kUnlimited for digit runs
};

}  // namespace

struct Scanner::Impl {
  Impl(std::vector<Rule> from, std::deque<Compiled> made, std::span<const LiteralFinder::Literal> literals)
      : rules(std::move(from)), compiled(std::move(made)), finder(literals) {}

  std::vector<Rule> rules;
  std::deque<Compiled> compiled;  // a deque, because a Pattern cannot move
  LiteralFinder finder;
  std::vector<std::uint16_t> digit_rules;
  std::size_t min_digits = kUnlimited;  // the smallest of digit_rules
  std::vector<std::uint16_t> whole_rules;
};

namespace {

// One scan: collects windows per rule, runs the patterns in them, gathers findings.
class Scan {
 public:
  Scan(const std::vector<Rule>& rules, const std::deque<Compiled>& compiled, std::string_view text)
      : rules_(rules), compiled_(compiled), text_(text), scratch_(scratch()) {
    ++scratch_.scan;
    scratch_.touched.clear();
    if (scratch_.windows.size() < rules.size()) scratch_.windows.resize(rules.size());
  }

  // An anchor of rule `index` stands at [start, end). Calls must come ordered by `end`.
  void offer(std::uint16_t index, std::size_t start, std::size_t end, bool literal) {
    const Rule& rule = rules_[index];
    Window& window = scratch_.windows[index];
    if (window.scan != scratch_.scan) {
      window = Window{};
      window.scan = scratch_.scan;
      scratch_.touched.push_back(index);
    }
    const std::size_t first = start - std::min(start, rule.before);
    // A match contains its literal, so it starts no later than it; of a digit run it may hold the last digits
    // only.
    const std::size_t last = literal ? start : end - 1;
    const std::size_t limit = rule.after < text_.size() - end ? end + rule.after : text_.size();
    if (window.pending) {
      // A longer anchor may end later and yet start earlier: its window must still be able to join this one.
      const std::size_t slack = rule.before + (literal ? compiled_[index].longest_anchor : 0);
      const std::size_t earliest = end - std::min(end, slack);
      if (std::min(first, earliest) > window.last_start + 1) run(index, window);
    }
    if (!window.pending) {
      window.pending = true;
      window.first_start = first;
      window.last_start = last;
      window.end = limit;
      return;
    }
    window.first_start = std::min(window.first_start, first);
    window.last_start = std::max(window.last_start, last);
    window.end = std::max(window.end, limit);
  }

  // Rule `index` is about whole texts: its pattern can match at the start only.
  void offer_whole(std::uint16_t index) {
    Pattern::Found found;
    const Pattern::Outcome outcome = compiled_[index].pattern.find(text_, 0, 0, text_.size(), found);
    if (outcome == Pattern::Outcome::limit) report_.complete = false;
    if (outcome == Pattern::Outcome::found) judge(rules_[index], found);
  }

  ScanReport finish() && {
    for (const std::uint16_t index : scratch_.touched) run(index, scratch_.windows[index]);
    std::sort(report_.findings.begin(), report_.findings.end(), [](const Finding& a, const Finding& b) {
      return std::tie(a.start, a.rule, a.end) < std::tie(b.start, b.rule, b.end);
    });
    return std::move(report_);
  }

 private:
  void run(std::uint16_t index, Window& window) {
    if (!window.pending || full_) return;
    window.pending = false;
    const Rule& rule = rules_[index];
    const Compiled& compiled = compiled_[index];
    // A match that starts here contains an anchor within `before`, and ends within `after` of that.
    const std::size_t reach = compiled.longest_anchor == kUnlimited
                                  ? text_.size()
                                  : rule.before + compiled.longest_anchor + rule.after + kLookahead;
    const std::size_t window_end = std::min(window.end + kLookahead, text_.size());

    std::size_t from = std::max(window.first_start, window.next_start);
    window.next_start = std::max(window.next_start, window.last_start + 1);
    while (from <= window.last_start && !full_) {
      const std::size_t last = std::min(from + kStartsPerCall - 1, window.last_start);
      const std::size_t end = std::min(window_end, reach < text_.size() - last ? last + reach : text_.size());
      Pattern::Found found;
      const Pattern::Outcome outcome = compiled.pattern.find(text_, from, last, end, found);
      if (outcome == Pattern::Outcome::limit) report_.complete = false;
      if (outcome != Pattern::Outcome::found) {
        from = last + 1;
        continue;
      }
      const bool accepted = judge(rule, found);
      // A rejected match may hide a good one that starts inside its value. (Earlier starts would mostly find
      // the same value again, and a validator is dear.)
      from = std::max(accepted ? found.end : found.start, found.match_start + 1);
    }
    window.next_start = std::max(window.next_start, from);
  }

  bool judge(const Rule& rule, const Pattern::Found& found) {
    double confidence = rule.confidence;
    if (rule.validate != nullptr) {
      const Match match{text_, text_.substr(found.start, found.end - found.start), found.start};
      confidence = rule.validate(match, confidence);
      if (confidence <= 0) return false;
    }
    if (report_.findings.size() >= kMaxFindings) {
      full_ = true;
      report_.complete = false;
      return true;
    }
    report_.findings.push_back(
        {rule.id, rule.kind, rule.type, rule.severity, confidence, found.start, found.end});
    return true;
  }

  const std::vector<Rule>& rules_;
  const std::deque<Compiled>& compiled_;
  std::string_view text_;
  Scratch& scratch_;
  bool full_ = false;  // kMaxFindings reached: what else there is does not matter
  ScanReport report_;
};

// Bytes of `text` without white space at its ends.
std::size_t trimmed_size(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? 0 : text.find_last_not_of(" \t\r\n") - first + 1;
}

}  // namespace

Result<std::shared_ptr<const Scanner>> Scanner::create(std::vector<Rule> rules) {
  if (rules.size() > std::numeric_limits<std::uint16_t>::max())
    return limit_reached("too many detection rules");
  std::deque<Compiled> compiled;
  std::vector<LiteralFinder::Literal> literals;
  std::vector<std::uint16_t> digit_rules;
  std::vector<std::uint16_t> whole_rules;
  std::unordered_set<std::string_view> ids;
  std::size_t total = 0;
  std::size_t min_digits = kUnlimited;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    if (!ids.insert(rule.id).second) return invalid_input("two detection rules are called " + rule.id);
    if (rule.anchor == Anchor::digits) {
      if (rule.min_digits == 0) return invalid_input("detection rule " + rule.id + " has no anchor");
      digit_rules.push_back(static_cast<std::uint16_t>(i));
      min_digits = std::min(min_digits, rule.min_digits);
      compiled.emplace_back(rule, kUnlimited);
      continue;
    }
    if (rule.anchor == Anchor::whole) {
      whole_rules.push_back(static_cast<std::uint16_t>(i));
      compiled.emplace_back(rule, kUnlimited);
      continue;
    }
    std::size_t longest = 0;
    for (const std::string& anchor : rule.anchors) {
      const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
      if (anchor.empty() || std::any_of(anchor.begin(), anchor.end(), upper)) {
        return invalid_input("an anchor of detection rule " + rule.id + " is empty or not in lower case");
      }
      literals.push_back({anchor, static_cast<std::uint16_t>(i)});
      longest = std::max(longest, anchor.size());
      total += anchor.size();
    }
    if (longest == 0) return invalid_input("detection rule " + rule.id + " has no anchor");
    compiled.emplace_back(rule, longest);
  }
  if (total > LiteralFinder::kMaxTotalLength)
    return limit_reached("the anchors of the detection rules are too long");

  // Patterns hold views of the rules' strings: moving the vector does not move its elements.
  auto impl = std::make_unique<Impl>(std::move(rules), std::move(compiled), literals);
  impl->digit_rules = std::move(digit_rules);
  impl->min_digits = min_digits;
  impl->whole_rules = std::move(whole_rules);
  return std::shared_ptr<const Scanner>(new Scanner(std::move(impl)));
}

std::shared_ptr<const Scanner> Scanner::builtin() {
  // The rule tests prove that builtin_rules() satisfies create().
  static const std::shared_ptr<const Scanner> instance = create(builtin_rules()).value();
  return instance;
}

Scanner::Scanner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scanner::~Scanner() = default;

const std::vector<Rule>& Scanner::rules() const { return impl_->rules; }

ScanReport Scanner::scan(std::string_view text) const {
  const std::vector<Rule>& rules = impl_->rules;
  Scan scan(rules, impl_->compiled, text);
  impl_->finder.find(text, [&scan](std::uint16_t owner, std::size_t start, std::size_t end) {
    scan.offer(owner, start, end, true);
  });
  if (!impl_->digit_rules.empty()) {
    for (DigitRun run = next_digit_run(text, 0, impl_->min_digits); run.digits != 0;
         run = next_digit_run(text, run.end, impl_->min_digits)) {
      for (const std::uint16_t index : impl_->digit_rules) {
        const Rule& rule = rules[index];
        if (run.digits < rule.min_digits || run.dots < rule.min_dots || run.dashes < rule.min_dashes)
          continue;
        scan.offer(index, run.start, run.end, false);
      }
    }
  }
  if (text.size() <= kWholeText && text.find_first_of("0123456789") != std::string_view::npos) {
    const std::size_t length = trimmed_size(text);
    for (const std::uint16_t index : impl_->whole_rules) {
      if (length >= rules[index].min_length && length <= rules[index].max_length) scan.offer_whole(index);
    }
  }
  return std::move(scan).finish();
}

}  // namespace aegis::detectors
