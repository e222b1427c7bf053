// Detector: everything that looks at a text, as one: the rules that ship and the user's own, over the text
// and over what it hides (views.h), and the learned classifier; with the severities and exceptions the user
// wants.
//
// Immutable after create(); any number of threads may scan at once. Findings hold views of the rules' names:
// they live as long as their Detector.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detectors/allowlist.h"
#include "detectors/classifier.h"
#include "detectors/rule.h"
#include "detectors/scanner.h"

namespace aegis::detectors {

// Rules of the user's are run one by one around their keywords: some dozens, not thousands.
inline constexpr std::size_t kMaxOwnRules = 500;

class Detector {
 public:
  struct Options {
    std::vector<Rule> rules;                                  // beside those that ship
    std::map<std::string, Severity, std::less<>> severities;  // by a rule's id or by type; the id wins
    std::vector<Allowed> allowed;
  };

  // Errors: invalid_input naming the rule or the entry (JSON Pointer within its list) and what is wrong: an
  // id that is taken, a pattern that does not compile, an example that the rule does not treat as it says.
  static Result<std::shared_ptr<const Detector>> create(Options options);
  // What ships, unchanged.
  static std::shared_ptr<const Detector> builtin();

  // Without what the user allows at that place. Ordered as by Scanner::scan. What was found in a view stands
  // where the bytes it was made of stand in the text.
  [[nodiscard]] ScanReport scan(std::string_view text, const Place& place = {}) const;
  // The same without the classifier, which is for who asks about a text, not for who acts on it by itself
  // (docs/adr/0023-the-guard-acts-on-rules.md).
  [[nodiscard]] ScanReport scan_by_rules(std::string_view text, const Place& place = {}) const;

  // How many rules there are.
  [[nodiscard]] std::size_t rules() const;
  // The rule of that id; nullptr: none.
  [[nodiscard]] const Rule* rule(std::string_view id) const;

 private:
  Detector() = default;
  void scan_plain(std::string_view text, const Classifier* classifier, ScanReport* report) const;
  [[nodiscard]] ScanReport scan_all(std::string_view text, const Place& place,
                                    const Classifier* classifier) const;

  std::shared_ptr<const Scanner> builtin_;
  std::shared_ptr<const Scanner> own_;  // null: the user has no rules
  std::map<std::string, Severity, std::less<>> severities_;
  bool has_allowed_ = false;
  Allowlist allowed_;
};

}  // namespace aegis::detectors
