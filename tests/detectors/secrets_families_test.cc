// What the secrets_* families promise beyond the hits and misses that stand with each rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"
#include "detectors/scanner.h"

namespace aegis::detectors {
namespace {

using secrets::sample;
using secrets::Set;

const Scanner& scanner() {
  static const std::shared_ptr<const Scanner> instance = [] {
    std::vector<Rule> rules;
    for (const auto& family : {secrets_cloud, secrets_developer, secrets_saas, secrets_ai, secrets_generic})
      for (Rule& rule : family()) rules.push_back(std::move(rule));
    return Scanner::create(std::move(rules)).value();
  }();
  return *instance;
}

std::vector<Finding> scan(std::string_view text) {
  const ScanReport report = scanner().scan(text);
  EXPECT_TRUE(report.complete) << text.substr(0, 200);
  return report.findings;
}

// The finding of `rule`, or one with confidence 0.
Finding find(std::string_view text, std::string_view rule) {
  for (const Finding& finding : scan(text))
    if (finding.rule == rule) return finding;
  return {};
}

TEST(Secrets, AreAllOfTheirKindAndMoreThanSixtyProvidersStrong) {
  std::set<std::string_view> providers;
  for (const Rule& rule : scanner().rules()) {
    EXPECT_EQ(rule.kind, Kind::secret) << rule.id;
    EXPECT_NE(rule.severity, Severity::low) << rule.id;
    EXPECT_GE(rule.confidence, 0.7) << rule.id;
    providers.insert(std::string_view(rule.type).substr(0, rule.type.find('_')));
  }
  EXPECT_GE(providers.size(), 60U);
}

TEST(Secrets, CodeThatOnlyHandlesSecretsIsSilent) {
  const std::vector<std::string> texts = {
      "password = get_password()",
      "def login(user: str, password: str, token: string) -> None:",
      "api_key=os.environ[\"OPENAI_API_KEY\"]",
      "const token = process.env.GITHUB_TOKEN ?? await readToken();",
      "client = OpenAI(api_key=settings.openai_api_key)",
      "token: ${{ secrets.GITHUB_TOKEN }}",
      "password: \"{{ vault_db_password }}\"",
      "secret: [REDACTED]",
      "export API_KEY=<your-api-key>",
      "sk-ant-api03-your-key-here",
      "\"integrity\": \"sha512-" + sample(Set::base64, 86) + "==\"",
      "commit " + sample(Set::hex, 40),
      "sha256:" + sample(Set::hex, 64),
      "request id " + sample(Set::uuid, 0),
      "postgres://user:password@localhost:5432/db",
      "Authorization: Bearer $ACCESS_TOKEN",
      "max_tokens: 4096, token_count: 123456789012345678",
      "std::string password_hash_algorithm = \"pbkdf2_sha256_iterations_600000\";",
      "risk-assessment and task-management for desk-booking",
      "data:image/png;base64," + sample(Set::base64, 400),
  };
  for (const std::string& text : texts) {
    for (const Finding& finding : scan(text)) ADD_FAILURE() << finding.rule << " in " << text;
  }
}

TEST(Secrets, TheFindingIsThePasswordAndNothingElse) {
  const std::string password = "q9" + sample(Set::alnum, 12, 3);
  const std::string text = "DATABASE_URL=postgresql+psycopg2://shop:" + password + "@db.internal:5432/shop";
  const Finding finding = find(text, "connection-url");
  EXPECT_EQ(text.substr(finding.start, finding.end - finding.start), password);
  EXPECT_EQ(finding.severity, Severity::critical);
}

TEST(Secrets, AWrongChecksumLowersTheConfidenceButIsStillCertain) {
  const std::string prefix = "gh" + std::string("p_");
  const Finding wrong = find("token " + prefix + sample(Set::alnum, 36), "github-token");
  EXPECT_GE(wrong.confidence, 0.86);
  EXPECT_LT(wrong.confidence, 0.95);
  double best = 0;
  for (const Rule& rule : scanner().rules()) {
    if (rule.id != "github-token") continue;
    for (const Example& hit : rule.hits) best = std::max(best, find(hit.text, "github-token").confidence);
  }
  EXPECT_GE(best, 0.98);
}

TEST(Secrets, AnAccessKeyOfTestsCountsLessThanOneAwsWouldIssue) {
  const std::string prefix = std::string("AK") + "IA";
  EXPECT_GE(find(prefix + sample(Set::base32, 16), "aws-access-key-id").confidence, 0.95);
  EXPECT_NEAR(find(prefix + "1089" + sample(Set::upper, 12), "aws-access-key-id").confidence, 0.86, 0.001);
}

TEST(Secrets, AKeyBlockIsFoundWholeAndATruncatedOneToItsLastLine) {
  const std::string dashes = "-----";
  const std::string first = dashes + "BEGIN EC PRIVATE KEY" + dashes + "\n";
  const std::string body = sample(Set::base64, 64) + "\n" + sample(Set::base64, 64, 2) + "\n";
  const std::string last = dashes + "END EC PRIVATE KEY" + dashes;

  const std::string whole = "key:\n" + first + body + last + "\nafter";
  Finding finding = find(whole, "private-key");
  EXPECT_EQ(whole.substr(finding.start, finding.end - finding.start), first + body + last);

  const std::string cut = first + body + "\nThe rest did not fit.";
  finding = find(cut, "private-key");
  EXPECT_EQ(cut.substr(finding.start, finding.end - finding.start) + "\n", first + body);
}

TEST(Secrets, AWebTokenNeedsAHeaderThatNamesItsAlgorithm) {
  const std::string tail = "." + sample(Set::alnum, 60) + "." + sample(Set::alnum, 43);
  // {"alg":"ES256"} and {"typ":"JWT"}
  EXPECT_GT(find(std::string("eyJhbGciOi") + "JFUzI1NiJ9" + tail, "jwt").confidence, 0.9);
  EXPECT_EQ(find(std::string("eyJ0eXAiOi") + "JKV1QifQ" + tail, "jwt").confidence, 0);
}

TEST(Secrets, ATokenInsideAnEscapedStringIsFound) {
  const std::string token = "gsk_" + sample(Set::alnum, 52);
  EXPECT_GT(find(R"({"content":"{\"log\":\"started\\n)" + token + R"(\"}"})", "groq-key").confidence, 0.9);
  EXPECT_GT(find("https://a.example/?next=%3Dk%3D" + token, "groq-key").confidence, 0.9);
}

// Text made to be slow: floods of anchors, of almost-matches and of openings that never close.
TEST(Secrets, HostileTextIsScannedToItsEnd) {
  const std::vector<std::string> units = {"eyJ",
                                          "-----BEGIN RSA PRIVATE KEY-----\n",
                                          "postgres://a:",
                                          "curl -u ",
                                          "api_key=\"",
                                          "discord token ",
                                          "datadog_key_",
                                          "AccountKey=",
                                          "server=a;",
                                          "x-token-key: ",
                                          "A",
                                          "sk-",
                                          "machine a.b login "};
  for (const std::string& unit : units) {
    std::string text;
    while (text.size() < 100'000) text += unit;
    // Without a database, starts that take many steps in vain may use up what a text may cost.
    const Scanner& all = *Scanner::builtin();
    EXPECT_TRUE(all.scan(text).complete || all.engine().starts_with("Aho-Corasick")) << unit;
  }
}

}  // namespace
}  // namespace aegis::detectors
