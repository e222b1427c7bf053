// First passes: one look at a text for all rules together, which finds the windows where a rule's pattern is
// worth running. Two of them: anchors (AnchorPass, any rules, everywhere) and whole patterns
// (database_pass(), the built-in rules, where Vectorscan is). Both give windows that hold the start of every
// match there is, so what is confirmed in them is the same.
//
// Immutable after construction; any thread may call find().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/anchors.h"
#include "detectors/rule.h"
#include "detectors/windows.h"

namespace aegis::detectors {

class FirstPass {
 public:
  FirstPass() = default;
  FirstPass(const FirstPass&) = delete;
  FirstPass& operator=(const FirstPass&) = delete;
  virtual ~FirstPass() = default;

  // Adds to `windows` one around every place where a rule may match. False: it could not (out of memory), and
  // another pass must do it; `windows` may then hold a part.
  virtual bool find(std::string_view text, Windows& windows) const = 0;
  // For people: "Vectorscan 5.4.9, avx2".
  [[nodiscard]] virtual std::string name() const = 0;
};

// The window around an anchor of `rule`. No match starts after its anchor; of a run it may hold the last
// part only.
Window window_around(const Rule& rule, const LiteralFinder::Occurrence& anchor, std::size_t text_size);

// Windows of the rules anchored by runs of digits or of empty lines.
class RunPass {
 public:
  // `rules` must outlive the pass.
  explicit RunPass(std::span<const Rule> rules);
  void find(std::string_view text, Windows& windows) const;

 private:
  void find_digits(std::string_view text, Windows& windows) const;
  void find_lines(std::string_view text, Windows& windows) const;

  std::span<const Rule> rules_;
  std::vector<std::uint16_t> by_digits_;
  std::vector<std::uint16_t> by_lines_;
  std::size_t min_digits_;  // the smallest of them
  std::size_t min_lines_;   // the same
};

// Finds the rules' own anchors.
class AnchorPass final : public FirstPass {
 public:
  // `rules` must outlive the pass. REQUIRES: Scanner::create() accepts them.
  explicit AnchorPass(std::span<const Rule> rules);

  bool find(std::string_view text, Windows& windows) const override;
  [[nodiscard]] std::string name() const override { return "Aho-Corasick"; }

 private:
  std::span<const Rule> rules_;
  LiteralFinder finder_;
  RunPass runs_;
};

// The pass over whole patterns, with the database that was compiled into the program for `rules`; `rules`
// must outlive it. Null, with the reason in `why_not`: the program was built without one, or it was made from
// other rules, by another version of the library or for another CPU.
std::unique_ptr<FirstPass> database_pass(std::span<const Rule> rules, std::string& why_not);

}  // namespace aegis::detectors
