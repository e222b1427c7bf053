// Cloud and infrastructure providers: formats as published in each provider's documentation of its API keys.
#include <algorithm>
#include <string>
#include <string_view>
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

constexpr std::size_t kAwsPrefix = 4;
constexpr double kPlausible = 0.86;  // the shape is right, the alphabet is not what the provider issues today

// Access key ids are base32 behind their prefix; ids with other digits occur in tests and in old accounts.
double aws_access_key(const Match& match, double confidence) {
  if (match.value.ends_with("EXAMPLE")) return 0;  // AWS' own documentation
  const std::string_view body = match.value.substr(kAwsPrefix);
  const bool base32 = std::none_of(body.begin(), body.end(),
                                   [](char c) { return c == '0' || c == '1' || c == '8' || c == '9'; });
  return secrets::not_placeholder(match, base32 ? confidence : kPlausible);
}

// 40 characters of base64 are also a SHA-1 in hexadecimal, or a path; only the mixture is a secret key.
double aws_secret_key(const Match& match, double confidence) {
  if (match.value.ends_with("EXAMPLEKEY")) return 0;
  const bool capital =
      std::any_of(match.value.begin(), match.value.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool small =
      std::any_of(match.value.begin(), match.value.end(), [](char c) { return c >= 'g' && c <= 'z'; });
  return capital && small ? secrets::looks_random(match, confidence) : 0;
}

std::vector<Rule> aws() {
  const std::string id = std::string("AK") + "IA" + sample(Set::base32, 16);
  const std::string key = sample(Set::base64, 40, 3);
  const std::string session = "IQoJb3JpZ2luX2Vj" + sample(Set::base64, 300, 4);
  return {
      shaped("aws-access-key-id", "aws_access_key", critical, 0.98,
             {.pattern = "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9_])",
              .anchors = {"akia", "asia", "abia", "acca"},
              .after = 24,
              .validate = aws_access_key},
             {{"aws_access_key_id = " + id, "a long-term key"},
              {"{\"AccessKeyId\": \"ASIA" + sample(Set::base32, 16, 2) + "\"}", "a temporary key of STS"}},
             {{std::string("AKIAIOSFODNN7") + "EXAMPLE", "the key of AWS' own documentation: a placeholder"},
              {std::string("AKIAI44QH8DHB") + "EXAMPLE", "its other documentation key"},
              {id + "Q", "too long"},
              {id.substr(0, 19), "too short"},
              {"X" + id, "inside a longer word"},
              {std::string("ak") + "ia" + sample(Set::lower, 16), "lower case"},
              {"AKIA" + std::string(16, 'X'), "a run of one character"}}),
      shaped(
          "aws-secret-access-key", "aws_secret_key", critical, 0.93,
          {.pattern =
               R"((?i:secret[_\- ]?access[_\- ]?key|aws[_\-. ]{0,3}(?:\w{0,16}[_\-.])?secret(?:[_\- ]?key)?))"
               R"(["'`\]\\)]{0,3}\s{0,4}(?:[=:]{1,2}>?|,|\bis\b)?\s{0,4}["'`(\\]{0,3}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=]))",
           .anchors = {"secretaccess", "secret_access", "secret-access", "secret access", "aws"},
           .after = 120,
           .bordered = false,
           .validate = aws_secret_key},
          {{"AWS_SECRET_ACCESS_KEY=" + key, "in an environment file"},
           {"\"SecretAccessKey\": \"" + key + "\"", "in a reply of STS"}},
          {{std::string("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY") + "EXAMPLEKEY",
            "the key of AWS' own documentation"},
           {"AWS_SECRET_ACCESS_KEY=" + sample(Set::hex, 40), "forty hexadecimal digits: a SHA-1"},
           {"AWS_SECRET_ACCESS_KEY=" + key + "x", "too long"},
           {"sha1 " + key, "nothing says it is a key"},
           {"AWS_SECRET_ACCESS_KEY=${SECRET}", "a variable"}}),
      shaped(
          "aws-session-token", "aws_session_token", critical, 0.9,
          {.pattern =
               R"((?i:(?:aws|security|x-amz)[_\-]?(?:session|security)?[_\-]?token|session[_\-]?token)["'\\]{0,3}\s{0,4}[=:]{1,2}\s{0,4}["'\\]{0,3})"
               R"(((?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|AgoJb3JpZ2lu)[A-Za-z0-9/+=]{80,2000}))",
           .anchors = {"iqojb3jpz2lu", "fwogzxivyxdz", "fqogzxivyxdz", "agojb3jpz2lu"},
           .before = 64,
           .after = 2008,
           .bordered = false},
          {{"AWS_SESSION_TOKEN=" + session, "temporary credentials"}},
          {{"AWS_SESSION_TOKEN=" + session.substr(0, 60), "cut short"},
           {"\"NextToken\": \"" + session + "\"", "a page marker, not a credential"}}),
      shaped("aws-bedrock-key", "aws_bedrock_api_key", critical, 0.95,
             {.pattern = R"(ABSK[A-Za-z0-9+/]{109,269}={0,2}(?![A-Za-z0-9+/=]))",
              .anchors = {"absk"},
              .after = 280},
             {{"AWS_BEARER_TOKEN_BEDROCK=ABSK" + sample(Set::base64, 128), "a long-lived key"}},
             {{"ABSK" + sample(Set::base64, 60), "too short"},
              {"xABSK" + sample(Set::base64, 128), "inside a longer word"}}),
      shaped("aws-bedrock-short-key", "aws_bedrock_api_key", critical, 0.95,
             {.pattern = std::string("bedrock-api-key-") + "YmVkcm9jay5hbWF6b25hd3MuY29t" +
                         R"([A-Za-z0-9+/=_\-]{40,2000})",
              .anchors = {"bedrock-api-key-ym"},
              .after = 2060,
              .validate = nullptr},
             {{std::string("bedrock-api-key-") + "YmVkcm9jay5hbWF6b25hd3MuY29t" + sample(Set::base64, 200),
               "a short-lived key"}},
             {{"bedrock-api-key-" + sample(Set::base64, 40), "not the address every such key encodes"}}),
      prefixed("aws-mws-token", "aws_mws_token", high, 0.97, {"amzn.mws."}, {Set::uuid}),
      prefixed("aws-appsync-key", "aws_appsync_key", high, 0.93, {"da2-"}, {Set::lower, 26}),
  };
}

std::vector<Rule> google() {
  const std::string hmac = sample(Set::upper, 58, 5);
  return {
      prefixed("google-api-key", "google_api_key", high, 0.96, {"AIzaSy"}, {Set::url, 33}),
      prefixed("google-oauth-secret", "google_oauth_secret", critical, 0.97, {std::string("GOC") + "SPX-"},
               {Set::url, 28}),
      prefixed("google-access-token", "google_access_token", critical, 0.95, {"ya29."}, {Set::url, 60, 1200}),
      prefixed("google-refresh-token", "google_refresh_token", critical, 0.9, {"1//0"}, {Set::url, 60, 120}),
      shaped("google-hmac-key", "google_hmac_key", high, 0.9,
             {.pattern = "GOOG1[A-Z0-9]{56,57}(?![A-Za-z0-9_])", .anchors = {"goog1"}, .after = 66},
             {{"access_key=GOOG1" + hmac.substr(0, 56), "a service account's storage key"}},
             {{"GOOG1" + hmac + "A", "too long"}, {"xGOOG1" + hmac.substr(0, 56), "inside a longer word"}}),
  };
}

std::vector<Rule> azure() {
  const std::string storage = sample(Set::base64, 86, 2) + "==";
  const std::string bus = sample(Set::base64, 43, 3) + "=";
  const std::string app = "aB3" + std::string("8Q~") + sample(Set::alnum, 34);
  const std::string devops = sample(Set::alnum, 76, 6) + "AZDO" + sample(Set::alnum, 4);
  const std::string marked =
      sample(Set::alnum, 52, 9) + "JQQJ99" + sample(Set::alnum, 10) + "ACOG" + sample(Set::alnum, 4, 2);
  const std::string function = sample(Set::alnum, 44, 5) + "AzFu" + sample(Set::alnum, 5, 5) + "Q==";
  const std::string search = sample(Set::alnum, 42, 5) + "AzSe" + "A" + sample(Set::alnum, 5);
  return {
      shaped(
          "azure-storage-key", "azure_storage_key", critical, 0.96,
          {.pattern =
               R"((?i:Account|Storage)_?(?i:Key)["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9+/]{86}==|(?<=AccountKey=)[A-Za-z0-9+/]{60,90}={1,2}(?=;)))",
           .anchors = {"accountkey", "account_key", "storagekey", "storage_key"},
           .after = 120,
           .bordered = false},
          {{"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=" + storage +
                ";EndpointSuffix=core.windows.net",
            "a storage connection string"}},
          {{"AccountKey=" + bus, "44 characters: not a storage key"},
           {"AccountKey=" + std::string(86, 'x') + "==", "a run of one character"},
           {"hash=" + storage, "a SHA-512, by its name"}}),
      shaped(
          "azure-shared-access-key", "azure_shared_access_key", critical, 0.96,
          {.pattern =
               R"((?i:SharedAccessKey|SharedSecretValue)["']?\s{0,2}[=:]\s{0,2}["']?([A-Za-z0-9+/]{43}=)(?!=))",
           .anchors = {"sharedaccesskey", "sharedsecretvalue"},
           .after = 64,
           .bordered = false},
          {{"Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=" + bus,
            "Service Bus"}},
          {{"SharedAccessKeyName=RootManageSharedAccessKey", "the key's name"},
           {"SharedAccessKey=" + bus.substr(4), "too short"}}),
      shaped("azure-app-configuration", "azure_app_configuration_secret", critical, 0.95,
             {.pattern = R"(azconfig\.io;Id=[^;\s]{1,64};Secret=([A-Za-z0-9+/]{36,90}={0,2}))",
              .anchors = {"azconfig.io;id="},
              .after = 180,
              .bordered = false},
             {{"Endpoint=https://a.azconfig.io;Id=x1-l0-s0:ab;Secret=" + bus, "App Configuration"}},
             {{"Endpoint=https://a.azconfig.io;Id=xxx;Secret=xxx", "a placeholder"}}),
      shaped("azure-client-secret", "azure_client_secret", critical, 0.94,
             {.pattern =
                  R"((?<![A-Za-z0-9_~.\-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}(?![A-Za-z0-9_~\-]))",
              .anchors = {"q~"},
              .before = 6,
              .after = 40,
              .bordered = false,
              .validate = secrets::looks_random},
             {{"client_secret=" + app, "an Entra ID application secret"}},
             {{app.substr(0, 30), "too short"},
              {"12~tplv-" + app, "inside a longer name"},
              {std::string(38, '~'), "a rule of tildes"}}),
      shaped("azure-devops-token", "azure_devops_token", critical, 0.97,
             {.pattern = "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9_])",
              .anchors = {"azdo"},
              .before = 80,
              .after = 6},
             {{"System.AccessToken: " + devops, "a personal access token with its signature"}},
             {{devops.substr(1), "too short"}, {devops + "a", "too long"}}),
      assigned("azure-devops-old-token", "azure_devops_token", critical, 0.85,
               {"azure_devops", "azuredevops", "devops", "vsts", "azdo", "personalaccess", "personal_access"},
               {Set::lower, 52}),
      shaped("azure-ai-key", "azure_ai_key", critical, 0.97,
             {.pattern = "[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10}A[A-Z0-9]{3}[A-Za-z0-9]{4}(?![A-Za-z0-9_])",
              .anchors = {"jqqj99"},
              .before = 60,
              .after = 20},
             {{"api-key: " + marked, "an AI services key with its signature"}},
             {{marked.substr(1), "too short"}, {"x" + marked, "too long"}}),
      shaped("azure-functions-key", "azure_functions_key", high, 0.97,
             {.pattern = R"([A-Za-z0-9_\-]{44}AzFu[A-Za-z0-9_\-]{5}[AQgw]==)",
              .anchors = {"azfu"},
              .before = 52,
              .after = 8},
             {{"https://f.azurewebsites.net/api/run?code=" + function, "in a function's address"}},
             {{function.substr(2), "too short"}}),
      shaped("azure-search-key", "azure_search_key", high, 0.97,
             {.pattern = "[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}(?![A-Za-z0-9_])",
              .anchors = {"azse"},
              .before = 46,
              .after = 8},
             {{"api-key: " + search, "a search admin key"}},
             {{search.substr(1), "too short"}, {search + "b", "too long"}}),
      shaped(
          "azure-sas-signature", "azure_sas_token", high, 0.93,
          {.pattern = R"([?&]sig=([A-Za-z0-9%]{43,70}(?:=|%3[Dd])))",
           .anchors = {"&sig=", "?sig="},
           .after = 76,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"https://a.blob.core.windows.net/c/f?sv=2022-11-02&sp=r&sig=" + sample(Set::alnum, 43, 8) + "%3D",
            "a shared access signature"}},
          {{"https://a.example/f?sig=short%3D", "too short"}}),
  };
}

std::vector<Rule> hosts() {
  const std::string origin = "v1.0-" + sample(Set::hex, 24) + "-" + sample(Set::hex, 146, 2);
  const std::string terraform = sample(Set::alnum, 14, 3) + ".atlasv1." + sample(Set::alnum, 67, 4);
  const std::string dynatrace = "dt0c01." + sample(Set::base32, 24) + "." + sample(Set::base32, 64, 2);
  const std::string fly = "fm2_" + sample(Set::base64, 200);
  const std::string tail = "tskey-auth-k" + sample(Set::alnum, 16) + "-" + sample(Set::alnum, 32, 2);
  const std::string yandex = "t1." + sample(Set::alnum, 40) + "." + sample(Set::alnum, 86, 2);
  const std::string alibaba = std::string("LT") + "AI" + sample(Set::alnum, 20);
  const std::string bootstrap = sample(Set::lower, 6) + "." + sample(Set::lower, 16, 2);
  const std::string supabase = "sb_secret_" + sample(Set::alnum, 22) + "_" + sample(Set::alnum, 8, 2);
  return {
      prefixed("digitalocean-token", "digitalocean_token", critical, 0.99, {"dop_v1_", "doo_v1_", "dor_v1_"},
               {Set::hex, 64}),
      shaped("alibaba-access-key", "alibaba_access_key", critical, 0.93,
             {.pattern = "LTAI[A-Za-z0-9]{12,26}(?![A-Za-z0-9_])",
              .anchors = {"ltai"},
              .after = 34,
              .validate = secrets::looks_random},
             {{"accessKeyId: " + alibaba, "a RAM user's key"}},
             {{alibaba.substr(0, 12), "too short"}, {"x" + alibaba, "inside a longer word"}}),
      assigned("alibaba-secret-key", "alibaba_secret_key", critical, 0.82, {"alibaba", "aliyun", "alicloud"},
               {Set::alnum, 30}),
      prefixed("tencent-secret-id", "tencent_secret_id", high, 0.9, {"AKID"}, {Set::alnum, 32}),
      prefixed("yandex-api-key", "yandex_api_key", critical, 0.95, {"AQVN"}, {Set::url, 35, 38}),
      shaped("yandex-iam-token", "yandex_iam_token", high, 0.93,
             {.pattern = R"(t1\.[A-Za-z0-9_\-]{1,400}={0,2}\.[A-Za-z0-9_\-]{86}={0,2}(?![A-Za-z0-9_\-]))",
              .anchors = {"t1."},
              .after = 500,
              .validate = secrets::looks_random},
             {{"Authorization: Bearer " + yandex, "an IAM token"}},
             {{yandex.substr(0, 90), "cut short"}, {"at1." + yandex.substr(3), "inside a longer word"}}),
      assigned("yandex-aws-key", "yandex_secret_key", critical, 0.88, {"yandex"}, {Set::url, 38}, "YC"),
      assigned("ibm-cloud-key", "ibm_cloud_api_key", critical, 0.82, {"ibm", "softlayer", "bluemix"},
               {Set::url, 44}),
      assigned("linode-token", "linode_token", critical, 0.84, {"linode"}, {Set::hex, 64}),
      assigned("hetzner-token", "hetzner_token", critical, 0.84, {"hcloud", "hetzner"}, {Set::alnum, 64}),
      assigned("scaleway-secret", "scaleway_secret_key", critical, 0.84, {"scw", "scaleway"}, {Set::uuid}),
      prefixed("cloudflare-token", "cloudflare_api_token", critical, 0.96, {"cfut_", "cfat_", "cfk_"},
               {Set::alnum, 46, 50}),
      assigned("cloudflare-old-token", "cloudflare_api_token", critical, 0.84, {"cloudflare", "cf_", "cf-"},
               {Set::url, 40}),
      assigned("cloudflare-global-key", "cloudflare_global_api_key", critical, 0.84,
               {"cloudflare", "cf_", "cf-"}, {Set::hex, 37}),
      shaped(
          "cloudflare-origin-key", "cloudflare_origin_ca_key", critical, 0.98,
          {.pattern = "v1\\.0-[0-9a-f]{24}-[0-9a-f]{146}(?![A-Za-z0-9])", .anchors = {"v1.0-"}, .after = 180},
          {{"X-Auth-User-Service-Key: " + origin, "an origin CA key"}},
          {{origin.substr(0, 170), "cut short"}}),
      prefixed("heroku-key", "heroku_api_key", critical, 0.97, {"HRKU-"}, {Set::url, 60}),
      assigned("heroku-old-key", "heroku_api_key", critical, 0.85, {"heroku"}, {Set::uuid}),
      prefixed("flyio-token", "flyio_token", critical, 0.96, {"fo1_"}, {Set::url, 43}),
      shaped("flyio-macaroon", "flyio_token", critical, 0.95,
             {.pattern = R"((?:fm1[ar]|fm2)_[A-Za-z0-9+/]{100,2000}={0,3})",
              .anchors = {"fm1a_", "fm1r_", "fm2_"},
              .after = 2010},
             {{"FLY_API_TOKEN=\"FlyV1 " + fly + "\"", "a macaroon"}},
             {{"fm2_" + sample(Set::base64, 40), "too short"}, {"x" + fly, "inside a longer word"}}),
      prefixed("render-key", "render_api_key", critical, 0.93, {"rnd_"}, {Set::alnum, 32}),
      prefixed("netlify-token", "netlify_token", critical, 0.96, {"nfp_", "nfc_", "nfo_"}, {Set::alnum, 36}),
      assigned("netlify-old-token", "netlify_token", critical, 0.82, {"netlify"}, {Set::jumble, 40, 46}),
      assigned("vercel-token", "vercel_token", critical, 0.82, {"vercel"}, {Set::alnum, 24}),
      prefixed("vercel-prefixed-token", "vercel_token", critical, 0.95, {"vcp_", "vci_", "vca_", "vcr_"},
               {Set::alnum, 56}),
      prefixed("planetscale-token", "planetscale_token", critical, 0.96,
               {"pscale_tkn_", "pscale_oauth_", "pscale_pw_"}, {Set::jumble, 32, 64}),
      prefixed("supabase-token", "supabase_token", critical, 0.97, {"sbp_"}, {Set::hex, 40}),
      shaped("supabase-secret-key", "supabase_secret_key", critical, 0.97,
             {.pattern = R"(sb_secret_[A-Za-z0-9_\-]{22}_[A-Za-z0-9_\-]{8}(?![A-Za-z0-9_\-]))",
              .anchors = {"sb_secret_"},
              .after = 40},
             {{"SUPABASE_SECRET_KEY=" + supabase, "a project's secret key"}},
             {{supabase.substr(0, 38), "too short"}}),
      prefixed("neon-key", "neon_api_key", critical, 0.96, {"napi_"}, {Set::lower, 64}),
      prefixed("databricks-token", "databricks_token", critical, 0.97, {"dapi", "dkea"}, {Set::hex, 32}),
      shaped(
          "doppler-token", "doppler_token", critical, 0.98,
          {.pattern =
               R"(dp\.(?:pt|ct|sa|scim|audit|st(?:\.[a-z0-9_\-]{1,35})?)\.[A-Za-z0-9]{40,44}(?![A-Za-z0-9_]))",
           .anchors = {"dp.pt.", "dp.ct.", "dp.sa.", "dp.st.", "dp.scim.", "dp.audit."},
           .after = 90},
          {{"DOPPLER_TOKEN=dp.st.prd." + sample(Set::alnum, 43), "a service token with its environment"},
           {"dp.pt." + sample(Set::alnum, 43), "a personal token"}},
          {{"dp.pt." + sample(Set::alnum, 30), "too short"},
           {"udp.pt." + sample(Set::alnum, 43), "inside a longer word"}}),
      shaped(
          "vault-token", "vault_token", critical, 0.97,
          {.pattern =
               R"((?:hv[sr]\.[A-Za-z0-9]{24}|hv[sb]\.[A-Za-z0-9_\-]{85,300}|s\.CAES[A-Za-z0-9_\-]{80,300})(?![A-Za-z0-9_\-]))",
           .anchors = {"hvs.", "hvb.", "hvr.", "s.caes"},
           .after = 316},
          {{"VAULT_TOKEN=hvs." + sample(Set::alnum, 24), "a root token"},
           {"VAULT_TOKEN=hvs.CAESI" + sample(Set::url, 86, 2), "a service token"},
           {"-vaultToken s.CAESI" + sample(Set::url, 98, 2), "a service token of a replicated cluster"},
           {"hvb." + sample(Set::url, 140, 3), "a batch token"}},
          {{"hvs." + sample(Set::alnum, 40), "a length that no token has"},
           {"xhvs." + sample(Set::alnum, 24), "inside a longer word"},
           {"hvs." + std::string(24, 'x'), "a run of one character"}}),
      assigned("vault-old-token", "vault_token", critical, 0.88, {"vault"}, {Set::alnum, 24}, "s."),
      shaped("terraform-token", "terraform_token", critical, 0.98,
             {.pattern = R"([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=\-]{60,70}(?![A-Za-z0-9_]))",
              .anchors = {".atlasv1."},
              .before = 18,
              .after = 76},
             {{"token = \"" + terraform + "\"", "an HCP Terraform token"}},
             {{terraform.substr(0, 50), "cut short"}, {terraform.substr(3), "too short in front"}}),
      prefixed("pulumi-token", "pulumi_token", critical, 0.97, {"pul-"}, {Set::hex, 40}),
      shaped(
          "tailscale-key", "tailscale_key", critical, 0.97,
          {.pattern =
               R"(tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{24,48}(?![A-Za-z0-9_]))",
           .anchors = {"tskey-"},
           .after = 90},
          {{"tailscale up --authkey " + tail, "an auth key"}},
          {{"tskey-auth-k" + sample(Set::alnum, 6), "cut short"}, {"x" + tail, "inside a longer word"}}),
      prefixed("scalingo-token", "scalingo_token", critical, 0.96, {"tk-us-"}, {Set::url, 48}),
      prefixed("aiven-password", "aiven_service_password", critical, 0.96, {"AVNS_"}, {Set::url, 19}),
      prefixed("mongodb-atlas-secret", "mongodb_atlas_secret", critical, 0.97, {"mdb_sa_sk_"},
               {Set::url, 40}),
      shaped("infracost-key", "infracost_api_key", high, 0.94,
             {.pattern = "(?<![.\\-/])ico-[A-Za-z0-9]{32}(?![A-Za-z0-9_]|\\.[a-z])",
              .anchors = {"ico-"},
              .after = 48},
             {{"INFRACOST_API_KEY=ico-" + sample(Set::alnum, 32), "an API key"}},
             {{"box.ico-" + sample(Set::hex, 32) + ".png", "a picture's name with its digest"},
              {"ico-" + sample(Set::alnum, 31), "too short"}}),
      prefixed("clickhouse-key", "clickhouse_cloud_key", critical, 0.88, {"4b1d"}, {Set::alnum, 38}),
      prefixed("openshift-token", "openshift_token", critical, 0.93, {"sha256~"}, {Set::url, 43}),
      shaped("dynatrace-token", "dynatrace_token", critical, 0.98,
             {.pattern = R"((?i)dt0[sc]\d\d\.[a-z0-9]{24}\.[a-z0-9]{64}(?![a-z0-9_]))",
              .anchors = {"dt0c", "dt0s"},
              .after = 104},
             {{"Api-Token " + dynatrace, "an API token"}},
             {{dynatrace.substr(0, 60), "cut short"}, {"x" + dynatrace, "inside a longer word"}}),
      assigned("confluent-key-id", "confluent_key", high, 0.8, {"confluent"}, {Set::alnum, 16}),
      assigned("confluent-key", "confluent_secret", critical, 0.82, {"confluent"}, {Set::alnum, 64}),
      assigned("fastly-token", "fastly_token", critical, 0.82, {"fastly"}, {Set::jumble, 32}),
      assigned("meraki-key", "meraki_api_key", critical, 0.84, {"meraki"}, {Set::hex, 40}),
      assigned("defined-networking-key", "defined_networking_key", critical, 0.9, {"dnkey", "defined"},
               {Set::jumble, 78}, "dnkey-"),
      shaped(
          "kubernetes-bootstrap-token", "kubernetes_bootstrap_token", high, 0.86,
          {.pattern =
               R"((?i:bootstrap|kubeadm)[^\n]{0,80}?(?i:token)[A-Za-z_]{0,12}["']?[\s=:]{1,4}["']?([a-z0-9]{6}\.[a-z0-9]{16})(?![A-Za-z0-9.]))",
           .anchors = {"bootstrap", "kubeadm"},
           .after = 140,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"kubeadm join 10.0.0.1:6443 --token " + bootstrap, "joins a node to a cluster"}},
          {{bootstrap, "nothing says what it is"},
           {"kubeadm join --token abcdef.0123456789abcdef", "the documentation's token"}}),
  };
}

}  // namespace

std::vector<Rule> secrets_cloud() {
  std::vector<Rule> rules;
  for (std::vector<Rule>& part : std::vector<std::vector<Rule>>{aws(), google(), azure(), hosts()})
    rules.insert(rules.end(), part.begin(), part.end());
  return rules;
}

}  // namespace aegis::detectors
