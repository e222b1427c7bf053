// Official numbers of the Americas: United States, Canada, Mexico, Brazil, Argentina, Chile.
// Formats and check digits as their issuers publish them, named at each.
#include <array>
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"

namespace aegis::detectors {
namespace {

// Internal Revenue Service: 9 first, and the group in the ranges that are assigned.
double us_itin(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned group = part(digits, 3, 2);
  const bool assigned = (group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
                        (group >= 90 && group <= 92) || group >= 94;
  return digits[0] == '9' && assigned ? confidence : 0;
}

// Centers for Medicare & Medicaid Services: Luhn over the number with the prefix 80840 of health in the US.
double us_npi(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return luhn_holds("80840" + digits) && !all_same(std::string_view(digits).substr(0, 9)) ? confidence : 0;
}

// Drug Enforcement Administration: of the seven digits behind the two characters of the registrant, the
// second of which is 9 for a business, the 1st, 3rd, 5th and twice the 2nd, 4th, 6th add up to the last.
double us_dea(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value.substr(2));
  return weighted(digits, {1, 2, 1, 2, 1, 2}) % 10 == part(digits, 6, 1) ? confidence : 0;
}

// 49 CFR 565: letters have values, places have weights, the ninth character is the remainder by 11.
double vin(const Match& match, double confidence) {
  constexpr std::array<unsigned, 17> kWeights = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
  constexpr std::string_view kValues = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
  const std::string text = compact(match.value);
  unsigned sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const std::size_t at = kValues.find(text[i]);
    if (at == std::string_view::npos) return 0;
    sum += kWeights[i] * static_cast<unsigned>(at % 10);
  }
  const unsigned rest = sum % 11;
  const char expected = rest == 10 ? 'X' : static_cast<char>('0' + rest);
  return text[8] == expected && !all_same(text) ? confidence : 0;
}

// Employment and Social Development Canada: Luhn; 0 and 8 are not issued to persons.
double ca_sin(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return digits[0] != '0' && digits[0] != '8' && luhn_holds(digits) && !all_same(digits) ? confidence : 0;
}

unsigned check_11(unsigned sum) { return sum % 11 < 2 ? 0 : 11 - sum % 11; }

// Receita Federal: two digits, each the complement to 11 of a weighted sum.
double br_cpf(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return !all_same(digits) &&
                 check_11(weighted(digits, {10, 9, 8, 7, 6, 5, 4, 3, 2})) == part(digits, 9, 1) &&
                 check_11(weighted(digits, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2})) == part(digits, 10, 1)
             ? confidence
             : 0;
}

double br_cnpj(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return !all_same(digits) &&
                 check_11(weighted(digits, {5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2})) == part(digits, 12, 1) &&
                 check_11(weighted(digits, {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2})) == part(digits, 13, 1)
             ? confidence
             : 0;
}

// Registro Nacional de Población: a date of birth, and a digit over values of all characters (Ñ counts).
double mx_curp(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  if (!is_day(part(text, 6, 2), part(text, 8, 2))) return 0;
  unsigned sum = 0;
  for (std::size_t i = 0; i < 17; ++i) {
    const char c = text[i];
    const unsigned value = c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c <= 'N' ? static_cast<unsigned>(c - 'A' + 10)
                                      : static_cast<unsigned>(c - 'A' + 11);
    sum += value * static_cast<unsigned>(18 - i);
  }
  return (10 - sum % 10) % 10 == part(text, 17, 1) ? confidence : 0;
}

// Administración Federal de Ingresos Públicos.
double ar_cuit(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  const unsigned rest = weighted(digits, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return (11 - rest) % 11 == part(digits, 10, 1) ? confidence : 0;
}

// Servicio de Registro Civil: weights 2 to 7 from the right, the check character 0 to 9 or K.
double cl_rut(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  unsigned sum = 0;
  unsigned weight = 2;
  for (std::size_t i = text.size() - 1; i-- > 0; weight = weight == 7 ? 2 : weight + 1)
    sum += weight * static_cast<unsigned>(text[i] - '0');
  const unsigned check = 11 - sum % 11;
  const char expected = check == 11 ? '0' : check == 10 ? 'K' : static_cast<char>('0' + check);
  return text.back() == expected && !all_same(text) ? confidence : 0;
}

void add_united_states(std::vector<Rule>& rules) {
  add_id(rules, {.id = "us-itin",
                 .type = "us_itin",
                 .severity = Severity::critical,
                 .alone = 0.7,
                 .value = R"(9\d{2}[ -]?\d{2}[ -]?\d{4})",
                 .min_length = 9,
                 .max_length = 11,
                 .check = us_itin,
                 .words = R"(itin|individual taxpayer|tax(?:payer)?[ _-]?id\w{0,14})",
                 .anchors = {"itin", "taxpayer", "tax id", "tax_id", "taxid", "tax-id"},
                 .name = "ITIN",
                 .valid = {"911-70-1234", "900 94 1234"},
                 .invalid = {"911-89-1234", "811-70-1234"}});
  rules.push_back({
      .id = "us-itin-dashed",
      .kind = Kind::pii,
      .type = "us_itin",
      .severity = Severity::critical,
      .confidence = 0.85,
      .pattern = R"((?<![\w.\-/])9\d{2}-\d{2}-\d{4}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 9,
      .min_dashes = 2,
      .min_dashed = 9,
      .after = 0,
      .validate = us_itin,
      .hits = {{"file under 911-70-1234 please", "the usual way to write it"}},
      .misses = {{"part 911-89-1234", "a group that is not assigned"}, {"1911-70-1234", "longer"}},
  });
  add_id(rules, {.id = "us-npi",
                 .type = "us_npi",
                 .severity = Severity::medium,  // published in a directory
                 .alone = kAlone,
                 .value = R"([12]\d{3}[ -]?\d{3}[ -]?\d{3})",
                 .min_length = 10,
                 .max_length = 12,
                 .check = us_npi,
                 .words = R"(npi|national[ _-]?provider|provider[ _-]?(?:id|number|no)\w{0,9})",
                 .anchors = {"npi", "provider"},
                 .name = "NPI",
                 .valid = {"1234567893", "1245-319-599"},
                 .invalid = {"1234567890", "1111111112"}});
  // Centers for Medicare & Medicaid Services: no S, L, O, I, B, Z.
  constexpr std::string_view kMbi =
      "[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\\d-?"
      "[AC-HJKMNP-RT-Y]{2}\\d{2}";
  add_id(rules, {.id = "us-mbi",
                 .type = "us_mbi",
                 .alone = 0.7,
                 .value = std::string(kMbi),
                 .min_length = 11,
                 .max_length = 13,
                 .words = "mbi|medicare|beneficiary|patient",
                 .anchors = {"mbi", "medicare", "beneficiary", "patient"},
                 .name = "Medicare ID",
                 .valid = {"1EG4-TE5-MK73", "1EG4TE5MK73"},
                 .invalid = {"1EG4-LE5-MK73", "0EG4-TE5-MK73"}});
  add_id(rules, {.id = "us-dea-number",
                 .type = "medical_license",
                 .alone = 0.6,
                 .value = R"([A-HJ-MPRSTUX][A-Z9]\d{7})",
                 .min_length = 9,
                 .max_length = 9,
                 .check = us_dea,
                 .words = R"(dea|(?:medical|physician|prescriber)\w{0,2}[ _-]?licen[cs]e|certificate)",
                 .anchors = {"dea", "licen", "certificate"},
                 .name = "DEA number",
                 .valid = {"AB1234563", "GL0285191", "F91234563"},
                 .invalid = {"AB1234564", "F91234564"}});
  rules.push_back({
      .id = "us-dea-number-shape",
      .kind = Kind::pii,
      .type = "medical_license",
      .severity = Severity::medium,
      .confidence = 0.5,  // one part number in ten of this shape passes the check
      .pattern = R"((?<![\w.\-/#:])[A-HJ-MPRSTUX][A-Z]\d{7}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 7,
      .min_together = 7,
      .before = 2,
      .after = 0,
      .validate = us_dea,
      .hits = {{"GL0285191 EU4488929", "two letters and the check digit"}},
      .misses = {{"XX1234567", "wrong check digit"}, {"WO-GL0285191", "part of a longer number"}},
  });
  add_id(rules, {.id = "us-passport",
                 .type = "passport",
                 .severity = Severity::critical,
                 .alone = kAlone,
                 .value = R"([A-Z]\d{8})",
                 .min_length = 9,
                 .max_length = 9,
                 .words = R"(travel[ _-]?document\w{0,2})",
                 .anchors = {"travel document", "travel_document", "travel-document", "traveldocument"},
                 .name = "travel document",
                 .valid = {"A12803456"},
                 .invalid = {"A128034567", "AB1280345"}});
  add_id(rules, {.id = "aba-routing",
                 .type = "bank_account",
                 .alone = kAlone,
                 .value = R"([0-3678]\d{3}-?\d{4}-?\d)",
                 .min_length = 9,
                 .max_length = 11,
                 .check =
                     [](const Match& match, double confidence) {
                       const std::string digits = digits_of(match.value);
                       const unsigned sum = weighted(digits, {3, 7, 1, 3, 7, 1, 3, 7, 1});
                       const unsigned prefix = part(digits, 0, 2);
                       const bool issued = (prefix >= 1 && prefix <= 12) || (prefix >= 21 && prefix <= 32) ||
                                           (prefix >= 61 && prefix <= 72) || prefix == 80;
                       return issued && sum % 10 == 0 && !all_same(digits.substr(4, 4)) ? confidence : 0.0;
                     },
                 .words = R"(aba|rtn|transit[ _-]?(?:number|no)|bank[ _-]?routing)",
                 .anchors = {"aba", "rtn", "transit", "routing"},
                 .name = "ABA",
                 .valid = {"121042882", "0711-0130-7"},
                 .invalid = {"121042883", "1234-0000-0"}});
  add_id(rules, {.id = "vin",
                 .type = "vin",
                 .severity = Severity::medium,
                 .alone = 0.8,
                 .value = R"([A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8})",
                 .min_length = 17,
                 .max_length = 17,
                 .check = vin,
                 .words = R"(vin|vehicle[ _-]?ident\w{0,9}|chassis)",
                 .anchors = {"vin", "vehicle", "chassis"},
                 .name = "VIN",
                 .valid = {"1M8GDM9AXKP042788", "1HGCM82633A004352"},
                 .invalid = {"1M8GDM9AXKP042789", "1M8GDM9AXKP04278"}});
}

void add_canada_mexico(std::vector<Rule>& rules) {
  add_id(rules,
         {.id = "ca-sin",
          .type = "ca_sin",
          .severity = Severity::critical,
          .alone = kAlone,
          .value = R"(\d{3}[ -]?\d{3}[ -]?\d{3})",
          .min_length = 9,
          .max_length = 11,
          .check = ca_sin,
          .words = R"((?-i:SIN|NAS)|sin[ _-](?:number|no|num|#)|social[ _-]?insurance|assurance sociale)",
          .anchors = {"sin", "nas", "social insurance", "social_insurance", "social-insurance",
                      "socialinsurance", "assurance sociale"},
          .name = "social insurance number",
          .valid = {"130 692 544", "347-677-452", "550090112"},
          .invalid = {"130 692 545", "999 999 999", "046 454 286"}});
  rules.push_back({
      .id = "ca-sin-dashed",
      .kind = Kind::pii,
      .type = "ca_sin",
      .severity = Severity::high,
      .confidence = 0.5,
      .pattern = R"((?<![\w.\-/])[1-79]\d{2}-\d{3}-\d{3}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 9,
      .min_dashes = 2,
      .min_dashed = 9,
      .after = 0,
      .validate = ca_sin,
      .hits = {{"mine is 347-677-452 and hers is not", "three groups of three"}},
      .misses = {{"call 347-677-453 now", "wrong check digit"}, {"1-347-677-452", "longer"}},
  });
  add_id(rules, {.id = "mx-curp",
                 .type = "mx_curp",
                 .alone = 0.9,
                 .value = "[A-Z]{4}\\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\\d",
                 .min_length = 18,
                 .max_length = 18,
                 .check = mx_curp,
                 .words = R"(curp|registro de poblaci\S{1,2}n)",
                 .anchors = {"curp", "registro de poblaci"},
                 .name = "CURP",
                 .valid = {"HEGG560427MVZRRL04"},
                 .invalid = {"HEGG560427MVZRRL05", "HEGG561327MVZRRL04"}});
}

void add_south_america(std::vector<Rule>& rules) {
  add_id(rules, {.id = "br-cpf",
                 .type = "br_cpf",
                 .severity = Severity::critical,
                 .alone = 0.55,  // two check digits
                 .value = R"(\d{3}\.?\d{3}\.?\d{3}-?\d{2})",
                 .min_length = 11,
                 .max_length = 14,
                 .check = br_cpf,
                 .words = R"(cpf|cadastro de pessoas?)",
                 .anchors = {"cpf", "cadastro de pessoa"},
                 .name = "CPF",
                 .valid = {"111.444.777-35", "11144477735"},
                 .invalid = {"111.444.777-36", "111.111.111-11"}});
  rules.push_back({
      .id = "br-cpf-dotted",
      .kind = Kind::pii,
      .type = "br_cpf",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern = R"((?<![\w.\-/])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 11,
      .min_dots = 2,
      .min_dashes = 1,
      .after = 0,
      .validate = br_cpf,
      .hits = {{"Maria, 111.444.777-35, Recife", "the usual way to write it"}},
      .misses = {{"Maria, 111.444.777-36, Recife", "wrong check digits"}},
  });
  add_id(rules, {.id = "br-cnpj",
                 .type = "br_cnpj",
                 .severity = Severity::low,  // a company's, and public
                 .alone = 0.55,
                 .value = R"(\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2})",
                 .min_length = 14,
                 .max_length = 18,
                 .check = br_cnpj,
                 .words = R"(cnpj|cadastro nacional)",
                 .anchors = {"cnpj", "cadastro nacional"},
                 .name = "CNPJ",
                 .valid = {"11.222.333/0001-81", "11222333000181"},
                 .invalid = {"11.222.333/0001-82"}});
  add_id(rules, {.id = "ar-cuit",
                 .type = "ar_cuit",
                 .alone = kAlone,
                 .value = R"((?:2[03478]|3[034])-?\d{8}-?\d)",
                 .min_length = 11,
                 .max_length = 13,
                 .check = ar_cuit,
                 .words = R"(cuit|cuil|clave \S{1,3}nica)",
                 .anchors = {"cuit", "cuil", "clave "},
                 .name = "CUIT",
                 .valid = {"20-12345678-6"},
                 .invalid = {"20-12345678-7"}});
  add_id(rules, {.id = "cl-rut",
                 .type = "cl_rut",
                 .alone = 0.6,
                 .value = R"(\d{1,2}(?:\.\d{3}){2}-[0-9K]|\d{7,8}-[0-9K])",
                 .min_length = 9,
                 .max_length = 12,
                 .check = cl_rut,
                 .words = R"(rut|run|rol \S{1,3}nico)",
                 .anchors = {"rut", "run", "rol "},
                 .name = "RUT",
                 .valid = {"12.345.678-5", "12345678-5"},
                 .invalid = {"12.345.678-6"}});
}

}  // namespace

std::vector<Rule> pii_americas() {
  std::vector<Rule> rules;
  add_united_states(rules);
  add_canada_mexico(rules);
  add_south_america(rules);
  return rules;
}

}  // namespace aegis::detectors
