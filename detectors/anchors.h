// Anchors: the cheap first pass that finds where patterns are worth running.
//
// Both finders are immutable after construction and thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// Finds every occurrence of many literals at once, ASCII case-insensitively and with white space of any kind
// and width for their own (kBlanks), in one pass: the automaton of Aho and Corasick (CACM 18:6, 1975) with
// all transitions worked out in advance, over classes of bytes. To a run of white space it is as to its first
// byte.
class LiteralFinder {
 public:
  struct Literal {
    std::string_view text;    // lower-case, not empty; only read during construction
    std::uint16_t owner = 0;  // handed back with each occurrence
  };

  // The table is 16 bits wide: this many characters in all literals together always fit.
  static constexpr std::size_t kMaxTotalLength = 65'000;

  // REQUIRES: the literals' lengths add up to at most kMaxTotalLength.
  explicit LiteralFinder(std::span<const Literal> literals);

  // An occurrence in a text. How far its white space stretches is not looked at, so its start is not known.
  struct Occurrence {
    std::uint16_t owner = 0;
    std::size_t first_start = 0;  // if every run of it is as wide as it may be
    std::size_t last_start = 0;
    std::size_t end = 0;
  };

  // Calls on_hit(occurrence) for each, ordered by end.
  template <class OnHit>
  void find(std::string_view text, OnHit&& on_hit) const {
    std::array<std::array<Hit, kSegment>, kStreams> hits;
    std::uint32_t state = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      std::array<std::size_t, kStreams> counts{};
      const std::size_t segment = walk(text, begin, state, hits, counts);
      for (std::size_t stream = 0; stream < kStreams; ++stream, begin += segment) {
        for (std::size_t i = 0; i < counts[stream]; ++i) {
          const Hit hit = hits[stream][i];
          const std::size_t end = begin + hit.offset + 1;
          const std::size_t index = hit.state - first_accepting_;
          for (std::uint32_t k = output_begin_[index]; k < output_begin_[index + 1]; ++k) {
            const Output& output = outputs_[k];
            on_hit(Occurrence{output.owner, end - std::min<std::size_t>(end, output.longest),
                              end - std::min<std::size_t>(end, output.shortest), end});
          }
        }
      }
    }
  }

  // The automaton itself, a byte at a time: the state after `byte`, from 0 at the start of a text. In state 0
  // no literal has begun.
  [[nodiscard]] std::uint32_t step(std::uint32_t state, char byte) const {
    return table_[state * width_ + classes_[static_cast<unsigned char>(byte)]];
  }
  // The bytes of the longest literal that ends in `state`, as wide as it may be; 0: none does.
  [[nodiscard]] std::size_t longest_at(std::uint32_t state) const {
    return state < first_accepting_ ? 0 : outputs_[output_begin_[state - first_accepting_]].longest;
  }

 private:
  // A step waits for the table entry of the step before it, a cache access of 4 to 14 cycles; so several
  // segments of the text are walked side by side.
  static constexpr std::size_t kStreams = 4;
  static constexpr std::size_t kSegment = 1024;

  // Without initialisers: a scan must not begin with clearing kilobytes.
  struct Hit {
    std::uint16_t offset;  // of the literal's last byte in its segment
    std::uint16_t state;
  };
  struct Output {
    std::uint16_t owner = 0;
    std::uint16_t shortest = 0;
    std::uint16_t longest = 0;
  };

  // Walks the next kStreams segments from `begin`, which the automaton reaches in `state`, and leaves it in
  // the state after them. Returns their common length; the last segment ends with the text, or reaches past
  // it.
  std::size_t walk(std::string_view text, std::size_t begin, std::uint32_t& state,
                   std::array<std::array<Hit, kSegment>, kStreams>& hits,
                   std::array<std::size_t, kStreams>& counts) const;

  std::array<std::uint8_t, 256> classes_{};  // byte -> class; 0: in no literal
  std::size_t width_ = 0;                    // classes: entries in a row of the table
  std::uint16_t first_accepting_ = 0;        // states from here on end a literal
  std::size_t longest_ = 0;                  // bytes; the state depends on no more than these
  std::vector<std::uint16_t> table_;
  std::vector<std::uint32_t> output_begin_;  // per accepting state, into outputs_
  std::vector<Output> outputs_;
};

// Separators between two digits of a run: ") " and " (" stand between the groups of a telephone number.
inline constexpr std::size_t kMaxRunSeparators = 2;

// A run of digits with up to two separators (space . - / ( ) +) between neighbours: "(555) 123-4567".
struct DigitRun {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t digits = 0;
  // Separators seen, each counted up to 255.
  std::uint8_t dots = 0;
  std::uint8_t dashes = 0;
  // The most digits with nothing between them, with at most one space, with at most one dash.
  std::size_t together = 0;
  std::size_t spaced = 0;
  std::size_t dashed = 0;

  // Whether it has what the rule asks of it.
  [[nodiscard]] bool suits(const Rule& rule) const {
    return digits >= rule.min_digits && dots >= rule.min_dots && dashes >= rule.min_dashes &&
           together >= rule.min_together && spaced >= rule.min_spaced && dashed >= rule.min_dashed;
  }
};

// The first run with at least `min_digits` digits that starts at or after `from`; digits == 0 if there is
// none.
DigitRun next_digit_run(std::string_view text, std::size_t from, std::size_t min_digits);

// A run of line breaks with nothing but blanks (spaces and tabs) between them and after the last.
struct LineRun {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t lines = 0;
};

// The first run with at least `min_lines` line breaks that starts at or after `from`; lines == 0 if there is
// none.
LineRun next_line_run(std::string_view text, std::size_t from, std::size_t min_lines);

}  // namespace aegis::detectors
