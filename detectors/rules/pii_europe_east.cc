// Official numbers of northern, central and eastern Europe, and Turkey. Formats and check digits as their
// issuers publish them, named at each.
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

double mod_11_10(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return mod_11_10_holds(digits) && !all_same(digits) ? confidence : 0;
}

// Digital and Population Data Services Agency: the nine digits modulo 31 pick the last character.
double fi_personal_identity_code(const Match& match, double confidence) {
  constexpr std::string_view kCharacters = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  std::string text(match.value.substr(0, 6));
  text.append(match.value.substr(7, 3));
  const std::string last = compact(match.value.substr(10));
  return is_day(part(text, 2, 2), part(text, 0, 2)) && last[0] == kCharacters[part(text, 0, 9) % 31]
             ? confidence
             : 0;
}

// Skatteverket: Luhn over the last ten digits; coordination numbers add 60 to the day.
double se_personnummer(const Match& match, double confidence) {
  const std::string all = digits_of(match.value);
  const std::string digits = all.substr(all.size() - 10);
  unsigned day = part(digits, 4, 2);
  if (day > 60) day -= 60;
  return luhn_holds(digits) && is_day(part(digits, 2, 2), day) ? confidence : 0;
}

// Bolagsverket: Luhn; the third digit is 2 or more, so that no number is a day of birth.
double se_organisationsnummer(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return digits[2] >= '2' && luhn_holds(digits) && !all_same(digits) ? confidence : 0;
}

// Ministerstwo Cyfryzacji: weights 1, 3, 7, 9; the month tells the century.
double pl_pesel(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned sum = weighted(digits, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1});
  return sum % 10 == 0 && is_day(part(digits, 2, 2) % 20, part(digits, 4, 2)) ? confidence : 0;
}

// EAN-13's check digit.
double ch_ahv(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1}) % 10 == 0 ? confidence : 0;
}

double at_svnr(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11 == part(digits, 3, 1) ? confidence : 0;
}

// Skatteetaten: two digits modulo 11.
double no_fnr(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}) % 11 == 0 &&
                 weighted(digits, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0 &&
                 is_day(part(digits, 2, 2) % 40, part(digits, 0, 2) % 40)
             ? confidence
             : 0;
}

// No check digit that holds for new numbers: a day, and its name.
double dk_cpr(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return is_day(part(digits, 2, 2), part(digits, 0, 2)) ? confidence : 0;
}

double cz_birth_number(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  unsigned rest = 0;
  for (const char c : digits) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 11;
  unsigned month = part(digits, 2, 2) % 50;
  if (month > 20) month -= 20;
  return rest == 0 && is_day(month, part(digits, 4, 2)) ? confidence : 0;
}

double ro_cnp(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}) % 11;
  return (rest == 10 ? 1 : rest) == part(digits, 12, 1) && is_day(part(digits, 3, 2), part(digits, 5, 2))
             ? confidence
             : 0;
}

double bg_egn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {2, 4, 8, 5, 10, 9, 7, 3, 6}) % 11 % 10 == part(digits, 9, 1) &&
                 is_day(part(digits, 2, 2) % 20, part(digits, 4, 2))
             ? confidence
             : 0;
}

double tr_identity_number(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned tenth =
      (weighted(digits, {7, 0, 7, 0, 7, 0, 7, 0, 7}) + weighted(digits, {0, 9, 0, 9, 0, 9, 0, 9})) % 10;
  const unsigned last = weighted(digits, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}) % 10;
  return tenth == part(digits, 9, 1) && last == part(digits, 10, 1) ? confidence : 0;
}

void add_north(std::vector<Rule>& rules) {
  constexpr std::string_view kFinnish = R"([0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y])";
  add_id(rules, {.id = "fi-personal-identity-code",
                 .type = "fi_personal_identity_code",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.95,
                 .value = std::string(kFinnish),
                 .min_length = 11,
                 .max_length = 11,
                 .check = fi_personal_identity_code,
                 .words = R"(hetu|henkil\S{1,3}tunnus|personal identity code|personbeteckning)",
                 .anchors = {"hetu", "henkil", "personal identity", "personbeteckning"},
                 .name = "hetu",
                 .valid = {"131052-308T"},
                 .invalid = {"131052-308U", "311152-308T"}});
  rules.push_back({
      .id = "fi-personal-identity-code-shape",
      .kind = Kind::pii,
      .type = "fi_personal_identity_code",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern = R"((?<![\w.\-/])[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 6,
      .min_together = 6,
      .after = 6,
      .validate = fi_personal_identity_code,
      .hits = {{"Matti 131052-308T Espoo", "a date, a serial number and their character"}},
      .misses = {{"Matti 131052-308U Espoo", "another character"}, {"991352-308T", "no such day"}},
  });
  add_id(rules, {.id = "se-personnummer",
                 .type = "se_personnummer",
                 .severity = Severity::critical,
                 .alone = 0.55,
                 .value = R"((?:19|20)?\d{6}[-+ ]?\d{4})",
                 .min_length = 10,
                 .max_length = 13,
                 .check = se_personnummer,
                 .words = R"(person(?:nummer|nr)|samordningsnummer|personal identity number)",
                 .anchors = {"personn", "samordning", "personal identity"},
                 .name = "personnummer",
                 .valid = {"811228-9874", "19811228-9874"},
                 .invalid = {"811228-9875", "811328-9874"}});
  rules.push_back({
      .id = "se-personnummer-dashed",
      .kind = Kind::pii,
      .type = "se_personnummer",
      .severity = Severity::high,
      .confidence = 0.7,
      .pattern = R"((?<![\w.\-/])(?:19|20)?\d{2}[01]\d[0-9]\d-\d{4}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 10,
      .min_dashes = 1,
      .min_together = 6,
      .after = 0,
      .validate = se_personnummer,
      .hits = {{"Anna, 811228-9874, Malm\xC3\xB6", "a date and four digits"}},
      .misses = {{"Anna, 811228-9875, Malm\xC3\xB6", "wrong check digit"},
                 {"part 819928-9874", "no such day"}},
  });
  add_id(rules, {.id = "se-organisationsnummer",
                 .type = "se_organisationsnummer",
                 .severity = Severity::low,  // a company's, and public
                 .alone = kAlone,
                 .value = R"((?:16)?[1-35-9]\d[2-9]\d{3}[- ]?\d{4})",
                 .min_length = 10,
                 .max_length = 13,
                 .check =
                     [](const Match& match, double confidence) {
                       const std::string digits = digits_of(match.value);
                       const std::string last = digits.substr(digits.size() - 10);
                       return se_organisationsnummer({match.text, last, match.start}, confidence);
                     },
                 .words = R"(org(?:anisations)?\.? ?-?(?:nummer|nr)\.?)",
                 .anchors = {"org"},
                 .name = "organisationsnummer",
                 .valid = {"556016-0680", "5560160680"},
                 .invalid = {"556016-0681"}});
  add_id(rules, {.id = "no-fodselsnummer",
                 .type = "no_fodselsnummer",
                 .severity = Severity::critical,
                 .alone = 0.55,
                 .value = R"(\d{6} ?\d{5})",
                 .min_length = 11,
                 .max_length = 12,
                 .check = no_fnr,
                 .words = R"(f\S{1,2}dselsnummer|personnummer|fnr)",
                 .anchors = {"dselsnummer", "personnummer", "fnr"},
                 .name = "f\xC3\xB8"
                         "dselsnummer",
                 .valid = {"15108695088"},
                 .invalid = {"15108695077"}});
  add_id(rules, {.id = "dk-cpr",
                 .type = "dk_cpr",
                 .severity = Severity::critical,
                 .value = R"([0-3]\d[01]\d{3}[- ]?\d{4})",
                 .min_length = 10,
                 .max_length = 11,
                 .check = dk_cpr,
                 .words = R"(cpr(?:[ -]?(?:nummer|nr\.?))?|personnummer)",
                 .anchors = {"cpr", "personnummer"},
                 .name = "CPR-nummer",
                 .valid = {"211062-5629"},
                 .invalid = {"991062-5629"}});
}

void add_alps_and_east(std::vector<Rule>& rules) {
  add_id(rules, {.id = "ch-ahv-number",
                 .type = "ch_ahv",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.9,
                 .value = R"(756\.?\d{4}\.?\d{4}\.?\d{2})",
                 .min_length = 13,
                 .max_length = 16,
                 .check = ch_ahv,
                 .words = R"(ahv\S{0,12}|avs|sozialversicherungsnummer|oasi)",
                 .anchors = {"ahv", "avs", "sozialversicherungsnummer", "oasi"},
                 .name = "AHV-Nr.",
                 .valid = {"756.9217.0769.85", "7569217076985"},
                 .invalid = {"756.9217.0769.84"}});
  add_id(rules, {.id = "at-svnr",
                 .type = "at_svnr",
                 .severity = Severity::critical,
                 .value = R"([1-9]\d{3} ?\d{6})",
                 .min_length = 10,
                 .max_length = 11,
                 .check = at_svnr,
                 .words = R"(svnr\.?|sv-?nummer|sozialversicherungsnummer)",
                 .anchors = {"svnr", "svnummer", "sv-nummer", "sozialversicherungsnummer"},
                 .name = "SVNR",
                 .valid = {"1237 010180"},
                 .invalid = {"1238 010180"}});
  add_id(rules, {.id = "pl-pesel",
                 .type = "pl_pesel",
                 .severity = Severity::critical,
                 .alone = 0.55,
                 .value = R"(\d{11})",
                 .min_length = 11,
                 .max_length = 11,
                 .check = pl_pesel,
                 .words = "pesel",
                 .anchors = {"pesel"},
                 .name = "PESEL",
                 .valid = {"44051401458"},
                 .invalid = {"44051401459", "44991401458"}});
  add_id(rules, {.id = "cz-birth-number",
                 .type = "cz_birth_number",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"(\d{6}/\d{4})",
                 .min_length = 11,
                 .max_length = 11,
                 .check = cz_birth_number,
                 .words = R"(rodn\S{1,3} \S{1,3}\w{1,6}o|r\. ?\S{1,3}\.|birth number)",
                 .anchors = {"rodn", "birth number", "r."},
                 .name = "birth number",
                 .valid = {"710319/2745"},
                 .invalid = {"710319/2746"}});
  add_id(rules, {.id = "ro-cnp",
                 .type = "ro_cnp",
                 .severity = Severity::critical,
                 .alone = 0.6,
                 .value = R"([1-8]\d{12})",
                 .min_length = 13,
                 .max_length = 13,
                 .check = ro_cnp,
                 .words = R"(cnp|cod numeric personal)",
                 .anchors = {"cnp", "cod numeric"},
                 .name = "CNP",
                 .valid = {"1630615123457"},
                 .invalid = {"1630615123458"}});
  add_id(rules, {.id = "bg-egn",
                 .type = "bg_egn",
                 .severity = Severity::critical,
                 .value = R"(\d{10})",
                 .min_length = 10,
                 .max_length = 10,
                 .check = bg_egn,
                 .words = "egn|\xD0\x95\xD0\x93\xD0\x9D",
                 .anchors = {"egn", "\xD0\x95\xD0\x93\xD0\x9D"},
                 .name = "EGN",
                 .valid = {"7523169263"},
                 .invalid = {"7523169264"}});
  add_id(rules, {.id = "hr-oib",
                 .type = "hr_oib",
                 .severity = Severity::critical,
                 .value = R"(\d{11})",
                 .min_length = 11,
                 .max_length = 11,
                 .check = mod_11_10,
                 .words = R"(oib|osobni identifikacijski)",
                 .anchors = {"oib", "osobni"},
                 .name = "OIB",
                 .valid = {"33392005961"},
                 .invalid = {"33392005962"}});
  add_id(rules, {.id = "tr-identity-number",
                 .type = "tr_identity_number",
                 .severity = Severity::critical,
                 .alone = 0.55,
                 .value = R"([1-9]\d{10})",
                 .min_length = 11,
                 .max_length = 11,
                 .check = tr_identity_number,
                 .words = R"(t\.?c\.? ?(?:kimlik|no)\w{0,4}|tckn|kimlik)",
                 .anchors = {"kimlik", "tckn", "tcno", "tc no", "tc.no", "tc. no", "t.cno", "t.c no",
                             "t.c.no", "t.c. no"},
                 .name = "T.C. kimlik no",
                 .valid = {"17291716060"},
                 .invalid = {"17291716050"}});
  add_id(rules, {.id = "tr-license-plate",
                 .type = "tr_license_plate",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = R"((?:0[1-9]|[1-7]\d|8[01]) (?:[A-Z] \d{4,5}|[A-Z]{2} \d{3,4}|[A-Z]{3} \d{2,3}))",
                 .min_length = 9,
                 .max_length = 10,
                 .words = R"(plaka\w{0,3}|license plate|number plate)",
                 .anchors = {"plaka", "license plate", "number plate"},
                 .name = "plaka",
                 .valid = {"34 ABC 123", "06 AB 1234"},
                 .invalid = {"82 ABC 123", "34 ABC 1234"}});
}

}  // namespace

std::vector<Rule> pii_europe_east() {
  std::vector<Rule> rules;
  add_north(rules);
  add_alps_and_east(rules);
  return rules;
}

}  // namespace aegis::detectors
