// Personal data that names somebody: believed mostly by the words around it.
#include <algorithm>
#include <array>
#include <string>

#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/families.h"
#include "detectors/validators.h"

namespace aegis::detectors {
namespace {

// git@host:repo is a transport address, icon@2x.png a file, https://user:password@host a credential of
// another family.
double email_address(const Match& match, double confidence) {
  std::string value(match.value);
  std::transform(value.begin(), value.end(), value.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const std::string_view lower = value;
  const std::string_view local = lower.substr(0, lower.find('@'));
  const std::string_view tail = lower.substr(lower.rfind('.') + 1);
  if (local == "git" || local == "hg") return 0;
  constexpr auto kFiles = std::to_array<std::string_view>(
      {"png",  "jpg",  "jpeg", "gif",  "svg",     "webp",  "js",        "mjs",      "ts",      "css",
       "json", "html", "txt",  "lock", "service", "local", "localhost", "internal", "invalid", "test"});
  if (std::find(kFiles.begin(), kFiles.end(), tail) != kFiles.end()) return 0;
  constexpr std::size_t kUrlContext = 80;
  const std::size_t from = match.start - std::min(match.start, kUrlContext);
  const std::string_view head = match.text.substr(from, match.start - from);
  const std::size_t scheme = head.rfind("://");
  const bool in_url = scheme != std::string_view::npos &&
                      head.find_first_of(" \t\r\n\"'<>/", scheme + 3) == std::string_view::npos;
  return in_url ? 0 : confidence;
}

void add_contact(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "email",
      .kind = Kind::pii,
      .type = "email",
      .severity = Severity::medium,
      .confidence = 0.95,
      .pattern =
          R"((?<![\w.%+\-])[A-Za-z0-9](?:[A-Za-z0-9._%+\-]|'(?=[A-Za-z])){0,63}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,4}(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9\-]{2,40})(?![\w\-]))",
      .anchors = {"@"},
      .before = 65,
      .after = 300,
      .validate = email_address,
      .hits = {{"email me at bob@example.com", "plain"},
               {"<first.last+tag@mail.example.co.uk>", "with a tag and a long domain"},
               {"o'brien@example.com", "with an apostrophe"},
               {"a@xn--d1acufc.xn--p1ai", "an internationalised top-level domain"}},
      .misses = {{"git@github.com:org/repo.git", "a repository"},
                 {"https://user:secret@db.example.com/x", "user information of a URL"},
                 {"icon@2x.png", "a file name"},
                 {"lodash@4.17.21", "a package and its version"},
                 {"root@localhost", "no domain"}},
  });
  rules.push_back({
      .id = "street-address",
      .kind = Kind::pii,
      .type = "address",
      .severity = Severity::medium,
      .confidence = 0.85,
      .pattern =
          R"((?<![\w.$#\-/])\d{1,6}[A-Za-z]?(?: [NSEW]\.?)?(?: (?:[A-Z][A-Za-z'\-]{1,20}|\d{1,3}(?:st|nd|rd|th))){1,3} (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Highway|Hwy|Parkway|Pkwy)\b\.?(?:,? (?:Apt|Suite|Ste|Unit)\.? ?[A-Za-z0-9\-]{1,6})?(?:,? [A-Z][A-Za-z.'\-]{1,20}(?: [A-Z][A-Za-z.'\-]{1,20}){0,2})?(?:,? [A-Z]{2},? \d{5}(?:-\d{4})?)?)",
      .anchors = {" st", " avenue", " ave", " road", " rd", " boulevard", " blvd", " lane", " ln", " drive",
                  " dr", " court", " ct", " terrace", " highway", " hwy", " parkway", " pkwy"},
      .before = 80,
      .after = 130,
      .hits = {{"Ship to 123 Main St, Springfield, IL 62704", "with city, state and ZIP code"},
               {"He lives at 42 Old Mill Road.", "street only"}},
      .misses = {{"Wall Street fell 300 points", "no house number"},
                 {"drive 12 km down the road", "a distance"},
                 {"5 drives on the road", "no street name"}},
  });
  rules.push_back({
      .id = "person-name",
      .kind = Kind::pii,
      .type = "name",
      .severity = Severity::low,
      .confidence = 0.7,
      .pattern =
          R"((?i:\bmy (?:full )?name is|\b(?:patient|customer|client|employee|cardholder|beneficiary|full)(?:'s)?[ _-]?name["']?(?: is|[:=])|\bpatient["']?:) ?["']?([A-Z][a-z'\-]{1,20}(?: [A-Z]\.?)?(?: [A-Z][A-Za-z'\-]{1,20}){1,2}))",
      .anchors = {"name is", "patient", "customer", "client", "employee", "cardholder", "beneficiary",
                  "full name", "full_name", "fullname", "full-name", "full's"},
      .before = 8,
      .after = 100,
      .hits = {{"Hello, my name is John Doe.", "an introduction"},
               {"Patient: Maria A. Gonzalez", "a labelled field"}},
      .misses = {{"my name is in the list", "no name"},
                 {"client: Apache", "one word, a product"},
                 {"the function name is Parse", "a thing with a name"}},
  });
  rules.push_back({
      .id = "person-title",
      .kind = Kind::pii,
      .type = "name",
      .severity = Severity::low,
      .confidence = 0.6,
      .pattern = R"(\b(?:Mr|Mrs|Ms|Dr|Prof)\. [A-Z][a-z'\-]{1,20}(?: [A-Z][a-z'\-]{1,20})?)",
      .anchors = {"mr. ", "mrs. ", "ms. ", "dr. ", "prof. "},
      .after = 50,
      .hits = {{"seen by Dr. Jane Smith", "a title before a name"}},
      .misses = {{"in 20 ms. The next", "milliseconds"}, {"Elm Dr. south", "a street"}},
  });
}

void add_documents(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "passport-number",
      .kind = Kind::pii,
      .type = "passport",
      .severity = Severity::critical,
      .confidence = 0.9,
      .pattern =
          R"((?i:\bpassport(?:[ _-]?(?:number|num|no|id|#))?)[^\w\n]{0,6}(?:is |was |of )?[^\w\n]{0,3}([A-Z]{1,2}\d{7,9}|\d{9})(?![A-Za-z0-9.\-]))",
      .anchors = {"passport"},
      .after = 50,
      .hits = {{"passport P123456789", "letter and digits"},
               {"\"passport_number\": \"533380006\"", "nine digits"}},
      .misses = {{"passport 0.7.0", "a package and its version"},
                 {"passport-local-mongoose", "a package"},
                 {"a passport number has 9 characters", "talks about passports"}},
  });
  rules.push_back({
      .id = "driver-license",
      .kind = Kind::pii,
      .type = "driver_license",
      .severity = Severity::high,
      .confidence = 0.9,
      .pattern =
          R"((?i:\bdriv(?:er'?s?|ing)[ _-]?licen[cs]e(?:[ _-]?(?:number|num|no|id|#))?)[^\w\n]{0,6}(?:is |was )?[^\w\n]{0,3}((?:DL-?)?[A-Za-z]{0,2}\d(?:[ -]?\d){5,13}[A-Za-z]?|[A-Za-z]\d{2}[A-Za-z]\d{6}|[A-Za-z]{3}\d{3,9}[A-Za-z]{0,2}|[A-Za-z]\d{3,4}(?:-\d{3,5}){2,4})(?![A-Za-z0-9]))",
      .anchors = joined({"driver", "drivers", "driver'", "driver's", "driving"}, {"licen"}),
      .after = 80,
      .hits = {{"driver's license number: D1234567", "named"},
               {"driving licence 1234 56789", "digits only"},
               {"driver license C12T345672", "a letter among the digits"},
               {"driver license is W426-5457-6189", "groups"}},
      .misses = {{"a driver license is required", "talks about licences"},
                 {"the driver licensed under MIT 2024", "software"}},
  });
  rules.push_back({
      .id = "driver-license-dl",
      .kind = Kind::pii,
      .type = "driver_license",
      .severity = Severity::high,
      .confidence = 0.85,
      .pattern = R"((?<![\w\-/.])DL(?:-|# ?|: ?)[A-Z]?\d{7,9}(?![\w\-.]))",
      .anchors = {"dl-", "dl#", "dl:"},
      .after = 14,
      .hits = {{"DL-123456789", "the abbreviation before the number"}},
      .misses = {{"DL-1234", "too short"}, {"MODL-123456789", "the end of another identifier"}},
  });
  rules.push_back({
      .id = "medical-record-number",
      .kind = Kind::pii,
      .type = "medical_record",
      .severity = Severity::high,
      .confidence = 0.9,
      .pattern =
          R"((?i:(?<![a-z])(?:mrn|medical[ _-]?record(?:[ _-]?(?:number|num|no|id|#))?|patient[ _-]?id(?:entifier)?))[^\w\n]{0,5}(?:is |was )?[^\w\n]{0,3}((?:[A-Z]{1,3}-?)?\d{5,12})(?![A-Za-z0-9.\-]))",
      .anchors = {"mrn", "medical record", "medical_record", "medicalrecord", "medical-record", "patient id",
                  "patient_id", "patientid", "patient-id"},
      .after = 45,
      .hits = {{"MRN: 00123456", "abbreviated"}, {"\"patient_id\": \"P-4711001\"", "as a field"}},
      .misses = {{"MRN format is digits", "talks about the field"},
                 {"patient_id INTEGER NOT NULL", "a column"}},
  });
  rules.push_back({
      .id = "api-key-in-prose",
      .kind = Kind::pii,
      .type = "api_key",
      .severity = Severity::high,
      .confidence = 0.85,
      .pattern = R"((?i:\bapi[ _-]?key is):?\s{0,3}["'`]?([A-Za-z0-9_\-]{16,100})(?![\w]))",
      .anchors = {"api key is", "api-key is", "api_key is", "apikey is"},
      .after = 110,
      .validate = high_entropy,
      .hits = {{"The api key is q7Zp4mN8xR2v"
                "L9sT3wK6",
                "said in a sentence"}},
      .misses = {{"the API key is your-api-key-goes-here", "a placeholder"},
                 {"the API key is misconfigured", "talks about the key"}},
  });
}

}  // namespace

std::vector<Rule> pii_identity() {
  std::vector<Rule> rules;
  add_contact(rules);
  add_documents(rules);
  return rules;
}

}  // namespace aegis::detectors
