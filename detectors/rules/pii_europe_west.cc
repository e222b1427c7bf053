// Official numbers of western Europe: United Kingdom, Ireland, France, Spain, Portugal, Italy, the
// Netherlands, Belgium. Formats and check digits as their issuers publish them, named at each.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// NHS Data Dictionary: modulus 11, weights 10 to 2.
double uk_nhs(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned check = 11 - weighted(digits, {10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return !all_same(digits) && check % 11 == part(digits, 9, 1) && check != 10 ? confidence : 0;
}

// HM Revenue & Customs, NIM39110: letters and pairs of letters that are not used.
double uk_nino(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  constexpr auto kUnused = std::to_array<std::string_view>({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"});
  const std::string_view prefix = std::string_view(text).substr(0, 2);
  const bool letters = std::string_view("DFIQUV").find(text[0]) == std::string_view::npos &&
                       std::string_view("DFIOQUV").find(text[1]) == std::string_view::npos;
  return letters && std::find(kUnused.begin(), kUnused.end(), prefix) == kUnused.end() ? confidence : 0;
}

// Driver and Vehicle Licensing Agency: decade, month (plus 50 for women), day and year of birth.
double uk_driving_licence(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  unsigned month = part(text, 6, 2);
  if (month > 50) month -= 50;
  return is_day(month, part(text, 8, 2)) ? confidence : 0;
}

// Agenzia delle Entrate: values of the characters at odd and even places, remainder by 26 as a letter; digits
// may be replaced by letters where two persons would have the same code.
double it_fiscal_code(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  constexpr std::array<unsigned, 26> kOdd = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                             20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  unsigned sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const auto value = static_cast<unsigned>(is_digit(text[i]) ? text[i] - '0' : text[i] - 'A');
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  // A wrong letter is a misprint more often than another thing of this shape.
  return text[15] == static_cast<char>('A' + sum % 26) ? confidence : confidence * 0.6;
}

double it_vat(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return luhn_holds(digits) && !all_same(digits) ? confidence : 0;
}

// Ministerio del Interior: the remainder by 23 picks the letter; X, Y, Z of foreigners count as 0, 1, 2.
double es_nif(const Match& match, double confidence) {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  std::string text = compact(match.value);
  if (!is_digit(text[0])) text[0] = static_cast<char>('0' + (text[0] - 'X'));
  const unsigned number = part(text, 0, text.size() - 1);
  return text.back() == kLetters[number % 23] && number != 0 ? confidence : 0;
}

// Institut national de la statistique: 97 less the remainder by 97; Corsica's 2A and 2B count as 19 and 18.
double fr_nir(const Match& match, double confidence) {
  std::string text = compact(match.value);
  if (text[5] == '2' && text[6] == 'A') text.replace(5, 2, "19");
  if (text[5] == '2' && text[6] == 'B') text.replace(5, 2, "18");
  const unsigned month = part(text, 3, 2);
  unsigned rest = 0;
  for (const char c : text.substr(0, 13)) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
  return (month <= 12 ? month > 0 : month >= 20) && 97 - rest == part(text, 13, 2) ? confidence : 0;
}

double pt_nif(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return (rest < 2 ? 0 : 11 - rest) == part(digits, 8, 1) && !all_same(digits) ? confidence : 0;
}

// Belastingdienst: the eleven test with -1 for the last digit.
double nl_bsn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return weighted(digits, {9, 8, 7, 6, 5, 4, 3, 2}) % 11 == part(digits, 8, 1) && !all_same(digits)
             ? confidence
             : 0;
}

// Rijksregister: 97 less the remainder by 97, with a 2 in front for births from 2000 on.
double be_national_number(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned number = part(digits, 0, 9);
  const unsigned check = part(digits, 9, 2);
  const bool holds = 97 - number % 97 == check || 97 - (2'000'000'000U + number) % 97 == check;
  return holds && is_day(part(digits, 2, 2) % 20, part(digits, 4, 2)) ? confidence : 0;
}

// Revenue Commissioners: weights 8 to 2, a second letter counts nine times; the remainder by 23 as a letter.
double ie_pps(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  unsigned sum = weighted(text, {8, 7, 6, 5, 4, 3, 2});
  if (text.size() == 9 && text[8] != 'W') sum += 9 * static_cast<unsigned>(text[8] - 'A' + 1);
  const char expected = sum % 23 == 0 ? 'W' : static_cast<char>('A' + sum % 23 - 1);
  return text[7] == expected ? confidence : 0;
}

void add_united_kingdom(std::vector<Rule>& rules) {
  add_id(rules, {.id = "uk-nhs-number",
                 .type = "uk_nhs",
                 .alone = kAlone,
                 .value = R"(\d{3}[ -]?\d{3}[ -]?\d{4})",
                 .min_length = 10,
                 .max_length = 12,
                 .check = uk_nhs,
                 .words = R"(nhs(?:[ _-]?(?:number|no|num|id))?|national health)",
                 .anchors = {"nhs", "national health"},
                 .name = "NHS number",
                 .valid = {"943 476 5919", "9434765919", "221 395 1837"},
                 .invalid = {"943 476 5918", "000 000 0000"}});
  constexpr std::string_view kNino = R"([A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])";
  add_id(rules, {.id = "uk-nino",
                 .type = "uk_nino",
                 .severity = Severity::critical,
                 .alone = 0.8,
                 .value = std::string(kNino),
                 .min_length = 9,
                 .max_length = 13,
                 .check = uk_nino,
                 .words = R"(nino|ni[ _-]?(?:number|no)|national[ _-]?insurance)",
                 .anchors = {"nino", "ni n", "ni_n", "ni-n", "nin", "national insurance",
                             "national_insurance", "nationalinsurance", "national-insurance"},
                 .name = "NINO",
                 .valid = {"AB 12 34 56 C", "PR123612C"},
                 .invalid = {"AA 12 34 56 H", "BG123612A", "DA123456A"}});
  rules.push_back({
      .id = "uk-nino-shape",
      .kind = Kind::pii,
      .type = "uk_nino",
      .severity = Severity::critical,
      .confidence = 0.75,
      .pattern = R"((?<![\w.\-/])[A-Z]{2}(?: \d{2} \d{2} \d{2} |\d{6})[A-D](?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 6,
      .min_spaced = 6,
      .before = 3,
      .after = 2,
      .validate = uk_nino,
      .hits = {{"Jane Roe, AB 12 34 56 C, Leeds", "groups of two"}, {"(AB123456C)", "without spaces"}},
      .misses = {{"GB123456C", "a pair of letters that is not used"}, {"XAB123456C", "longer"}},
  });
  add_id(rules, {.id = "uk-driving-licence",
                 .type = "uk_driving_licence",
                 .alone = 0.9,
                 .value = R"([A-Z]{1,5}9{0,4}\d[0156]\d[0-3]\d{2}[A-Z][A-Z9][A-Z0-9][A-Z]{2})",
                 .min_length = 12,
                 .max_length = 20,
                 .check =
                     [](const Match& match, double confidence) {
                       return match.value.size() == 16 ? uk_driving_licence(match, confidence) : 0.0;
                     },
                 .words = R"(driv\w{2,4}(?:'s)?[ _-]?licen[cs]e|licen[cs]e|dvla)",
                 .anchors = {"licen", "dvla"},
                 .name = "driving licence",
                 .valid = {"MORGA657054SM9IJ", "MORGA607054SM9IJ"},
                 .invalid = {"MORGA637054SM9IJ", "MORGA657994SM9IJ"}});
  constexpr std::string_view kAreas =
      "(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|"
      "K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|"
      "W[ACDFNRSV]?|YO|ZE)";
  add_id(rules,
         {.id = "uk-postcode",
          .type = "uk_postcode",
          .severity = Severity::low,  // a street, not a person
          .alone = 0.6,
          .value = std::string("(?:").append(kAreas).append(R"(\d[A-Z0-9]?|GIR) ?\d[ABD-HJLNP-UW-Z]{2})"),
          .min_length = 5,
          .max_length = 8,
          .words = R"(post[ _-]?code|postal[ _-]?code)",
          .anchors = {"postcode", "post code", "post_code", "post-code", "postal"},
          .name = "postcode",
          .valid = {"EC2A 1NT", "SW1A1AA", "M1 1AA"},
          .invalid = {"QA1 1AA", "VA1 1AA", "EC2A 1CT"}});
  add_id(rules, {.id = "uk-vehicle-registration",
                 .type = "uk_vehicle_registration",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = R"([A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[1-7]\d) ?[A-HJ-PR-Z]{3})",
                 .min_length = 7,
                 .max_length = 8,
                 .words = R"(number plate|licen[cs]e plate|registration|vrm|vehicle reg|car reg|plate)",
                 .anchors = {"plate", "registration", "vrm", "vehicle reg", "car reg"},
                 .name = "registration",
                 .valid = {"BD51 SMR", "AB12CDE"},
                 .invalid = {"BD00 SMR", "QI51 SMR"}});
}

void add_united_kingdom_documents(std::vector<Rule>& rules) {
  add_id(rules, {.id = "uk-passport",
                 .type = "uk_passport",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([A-Z]{2}\d{7})",
                 .min_length = 9,
                 .max_length = 9,
                 .words = R"((?:uk|british|hmpo)[ _-]?passport(?:[ _-]?(?:number|no|num))?)",
                 .anchors = joined({"uk", "british", "hmpo"}, {"passport"}),
                 .name = "British passport",
                 .valid = {"AB1234567"},
                 .invalid = {"AB123456", "A12345678"}});
  // Until 2001 a letter for the year stood first, until 1983 last. In capitals, and with two digits at
  // least: "log10l" and "web3d" are no cars.
  add_id(rules, {.id = "uk-old-vehicle-registration",
                 .type = "uk_vehicle_registration",
                 .severity = Severity::low,
                 .alone = kAlone,
                 .value = R"((?-i:[A-HJ-NPR-Y]\d{2,3} ?[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3} ?\d{2,3}[A-HJ-NPR-Y]))",
                 .min_length = 6,
                 .max_length = 8,
                 .words = R"(number plate|licen[cs]e plate|registration|vrm|vehicle reg|car reg|plate)",
                 .anchors = {"plate", "registration", "vrm", "vehicle reg", "car reg"},
                 .name = "registration",
                 .valid = {"A123 BCD", "ABC 123D"},
                 .invalid = {"A123 BC", "ABCD 123", "log10l"}});
}

void add_italy(std::vector<Rule>& rules) {
  add_id(rules, {.id = "it-fiscal-code",
                 .type = "it_fiscal_code",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.95,
                 .value = "[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPR-T][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z]",
                 .min_length = 16,
                 .max_length = 16,
                 .check = it_fiscal_code,
                 .words = R"(codice[ _-]?fiscale|cod\.? ?fisc\.?|fiscal[ _-]?code|c\.f\.|cf)",
                 .anchors = {"fiscal", "fisc", "c.f.", "cf"},
                 .name = "codice fiscale",
                 .valid = {"RSSMRA85T10A562S"},
                 .invalid = {"RSSMRA85F10A562S", "RSSMR185T10A562S"}});
  add_id(rules, {.id = "it-vat-code",
                 .type = "it_vat_code",
                 .severity = Severity::low,  // published on invoices and sites
                 .alone = kAlone,
                 .value = R"((?:IT ?)?\d{5}[ _-]?\d{3}[ _-]?\d{3})",
                 .min_length = 11,
                 .max_length = 16,
                 .check = it_vat,
                 .words = R"(partita[ _-]?iva|p\.? ?iva|vat(?:[ _-]?(?:number|no|code|id))?)",
                 .anchors = {"iva", "vat"},
                 .name = "partita IVA",
                 .valid = {"00743110157", "01333550323", "01333550_323", "IT00743110157"},
                 .invalid = {"00743110158", "00000000000"}});
  add_id(rules, {.id = "it-identity-card",
                 .type = "it_identity_card",
                 .alone = kAlone,
                 .value = R"([A-Z]{2} ?\d{7}|\d{7}[A-Z]{2}|C[A-Z]\d{5}[A-Z]{2})",
                 .min_length = 9,
                 .max_length = 10,
                 .words = R"(carta (?:d.{0,3}|di )?identit\S{1,2}|identity[ _-]?card|c\.?i\.?e\.?)",
                 .anchors = {"identit", "c.i.e", "ci.e", "c.ie", "cie"},
                 .name = "carta d'identit\xC3\xA0",
                 .valid = {"AA1234567", "CA12345AA", "1234567AA"},
                 .invalid = {"AAA123456", "A12345678"}});
  add_id(rules, {.id = "it-passport",
                 .type = "it_passport",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([A-Z]{2}\d{7})",
                 .min_length = 9,
                 .max_length = 9,
                 .words = "passaporto",
                 .anchors = {"passaporto"},
                 .name = "passaporto",
                 .valid = {"AA1234567", "YA7654321"},
                 .invalid = {"A12345678", "AA123456"}});
  add_id(rules, {.id = "it-driver-license",
                 .type = "it_driver_license",
                 .alone = kAlone,
                 .value = R"([A-Z]{2}\d{7}[A-Z]|U1[B-DF-HJ-NP-TV-Z0-9]{7}[A-Z])",
                 .min_length = 10,
                 .max_length = 10,
                 .words = R"(patente(?: di guida)?|driv\w{2,4}(?:'s)?[ _-]?licen[cs]e)",
                 .anchors = {"patente", "licen"},
                 .name = "patente di guida",
                 .valid = {"AA0123456B", "U1H00B000C"},
                 .invalid = {"AA0123456", "990123456B"}});
}

void add_spain_portugal(std::vector<Rule>& rules) {
  add_id(rules, {.id = "es-nif",
                 .type = "es_nif",
                 .severity = Severity::critical,
                 .alone = 0.8,
                 .value = R"(\d{7,8}[ -]?[A-HJ-NP-TV-Z])",
                 .min_length = 8,
                 .max_length = 10,
                 .check = es_nif,
                 .words = R"(nif|dni|documento nacional|n\S{1,3}mero de identificaci\S{1,3}n)",
                 .anchors = {"nif", "dni", "documento nacional", "mero de identificaci"},
                 .name = "DNI",
                 .valid = {"12345678Z", "1111111-G"},
                 .invalid = {"12345678A"}});
  rules.push_back({
      .id = "es-nif-shape",
      .kind = Kind::pii,
      .type = "es_nif",
      .severity = Severity::high,
      .confidence = 0.6,
      .pattern = R"((?<![\w.\-/])\d{8}-?[A-HJ-NP-TV-Z](?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 8,
      .min_together = 8,
      .after = 2,
      .validate = es_nif,
      .hits = {{"Ana, 12345678Z, Sevilla", "eight digits and their letter"}},
      .misses = {{"Ana, 12345678A, Sevilla", "another letter"}, {"v12345678Z", "longer"}},
  });
  add_id(rules, {.id = "es-nie",
                 .type = "es_nie",
                 .severity = Severity::critical,
                 .alone = 0.8,
                 .value = R"([XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z])",
                 .min_length = 9,
                 .max_length = 11,
                 .check = es_nif,
                 .words = R"(nie|extranjero)",
                 .anchors = {"nie", "extranjero"},
                 .name = "NIE",
                 .valid = {"X1234567L", "Z8078221M"},
                 .invalid = {"X1234567M"}});
  rules.push_back({
      .id = "es-nie-shape",
      .kind = Kind::pii,
      .type = "es_nie",
      .severity = Severity::high,
      .confidence = 0.7,
      .pattern = R"((?<![\w.\-/])[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z](?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 7,
      .min_together = 7,
      .before = 2,
      .after = 2,
      .validate = es_nif,
      .hits = {{"Ana, X1234567L, Sevilla", "a foreigner's"}},
      .misses = {{"Ana, X1234567M, Sevilla", "another letter"}},
  });
  add_id(rules, {.id = "es-passport",
                 .type = "es_passport",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([A-Z]{3}\d{6}[A-Z]?|[A-Z]{2}\d{6})",
                 .min_length = 8,
                 .max_length = 10,
                 .words = "pasaporte",
                 .anchors = {"pasaporte"},
                 .name = "pasaporte",
                 .valid = {"AAA123456", "XD123456"},
                 .invalid = {"A123456", "AAAA12345"}});
  add_id(rules, {.id = "pt-nif",
                 .type = "pt_nif",
                 .value = R"([1-35689]\d{2} ?\d{3} ?\d{3})",
                 .min_length = 9,
                 .max_length = 11,
                 .check = pt_nif,
                 .words = R"(nif|contribuinte|n\S{1,3}mero fiscal)",
                 .anchors = {"nif", "contribuinte", "mero fiscal"},
                 .name = "contribuinte",
                 .valid = {"501964843", "123456789"},
                 .invalid = {"501964842"}});
}

void add_france_low_countries_ireland(std::vector<Rule>& rules) {
  constexpr std::string_view kNir = R"([1-478] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2})";
  add_id(rules, {.id = "fr-nir",
                 .type = "fr_nir",
                 .severity = Severity::critical,
                 .confidence = 0.95,
                 .alone = 0.8,
                 .value = std::string(kNir),
                 .min_length = 15,
                 .max_length = 21,
                 .check = fr_nir,
                 .words = R"(nir|insee|s\S{1,3}curit\S{1,3} sociale|num\S{1,3}ro de s\S{1,3}cu|carte vitale)",
                 .anchors = {"nir", "insee", "sociale", "ro de s", "carte vitale"},
                 .name = "NIR",
                 .valid = {"2 55 08 14 168 025 38", "255081416802538"},
                 .invalid = {"2 55 08 14 168 025 39"}});
  rules.push_back({
      .id = "fr-nir-grouped",
      .kind = Kind::pii,
      .type = "fr_nir",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern = R"((?<![\w.\-/])[12] \d{2} \d{2} \d{2} \d{3} \d{3}(?: | ?/ ?)\d{2}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 13,
      .after = 5,
      .validate = fr_nir,
      .hits = {{"assur\xC3\xA9"
                "e 2 55 08 14 168 025 38 depuis",
                "in the groups it is printed in"}},
      .misses = {{"2 55 08 14 168 025 39", "wrong key"}},
  });
  add_id(rules, {.id = "nl-bsn",
                 .type = "nl_bsn",
                 .severity = Severity::critical,
                 .value = R"(\d{4}[ .]?\d{2}[ .]?\d{3})",
                 .min_length = 9,
                 .max_length = 11,
                 .check = nl_bsn,
                 .words = R"(bsn|burgerservicenummer|sofi[ -]?nummer)",
                 .anchors = {"bsn", "burgerservice", "sofi"},
                 .name = "BSN",
                 .valid = {"111222333", "1112.22.333"},
                 .invalid = {"111252333", "000000000"}});
  add_id(
      rules,
      {.id = "be-national-number",
       .type = "be_national_number",
       .severity = Severity::critical,
       .alone = 0.6,
       .value = R"(\d{2}[. ]?\d{2}[. ]?\d{2}[ -]?\d{3}[. ]?\d{2})",
       .min_length = 11,
       .max_length = 15,
       .check = be_national_number,
       .words = R"(rijksregister\w{0,6}|registre national|num\S{1,3}ro national|national number|insz|niss)",
       .anchors = {"rijksregister", "registre national", "ro national", "national number", "insz", "niss"},
       .name = "rijksregisternummer",
       .valid = {"85.07.30-033.28", "85073003328"},
       .invalid = {"85.07.30-033.29"}});
  add_id(rules, {.id = "ie-pps-number",
                 .type = "ie_pps",
                 .severity = Severity::critical,
                 .alone = 0.7,
                 .value = R"(\d{7}[A-W][A-IW]?)",
                 .min_length = 8,
                 .max_length = 9,
                 .check = ie_pps,
                 .words = R"(ppsn?|personal public service)",
                 .anchors = {"pps", "personal public"},
                 .name = "PPSN",
                 .valid = {"6433435F", "6433435OA"},
                 .invalid = {"6433435E"}});
}

}  // namespace

std::vector<Rule> pii_europe_west() {
  std::vector<Rule> rules;
  add_united_kingdom(rules);
  add_united_kingdom_documents(rules);
  add_italy(rules);
  add_spain_portugal(rules);
  add_france_low_countries_ireland(rules);
  return rules;
}

}  // namespace aegis::detectors
