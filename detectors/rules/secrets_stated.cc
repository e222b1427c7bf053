// Passwords and keys that are said outright: beside a user's name, in a call, on a command line, in prose.
// Weak ones count as well, because a short password in a configuration is in use more often than not; what
// documentation writes in their place does not.
#include <algorithm>
#include <string>
#include <string_view>

#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"
#include "detectors/rules/secret_texts.h"

namespace aegis::detectors {
namespace {

using secrets::sample;
using secrets::Set;
using secrets::shaped;
using secrets::stated_password;
using enum Severity;

// Two digits at least: without quotes a value is as often a name in code.
double bare_password(const Match& match, double confidence) {
  const auto digits =
      std::count_if(match.value.begin(), match.value.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool code = match.value.find("..") != std::string_view::npos || match.value.starts_with("self.");
  return digits >= 2 && !code ? stated_password(match, confidence) : 0;
}

std::vector<Rule> in_configurations() {
  const std::string typed = "blue" + sample(Set::alnum, 6, 4);
  // "user = alice", with anything but another block for up to 160 bytes after it.
  const std::string user =
      R"((?i:\b\w{0,16}(?:user(?:[ _-]?(?:name|id))?|login|uid)\b["'\]]{0,2}\s{0,12}(?:=>|:=|=|:|,)\s{0,4}["'`]?[^\s"'`=;,]{2,64}["'`]?[;,\s][^{}]{0,160}?)";
  const std::string password =
      R"(\b\w{0,16}pass(?:word|wd|phrase)?["'\]]{0,2}\s{0,12}(?:=>|:=|=(?!=)|:(?!:)|,)\s{0,4}))";
  return {
      shaped("user-and-quoted-password", "password", high, 0.65,
             {.pattern = user + password + R"(["'`]([^\s"'`<>{}]{4,64})["'`])",
              .anchors = {"pass"},
              .before = 330,
              .after = 110,
              .bordered = false,
              .validate = stated_password},
             {{"host = 'db'\nuser = 'shop'\npassword = '" + typed + "'", "two settings of one block"},
              {"user => 'shop',\n  password => '" + typed + "',", "in Ruby"}},
             {{"username = 'a'\npassword = 'password'", "documentation's password"},
              {"user: 'a', passwordField: 'b'", "a name in code"}}),
      shaped("user-and-bare-password", "password", high, 0.6,
             {.pattern = user + password + R"(([^\s"'`<>{}$()\[\];,&|]{6,64})(?=[\s;,]|$))",
              .anchors = {"pass"},
              .before = 330,
              .after = 110,
              .bordered = false,
              .validate = bare_password},
             {{"user = shop\npassword = " + std::string("open") + "4" + "sesame2\n", "an .ini file"}},
             {{"username = get_user()\npassword = get_password2()", "calls"},
              {"user = a.b\npassword = other_name\n", "names in code"}}),
      shaped(
          "env-word-password", "password", medium, 0.5,
          {.pattern =
               R"((?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{1,40}_(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD)=([a-z]{8,32})(?=\s|$))",
           .anchors = {"_password=", "_passwd=", "_passphrase=", "_pass=", "_pwd="},
           .before = 42,
           .after = 36,
           .bordered = false,
           .validate = stated_password},
          {{"MAIL_AUTH_PASS=bluelagoon\n", "one word in an environment file"}},
          {{"DB_PASSWORD=postgres\n", "the server's own name"},
           {"DB_PASSWORD=changeme\n", "a placeholder"},
           {"password=bluelagoon", "no variable's name"}}),
      shaped(
          "xml-setting-password", "password", high, 0.7,
          {.pattern =
               R"((?i:(?:key|name)=["'][^"'\n]{0,48}(?:password|passwd|secret|apikey|api_key)["']\s{1,8}value=["'])([^\s"'<>{}]{4,128})["'])",
           .anchors = {"value="},
           .before = 90,
           .after = 140,
           .bordered = false,
           .validate = stated_password},
          {{"<add key=\"MailPassword\" value=\"" + typed + "\"/>", "a .config file"}},
          {{"<add key=\"MailPassword\" value=\"password\"/>", "documentation's password"},
           {"<input name=\"password\" value=\"\"/>", "empty"}}),
      shaped(
          "gradle-credentials", "password", high, 0.65,
          {.pattern =
               R"((?:username|user)[ =(]{1,3}["'][^"'\n]{1,64}["']\)?\s{1,12}password[ =(]{1,3}["']([^\s"'<>{}$]{4,128})["'])",
           .anchors = {"username", "user"},
           .after = 260,
           .bordered = false,
           .validate = stated_password},
          {{"credentials {\n  username 'ci'\n  password '" + typed + "'\n}", "a block of Gradle"}},
          {{"credentials {\n  username 'user'\n  password 'password'\n}", "documentation's"}}),
  };
}

std::vector<Rule> in_calls() {
  const std::string typed = "blue" + sample(Set::alnum, 6, 4);
  const std::string key = sample(Set::base64, 44, 7);
  return {
      shaped(
          "credential-object", "password", high, 0.85,
          {.pattern =
               R"((?:NetworkCredential|DirectoryEntry|UsernamePasswordCredentials|PasswordAuthentication|HTTPBasicAuth|UsernamePasswordAuthenticationToken)\s{0,2}\((?:\s{0,24}["'][^"'\n]{0,96}["'],){1,2}\s{0,24}["']([^"'\s<>{}$]{4,128})["'])",
           .anchors = {"networkcredential", "directoryentry", "usernamepassword", "passwordauthentication",
                       "httpbasicauth"},
           .after = 422,
           .bordered = false,
           .validate = stated_password},
          {{"new NetworkCredential(\"build\", \"" + typed + "\")", ".NET"}},
          {{"new NetworkCredential(user, password)", "variables"},
           {"HTTPBasicAuth('user', 'password')", "documentation's"}}),
      shaped(
          "compared-password", "password", high, 0.6,
          {.pattern =
               R"((?i:\b\w{0,16}(?:password|passwd|secret)["'\])]{0,2} {0,2}(?:===?|!==?) {0,2})["']([^\s"'<>{}$]{4,64})["'])",
           .anchors = {"password", "passwd", "secret"},
           .before = 17,
           .after = 84,
           .bordered = false,
           .validate = stated_password},
          {{"if (password == \"" + typed + "\") {", "a password in a condition"}},
          {{"if (password == \"\") {", "empty"}, {"if (type === \"password\") {", "a kind of field"}}),
      shaped(
          "secure-string", "password", high, 0.85,
          {.pattern = R"((?i:ConvertTo-SecureString)\s{1,4}(?:-String\s{1,4})?["']([^"'\s<>{}$]{4,128})["'])",
           .anchors = {"convertto-securestring"},
           .after = 160,
           .bordered = false,
           .validate = stated_password},
          {{"ConvertTo-SecureString '" + typed + "' -AsPlainText -Force", "PowerShell"}},
          {{"ConvertTo-SecureString $password -AsPlainText", "a variable"}}),
      shaped(
          "command-line-password", "password", high, 0.75,
          {.pattern =
               R"((?i:\b(?:psexec(?:64)?(?:\.exe)?|sshpass|winexe|smbclient|Connect-VIServer|net use|mysqldump|mysql|ldapsearch|htpasswd)\b)[^\n|;]{0,160}?\s(?:-p(?:assword)?|-Password|-w|--password)[ =]?["']?([^\s"'<>{}$|;\-][^\s"'<>{}$|;]{3,63}))",
           .anchors = {"psexec", "sshpass", "winexe", "smbclient", "connect-viserver", "net use", "mysql",
                       "ldapsearch", "htpasswd"},
           .after = 260,
           .bordered = false,
           .validate = stated_password},
          {{"sshpass -p " + typed + " ssh me@host", "sshpass"},
           {"Connect-VIServer -Server h -User u -Password " + typed, "PowerCLI"}},
          {{"mysql -u root -p", "asked for"}, {"sshpass -p $PASSWORD ssh h", "a variable"}}),
      shaped(
          "password-in-prose", "password", high, 0.6,
          {.pattern =
               R"((?i:\bpassword(?: for (?:the )?(?:user )?["']?[\w.@-]{1,48}["']?)? (?:is|was|will be|:)\s{1,2})["'`](?!(?:required|invalid|correct|incorrect|empty|hidden|hashed|missing|weak|strong)\b)([^\s"'`<>{}$]{4,64})["'`])",
           .anchors = {"password"},
           .after = 150,
           .bordered = false,
           .validate = stated_password},
          {{"The default password for the user \"ops\" is \"" + typed + "\".", "said in a sentence"}},
          {{"the password is 'required'", "a word of validation"},
           {"the password is stored as a hash", "a statement"}}),
      shaped(
          "authorization-uuid", "bearer_token", high, 0.75,
          {.pattern =
               R"((?i:authorization["']?\s{0,3}:\s{0,3}["']?(?:(?:bearer|token|apikey)\s{1,3})?)([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})(?![\w\-]))",
           .anchors = {"authorization"},
           .after = 72,
           .bordered = false},
          {{"curl -H 'Authorization: " + sample(Set::uuid, 0, 3) + "'", "an id that opens a door"}},
          {{"Authorization: none, id " + sample(Set::uuid, 0, 3), "not the header's value"}}),
      shaped(
          "vault-unseal-key", "vault_unseal_key", critical, 0.9,
          {.pattern =
               R"((?i:unseal key(?: \d{1,2})?: {0,2}|operator unseal {1,2})([A-Za-z0-9+/]{44})(?![A-Za-z0-9+/]))",
           .anchors = {"unseal key", "operator unseal"},
           .after = 70,
           .bordered = false},
          {{"Unseal Key 2: " + key, "printed by vault operator init"}},
          {{"Unseal Key Progress 1/3", "a status"}}),
      shaped(
          "kubeadm-token", "kubernetes_token", high, 0.85,
          {.pattern =
               R"((?i:bootstrap-token|kubeadm [^\n]{0,80}--token)[ =:"']{1,4}([a-z0-9]{6}\.[a-z0-9]{16})(?![\w.]))",
           .anchors = {"bootstrap-token", "kubeadm"},
           .after = 130,
           .bordered = false},
          {{"kubeadm join 10.0.0.1:6443 --token " + sample(Set::lower, 6) + "." + sample(Set::lower, 16, 2),
            "joins a cluster"}},
          {{"kubeadm token list", "a list"}}),
      shaped("kerberos-ticket-hash", "password_hash", medium, 0.88,
             {.pattern = R"(\$krb5(?:asrep|tgs|pa)\$(?:17|18|23)\$[^\s$]{1,120}[$:][0-9a-f*$]{32,4000})",
              .anchors = {"$krb5"},
              .after = 4200,
              .bordered = false,
              .validate = nullptr},
             {{"$krb5asrep$23$u@CORP.LAN:" + sample(Set::hex, 32) + "$" + sample(Set::hex, 120), "AS-REP"}},
             {{"$krb5cc_1000", "a cache's name"}}),
      shaped(
          "sidekiq-credentials", "sidekiq_credentials", high, 0.9,
          {.pattern =
               R"((?i:BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM\w{0,16})["']?\s{0,3}(?::=|=>|=|:|,)\s{0,3}["']?([0-9a-f]{8}:[0-9a-f]{8})(?![0-9a-f]))",
           .anchors = {"contribsys__com"},
           .before = 20,
           .after = 50,
           .bordered = false,
           .validate = nullptr},
          {{"BUNDLE_ENTERPRISE__CONTRIBSYS__COM=" + sample(Set::hex, 8) + ":" + sample(Set::hex, 8, 2),
            "a licence of Sidekiq"}},
          {{"BUNDLE_ENTERPRISE__CONTRIBSYS__COM=$KEY", "a variable"}}),
      shaped("bedrock-short-lived-key", "aws_bedrock_key", critical, 0.95,
             {.pattern = R"(bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=_\-]{0,4000})",
              .anchors = {"bedrock-api-key-"},
              .after = 4028,
              .validate = nullptr},
             {{"bedrock-api-key-" + std::string("YmVkcm9jay5hbWF6b25hd3MuY29t"),
               "cut off behind the address that all encode"}},
             {{"bedrock-api-key-rotation", "a name"},
              {"bedrock-api-key-" + sample(Set::base64, 60), "another address"}}),
  };
}

// Keys of frameworks and servers: random enough where what stands around them says what they are.
std::vector<Rule> in_settings() {
  const std::string signs = "_du9e^c" + sample(Set::alnum, 12, 2) + "!%(^+=gr@" + sample(Set::alnum, 20, 3);
  const std::string token = sample(Set::lower, 20, 5);
  const std::string nas = sample(Set::alnum, 64, 6);
  return {
      shaped(
          "django-secret-key", "django_secret_key", high, 0.88,
          {.pattern =
               R"(SECRET_KEY["'\]]{0,2}\s{0,3}[=:]\s{0,3}["']((?:django-insecure-)?[A-Za-z0-9!@#$%^&*()\-_=+]{50,80})["'])",
           .anchors = {"secret_key"},
           .after = 110,
           .bordered = false,
           .validate = secrets::long_and_mixed},
          {{"SECRET_KEY = '" + signs.substr(0, 48) + "ab'", "made by startproject"},
           {"SECRET_KEY = 'django-insecure-" + signs + "x2'", "the same, of newer versions"}},
          {{"SECRET_KEY = os.environ['DJANGO_SECRET_KEY']", "from the environment"},
           {"SECRET_KEY = 'change-this-before-you-put-it-anywhere-that-people-see-it-please'", "an order"}}),
      shaped(
          "jwt-signing-secret", "jwt_secret", high, 0.7,
          {.pattern =
               R"((?i:(?<![a-z])jwt[_\-.]?(?::\s{1,6})?secret(?:[_\-]?key)?)["'\]]{0,2}\s{0,3}(?:=>|:=|=(?!=)|:(?!:))\s{0,3}(?:"(?=[^\s"]{12,128}")|'(?=[^\s']{12,128}'))((?<=")[^\s"]{12,128}|(?<=')[^\s']{12,128}))",
           .anchors = {"jwt"},
           .after = 170,
           .bordered = false,
           .validate = secrets::stated_signs},
          {{"jwtsecret: \"7`D'}/vYR)T;W5]EBrf;_&k>qX??]G&3CF\"", "in YAML"},
           {"JWT:\n  secret: \"blue#harbour7\"", "in a block of its own"}},
          {{"jwt_secret = \"your-256-bit-secret\"", "documentation's"},
           {"jwtSecret: \"${JWT_SECRET}\"", "a variable"}}),
      shaped("thingsboard-token", "thingsboard_token", high, 0.86,
             {.pattern = R"(/api/v1/([A-Za-z0-9]{20})/(?:telemetry|attributes|rpc|claim)(?![A-Za-z0-9]))",
              .anchors = {"/telemetry", "/attributes", "/rpc", "/claim"},
              .before = 30,
              .after = 4,
              .bordered = false,
              .validate = secrets::looks_random},
             {{"https://thingsboard.cloud/api/v1/" + token + "/telemetry", "a device's address"}},
             {{"/api/v1/$ACCESS_TOKEN/telemetry", "a variable"}, {"/api/v1/devices/telemetry", "a path"}}),
      shaped(
          "truenas-key", "truenas_api_key", critical, 0.93,
          {.pattern =
               R"((?i:login_with_api_key|truenas)[^\n]{0,120}?(?:\n[^\n]{0,40}){0,3}?["' ](\d{1,4}-[A-Za-z0-9]{64})(?![A-Za-z0-9]))",
           .anchors = {"login_with_api_key", "truenas"},
           .after = 330,
           .bordered = false},
          {{"\"method\":\"auth.login_with_api_key\", \"params\":[\"8-" + nas + "\"]", "a call"}},
          {{"auth.login_with_api_key [\"8-" + nas.substr(1) + "\"]", "too short"}}),
  };
}

}  // namespace

std::vector<Rule> secrets_stated() {
  std::vector<Rule> rules = in_configurations();
  for (Rule& rule : in_calls()) rules.push_back(std::move(rule));
  for (Rule& rule : in_settings()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace aegis::detectors
