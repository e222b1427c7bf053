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

Window window_around(const Rule& rule, const LiteralFinder::Occurrence& anchor, std::size_t text_size) {
  return {.first = anchor.first_start - std::min(anchor.first_start, rule.before),
          .last = anchor.last_start,
          .end = rule.after < text_size - anchor.end ? anchor.end + rule.after : text_size};
}

RunPass::RunPass(std::span<const Rule> rules)
    : rules_(rules),
      min_digits_(std::numeric_limits<std::size_t>::max()),
      min_lines_(std::numeric_limits<std::size_t>::max()) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].anchor == Anchor::digits) {
      by_digits_.push_back(static_cast<std::uint16_t>(i));
      min_digits_ = std::min(min_digits_, rules[i].min_digits);
    } else if (rules[i].anchor == Anchor::lines) {
      by_lines_.push_back(static_cast<std::uint16_t>(i));
      min_lines_ = std::min(min_lines_, rules[i].min_lines);
    }
  }
}

void RunPass::find(std::string_view text, Windows& windows) const {
  if (!by_digits_.empty()) find_digits(text, windows);
  if (!by_lines_.empty()) find_lines(text, windows);
}

void RunPass::find_digits(std::string_view text, Windows& windows) const {
  for (DigitRun run = next_digit_run(text, 0, min_digits_); run.digits != 0;
       run = next_digit_run(text, run.end, min_digits_)) {
    for (const std::uint16_t index : by_digits_) {
      const Rule& rule = rules_[index];
      if (!run.suits(rule)) continue;
      windows.add(index, window_around(rule, {index, run.start, run.end - 1, run.end}, text.size()));
    }
  }
}

void RunPass::find_lines(std::string_view text, Windows& windows) const {
  for (LineRun run = next_line_run(text, 0, min_lines_); run.lines != 0;
       run = next_line_run(text, run.end, min_lines_)) {
    for (const std::uint16_t index : by_lines_) {
      if (run.lines < rules_[index].min_lines) continue;
      windows.add(index, window_around(rules_[index], {index, run.start, run.end - 1, run.end}, text.size()));
    }
  }
}

AnchorPass::AnchorPass(std::span<const Rule> rules) : rules_(rules), finder_(literals(rules)), runs_(rules) {}

bool AnchorPass::find(std::string_view text, Windows& windows) const {
  finder_.find(text, [&](const LiteralFinder::Occurrence& anchor) {
    windows.add(anchor.owner, window_around(rules_[anchor.owner], anchor, text.size()));
  });
  runs_.find(text, windows);
  return true;
}

}  // namespace aegis::detectors
