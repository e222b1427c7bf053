// Telephone numbers: shapes that few other things have, and plain numbers beside a word that says so.
#include <algorithm>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"
#include "detectors/validators.h"

namespace aegis::detectors {
namespace {

// E.164 allows fifteen digits; fewer than seven are no subscriber's. An extension does not count.
double phone_number(const Match& match, double confidence) {
  const std::string_view number = match.value.substr(0, match.value.find_first_of("xe"));
  const auto digits =
      std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 7 && digits <= 15 ? confidence : 0;
}

// The same, but for dates, which are groups of digits, too.
double phone_not_date(const Match& match, double confidence) {
  return plausible_date(match, 1) > 0 ? 0 : phone_number(match, confidence);
}

// The same where a word says what the number is: six digits in pairs will do, "33 93 31".
double phone_said(const Match& match, double confidence) {
  const std::string_view value = match.value;
  constexpr std::size_t kPairs = 8;
  const bool pairs =
      value.size() == kPairs && value[2] == ' ' && value[5] == ' ' && digits_of(value).size() == 6;
  if (pairs) return plausible_date(match, 1) > 0 ? 0 : confidence;
  return phone_not_date(match, confidence);
}

void add_shapes(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "phone-us-dashed",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.85,
      .pattern =
          R"((?<![\w.\-/+=(])(?:\+?1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ -])[1-9]\d{2}-\d{4}(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 10,
      .min_dashes = 1,
      .min_dashed = 7,
      .before = 2,
      .after = 16,
      .hits = {{"call (555) 123-4567 today", "area code in parentheses"},
               {"555-867-5309", "dashes only"},
               {"1-800-555-0199", "with the country code"},
               {"(978)645-9740x11144", "with an extension"}},
      .misses = {{"2024-01-15 10:22:01", "a time stamp"},
                 {"155-123-4567", "area codes do not start with 1"},
                 {"415-012-4567", "exchanges do not start with 0"},
                 {"v555-867-5309-2", "part of an identifier"}},
  });
  rules.push_back({
      .id = "phone-us-dotted",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.7,
      .pattern = R"((?<![\w.\-/+=])[2-9]\d{2}\.[1-9]\d{2}\.\d{4}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 10,
      .min_dots = 2,
      .after = 0,
      .hits = {{"fax 555.123.4567", "dots between the groups"}},
      .misses = {{"192.168.100.200", "an address"}, {"2.555.123.4567", "a version"}},
  });
  rules.push_back({
      .id = "phone-international",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.85,
      .pattern =
          R"((?<![\w+\-/=)\]])\+[1-9]\d{0,2}(?:\d{7,12}|(?:[ .-]?(?:\(\d{1,5}\)\d{0,5}|\d{1,5}))?(?:[ .-]\d{2,8}){1,4})(?![\w+/=]|[.-]\d))",
      .anchors = {"+1", "+2", "+3", "+4", "+5", "+6", "+7", "+8", "+9"},
      .after = 51,
      .validate = phone_number,
      .hits = {{"reach me at +49 30 901820 00", "country code and groups"},
               {"tel:+14155550123", "without spaces"},
               {"+44 (20) 7946 0958", "area code in parentheses"},
               {"+49 (0)30 1234567", "the zero that is left out from abroad"}},
      .misses = {{"2024-01-15T10:00:00+01:00", "a time zone"},
                 {"x+1234567890", "an expression"},
                 {"+1 for this idea", "agreement"}},
  });
  rules.push_back({
      .id = "phone-context",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.85,
      .pattern =
          R"((?i:\b(?:(?:tele)?phone|mobile|cell|fax)(?:[ _-]?(?:number|num|no))?)\b["']?[ :=.#]{1,4}(?:is )?["']?(\+?\(?\d[\d ().\-]{7,18}\d)(?![\w\-/]|\.\d))",
      .anchors = {"phone", "mobile", "fax", "cell"},
      .before = 4,
      .after = 60,
      .validate = phone_number,
      .hits = {{"phone: 030 901820", "a national number with its name"},
               {"my mobile number is 07700 900123", "in a sentence"}},
      .misses = {{"mobile 1.2.3", "a version"}, {"cell 5 of 12", "a cell of a table"}},
  });
}

// Groups of digits in national forms, with an extension: "06-10446904", "(88) 684-334",
// "001-748-088-2851x818". A sign stands between groups: without one, a row of digits could be divided in
// thousands of ways, and all of them would be tried.
constexpr std::string_view kGroups =
    R"(((?:\+|00)?\(?\d{1,15}\)?(?:[ .\-/]{1,2}\(?\d{1,8}\)?|\(\d{1,8}\)){0,5}(?: ?(?:x|ext\.?) ?\d{1,6})?))";

void add_worded(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "phone-call",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.8,
      .pattern =
          std::string(
              R"((?i:(?<![a-z])(?:call|reach|dial|ring|text|contact|answering|whatsapp|sms|tel\.?|telephone|phone|hotline)(?:ing|ed)?(?: (?:me|us|him|her|them|back|support|now|please|directly|number|is|my|our|at|on|via|to)){0,4})[ :,]{0,3}(?<![\w.\-/]))")
              .append(kGroups)
              .append(R"((?![\w\-/]|[.,]\d))"),
      .anchors = {"call", "reach", "dial", "ring", "text", "contact", "answering", "whatsapp", "sms", "tel",
                  "phone", "hotline"},
      .after = 139,
      .validate = phone_said,
      .hits = {{"You can call 73 448 266", "an order to call"},
               {"They're not answering at (88) 684-334", "said of a number"},
               {"You can call 33 93 31", "six digits in pairs"},
               {"Tel: 06-10446904", "abbreviated"}},
      .misses = {{"call 911 now", "no subscriber"},
                 {"call 12 10 24", "a date"},
                 {"string 2024-01-15 is a date", "part of a word, and a date"},
                 {"text at 2024-01-15", "a date"}},
  });
  rules.push_back({
      .id = "phone-number-is",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.6,  // numbers of other things are said in the same words
      .pattern = R"((?i:\bnumber(?: is|:) {1,2})(0[1-9]\d{0,3}(?:[ /-]\d{2,8}){1,3})(?![\w\-/]|[.,]\d))",
      .anchors = {"number is ", "number: "},
      .after = 48,
      .validate = phone_not_date,
      .hits = {{"My number is 09-7625400", "a national number"}},
      .misses = {{"The number is 01-02-2024", "a date"}, {"Number: 12-3456789", "no area's number"}},
  });
  rules.push_back({
      .id = "phone-labelled-after",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.75,
      .pattern = std::string(R"((?<![\w.\-/+]))")
                     .append(kGroups)
                     .append(R"((?=[ \-]{1,2}\(?(?i:office|fax|mobile|cell|landline)\b))"),
      .anchors = {"office", "fax", "mobile", "cell", "landline"},
      .before = 120,
      .after = 2,
      .validate = phone_said,
      .hits = {{"089 72 63 41 office", "its kind after it"},
               {"001-748-088-2851x818-Fax", "with an extension"}},
      .misses = {{"12 office chairs", "too short"}, {"2024-01-15 mobile release", "a date"}},
  });
  rules.push_back({
      .id = "phone-national-spaced",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.6,
      .pattern =
          R"((?<![\w.\-/+:,] )(?<![\w.\-/+])(?!\d{4} \d{4} \d{4})0[1-9]\d{1,3} \d{3,4} ?\d{3,4}(?![\w\-/]|[.,: ]\d))",
      .anchor = Anchor::digits,
      .min_digits = 9,
      .min_spaced = 9,
      .after = 0,
      .validate = phone_number,
      .hits = {{"07700 900123", "a British mobile"}, {"(020 7946 0958)", "a British landline"}},
      .misses = {{"0700 900123 0800 12", "a row of numbers"},
                 {"x 0123 4567 890", "after another column"},
                 {"<final>: 0639 0645 0649", "three codes of characters"}},
  });
  rules.push_back({
      .id = "phone-alone",
      .kind = Kind::pii,
      .type = "phone",
      .severity = Severity::medium,
      .confidence = 0.6,
      .pattern =
          R"(\A\s{0,8}(?!\d{3}[ -]\d\d[ -]\d{4}(?!\d)|\d{6}-\d{4})((?:\+(?=[1-9])|00(?=[1-9](?:\D{0,2}\d){8})|\(\+?\d{1,4}\) ?|0(?=[1-9]))\d{1,4}(?:[ \-/]?\(?\d{2,6}\)?){1,4}(?: ?(?:x|ext\.?) ?\d{1,6})?)\s{0,8}\z)",
      .anchor = Anchor::whole,
      .min_length = 4,
      .max_length = 60,
      .validate =
          [](const Match& match, double confidence) {
            // Digits alone are a phone number only with a plus sign: "0123456789" is anything.
            return match.value.find_first_of("+ -()/") == std::string_view::npos
                       ? 0.0
                       : phone_not_date(match, confidence);
          },
      .hits = {{"+49 30 901820", "with its country"}, {"030-901820", "with its area"}},
      .misses = {{"0123456789", "any number"},
                 {"01-02-2024", "a date"},
                 {"078-05-1123", "groups of a social security number"},
                 {"010203-1234", "a day of birth and a number"},
                 {"000 120 019", "no country's code"},
                 {"id 030-901820", "in other text"}},
  });
}

}  // namespace

std::vector<Rule> pii_phone() {
  std::vector<Rule> rules;
  add_shapes(rules);
  add_worded(rules);
  return rules;
}

}  // namespace aegis::detectors
