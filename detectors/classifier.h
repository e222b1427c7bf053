// Classifier: how likely each passage of a text is a prompt injection, learned from examples.
//
// Immutable after construction; any number of threads may call windows() and fired() at once. No input or
// output, no randomness: the same bytes give the same scores on every machine (within a rounding of the last
// step). Time is linear in the text, whatever it holds; memory does not grow with it but for the result.
//
// The weights are trained by scripts/train; what they know and miss is in docs/model-card.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace aegis::detectors {

class Classifier {
 public:
  // Part of a text. Windows overlap: an attack is usually seen by several.
  struct Window {
    std::size_t start = 0;  // bytes in the text, of its first word
    std::size_t end = 0;    // one past its last word
    double logit = 0;       // unbounded; comparable between windows of all texts
  };

  // Reads a weights file (layout: scripts/train/export.py). `weights` must outlive the classifier, and be
  // aligned to 4 bytes. Errors: another version, a size or checksum that does not fit, a number out of its
  // range.
  static Result<std::shared_ptr<const Classifier>> create(std::string_view weights);
  // The weights that ship with the product. The first call checks them, which takes a few milliseconds.
  static std::shared_ptr<const Classifier> builtin();

  // All windows in the order of the text; none where the text has no word.
  [[nodiscard]] std::vector<Window> windows(std::string_view text) const;
  // Those whose logit is above threshold().
  [[nodiscard]] std::vector<Window> fired(std::string_view text) const;

  [[nodiscard]] double threshold() const { return threshold_; }
  // Share of attacks, 0 to 1, among held-out texts of such a logit, where every other text is an attack. An
  // attack is far rarer in ordinary traffic, and so is a finding of a given confidence then right less often.
  [[nodiscard]] double confidence(double logit) const;

 private:
  struct Pass;
  struct Ready;
  Classifier() = default;
  template <class OnWindow>
  void walk(std::string_view text, OnWindow&& on_window) const;
  [[nodiscard]] std::uint32_t row(std::uint32_t hash) const;

  // Views into the weights file; see export.py for what each is.
  const float* head_max_ = nullptr;
  const float* head_mean_ = nullptr;
  const float* knots_ = nullptr;
  const std::int16_t* bias_ = nullptr;
  const std::int8_t* start_ = nullptr;
  const std::int8_t* linear_ = nullptr;
  const std::uint32_t* slots_ = nullptr;
  const std::int8_t* rows_ = nullptr;
  std::uint32_t knot_count_ = 0;
  std::uint32_t slot_mask_ = 0;
  std::uint32_t row_count_ = 0;
  std::uint32_t linear_shift_ = 0;
  double linear_scale_ = 0;
  double constant_ = 0;
  double threshold_ = 0;
};

}  // namespace aegis::detectors
