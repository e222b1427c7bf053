// Pattern: one PCRE2 pattern on bytes, compiled (and JIT-compiled) when it is first used.
//
// find() may be called from any number of threads at once; match data belongs to the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace aegis::detectors {

// Backtracking steps one start position may cost. Patterns have bounded widths and stay below a few hundred;
// a text made to explode one is stopped after some 20 µs instead of PCRE2's default of ten million steps.
inline constexpr std::uint32_t kMatchLimit = 10'000;
// Nesting of the interpreter, where there is no JIT. Same reason.
inline constexpr std::uint32_t kDepthLimit = 1'000;

class Pattern {
 public:
  struct Found {
    std::size_t match_start = 0;
    std::size_t start = 0;  // group 1 where the pattern has one, else the whole match
    std::size_t end = 0;
  };
  // `limit`: the step limit stopped the search, or the pattern does not compile. Nothing is known then.
  enum class Outcome { none, found, limit };

  // `source` must outlive the pattern.
  Pattern(std::string_view source, bool caseless) : source_(source), caseless_(caseless) {}

  // The leftmost match that starts in [from, last_start] and sees text only up to `end`. Look-behind and \b
  // see the text before `from`. A start may cost `steps`, at most kMatchLimit.
  // REQUIRES: from <= last_start <= end <= text.size().
  Outcome find(std::string_view text, std::size_t from, std::size_t last_start, std::size_t end, Found& found,
               std::uint32_t steps = kMatchLimit) const;

  // Whether the pattern compiles. For tests: find() says `limit` if it does not.
  [[nodiscard]] bool valid() const;

 private:
  struct FreeCode {
    void operator()(void* code) const;
  };

  void compile() const;

  std::string_view source_;
  bool caseless_ = false;
  mutable std::once_flag once_;
  mutable std::unique_ptr<void, FreeCode> code_;  // pcre2_code; null: does not compile
  mutable bool jit_ = false;
};

}  // namespace aegis::detectors
