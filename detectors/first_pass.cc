#include "detectors/first_pass.h"

#include <algorithm>
#include <limits>

namespace aegis::detectors {
namespace {

std::vector<LiteralFinder::Literal> literals(std::span<const Rule> rules) {
  std::vector<LiteralFinder::Literal> all;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const std::string& anchor : rules[i].anchors) all.push_back({anchor, static_cast<std::uint16_t>(i)});
  }
  return all;
}

}  // namespace

Window window_around(const Rule& rule, std::size_t start, std::size_t end, std::size_t text_size) {
  return {.first = start - std::min(start, rule.before),
          .last = rule.anchor == Anchor::literal ? start : end - 1,
          .end = rule.after < text_size - end ? end + rule.after : text_size};
}

DigitPass::DigitPass(std::span<const Rule> rules)
    : rules_(rules), min_digits_(std::numeric_limits<std::size_t>::max()) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].anchor != Anchor::digits) continue;
    anchored_.push_back(static_cast<std::uint16_t>(i));
    min_digits_ = std::min(min_digits_, rules[i].min_digits);
  }
}

void DigitPass::find(std::string_view text, Windows& windows) const {
  if (anchored_.empty()) return;
  for (DigitRun run = next_digit_run(text, 0, min_digits_); run.digits != 0;
       run = next_digit_run(text, run.end, min_digits_)) {
    for (const std::uint16_t index : anchored_) {
      const Rule& rule = rules_[index];
      if (run.digits < rule.min_digits || run.dots < rule.min_dots || run.dashes < rule.min_dashes) continue;
      windows.add(index, window_around(rule, run.start, run.end, text.size()));
    }
  }
}

AnchorPass::AnchorPass(std::span<const Rule> rules)
    : rules_(rules), finder_(literals(rules)), digits_(rules) {}

bool AnchorPass::find(std::string_view text, Windows& windows) const {
  finder_.find(text, [&](std::uint16_t owner, std::size_t start, std::size_t end) {
    windows.add(owner, window_around(rules_[owner], start, end, text.size()));
  });
  digits_.find(text, windows);
  return true;
}

}  // namespace aegis::detectors
