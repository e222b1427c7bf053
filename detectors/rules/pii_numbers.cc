// Personal data that is mostly digits. The shapes are narrow and the validators strict, because ordinary
// engineering text is full of numbers: time stamps, versions, identifiers, sizes.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"
#include "detectors/validators.h"

namespace aegis::detectors {
namespace {

auto count_digits(std::string_view value) {
  return std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

double account_number(const Match& match, double confidence) {
  const auto digits = count_digits(match.value);
  return digits >= 7 && digits <= 17 ? confidence : 0;
}

void add_ssn(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "us-ssn",
      .kind = Kind::pii,
      .type = "ssn",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern = R"((?<![\w.\-/])\d{3}-\d{2}-\d{4}(?![\w\-/]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 9,
      .min_dashes = 2,
      .min_dashed = 9,
      .after = 0,
      .validate = us_ssn,
      .hits = {{"My SSN is 123-45-6789, call me", "the usual way to write it"},
               {"{\"id\":\"536-22-1234\"}", "as a field's value"}},
      .misses = {{"order 1123-45-6789", "part of a longer number"},
                 {"666-12-1234 or 912-12-1234 or 123-00-1234", "ranges that are not issued"},
                 {"078-05-1120", "the number from the wallet insert"},
                 {"2024-01-15 10:22:01", "a time stamp"},
                 {"550e8400-e29b-41d4-a716-446655440000", "a UUID"}},
  });
  rules.push_back({
      .id = "us-ssn-spaced",
      .kind = Kind::pii,
      .type = "ssn",
      .severity = Severity::critical,
      .confidence = 0.5,  // three groups of digits in a row of numbers are common
      .pattern = R"((?<![\w.\-/])(?<!\d )\d{3} \d{2} \d{4}(?![\w\-/]|\.\d| \d))",
      .anchor = Anchor::digits,
      .min_digits = 9,
      .min_spaced = 9,
      .after = 0,
      .validate = us_ssn,
      .hits = {{"Jane Roe 536 22 1234 Reno", "with spaces"}},
      .misses = {{"12 536 22 1234", "a row of numbers"}, {"666 12 1234", "a range that is not issued"}},
  });
  rules.push_back({
      .id = "us-ssn-context",
      .kind = Kind::pii,
      .type = "ssn",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern =
          R"((?i:(?<![a-z])(?:ssn|social[ _-]?security(?:[ _-]?(?:number|num|no))?))[^\d\n]{0,20}?(?<!\d)(?!\d{3}-\d\d-)(\d{3}[ .-]?\d{2}[ .-]?\d{4})(?!\d))",
      .anchors = {"ssn", "social security", "social_security", "socialsecurity", "social-security"},
      .after = 60,
      .validate = us_ssn,
      .hits = {{"{\"ssn\": \"536221234\"}", "named field, digits only"},
               {"social security number 536 22 1234", "written with spaces after its name"},
               {"SSN 536-221234", "written with one sign"}},
      .misses = {{"className 536221234", "\"ssn\" inside another word"},
                 {"ssn: 000000000", "not an issued number"},
                 {"The SSN column is nine digits long", "talks about the field"},
                 {"SSN 536-22-1234", "what us-ssn finds"}},
  });
}

// Four groups that count up are a row of a table, of characters' codes for one.
double card_in_groups(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  constexpr std::size_t kGroup = 4;
  constexpr unsigned kStep = 99;
  bool counts_up = digits.size() == 4 * kGroup;
  for (std::size_t i = 0; counts_up && i + 2 * kGroup <= digits.size(); i += kGroup) {
    const unsigned here = part(digits, i, kGroup);
    const unsigned next = part(digits, i + kGroup, kGroup);
    counts_up = next > here && next - here <= kStep;
  }
  return counts_up ? 0 : luhn(match, confidence);
}

void add_cards(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "credit-card-grouped",
      .kind = Kind::pii,
      .type = "credit_card",
      .severity = Severity::critical,
      .confidence = 0.95,
      .pattern =
          R"((?<![\w.\-/+=])(?:(?=\d{4}-)|(?<![\s:|][\dA-F]{4} )(?<!^[\dA-F]{4} )(?<![A-Za-z]{2}\d{2} )(?=(?:\d{4} ){3}\d{4}(?! [\dA-F]{4}(?![\w\-]))|\d{4} \d{6} ))(\d{4}([ -])(?:\d{4}\2\d{4}\2\d{4}|\d{6}\2\d{4,5}))(?![\w\-/+=]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 14,
      .after = 0,
      .validate = card_in_groups,
      .hits = {{"card 4111 1111 1111 1111 exp 12/27", "groups of four"},
               {"3782-822463-10005", "American Express grouping"},
               {"17 4111 1111 1111 1111 12/27 123", "a row with expiry date"},
               {"4111111111111111 5555-5555-5555-4444", "behind another card"},
               {"5555-5555-5555-4444 4111 1111 1111 1111", "behind another card, written in another way"}},
      .misses = {{"4111 1111 1111 1112", "wrong check digit"},
                 {"RS35 2600 0560 1001 6113 70", "inside what was to be an IBAN"},
                 {"540F\n5414 5415 5416 5417\n541C", "a row of codes that count up"},
                 {"4577 8631 8638 8639 863A 863B", "a row of hexadecimal numbers"},
                 {"1234-5678-9012-3452", "right check digit, no such issuer"},
                 {"5326 5360 5394 5428 5462 5496 5531 5565", "a table of numbers"}},
  });
  rules.push_back({
      .id = "credit-card-plain",
      .kind = Kind::pii,
      .type = "credit_card",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern =
          R"((?<![\w.\-/+=%#])(?:4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6[0245]\d{14})(?![\w\-/+=%]|\.\d))",
      .anchor = Anchor::digits,
      .min_digits = 14,
      .min_together = 14,
      .after = 0,
      .validate = luhn,
      .hits = {{"\"number\":\"4242424242424242\"", "sixteen digits as a field"},
               {"paid with 378282246310005 today", "fifteen digits, American Express"}},
      .misses = {{"1700000000000000", "microseconds since 1970"},
                 {"0.4111111111111111", "a fraction"},
                 {"id=abc4111111111111111", "the tail of an identifier"},
                 {"4242424242424241", "wrong check digit"}},
  });
  rules.push_back({
      .id = "credit-card-context",
      .kind = Kind::pii,
      .type = "credit_card",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern =
          R"((?i:card[ _-]?(?:number|num|no|#)|(?:credit|debit)[ _-]?card|maestro|visa)[^\d\n]{0,20}?(?<!\d)(\d(?:[ -]?\d){12,18})(?!\d))",
      .anchors = {"card n", "card_n", "cardn", "card-n", "card #", "card_#", "card#", "card-#", "credit card",
                  "credit_card", "creditcard", "credit-card", "debit card", "debit_card", "debitcard",
                  "debit-card", "maestro", "visa"},
      .before = 8,
      .after = 80,
      .validate = luhn,
      .hits = {{"card number: 6304000000000000", "Maestro, only believed with its name"},
               {"Visa 4222222222222", "the old length"}},
      .misses = {{"card number: 1234567890123", "no such issuer"},
                 {"credit card fields have 16 digits", "talks about cards"}},
  });
  rules.push_back({
      .id = "credit-card-alone",
      .kind = Kind::pii,
      .type = "credit_card",
      .severity = Severity::critical,
      .confidence = 0.5,
      .pattern = R"(\A\s{0,8}(\d(?:[ -]?\d){12,18})\s{0,8}\z)",
      .anchor = Anchor::whole,
      .min_length = 13,
      .max_length = 37,
      .validate = luhn,
      .hits = {{"122000000000003", "of an issuer that is too rare to be looked for in text"}},
      .misses = {{"122000000000004", "wrong check digit"}, {"id 122000000000003", "in other text"}},
  });
}

void add_bank(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "iban",
      .kind = Kind::pii,
      .type = "bank_account",
      .severity = Severity::high,
      .confidence = 0.95,
      .pattern =
          // The look-ahead is for the anchor: IBANs whose digits stand in shorter runs are not looked for.
      R"((?<![\w])(?=[A-Za-z]{2}\d{2}[A-Za-z0-9 \-]{0,12}?\d(?:[ -]?\d){9}|[A-Za-z]{2}\d(?:[ -]?\d){9})(?:(?:[A-Z]{2}|[a-z]{2}(?=\d{2}[a-z0-9]{11}))\d{2}(?:(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?|[a-z0-9]{11,30})|(?<!-)[A-Za-z]{2}\d{2}(?:-[A-Za-z0-9]{4}){2,7}(?:-[A-Za-z0-9]{1,3})?(?!-)|[a-z]{2}\d{2} [a-z0-9]{4}(?: (?=[a-z]{0,3}\d)[a-z0-9]{4}){1,6}(?: (?=[a-z]{0,2}\d)[a-z0-9]{1,3})?)(?![A-Za-z0-9]))",
      .anchor = Anchor::digits,
      .min_digits = 10,
      .before = 16,
      .after = 44,
      .validate = iban,
      .hits = {{"pay to DE89 3704 0044 0532 0130 00 please", "groups of four"},
               {"IBAN: GB29NWBK60161331926819", "without spaces, with letters"},
               {"my iban is gb29nwbk60161331926819", "in small letters"},
               {"gb29 nwbk 6016 1331 9268 19 from me", "the same in groups"},
               {"GB29-NWBK-6016-1331-9268-19", "with dashes"}},
      .misses = {{"DE89 3704 0044 0532 0130 01", "wrong check digits"},
                 {"XX89370400440532013000", "no such country"},
                 {"SHA1 0123456789ABCDEF01234567", "hexadecimal"}},
  });
  rules.push_back({
      .id = "us-bank-routing",
      .kind = Kind::pii,
      .type = "bank_account",
      .severity = Severity::high,
      .confidence = 0.9,
      .pattern =
          R"((?i:\b(?:routing[ _-]?|aba[ _:#"=-])(?:transit )?(?:number|num|no|#)?)[^\d\n]{0,15}?(?<!\d)(\d{9})(?!\d))",
      .anchors = {"routing", "aba ", "aba_", "aba:", "aba#", "aba\"", "aba=", "aba-"},
      .after = 50,
      .validate = aba_routing,
      .hits = {{"routing number 021000021", "named, valid weights"}},
      .misses = {{"routing number 021000022", "wrong check digit"},
                 {"routing table 192.168.100.200", "networks are routed, too"}},
  });
  rules.push_back({
      .id = "bank-account-number",
      .kind = Kind::pii,
      .type = "bank_account",
      .severity = Severity::high,
      .confidence = 0.85,
      .pattern =
          R"((?i:\b(?:bank|checking|savings?)[ _-]?(?:account|acct)\.?(?:[ _-]?(?:number|num|no|#))?\.?)[^\d\n]{0,15}?(?<![\d.])(\d{4,17}(?:[ -]\d{2,6}){0,3})(?![\d.]))",
      .anchors = joined({"bank", "checking", "saving", "savings"}, {"account", "acct"}),
      .after = 80,
      .validate = account_number,
      .hits = {{"my bank account number is 000123456789", "a number with its name"},
               {"checking account: 12345678", "the kind of account named"}},
      .misses = {{"AWS account 123456789012", "another kind of account"},
                 {"a bank account opened in 2019", "a year"}},
  });
}

void add_dates(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "date-of-birth",
      .kind = Kind::pii,
      .type = "date_of_birth",
      .severity = Severity::high,
      .confidence = 0.95,
      .pattern =
          R"((?i:(?<![a-z])(?:d\.?o\.?b\.?|(?:date|day)[ _-]?of[ _-]?birth|birth[ _-]?date)(?![a-z])[^\d\n]{0,20}?|\bbirthday(?: is| was)?(?: on)?[^\w\n]{1,4})((?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:(?:19|20)\d{2}|\d{2})|\d{1,2}(?:st|nd|rd|th)? (?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? (?:19|20)\d{2}|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2})(?!\d))",
      .anchors = {"dob", "d.o.b", "d.ob", "do.b", "of birth", "of_birth", "of-birth", "ofbirth", "birthdate",
                  "birth date", "birth_date", "birthday", "birth-date", "birth day"},
      .before = 5,
      .after = 60,
      .validate = plausible_date,
      .hits = {{"DOB 01/15/1985", "abbreviated"},
               {"{\"date_of_birth\": \"1985-01-15\"}", "as a field"},
               {"Her birthday is January 15th, 1985.", "in words"}},
      .misses = {{"DOB 45/15/1985", "not a date"},
                 {"released 01/15/1985", "a date, but of nobody's birth"},
                 {"3.3.5 \"Happy Birthday Beddy\" (2014-01-22)", "a release"},
                 {"date_of_birth: string (ISO 8601)", "talks about the field"}},
  });
  rules.push_back({
      .id = "born-on",
      .kind = Kind::pii,
      .type = "date_of_birth",
      .severity = Severity::high,
      .confidence = 0.6,  // biographies of public persons say it, too
      .pattern =
          R"((?i:\bborn(?: on)?:? )((?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} (?:19|20)\d{2}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2})(?!\d))",
      .anchors = {"born ", "born:"},
      .after = 40,
      .validate = plausible_date,
      .hits = {{"I was born on 15 March 1985 in Ulm", "in words"}, {"born 1985-03-15", "digits only"}},
      .misses = {{"born in 1985", "a year alone"}, {"newborn 15 March 1985", "part of another word"}},
  });
}

}  // namespace

std::vector<Rule> pii_numbers() {
  std::vector<Rule> rules;
  add_ssn(rules);
  add_cards(rules);
  add_bank(rules);
  add_dates(rules);
  return rules;
}

}  // namespace aegis::detectors
