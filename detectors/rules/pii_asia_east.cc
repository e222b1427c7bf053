// Official numbers of eastern and south-eastern Asia. Formats and check digits as their issuers
// publish them, named at each.
#include <array>
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Immigration & Checkpoints Authority: weights 2, 7, 6, 5, 4, 3, 2, an offset by series, and a table of
// letters.
double sg_nric_fin(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  unsigned sum = weighted(std::string_view(text).substr(1), {2, 7, 6, 5, 4, 3, 2});
  if (text[0] == 'T' || text[0] == 'G') sum += 4;
  if (text[0] == 'M') sum += 3;
  const std::string_view letters = text[0] == 'S' || text[0] == 'T' ? "JZIHGFEDCBA"
                                   : text[0] == 'M'                 ? "KLJNPQRTUWX"
                                                                    : "XWUTRQPNMLK";
  const unsigned at = text[0] == 'M' ? 10 - sum % 11 : sum % 11;
  return text[8] == letters[at] ? confidence : 0;
}

// Accounting and Corporate Regulatory Authority: businesses, local companies, and others, by their length.
double sg_uen(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  if (text.size() == 9) {
    const unsigned sum = weighted(text, {10, 4, 9, 3, 8, 2, 7, 1});
    return text[8] == std::string_view("XMKECAWLJDB")[sum % 11] ? confidence : 0;
  }
  if (is_digit(text[0])) {
    const unsigned sum = weighted(text, {10, 8, 6, 4, 9, 7, 5, 3, 1});
    return text[9] == std::string_view("ZKCMDNERGWH")[sum % 11] ? confidence : 0;
  }
  constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
  constexpr std::array<std::size_t, 9> kWeights = {4, 3, 5, 3, 10, 2, 2, 5, 7};
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const std::size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) return 0;
    sum += kWeights[i] * value;
  }
  return text[9] == kAlphabet[(sum + 6) % 11] ? confidence : 0;
}

// Ministry of the Interior and Safety: a day of birth; numbers given out since October 2020 have no check
// digit, so a day is all that can be asked for.
double kr_registration(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return is_day(part(digits, 2, 2), part(digits, 4, 2)) ? confidence : 0;
}

// National Tax Service: weights 1, 3, 7, 1, 3, 7, 1, 3, 5, and the tens of the ninth product.
double kr_brn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned sum = weighted(digits, {1, 3, 7, 1, 3, 7, 1, 3, 5}) + part(digits, 8, 1) * 5 / 10;
  return (10 - sum % 10) % 10 == part(digits, 9, 1) && !all_same(digits) ? confidence : 0;
}

// Department of Provincial Administration: weights 13 to 2, complement to 11.
double th_tnin(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return (11 - rest) % 10 == part(digits, 12, 1) && !all_same(digits) ? confidence : 0;
}

// GB 11643: a day of birth and ISO 7064 MOD 11-2.
double cn_resident_id(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  const unsigned rest = weighted(text, {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}) % 11;
  return text[17] == std::string_view("10X98765432")[rest] && is_day(part(text, 10, 2), part(text, 12, 2))
             ? confidence
             : 0;
}

double jp_my_number(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return (rest < 2 ? 0 : 11 - rest) == part(digits, 11, 1) && !all_same(digits) ? confidence : 0;
}

// Ministry of the Interior: the letter is a number of two digits, weights 1, 9 and 8 to 1, 1.
double tw_national_id(const Match& match, double confidence) {
  constexpr std::string_view kOrder = "ABCDEFGHJKLMNPQRSTUVXYWZIO";  // A is 10
  const std::string text = compact(match.value);
  const auto letter = static_cast<unsigned>(kOrder.find(text[0])) + 10;
  const unsigned sum =
      letter / 10 + letter % 10 * 9 + weighted(std::string_view(text).substr(1), {8, 7, 6, 5, 4, 3, 2, 1, 1});
  return sum % 10 == 0 ? confidence : 0;
}

// Immigration Department: letters count from 10, an absent first letter 36; remainder by 11, A for 10.
double hk_id(const Match& match, double confidence) {
  std::string text = compact(match.value);
  if (text.size() == 8) text.insert(0, 1, ' ');
  const auto value = [](char c) {
    return c == ' ' ? 36U : static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A' + 10);
  };
  unsigned sum = 0;
  for (unsigned i = 0; i < 9; ++i) sum += value(text[i]) * (9 - i);
  return sum % 11 == 0 ? confidence : 0;
}

double my_nric(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return is_day(part(digits, 2, 2), part(digits, 4, 2)) ? confidence : 0;
}

void add_east_asia(std::vector<Rule>& rules) {
  constexpr std::string_view kBorn = R"(\d{2}[01]\d[0-3]\d)";
  add_id(rules,
         {.id = "kr-rrn",
          .type = "kr_rrn",
          .severity = Severity::critical,
          .alone = 0.6,
          .value = std::string(kBorn).append(R"(-?[0-49]\d{6})"),
          .min_length = 13,
          .max_length = 14,
          .check = kr_registration,
          .words = "rrn|resident "
                   "registration|\xEC\xA3\xBC\xEB\xAF\xBC\xEB\x93\xB1\xEB\xA1\x9D\xEB\xB2\x88\xED\x98\xB8",
          .anchors = {"rrn", "resident reg", "\xEC\xA3\xBC\xEB\xAF\xBC\xEB\x93\xB1\xEB\xA1\x9D"},
          .name = "RRN",
          .valid = {"960121-1021413", "9601211021413"},
          .invalid = {"000402-6214431", "961321-1021413"}});
  add_id(rules, {.id = "kr-frn",
                 .type = "kr_frn",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = std::string(kBorn).append(R"(-?[5-8]\d{6})"),
                 .min_length = 13,
                 .max_length = 14,
                 .check = kr_registration,
                 .words = "frn|foreigner registration|alien "
                          "registration|\xEC\x99\xB8\xEA\xB5\xAD\xEC\x9D\xB8\xEB\x93\xB1\xEB\xA1\x9D",
                 .anchors = {"frn", "foreigner reg", "alien reg", "\xEC\x99\xB8\xEA\xB5\xAD\xEC\x9D\xB8"},
                 .name = "FRN",
                 .valid = {"911124-5678901", "000505-7637892"},
                 .invalid = {"000402-2214431", "001332-5234567"}});
  add_id(rules, {.id = "kr-brn",
                 .type = "kr_brn",
                 .severity = Severity::low,  // a business's, and public
                 .alone = kAlone,
                 .value = R"(\d{3}-?\d{2}-?\d{5})",
                 .min_length = 10,
                 .max_length = 12,
                 .check = kr_brn,
                 .words = "brn|business registration|\xEC\x82\xAC\xEC\x97\x85\xEC\x9E\x90",
                 .anchors = {"brn", "business reg", "\xEC\x82\xAC\xEC\x97\x85\xEC\x9E\x90"},
                 .name = "BRN",
                 .valid = {"116-82-00276", "1048656659"},
                 .invalid = {"116-82-00277"}});
  add_id(rules, {.id = "kr-passport",
                 .type = "kr_passport",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"([MSRODG]\d{3}[A-Z]\d{4}|[MSROGD]\d{8})",
                 .min_length = 9,
                 .max_length = 9,
                 .words = "passport|\xEC\x97\xAC\xEA\xB6\x8C",
                 .anchors = {"passport", "\xEC\x97\xAC\xEA\xB6\x8C"},
                 .name = "Korean passport",
                 .valid = {"M123A4567", "S87654321"},
                 .invalid = {"M12A4567", "M123AB567"}});
  add_id(rules,
         {.id = "kr-driver-license",
          .type = "kr_driver_license",
          .alone = 0.8,
          .value = R"((?:1[1-9]|2[0-8])-\d{2}-\d{6}-\d{2})",
          .min_length = 15,
          .max_length = 15,
          .words = "driv\\w{2,4}(?:'s)?[ _-]?licen[cs]e|\xEC\x9A\xB4\xEC\xA0\x84\xEB\xA9\xB4\xED\x97\x88",
          .anchors = {"licen", "\xEC\x9A\xB4\xEC\xA0\x84\xEB\xA9\xB4\xED\x97\x88"},
          .name = "Korean driver's license",
          .valid = {"11-22-123456-12"},
          .invalid = {"11-22-123456-123", "31-22-123456-12"}});
  add_id(rules, {.id = "cn-resident-id",
                 .type = "cn_resident_id",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.9,
                 .value = R"([1-8]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9X])",
                 .min_length = 18,
                 .max_length = 18,
                 .check = cn_resident_id,
                 .words = "\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81|resident id\\w{0,6}|id card|citizen id",
                 .anchors = {"\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81", "resident id", "id card", "citizen id"},
                 .name = "resident ID",
                 .valid = {"11010519491231002X", "360426199101010071"},
                 .invalid = {"110105194912310021", "11010519491331002X"}});
  add_id(rules,
         {.id = "jp-my-number",
          .type = "jp_my_number",
          .severity = Severity::critical,
          .value = R"(\d{4}[ -]?\d{4}[ -]?\d{4})",
          .min_length = 12,
          .max_length = 14,
          .check = jp_my_number,
          .words = "my number|\xE3\x83\x9E\xE3\x82\xA4\xE3\x83\x8A\xE3\x83\xB3\xE3\x83\x90\xE3\x83\xBC|"
                   "\xE5\x80\x8B\xE4\xBA\xBA\xE7\x95\xAA\xE5\x8F\xB7",
          .anchors = {"my number", "\xE3\x83\x9E\xE3\x82\xA4\xE3\x83\x8A\xE3\x83\xB3",
                      "\xE5\x80\x8B\xE4\xBA\xBA\xE7\x95\xAA"},
          .name = "My Number",
          .valid = {"123456789018"},
          .invalid = {"123456789019"}});
  add_id(rules, {.id = "tw-national-id",
                 .type = "tw_national_id",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"([A-Z][1289]\d{8})",
                 .min_length = 10,
                 .max_length = 10,
                 .check = tw_national_id,
                 .words = "\xE8\xBA\xAB\xE5\x88\x86\xE8\xAD\x89|national id\\w{0,6}|taiwan id",
                 .anchors = {"\xE8\xBA\xAB\xE5\x88\x86\xE8\xAD\x89", "national id", "taiwan id"},
                 .name = "Taiwan ID",
                 .valid = {"A123456789"},
                 .invalid = {"A123456788"}});
  add_id(rules, {.id = "hk-id",
                 .type = "hk_id",
                 .severity = Severity::critical,
                 .alone = 0.9,
                 .value = R"([A-Z]{1,2}\d{6}\([0-9A]\))",
                 .min_length = 10,
                 .max_length = 11,
                 .check = hk_id,
                 .words = "hkid|hong kong id\\w{0,6}|\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAD\x89",
                 .anchors = {"hkid", "hong kong id", "\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAD\x89"},
                 .name = "HKID",
                 .valid = {"A123456(3)"},
                 .invalid = {"A123456(4)"}});
}

void add_south_east_asia(std::vector<Rule>& rules) {
  add_id(rules, {.id = "sg-nric-fin",
                 .type = "sg_nric_fin",
                 .severity = Severity::critical,
                 .alone = 0.8,
                 .value = R"([STFGM]\d{7}[A-Z])",
                 .min_length = 9,
                 .max_length = 9,
                 .check = sg_nric_fin,
                 .words = R"(nric|fin(?:[ _-]?(?:number|no))?|identity card)",
                 .anchors = {"nric", "fin", "identity card"},
                 .name = "NRIC",
                 .valid = {"S2740116C", "S1234567D"},
                 .invalid = {"S1234567A"}});
  rules.push_back({
      .id = "sg-nric-fin-shape",
      .kind = Kind::pii,
      .type = "sg_nric_fin",
      .severity = Severity::high,
      .confidence = 0.7,
      .pattern = R"((?<![\w.\-/#:])[STFGM]\d{7}[A-Z](?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 7,
      .min_together = 7,
      .before = 1,
      .after = 1,
      .validate = sg_nric_fin,
      .hits = {{"Tan, S2740116C, Bedok", "its letter is right"}},
      .misses = {{"Tan, S2740116D, Bedok", "another letter"}, {"part-S2740116C", "longer"}},
  });
  add_id(rules, {.id = "sg-uen",
                 .type = "sg_uen",
                 .severity = Severity::low,  // a business's, and public
                 .alone = 0.7,
                 .value = R"(\d{8}[A-Z]|(?:18|19|20)\d{7}[A-Z]|[RST]\d{2}[A-Z]{2}\d{4}[A-Z])",
                 .min_length = 9,
                 .max_length = 10,
                 .check = sg_uen,
                 .words = R"(uen|unique entity)",
                 .anchors = {"uen", "unique entity"},
                 .name = "UEN",
                 .valid = {"197401143C", "T01FC6132D", "53125226D"},
                 .invalid = {"197401143D", "53125226E"}});
  add_id(rules,
         {.id = "th-tnin",
          .type = "th_tnin",
          .severity = Severity::critical,
          .alone = 0.55,
          .value = R"([1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d)",
          .min_length = 13,
          .max_length = 17,
          .check = th_tnin,
          .words = "tnin|thai (?:national "
                   ")?id\\w{0,6}|\xE0\xB8\x9A\xE0\xB8\xB1\xE0\xB8\x95\xE0\xB8\xA3|national id\\w{0,6}",
          .anchors = {"tnin", "thai ", "national id", "\xE0\xB8\x9A\xE0\xB8\xB1\xE0\xB8\x95\xE0\xB8\xA3"},
          .name = "Thai national ID",
          .valid = {"1-2345-45678-78-1", "1234545678781"},
          .invalid = {"1-2345-45678-78-2"}});
  add_id(rules, {.id = "my-nric",
                 .type = "my_nric",
                 .severity = Severity::critical,
                 .value = R"(\d{2}[01]\d[0-3]\d-?\d{2}-?\d{4})",
                 .min_length = 12,
                 .max_length = 14,
                 .check = my_nric,
                 .words = R"(mykad|my[ _-]?kad|nric|kad pengenalan|ic number)",
                 .anchors = {"kad", "nric", "ic number"},
                 .name = "MyKad",
                 .valid = {"770305-02-1234"},
                 .invalid = {"771305-02-1234"}});
  add_id(rules, {.id = "id-nik",
                 .type = "id_nik",
                 .severity = Severity::critical,
                 .value = R"([1-9]\d{5}[0-7]\d[01]\d{7})",
                 .min_length = 16,
                 .max_length = 16,
                 .words = R"(nik|ktp|nomor induk)",
                 .anchors = {"nik", "ktp", "nomor induk"},
                 .name = "NIK",
                 .valid = {"3171011708450001"},
                 .invalid = {"317101170845000"}});
}

}  // namespace

std::vector<Rule> pii_asia_east() {
  std::vector<Rule> rules;
  add_east_asia(rules);
  add_south_east_asia(rules);
  return rules;
}

}  // namespace aegis::detectors
