// How the families of official numbers (tax, health, identity, registration) write a rule, and the arithmetic
// that their check digits share.
//
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// Confidence of a number that is all there is of a text and passes its check: enough to show, too little to
// act on, because one number in ten passes a check digit.
inline constexpr double kAlone = 0.5;

// One sort of number; add_id() makes a rule `id` of it, which wants the number's name before it, and, where
// `alone` is not 0, a rule `id`-alone for texts that are nothing but the number.
struct IdRule {
  std::string_view id = {};
  std::string_view type = {};
  Severity severity = Severity::high;
  double confidence = 0.9;      // named
  double alone = 0;             // alone in its text; 0: no such rule
  std::string value = {};       // pattern of the number, case-insensitive, without groups
  std::size_t min_length = 0;   // bytes of the number as written
  std::size_t max_length = 0;   // the same; at most 40
  Validator check = nullptr;    // of the number's own digits
  std::string_view words = {};  // pattern of what it is called, each alternative with one of `anchors`
  std::vector<std::string> anchors = {};
  std::string_view name = {};  // one of `words`, as people write it before the number
  std::vector<std::string_view> valid = {};
  std::vector<std::string_view> invalid = {};
};
void add_id(std::vector<Rule>& rules, const IdRule& id);

// The digits of `value`, in order.
std::string digits_of(std::string_view value);
// Digits and letters of `value`, letters in upper case.
std::string compact(std::string_view value);
// Σ digit·weight over the first weights.size() bytes of `digits`. REQUIRES: they exist and are digits.
unsigned weighted(std::string_view digits, std::initializer_list<unsigned> weights);
// ISO/IEC 7812-1 Annex B, any length.
bool luhn_holds(std::string_view digits);
// ISO 7064, MOD 11,10, the last digit being the check digit.
bool mod_11_10_holds(std::string_view digits);
// Verhoeff's check digit (Mathematisch Centrum Tracts 29, 1969), the last digit being the check digit.
bool verhoeff_holds(std::string_view digits);
// `count` digits of `digits` from `at` as a number. REQUIRES: they exist; count <= 9.
unsigned part(std::string_view digits, std::size_t at, std::size_t count);
// Whether all bytes are the same.
bool all_same(std::string_view digits);
// Whether a day of that name exists in some year (29 February does).
bool is_day(unsigned month, unsigned day);

}  // namespace aegis::detectors
