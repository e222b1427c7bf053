// Developer platforms: source hosting, package registries, CI, issue trackers, observability. Formats as
// published in each provider's documentation of its tokens.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"

namespace aegis::detectors {
namespace {

using secrets::assigned;
using secrets::prefixed;
using secrets::sample;
using secrets::Set;
using secrets::shaped;
using enum Severity;

constexpr double kChecksumWrong = 0.87;  // test data and other programs' examples: still act on it
constexpr std::size_t kTokenPrefix = 4;  // "ghp_", "npm_"
constexpr std::size_t kTokenBody = 30;
constexpr std::size_t kTokenChecksum = 6;

// CRC-32 of ISO 3309, bit by bit: thirty bytes do not pay for a table.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::string checksum(std::string_view body) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::uint32_t rest = crc32(body);
  std::string out(kTokenChecksum, '0');
  for (std::size_t i = kTokenChecksum; i-- > 0; rest /= 62U) out[i] = digits[rest % 62U];
  return out;
}

// GitHub and npm end a token with the CRC-32 of its body in base 62 ("Behind GitHub's new authentication
// token formats", 2021).
double checksummed(const Match& match, double confidence) {
  confidence = secrets::not_placeholder(match, confidence);
  if (confidence <= 0 || match.value.size() != kTokenPrefix + kTokenBody + kTokenChecksum) return confidence;
  const std::string_view body = match.value.substr(kTokenPrefix, kTokenBody);
  return checksum(body) == match.value.substr(kTokenPrefix + kTokenBody) ? confidence : kChecksumWrong;
}

Rule with_checksum(Rule rule) {
  rule.validate = checksummed;
  const std::string body = sample(Set::alnum, kTokenBody, 11);
  rule.hits.push_back({rule.anchors.front() + body + checksum(body), "the checksum is right"});
  return rule;
}

std::vector<Rule> hosting() {
  const std::string fine = sample(Set::alnum, 22) + "_" + sample(Set::alnum, 59, 2);
  const std::string routable = "glpat-" + sample(Set::alnum, 27) + ".01." + sample(Set::lower, 9);
  const std::string atlassian = sample(Set::alnum, 180, 3);
  const std::string pypi = std::string("pypi-") + "AgEIcHlwaS5vcmc" + sample(Set::alnum, 150);
  return {
      with_checksum(prefixed("github-token", "github_token", critical, 0.99, {"ghp_", "gho_", "ghu_", "ghs_"},
                             {Set::alnum, 36})),
      prefixed("github-refresh-token", "github_token", critical, 0.97, {"ghr_"}, {Set::alnum, 36, 76}),
      shaped("github-fine-grained-token", "github_token", critical, 0.99,
             {.pattern = "github_pat_(?:[A-Za-z0-9]{22}_[A-Za-z0-9]{59}|[A-Za-z0-9_]{82})(?![A-Za-z0-9_])",
              .anchors = {"github_pat_"},
              .after = 90},
             {{"GITHUB_TOKEN=github_pat_" + fine, "a fine-grained token"}},
             {{"github_pat_" + fine.substr(0, 60), "cut short"},
              {"xgithub_pat_" + fine, "inside a longer word"},
              {"github_pat_" + std::string(82, 'x'), "a run of one character"}}),
      assigned("github-oauth-secret", "github_oauth_secret", high, 0.8, {"github", "gitalk"}, {Set::hex, 40}),
      shaped(
          "gitlab-token", "gitlab_token", critical, 0.97,
          {.pattern =
               R"((?:(?:glpat|gldt|glrt|glrtr|glft|glsoat|glffct|glwt)-(?:t\d_)?[A-Za-z0-9_\-]{20,50}|glimt-[A-Za-z0-9_\-]{25}|glcbt-(?:[A-Za-z0-9]{1,5}_)?[A-Za-z0-9_\-]{20}|glptt-[A-Za-z0-9_\-]{40}|glagent-[A-Za-z0-9_\-]{50,300}|gloas-[A-Za-z0-9_\-]{64}|gl(?:pat|dt|rtr?|ft|soat|ffct|wt|imt|cbt|ptt|agent|oas)-(?:t\d_)?[A-Za-z0-9_\-]{27,300}\.[a-z0-9]{2}\.?[a-z0-9]{7,9})(?![A-Za-z0-9_\-]))",
           .anchors = {"glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glft-", "glimt-", "glsoat-",
                       "glffct-", "gloas-", "glagent-", "glwt-", "glptt-"},
           .after = 320},
          {{"PRIVATE-TOKEN: glpat-" + sample(Set::alnum, 20), "a personal token"},
           {"token=" + routable, "a routable token"},
           {"glrt-t1_" + sample(Set::alnum, 20), "a runner's token"}},
          {{"glpat-" + sample(Set::alnum, 19), "too short"},
           {"xglpat-" + sample(Set::alnum, 20), "inside a longer word"},
           {"glpat-" + std::string(20, 'x'), "a run of one character"}}),
      prefixed("gitlab-registration-token", "gitlab_token", critical, 0.96, {"GR1348941"},
               {Set::url, 20, 50}),
      shaped("gitlab-session", "gitlab_session", high, 0.9,
             {.pattern = "_gitlab_session=([0-9a-z]{32})(?![A-Za-z0-9])",
              .anchors = {"_gitlab_session="},
              .after = 40,
              .bordered = false,
              .validate = secrets::looks_random},
             {{"Cookie: _gitlab_session=" + sample(Set::hex, 32), "a session cookie"}},
             {{"_gitlab_session=" + sample(Set::hex, 31), "too short"}}),
      prefixed("bitbucket-app-password", "bitbucket_token", critical, 0.96, {"ATBB"}, {Set::alnum, 32}),
      shaped("atlassian-token", "atlassian_token", critical, 0.98,
             {.pattern = R"((?:ATATT3|ATCTT3|ATSTT3)xFf[A-Za-z0-9_\-=]{50,250}(?![A-Za-z0-9_\-=]))",
              .anchors = {"atatt3xff", "atctt3xff", "atstt3xff"},
              .after = 260},
             {{"JIRA_TOKEN=ATATT3xFfGF0" + atlassian, "an API token"},
              {"ATCTT3xFfGN0" + atlassian, "a repository token"}},
             {{"ATATT3xFfGF0abc", "cut short"}, {"xATATT3xFfGF0" + atlassian, "inside a longer word"}}),
      assigned("atlassian-old-token", "atlassian_token", critical, 0.82, {"atlassian", "jira", "confluence"},
               {Set::alnum, 24}),
      assigned("bitbucket-client-id", "bitbucket_client_id", medium, 0.75, {"bitbucket"}, {Set::lower, 32}),
      assigned("bitbucket-secret", "bitbucket_token", high, 0.8, {"bitbucket"}, {Set::jumble, 64}),
      prefixed("gitea-token", "gitea_token", critical, 0.92, {"gto_"}, {Set::alnum, 40}),
      assigned("gitea-old-token", "gitea_token", critical, 0.82, {"gitea", "forgejo"}, {Set::hex, 40}),
      with_checksum(prefixed("npm-token", "npm_token", critical, 0.98, {"npm_"}, {Set::alnum, 36})),
      shaped(
          "npm-authtoken", "npm_token", critical, 0.92,
          {.pattern =
               R"(_authToken\s{0,2}=\s{0,2}["']?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[A-Za-z0-9+/_\-]{32,200}={0,2})(?![A-Za-z0-9_\-]))",
           .anchors = {"_authtoken"},
           .after = 212,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"//registry.example/:_authToken=" + sample(Set::uuid, 0), "an .npmrc of a registry"}},
          {{"//registry.example/:_authToken=${NPM_TOKEN}", "a variable"},
           {"_authToken=" + sample(Set::alnum, 12), "too short"}}),
      shaped("pypi-token", "pypi_token", critical, 0.99,
             {.pattern = R"(pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_\-]{85,1000})",
              .anchors = {"pypi-age"},
              .after = 1024},
             {{"password = " + pypi, "an upload token: a macaroon of the package index"}},
             {{pypi.substr(0, 60), "cut short"},
              {"x" + pypi, "inside a longer word"},
              {"pypi-" + sample(Set::alnum, 100), "not a macaroon"}}),
      prefixed("rubygems-key", "rubygems_api_key", critical, 0.98, {"rubygems_"}, {Set::hex, 48}),
      prefixed("nuget-key", "nuget_api_key", critical, 0.93, {"oy2"}, {Set::lower, 43}),
      prefixed("crates-token", "crates_io_token", critical, 0.95, {"cio"}, {Set::alnum, 32}),
      prefixed("clojars-token", "clojars_token", critical, 0.98, {"CLOJARS_"}, {Set::lower, 60}),
      prefixed("docker-token", "docker_token", critical, 0.97, {"dckr_pat_", "dckr_oat_"},
               {Set::url, 27, 36}),
      shaped("docker-config-auth", "docker_registry_auth", critical, 0.88,
             {.pattern = R"re("auth"\s{0,4}:\s{0,4}"([A-Za-z0-9+/]{16,500}={0,2})")re",
              .anchors = {"\"auth\""},
              .after = 520,
              .bordered = false,
              .validate = secrets::looks_random},
             {{"{\"auths\":{\"r.example\":{\"auth\": \"" + sample(Set::base64, 44) + "\"}}}",
               "a registry login"}},
             {{R"({"auth": "basic"})", "a method, not a credential"}}),
      prefixed("artifactory-key", "artifactory_api_key", critical, 0.95, {"AKCp"}, {Set::alnum, 60, 75}),
      prefixed("artifactory-reference-token", "artifactory_token", critical, 0.95, {"cmVmd", "cmVmdGtu"},
               {Set::alnum, 56, 59}),
      assigned("jfrog-token", "artifactory_token", critical, 0.82,
               {"jfrog", "artifactory", "bintray", "xray"}, {Set::alnum, 64, 73}),
      prefixed("packagist-token", "packagist_token", critical, 0.95,
               {"packagist_ack_", "packagist_org_", "packagist_uss_"}, {Set::hex, 64, 80}),
      prefixed("intra42-secret", "intra42_client_secret", high, 0.95, {"s-s4t2ud-", "s-s4t2af-"},
               {Set::hex, 64}),
  };
}

std::vector<Rule> delivery() {
  const std::string circle = "CCIPAT_" + sample(Set::alnum, 22) + "_" + sample(Set::hex, 40, 2);
  const std::string harness =
      "pat." + sample(Set::alnum, 22) + "." + sample(Set::hex, 24, 2) + "." + sample(Set::alnum, 20, 3);
  const std::string postman = "PMAK-" + sample(Set::hex, 24) + "-" + sample(Set::hex, 34, 2);
  const std::string sentry = "sntrys_eyJpYXQiO" + sample(Set::alnum, 120) + "_" + sample(Set::alnum, 43, 2);
  const std::string grafana = "glsa_" + sample(Set::alnum, 32) + "_" + sample(Set::hex, 8);
  const std::string source = "sgp_" + sample(Set::hex, 16) + "_" + sample(Set::hex, 40, 2);
  const std::string airtable = "pat" + sample(Set::alnum, 14) + "." + sample(Set::hex, 64, 2);
  const std::string hawk = "hawk." + sample(Set::alnum, 20) + "." + sample(Set::alnum, 20, 2);
  return {
      shaped("circleci-token", "circleci_token", critical, 0.98,
             {.pattern = "CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}(?![A-Za-z0-9_])",
              .anchors = {"ccipat_", "cciprj_"},
              .after = 70},
             {{"CIRCLE_TOKEN=" + circle, "a personal token"}},
             {{circle.substr(0, 60), "cut short"}, {"x" + circle, "inside a longer word"}}),
      assigned("circleci-old-token", "circleci_token", critical, 0.83, {"circle"}, {Set::hex, 40}),
      prefixed("buildkite-token", "buildkite_token", critical, 0.96, {"bkua_"}, {Set::hex, 40}),
      assigned("travis-token", "travis_token", high, 0.82, {"travis"}, {Set::alnum, 22}),
      assigned("drone-token", "drone_token", high, 0.82, {"drone"}, {Set::alnum, 32}),
      assigned("codecov-token", "codecov_token", high, 0.82, {"codecov"}, {Set::lower, 32}),
      assigned("codecov-upload-token", "codecov_token", high, 0.82, {"codecov"}, {Set::uuid}),
      assigned("codeclimate-token", "codeclimate_token", high, 0.84, {"codeclimate", "cc_test_reporter"},
               {Set::hex, 64}),
      assigned("coveralls-token", "coveralls_token", high, 0.82, {"coveralls"}, {Set::alnum, 32, 37}),
      shaped(
          "jenkins-initial-password", "jenkins_token", critical, 0.9,
          {.pattern =
               R"((?i:password to proceed to installation:|initialAdminPassword[^\n0-9a-f]{0,24})\s{1,8}([0-9a-f]{32})(?![A-Za-z0-9]))",
           .anchors = {"proceed to installation", "initialadminpassword"},
           .before = 24,
           .after = 80,
           .bordered = false},
          {{"Please use the following password to proceed to installation:\n\n" + sample(Set::hex, 32, 5) +
                "\n",
            "the log of the first start"}},
          {{"see /var/jenkins_home/secrets/initialAdminPassword", "where it is kept"}}),
      shaped("jenkins-crumb", "jenkins_token", medium, 0.88,
             {.pattern = R"((?i:Jenkins-Crumb)["']?\s{0,2}[:=]\s{0,2}["']?([0-9a-f]{32,64})(?![A-Za-z0-9]))",
              .anchors = {"jenkins-crumb"},
              .after = 80,
              .bordered = false},
             {{"-H 'Jenkins-Crumb:" + sample(Set::hex, 32, 6) + "'", "a header"}},
             {{"Jenkins-Crumb: $CRUMB", "a variable"}}),
      assigned("jenkins-uuid-token", "jenkins_token", high, 0.8, {"jenkins"}, {Set::uuid}),
      shaped("codeclimate-reporter", "codeclimate_token", high, 0.93,
             {.pattern = R"(CC_TEST_REPORTER_ID["']?\s{0,3}[=:]\s{0,3}["']?([0-9a-f]{64})(?![A-Za-z0-9]))",
              .anchors = {"cc_test_reporter_id"},
              .after = 76,
              .bordered = false},
             {{"CC_TEST_REPORTER_ID: " + sample(Set::hex, 64, 4), "in a workflow"}},
             {{"CC_TEST_REPORTER_ID: ${{ secrets.CC_TEST_REPORTER_ID }}", "from the store"}}),
      assigned("jenkins-token", "jenkins_token", critical, 0.83, {"jenkins"}, {Set::hex, 34}),
      assigned("jenkins-old-token", "jenkins_token", critical, 0.82, {"jenkins"}, {Set::hex, 32}),
      prefixed("octopus-key", "octopus_deploy_key", critical, 0.93, {"API-"}, {Set::upper, 25, 29}),
      shaped(
          "harness-token", "harness_token", critical, 0.97,
          {.pattern = R"((?:pat|sat)\.[A-Za-z0-9_\-]{22}\.[0-9a-zA-Z]{24}\.[A-Za-z0-9]{20}(?![A-Za-z0-9_]))",
           .anchors = {"pat.", "sat."},
           .after = 76},
          {{"x-api-key: " + harness, "a personal token"}},
          {{harness.substr(0, 60), "cut short"}, {"x" + harness, "inside a longer word"}}),
      prefixed("prefect-key", "prefect_api_key", high, 0.95, {"pnu_", "pnb_"}, {Set::alnum, 36}),
      prefixed("depot-token", "depot_token", high, 0.94, {"depot_project_", "depot_org_", "depot_user_"},
               {Set::hex, 64}),
      prefixed("deno-token", "deno_deploy_token", critical, 0.94, {"ddp_", "ddo_", "ddw_"}, {Set::alnum, 36}),
      assigned("snyk-token", "snyk_token", high, 0.85, {"snyk"}, {Set::uuid}),
      prefixed("sonarqube-token", "sonarqube_token", high, 0.97, {"squ_", "sqp_", "sqa_"}, {Set::hex, 40}),
      assigned("sonarqube-old-token", "sonarqube_token", high, 0.8, {"sonar"}, {Set::alnum, 40}),
      shaped(
          "sonar-login", "sonarqube_token", high, 0.86,
          {.pattern =
               R"((?i:sonar[._]?(?:login|token))["']?\s{0,3}[=:,]\s{0,3}["']?([0-9a-f]{40})(?![A-Za-z0-9]))",
           .anchors = {"sonar.login", "sonar.token", "sonarlogin", "sonartoken", "sonar_login",
                       "sonar_token"},
           .after = 56,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"-Dsonar.login=" + sample(Set::hex, 40), "on a command line"}},
          {{"-Dsonar.login=admin", "a user's name"}}),
      shaped("stackhawk-key", "stackhawk_api_key", high, 0.96,
             {.pattern = R"(hawk\.[A-Za-z0-9_\-]{20}\.[A-Za-z0-9_\-]{20}(?![A-Za-z0-9_\-]))",
              .anchors = {"hawk."},
              .after = 46},
             {{"HAWK_API_KEY=" + hawk, "an API key"}},
             {{hawk.substr(0, 40), "cut short"}, {"x" + hawk, "inside a longer word"}}),
      shaped("postman-key", "postman_api_key", high, 0.98,
             {.pattern = "PMAK-[0-9a-f]{24}-[0-9a-f]{34}(?![A-Za-z0-9_])", .anchors = {"pmak-"}, .after = 64},
             {{"x-api-key: " + postman, "an API key"}},
             {{postman.substr(0, 60), "cut short"}, {"x" + postman, "inside a longer word"}}),
      shaped(
          "sourcegraph-token", "sourcegraph_token", critical, 0.97,
          {.pattern = "(?:sgp_(?:[0-9a-fA-F]{16}_|local_)?[0-9a-fA-F]{40}|slk_[0-9a-f]{64})(?![A-Za-z0-9_])",
           .anchors = {"sgp_", "slk_"},
           .after = 72},
          {{"SRC_ACCESS_TOKEN=" + source, "an access token"},
           {"slk_" + sample(Set::hex, 64), "a licence key"}},
          {{source.substr(0, 50), "cut short"}, {"x" + source, "inside a longer word"}}),
      prefixed("linear-key", "linear_api_key", high, 0.97, {"lin_api_", "lin_oauth_"}, {Set::alnum, 40, 64}),
      assigned("linear-client-secret", "linear_client_secret", high, 0.8, {"linear"}, {Set::hex, 32}),
      prefixed("pixie-key", "pixie_key", high, 0.96, {"px-api-", "px-dep-"}, {Set::uuid}),
      prefixed("dependency-track-key", "dependency_track_key", high, 0.95, {"odt_"}, {Set::alnum, 32, 48}),
      prefixed("notion-token", "notion_token", high, 0.93, {"ntn_"}, {Set::alnum, 46}),
      prefixed("notion-old-token", "notion_token", high, 0.88, {"secret_"}, {Set::alnum, 43}),
      prefixed("figma-token", "figma_token", high, 0.95, {"figd_", "figu_", "figo_"}, {Set::url, 40, 44}),
      prefixed("readme-key", "readme_api_key", high, 0.97, {"rdme_"}, {Set::lower, 70}),
      assigned("rapidapi-key", "rapidapi_key", high, 0.84, {"rapidapi"}, {Set::url, 50}),
      shaped(
          "airtable-token", "airtable_token", high, 0.98,
          {.pattern = R"(pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?![A-Za-z0-9_]))", .anchors = {"pat"}, .after = 88},
          {{"AIRTABLE_TOKEN=" + airtable, "a personal token"}},
          {{airtable.substr(0, 60), "cut short"}, {"x" + airtable, "inside a longer word"}}),
      assigned("airtable-old-key", "airtable_token", high, 0.82, {"airtable"}, {Set::alnum, 17}),
      prefixed("contentful-token", "contentful_token", high, 0.96, {"CFPAT-"}, {Set::url, 43}),
      assigned("contentful-delivery-token", "contentful_token", high, 0.82, {"contentful"},
               {Set::jumble, 43}),
      assigned("launchdarkly-key", "launchdarkly_key", high, 0.82, {"launchdarkly"}, {Set::jumble, 40}),
      prefixed("launchdarkly-sdk-key", "launchdarkly_key", high, 0.9, {"sdk-"}, {Set::uuid}),
      prefixed("trello-token", "trello_token", high, 0.96, {"ATTA"}, {Set::hex, 64, 72}),
      assigned("trello-key", "trello_token", high, 0.8, {"trello"}, {Set::alnum, 32}),
      assigned("asana-secret", "asana_secret", high, 0.82, {"asana"}, {Set::lower, 32}),
      assigned("clickup-token", "clickup_token", high, 0.85, {"clickup"}, {Set::alnum, 32, 44}, "pk_"),
      prefixed("typeform-token", "typeform_token", high, 0.95, {"tfp_"}, {Set::jumble, 59}),
      shaped("sentry-org-token", "sentry_token", high, 0.98,
             {.pattern = R"(sntrys_eyJ[A-Za-z0-9+/=]{60,400}_[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/]))",
              .anchors = {"sntrys_eyj"},
              .after = 450},
             {{"SENTRY_AUTH_TOKEN=" + sentry, "an organisation's token"}},
             {{sentry.substr(0, 80), "cut short"}, {"x" + sentry, "inside a longer word"}}),
      prefixed("sentry-user-token", "sentry_token", high, 0.98, {"sntryu_", "sntrya_"}, {Set::hex, 64}),
      assigned("sentry-old-token", "sentry_token", high, 0.82, {"sentry"}, {Set::hex, 64}),
      shaped("grafana-service-token", "grafana_token", critical, 0.98,
             {.pattern = "glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}(?![A-Za-z0-9_])",
              .anchors = {"glsa_"},
              .after = 46},
             {{"Authorization: Bearer " + grafana, "a service account's token"}},
             {{grafana.substr(0, 42), "cut short"}, {"x" + grafana, "inside a longer word"}}),
      prefixed("grafana-cloud-token", "grafana_token", critical, 0.95, {"glc_"}, {Set::base64, 32, 400}),
      prefixed("grafana-key", "grafana_token", critical, 0.93, {"eyJrIjoi"}, {Set::alnum, 70, 400}),
      prefixed("newrelic-key", "newrelic_key", high, 0.96, {"NRAK-"}, {Set::upper, 27}),
      prefixed("newrelic-insert-key", "newrelic_key", medium, 0.95, {"NRII-", "NRIQ-"}, {Set::url, 32}),
      prefixed("newrelic-admin-key", "newrelic_key", critical, 0.95, {"NRAA-", "NRRA-"}, {Set::hex, 27, 42}),
      prefixed("newrelic-browser-key", "newrelic_key", medium, 0.95, {"NRJS-"}, {Set::hex, 19}),
      shaped("newrelic-license-key", "newrelic_license_key", high, 0.95,
             {.pattern = "[0-9a-f]{36}(?:NRAL|FFFFNRAL)(?![A-Za-z0-9_])",
              .anchors = {"nral"},
              .before = 42,
              .after = 2},
             {{"license_key: " + sample(Set::hex, 36) + "NRAL", "an ingest licence key"}},
             {{sample(Set::hex, 20) + "NRAL", "too short"}}),
      assigned("newrelic-old-key", "newrelic_key", high, 0.82, {"newrelic", "new-relic", "new_relic"},
               {Set::lower, 64}),
      assigned("datadog-key", "datadog_key", high, 0.84, {"datadog", "dd_"}, {Set::alnum, 40}),
      assigned("datadog-api-key", "datadog_key", high, 0.84, {"datadog", "dd_"}, {Set::hex, 32}),
      assigned("pagerduty-key", "pagerduty_key", high, 0.82, {"pagerduty", "pager_duty"}, {Set::url, 20}),
      assigned("sumologic-access-id", "sumologic_access_id", medium, 0.82, {"sumo"}, {Set::alnum, 12}, "su"),
      assigned("sumologic-access-key", "sumologic_access_key", high, 0.82, {"sumo"}, {Set::alnum, 64}),
      prefixed("honeycomb-key", "honeycomb_key", high, 0.94, {"hcaik_", "hcamk_"}, {Set::lower, 58}),
      assigned("rollbar-token", "rollbar_token", high, 0.82, {"rollbar"}, {Set::hex, 32}),
      assigned("ngrok-token", "ngrok_token", high, 0.84, {"ngrok"}, {Set::word, 43, 52}),
      assigned("splunk-hec-token", "splunk_token", high, 0.82, {"splunk"}, {Set::uuid}),
      assigned("sauce-key", "saucelabs_key", high, 0.84, {"sauce"}, {Set::uuid}),
      prefixed("aais-key", "aais_api_key", critical, 0.9, {"aais_"}, {Set::word, 24, 96}),
  };
}

}  // namespace

std::vector<Rule> secrets_developer() {
  std::vector<Rule> rules = hosting();
  for (Rule& rule : delivery()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace aegis::detectors
