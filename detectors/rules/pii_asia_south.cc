// Official numbers of India, Pakistan, the Middle East, Africa, Australia and New Zealand. Formats and check
// digits as their issuers publish them, named at each.
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Australian Business Register: 1 off the first digit, weights 10, 1, 3, 5 … 19, divisible by 89.
double au_abn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned sum = weighted(digits, {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19});
  return digits[0] != '0' && (sum - 10) % 89 == 0 ? confidence : 0;
}

// Australian Securities and Investments Commission: weights 8 to 1, complement to 10.
double au_acn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {8, 7, 6, 5, 4, 3, 2, 1}) % 10;
  return (10 - rest) % 10 == part(digits, 8, 1) && !all_same(digits) ? confidence : 0;
}

// Australian Taxation Office.
double au_tfn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0 && !all_same(digits) ? confidence : 0;
}

// Services Australia: weights 1, 3, 7, 9; the digits after the check digit are issue and person.
double au_medicare(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {1, 3, 7, 9, 1, 3, 7, 9}) % 10 == part(digits, 8, 1) ? confidence : 0;
}

// Inland Revenue: weights 3, 2, 7, 6, 5, 4, 3, 2, and another set where those leave 10.
double nz_ird(const Match& match, double confidence) {
  std::string digits = digits_of(match.value);
  digits.insert(0, 9 - digits.size(), '0');
  const auto check = [](unsigned sum) { return (11 - sum % 11) % 11; };
  unsigned expected = check(weighted(digits, {3, 2, 7, 6, 5, 4, 3, 2}));
  if (expected == 10) expected = check(weighted(digits, {7, 4, 3, 2, 5, 2, 7, 6}));
  return expected == part(digits, 8, 1) && part(digits, 0, 9) >= 10'000'000 ? confidence : 0;
}

double in_aadhaar(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return verhoeff_holds(digits) && !all_same(digits) ? confidence : 0;
}

// Goods and Services Tax Network: state, permanent account number, and a check character by 36; a wrong one
// is a misprint more often than another thing of this shape.
double in_gstin(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  const unsigned state = part(text, 0, 2);
  unsigned sum = 0;
  for (std::size_t i = 0; i < 14; ++i) {
    const auto value = static_cast<unsigned>(is_digit(text[i]) ? text[i] - '0' : text[i] - 'A' + 10);
    const unsigned product = value * (i % 2 == 0 ? 1 : 2);
    sum += product / 36 + product % 36;
  }
  const unsigned check = (36 - sum % 36) % 36;
  const char expected = static_cast<char>(check < 10 ? '0' + check : 'A' + check - 10);
  if (state < 1 || (state > 38 && state != 97 && state != 99)) return 0;
  return text[14] == expected ? confidence : confidence * 0.7;
}

double luhn_of_all(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return luhn_holds(digits) && !all_same(digits) ? confidence : 0;
}

// Department of Home Affairs: a day of birth, citizenship, and Luhn.
double za_id_number(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return luhn_holds(digits) && is_day(part(digits, 2, 2), part(digits, 4, 2)) ? confidence : 0;
}

void add_oceania(std::vector<Rule>& rules) {
  add_id(rules, {.id = "au-abn",
                 .type = "au_abn",
                 .severity = Severity::low,  // a business's, and public
                 .alone = 0.55,
                 .value = R"(\d{2} ?\d{3} ?\d{3} ?\d{3})",
                 .min_length = 11,
                 .max_length = 14,
                 .check = au_abn,
                 .words = R"(abn|australian business)",
                 .anchors = {"abn", "australian business"},
                 .name = "ABN",
                 .valid = {"51 824 753 556", "83914571673"},
                 .invalid = {"52 824 753 556", "00000000560"}});
  add_id(rules, {.id = "au-acn",
                 .type = "au_acn",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = R"(\d{3} ?\d{3} ?\d{3})",
                 .min_length = 9,
                 .max_length = 11,
                 .check = au_acn,
                 .words = R"(acn|australian company)",
                 .anchors = {"acn", "australian company"},
                 .name = "ACN",
                 .valid = {"004 085 616", "005499981"},
                 .invalid = {"824753557"}});
  add_id(rules, {.id = "au-tfn",
                 .type = "au_tfn",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"(\d{3} ?\d{3} ?\d{3})",
                 .min_length = 9,
                 .max_length = 11,
                 .check = au_tfn,
                 .words = R"(tfn|tax[ _-]?file(?:[ _-]?(?:number|no))?)",
                 .anchors = {"tfn", "tax file", "tax_file", "taxfile", "tax-file"},
                 .name = "TFN",
                 .valid = {"876 543 210", "123456782"},
                 .invalid = {"123456783"}});
  add_id(rules, {.id = "au-medicare",
                 .type = "au_medicare",
                 .alone = kAlone,
                 .value = R"([2-6]\d{3}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?)",
                 .min_length = 10,
                 .max_length = 14,
                 .check = au_medicare,
                 .words = "medicare",
                 .anchors = {"medicare"},
                 .name = "Medicare",
                 .valid = {"2123 45670 1", "2123456701"},
                 .invalid = {"2123 45680 1"}});
  add_id(rules, {.id = "nz-ird",
                 .type = "nz_ird",
                 .severity = Severity::critical,
                 .value = R"(\d{2,3}[- ]?\d{3}[- ]?\d{3})",
                 .min_length = 8,
                 .max_length = 11,
                 .check = nz_ird,
                 .words = R"(ird(?:[ _-]?(?:number|no))?)",
                 .anchors = {"ird"},
                 .name = "IRD number",
                 .valid = {"49-091-850"},
                 .invalid = {"49-091-851"}});
}

void add_india(std::vector<Rule>& rules) {
  add_id(rules, {.id = "in-pan",
                 .type = "in_pan",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"([A-Z]{5}\d{4}[A-Z])",
                 .min_length = 10,
                 .max_length = 10,
                 .words = R"((?-i:PAN)|pan[ _-](?:card|number|no)|permanent account)",
                 .anchors = {"pan", "permanent account"},
                 .name = "PAN",
                 .valid = {"ABCPE1234F"},
                 .invalid = {"ABCPE12345", "ABC1E1234F"}});
  add_id(rules, {.id = "in-aadhaar",
                 .type = "in_aadhaar",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([2-9]\d{3}[ -]?\d{4}[ -]?\d{4})",
                 .min_length = 12,
                 .max_length = 14,
                 .check = in_aadhaar,
                 .words = R"(aadhaa?r|uidai|uid)",
                 .anchors = {"aadha", "uid"},
                 .name = "Aadhaar",
                 .valid = {"2341 2341 2346", "234123412346"},
                 .invalid = {"2341 2341 2347"}});
  add_id(rules, {.id = "in-voter",
                 .type = "in_voter",
                 .alone = kAlone,
                 .value = R"([A-Z]{3}\d{7})",
                 .min_length = 10,
                 .max_length = 10,
                 .words = R"(epic|voter|elector(?:al)?|election[ _-]?card)",
                 .anchors = {"epic", "voter", "elect"},
                 .name = "voter ID",
                 .valid = {"MUP5632811"},
                 .invalid = {"MU5632811"}});
  add_id(rules, {.id = "in-passport",
                 .type = "in_passport",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([A-PR-WY][1-9]\d{5}[1-9])",
                 .min_length = 8,
                 .max_length = 8,
                 .words = R"(indian[ _-]?passport|passport)",
                 .anchors = {"passport"},
                 .name = "Indian passport",
                 .valid = {"C3590543"},
                 .invalid = {"T356907", "Q3590543"}});
  add_id(rules, {.id = "in-gstin",
                 .type = "in_gstin",
                 .severity = Severity::low,  // a business's, and public
                 .alone = 0.9,
                 .value = R"([0-39][0-9][A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z])",
                 .min_length = 15,
                 .max_length = 15,
                 .check = in_gstin,
                 .words = R"(gstin|gst(?:[ _-]?(?:number|no|in|registration))?)",
                 .anchors = {"gst"},
                 .name = "GSTIN",
                 .valid = {"27AAPFU0939F1ZV"},
                 .invalid = {"00AAPFU0939F1ZV", "27AAPFU0939F1YV"}});
  constexpr std::string_view kStates =
      "(?:AN|AP|AR|AS|BH|BR|CG|CH|DD|DL|DN|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|OR|PB|PY|RJ|SK|"
      "TG|TN|TR|TS|UK|UP|WB)";
  add_id(rules, {.id = "in-vehicle-registration",
                 .type = "in_vehicle_registration",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = std::string(kStates).append(R"([ -]?(?:\d{1,2}[ -]?[A-Z]{1,3}[ -]?)?\d{4})"),
                 .min_length = 6,
                 .max_length = 14,
                 .words = R"(vehicle(?:[ _-]?(?:number|no|reg\w{0,9}))?|registration|number plate)",
                 .anchors = {"vehicle", "registration", "number plate"},
                 .name = "vehicle number",
                 .valid = {"DL01CA1234", "MH 12 AB 1234"},
                 .invalid = {"QQ01CA1234", "DL01CA123"}});
}

void add_middle_east_africa(std::vector<Rule>& rules) {
  add_id(
      rules,
      {.id = "za-id-number",
       .type = "za_id_number",
       .severity = Severity::critical,
       .alone = 0.6,
       .value = R"(\d{2}[01]\d[0-3]\d{5}[0-2][0-9]\d)",
       .min_length = 13,
       .max_length = 13,
       .check = za_id_number,
       .words =
           R"((?:rsa|south african|refugee)[ _-]?id\w{0,6}|sa[ _-]id\w{0,6}|id[ _-]?(?:number|no)|(?:permanent )?resident number)",
       .anchors = {"rsa", "sa id", "sa_id", "sa-id", "south african", "refugee", "id n", "id_n", "idn",
                   "id-n", "resident number"},
       .name = "RSA ID",
       .valid = {"7503305044089", "0001015002288"},
       .invalid = {"7503305044088", "7513305044089"}});
  add_id(rules, {.id = "ng-nin",
                 .type = "ng_nin",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([1-9]\d{10})",
                 .min_length = 11,
                 .max_length = 11,
                 .check = in_aadhaar,  // Verhoeff, too
                 .words = R"(nin|nimc|national identification)",
                 .anchors = {"nin", "nimc", "national ident"},
                 .name = "NIN",
                 .valid = {"12345678902"},
                 .invalid = {"12345678903"}});
  add_id(
      rules,
      {.id = "ng-vehicle-registration",
       .type = "ng_vehicle_registration",
       .severity = Severity::low,
       .alone = kAlone,
       .value = R"([A-HJ-NP-Z]{3}[- ]\d{3} ?[A-HJ-NP-Z]{2})",
       .min_length = 9,
       .max_length = 10,
       .words =
           R"(number plate|licen[cs]e plate|plate(?:[ _-]?(?:number|no))?|vehicle(?: reg\w{0,9})?|registration)",
       .anchors = {"plate", "vehicle", "registration"},
       .name = "plate number",
       .valid = {"ABC-123DE", "KJA 123 XY"},
       .invalid = {"AB-123DE", "ABC-1234D"}});
  add_id(rules, {.id = "il-id-number",
                 .type = "il_id",
                 .severity = Severity::critical,
                 .value = R"(\d{8,9}|\d{7,8}-\d)",
                 .min_length = 8,
                 .max_length = 10,
                 .check = luhn_of_all,
                 .words = "teudat zehut|israeli id\\w{0,6}|\xD7\xAA\xD7\xA2\xD7\x95\xD7\x93\xD7\xAA "
                          "\xD7\x96\xD7\x94\xD7\x95\xD7\xAA",
                 .anchors = {"teudat", "israeli id", "\xD7\xAA\xD7\xA2\xD7\x95\xD7\x93\xD7\xAA"},
                 .name = "teudat zehut",
                 .valid = {"3933742-3"},
                 .invalid = {"3933742-2"}});
  add_id(rules, {.id = "ae-emirates-id",
                 .type = "ae_emirates_id",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.9,
                 .value = R"(784-?(?:19|20)\d{2}-?\d{7}-?\d)",
                 .min_length = 15,
                 .max_length = 18,
                 .check = luhn_of_all,
                 .words = R"(emirates[ _-]?id\w{0,6}|eid)",
                 .anchors = {"emirates", "eid"},
                 .name = "Emirates ID",
                 .valid = {"784-1980-1234567-8"},
                 .invalid = {"784-1980-1234567-0"}});
  add_id(rules, {.id = "pk-cnic",
                 .type = "pk_cnic",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"([1-7]\d{4}-\d{7}-\d)",
                 .min_length = 15,
                 .max_length = 15,
                 .words = R"(cnic|nicop|national identity card)",
                 .anchors = {"cnic", "nicop", "national identity"},
                 .name = "CNIC",
                 .valid = {"35202-1234567-1"},
                 .invalid = {"85202-1234567-1"}});
}

}  // namespace

std::vector<Rule> pii_asia_south() {
  std::vector<Rule> rules;
  add_oceania(rules);
  add_india(rules);
  add_middle_east_africa(rules);
  return rules;
}

}  // namespace aegis::detectors
