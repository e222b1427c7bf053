// Scanner: every finding of a set of rules in one text.
//
// Immutable after construction; scan() may be called from any number of threads at once (match data is per
// thread). Building one takes about a millisecond: the first pass comes out of the program ready made or is
// built from anchors, and patterns are compiled when there is first something for them to confirm.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detectors/finding.h"
#include "detectors/rule.h"

namespace aegis::detectors {

// A flood of findings costs memory here and time in everyone who handles them.
inline constexpr std::size_t kMaxFindings = 50'000;
// Bytes past its window that a pattern's look-ahead and \b may see.
inline constexpr std::size_t kLookahead = 64;

struct ScanReport {
  // Ordered by start, then by rule id. May overlap; resolve() of redact.h picks among them.
  std::vector<Finding> findings;
  // False when a limit (match steps, work, findings per text) stopped the scan: the text is then
  // *indeterminate*, and who asked must not treat it as clean.
  bool complete = true;
};

class Scanner {
 public:
  // For any rules; the first pass looks for their anchors. Errors: a duplicate id, a rule with no anchor, too
  // many anchors. A pattern that does not compile is found when it is first needed, and makes that scan
  // incomplete.
  static Result<std::shared_ptr<const Scanner>> create(std::vector<Rule> rules);
  // All rules that ship with the product (builtin_rules() of rules/families.h). Where the program holds a
  // Vectorscan database that fits them and the machine, that is the first pass; the findings are the same.
  static std::shared_ptr<const Scanner> builtin();

  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  [[nodiscard]] ScanReport scan(std::string_view text) const;
  [[nodiscard]] const std::vector<Rule>& rules() const;
  // The first pass, for people: "Vectorscan 5.4.9, avx2" or "Aho-Corasick", with the reason where the former
  // was to be expected.
  [[nodiscard]] std::string engine() const;

 private:
  struct Impl;
  explicit Scanner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace aegis::detectors
