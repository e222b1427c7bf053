// What the classifier adds to the findings of rules: findings of its own, and a second opinion on what a rule
// only suspects.
//
// Pure, thread-safe. Time is linear in the text, and in the findings times the logarithm of its windows.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "detectors/classifier.h"
#include "detectors/finding.h"

namespace aegis::detectors {

// Fewer words than this are no passage that a classifier of wording could judge: names, states, commands.
inline constexpr std::size_t kLearnedWords = 4;

// The id, and the type, of what the classifier finds. No rule has them.
inline constexpr std::string_view kLearnedRule = "learned-injection";
inline constexpr std::string_view kLearnedType = "LEARNED_INJECTION";

// Beside a quotation, as many words make a text about it.
inline constexpr std::size_t kProseWords = 12;

// Passages of `text` that fire, as findings; at most kDiscussed where they fire only because of what they
// quote.
void add_learned(const Classifier& classifier, std::string_view text, std::vector<Finding>* findings);

// Where a rule suspects an injection in `text` and the classifier too thinks it likelier than not, both count
// as independent witnesses: their odds multiply. Lowers nothing; a finding at kDiscussed or below, which is
// quoted or talked about, stays as it is.
void raise_suspected(const Classifier& classifier, std::string_view text, std::vector<Finding>* findings);

// Takes out what the classifier found where a rule is certain: the rule says more exactly what it is.
void drop_explained(std::vector<Finding>* findings);

}  // namespace aegis::detectors
