// Official numbers of Germany. Formats and check digits as their issuers
// publish them, named at each.
#include <array>
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Bundeszentralamt für Steuern: ISO 7064 MOD 11,10; of the first ten digits none stands more than three
// times, and one at most stands more than once.
double de_tax_id(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  std::array<unsigned, 10> counts{};
  for (const char c : digits.substr(0, 10)) ++counts[static_cast<std::size_t>(c - '0')];
  unsigned repeated = 0;
  for (const unsigned count : counts) {
    if (count > 3) return 0;
    repeated += count > 1 ? 1U : 0U;
  }
  return repeated <= 1 && mod_11_10_holds(digits) ? confidence : 0;
}

// Sum of the digits of each product, as German pension and health insurers use it.
unsigned cross_sums(std::string_view digits, std::initializer_list<unsigned> weights) {
  unsigned sum = 0;
  std::size_t i = 0;
  for (const unsigned weight : weights) {
    const unsigned product = weight * static_cast<unsigned>(digits[i++] - '0');
    sum += product / 10 + product % 10;
  }
  return sum;
}

// The letter at `at` as its place in the alphabet, in two digits.
std::string with_letter_as_number(const std::string& text, std::size_t at) {
  const std::string number = std::to_string(text[at] - 'A' + 1);
  return text.substr(0, at) + (number.size() == 1 ? "0" : "") + number + text.substr(at + 1);
}

// Deutsche Rentenversicherung, VKVV §2: area, birth date (the day may have 50 added), letter, serial, check.
double de_social_security(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  unsigned day = part(text, 2, 2);
  if (day > 50) day -= 50;
  const std::string digits = with_letter_as_number(text, 8);
  return is_day(part(text, 4, 2), day) &&
                 cross_sums(digits, {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1}) % 10 == part(digits, 12, 1)
             ? confidence
             : 0;
}

// GKV-Spitzenverband: the letter as two digits, weights 1 and 2.
double de_health_insurance(const Match& match, double confidence) {
  const std::string digits = with_letter_as_number(compact(match.value), 0);
  return cross_sums(digits, {1, 2, 1, 2, 1, 2, 1, 2, 1, 2}) % 10 == part(digits, 10, 1) ? confidence : 0;
}

// Kassenärztliche Bundesvereinigung: weights 4 and 9 over six digits, then the check digit, then the field.
// Hospitals write 5555555 and 9999999 for physicians without a number.
double de_lanr(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return (10 - weighted(digits, {4, 9, 4, 9, 4, 9}) % 10) % 10 == part(digits, 6, 1) &&
                 digits.substr(0, 7) != "0000000"
             ? confidence
             : 0;
}

// ICAO Doc 9303: weights 7, 3, 1; letters count from 10. The last character is the check digit.
double icao_document(const Match& match, double confidence) {
  constexpr std::array<unsigned, 3> kWeights = {7, 3, 1};
  const std::string text = compact(match.value);
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto value = static_cast<unsigned>(is_digit(text[i]) ? text[i] - '0' : text[i] - 'A' + 10);
    sum += kWeights[i % kWeights.size()] * value;
  }
  return is_digit(text.back()) && sum % 10 == part(text, text.size() - 1, 1) ? confidence : 0;
}

double mod_11_10(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return mod_11_10_holds(digits) && !all_same(digits) ? confidence : 0;
}

void add_germany(std::vector<Rule>& rules) {
  add_id(
      rules,
      {.id = "de-tax-id",
       .type = "de_tax_id",
       .severity = Severity::critical,
       .alone = kAlone,
       .value = R"([1-9]\d[ /]?\d{3}[ /]?\d{3}[ /]?\d{3})",
       .min_length = 11,
       .max_length = 14,
       .check = de_tax_id,
       .words =
           R"(steuer-?id\w{0,20}|identifikationsnummer|steueridentnummer|steuernummer|id-?nr\.?|tin|tax[ _-]?id)",
       .anchors = {"steuer", "identifikationsnummer", "idnr", "id-nr", "tin", "taxid", "tax id", "tax_id",
                   "tax-id"},
       .name = "Steuer-ID",
       .valid = {"86095742719", "36 574 261 809"},
       .invalid = {"86095742718", "11112345678"}});
  constexpr std::string_view kCharacters = "[CFGHJKLMNPRTVWXYZ0-9]";
  add_id(rules, {.id = "de-passport",
                 .type = "de_passport",
                 .severity = Severity::critical,
                 .alone = 0.7,
                 .value = std::string("[CFGHJKL]").append(kCharacters).append(R"({7}\d)"),
                 .min_length = 9,
                 .max_length = 9,
                 .check = icao_document,
                 .words = R"((?:reise)?pass(?:nummer|[ -]?nr\.?)?|pass(?:port)?)",
                 .anchors = {"pass"},
                 .name = "Reisepass",
                 .valid = {"C01234565", "L01X00T44"},
                 .invalid = {"C01234566", "A01234567"}});
  add_id(rules, {.id = "de-id-card",
                 .type = "de_id_card",
                 .severity = Severity::critical,
                 .alone = 0.7,
                 .value = std::string("[LMNPRTVWXY]").append(kCharacters).append(R"({7,8}\d)"),
                 .min_length = 9,
                 .max_length = 10,
                 .check = icao_document,
                 .words = R"((?:personal)?ausweis\w{0,8}(?:[ -]?nr\.?)?|id[ _-]?card)",
                 .anchors = {"ausweis", "idcard", "id card", "id_card", "id-card"},
                 .name = "Personalausweis",
                 .valid = {"L01X00T471", "L01X00T44"},
                 .invalid = {"L01X00T47", "A01234567"}});
  add_id(
      rules,
      {.id = "de-social-security",
       .type = "de_social_security",
       .severity = Severity::critical,
       .alone = 0.9,
       .value = R"(\d{2} ?\d{6} ?[A-Z] ?\d{3})",
       .min_length = 12,
       .max_length = 15,
       .check = de_social_security,
       .words =
           R"(rvnr\.?|sv-?nr\.?|sv-?nummer|sozialversicherung\w{0,12}|rentenversicherung\w{0,12}|versicherungsnummer)",
       .anchors = {"rvnr", "svnr", "sv-nr", "svnummer", "sv-nummer", "versicherung"},
       .name = "Sozialversicherungsnummer",
       .valid = {"15070649C103", "65 070803 A 019"},
       .invalid = {"15070649C100", "15850649C103"}});
  add_id(rules,
         {.id = "de-health-insurance",
          .type = "de_health_insurance",
          .alone = 0.6,
          .value = R"([A-Z]\d{9})",
          .min_length = 10,
          .max_length = 10,
          .check = de_health_insurance,
          .words = R"(kvnr\.?|krankenversicher\w{0,14}|krankenkasse\w{0,8}|versichertennummer|egk\w{0,8})",
          .anchors = {"kvnr", "krankenversicher", "krankenkasse", "versichertennummer", "egk"},
          .name = "KVNR",
          .valid = {"A123456780", "M123456785"},
          .invalid = {"A123456787"}});
  add_id(rules, {.id = "de-lanr",
                 .type = "de_lanr",
                 .severity = Severity::medium,
                 .alone = kAlone,
                 .value = R"(\d{9})",
                 .min_length = 9,
                 .max_length = 9,
                 .check = de_lanr,
                 .words = R"(lanr|arzt(?:nummer|-?nr\.?))",
                 .anchors = {"lanr", "arzt"},
                 .name = "LANR",
                 .valid = {"123456601", "987654401", "555555500"},
                 .invalid = {"123456901"}});
  add_id(rules,
         {.id = "de-vat-id",
          .type = "de_vat_id",
          .severity = Severity::low,  // printed on every invoice
          .alone = 0.7,
          .value = R"(DE ?\d{3} ?\d{3} ?\d{3})",
          .min_length = 11,
          .max_length = 14,
          .check = mod_11_10,
          .words = R"(ust\.?-?id\w{0,3}\.?(?:-?nr\.?)?|umsatzsteuer\w{0,24}|vat(?:[ _-]?(?:id|number|no))?)",
          .anchors = {"ust", "umsatzsteuer", "vat"},
          .name = "USt-IdNr.",
          .valid = {"DE136695976", "DE 136 695 976"},
          .invalid = {"DE136695977", "DE123456780"}});
}

// Numbers on documents and signs without a check digit: believed with their name, or by a shape that little
// else has.
void add_german_documents(std::vector<Rule>& rules) {
  add_id(rules, {.id = "de-driver-license",
                 .type = "de_driver_license",
                 .value = R"([A-Z0-9]\d{2}[A-Z0-9]{6}\d[A-Z0-9])",
                 .min_length = 11,
                 .max_length = 11,
                 .words = R"(f\S{1,2}hrerschein\w{0,8}(?:[ -]?nr\.?)?|fahrerlaubnis\w{0,8})",
                 .anchors = {"hrerschein", "fahrerlaubnis"},
                 .name = "F\xC3\xBChrerscheinnummer",
                 .valid = {"B072RRE2I55"},
                 .invalid = {"B072RRE2I5", "BA72RRE2I55"}});
  add_id(rules, {.id = "de-tax-number",
                 .type = "de_tax_number",
                 .alone = kAlone,
                 .value = R"(\d{2,3}/\d{3}/\d{4,5})",
                 .min_length = 11,
                 .max_length = 13,
                 .words = R"(steuer-?n(?:umme)?r\.?|st\.?-?nr\.?)",
                 .anchors = {"steuer", "st.-nr", "st-nr", "stnr", "st.nr"},
                 .name = "Steuernummer",
                 .valid = {"93/815/08152", "181/815/08155"},
                 .invalid = {"93/81/508152"}});
  add_id(rules, {.id = "de-bsnr",
                 .type = "de_bsnr",
                 .severity = Severity::low,  // a practice's
                 .value = R"((?:0[1-3]|17|20|3[58]|46|5[12]|7[1-4789]|78|83|88|9[389])\d{7})",
                 .min_length = 9,
                 .max_length = 9,
                 .words = R"(bsnr|betriebsst\S{1,2}tten(?:nummer|-?nr\.?))",
                 .anchors = {"bsnr", "betriebsst"},
                 .name = "BSNR",
                 .valid = {"021234568", "721234567"},
                 .invalid = {"02123456", "991"}});
  add_id(rules, {.id = "de-handelsregister",
                 .type = "de_handelsregister",
                 .severity = Severity::low,  // a company's, and public
                 .alone = 0.8,
                 .value = R"(HR[AB] ?\d{1,6}(?: ?[A-Z]{1,2})?)",
                 .min_length = 4,
                 .max_length = 13,
                 .words = R"(handelsregister\w{0,8}|amtsgericht(?: [^\d\n]{2,24})?)",
                 .anchors = {"handelsregister", "amtsgericht"},
                 .name = "Handelsregister",
                 .valid = {"HRB 12345", "HRA 4711 B"},
                 .invalid = {"HR 12345", "HRB 1234567"}});
  add_id(rules, {.id = "de-license-plate",
                 .type = "de_kfz",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = "(?-i:(?:[A-Z]|\xC3[\x84\x96\x9C]){1,3}-[A-Z]{1,2} ?[1-9]\\d{0,3}[EH]?)",
                 .min_length = 4,
                 .max_length = 15,
                 .words = R"((?:kfz-?)?kennzeichen|nummernschild)",
                 .anchors = {"kennzeichen", "nummernschild"},
                 .name = "Kennzeichen",
                 .valid = {"B-AB 1234", "M-X 99E", "T\xC3\x9C-K 12"},
                 .invalid = {"EVT VT2", "BXYZ-AB 1234", "B-AB 0123", "BAB1234", "add-on 3"}});
  add_id(rules, {.id = "de-postal-code",
                 .type = "de_plz",
                 .severity = Severity::low,  // a part of a town
                 .value = R"((?:0[1-9]|[1-9]\d)\d{3})",
                 .min_length = 5,
                 .max_length = 5,
                 .check =
                     [](const Match& match, double confidence) {
                       const std::string digits = digits_of(match.value);
                       return digits > "01000" && digits < "99999" ? confidence : 0.0;
                     },
                 .words = R"(plz|postleitzahl)",
                 .anchors = {"plz", "postleitzahl"},
                 .name = "PLZ",
                 .valid = {"10115", "01067"},
                 .invalid = {"00000", "99999"}});
}

}  // namespace

std::vector<Rule> pii_germany() {
  std::vector<Rule> rules;
  add_germany(rules);
  add_german_documents(rules);
  return rules;
}

}  // namespace aegis::detectors
