// Secrets that belong to no provider: private keys, JSON web tokens, passwords in addresses and headers, and
// values assigned to a name such as "password". The assigned ones favour precision: code that only handles
// secrets is silent.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"
#include "detectors/rules/secret_texts.h"
#include "detectors/validators.h"

namespace aegis::detectors {
namespace {

using secrets::decode_base64;
using secrets::encode_base64;
using secrets::is_template;
using secrets::is_weak_word;
using secrets::sample;
using secrets::Set;
using secrets::shaped;
using secrets::stated_password;
using enum Severity;

// An RSA key of 8192 bits is 6.4 KB of base64, an OpenPGP block with subkeys rarely above 12 KB.
constexpr std::size_t kMaxKeyBlock = 16'000;
constexpr std::size_t kMinKeyBody = 44;        // an Ed25519 seed, base64
constexpr std::size_t kMaxTokenPart = 8'000;   // servers refuse headers above 8 KB
constexpr std::size_t kMaxJoseHeader = 4'000;  // with an embedded certificate chain
constexpr double kUnsigned = 0.86;             // alg "none": a session all the same
constexpr std::size_t kShortHexDigest = 32;    // MD5; 40 SHA-1; 64 SHA-256; 128 SHA-512

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// A key block holds base64, not an ellipsis or "YOUR KEY HERE".
double key_block(const Match& match, double confidence) {
  const std::size_t begin = match.value.find("KEY");
  if (begin == std::string_view::npos) return 0;
  std::string_view body = match.value.substr(begin);
  body.remove_prefix(std::min(body.size(), std::max<std::size_t>(body.find("-----"), 3)));
  const auto count = std::count_if(body.begin(), body.end(), [](char c) {
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
  });
  if (static_cast<std::size_t>(count) < kMinKeyBody) return 0;
  return shannon_entropy(body) >= kSecretEntropy ? confidence : 0;
}

double mixed(const Match& match, double confidence) {
  return shannon_entropy(match.value) >= kSecretEntropy + 1 ? confidence : 0;
}

double encoded_key_block(const Match& match, double confidence) {
  constexpr std::size_t kOpeningLine = 80;
  return decode_base64(match.value.substr(0, kOpeningLine)).find("PRIVATE KEY") != std::string::npos
             ? confidence
             : 0;
}

// RFC 7515: the first part decodes to a JSON object with "alg".
double json_web_token(const Match& match, double confidence) {
  const std::string_view encoded = match.value.substr(0, match.value.find('.'));
  if (encoded.size() > kMaxJoseHeader) return 0;
  const std::string header = decode_base64(encoded);
  const std::size_t last = header.find_last_not_of(" \t\r\n");
  if (header.empty() || header.front() != '{' || last == std::string::npos || header[last] != '}') return 0;
  std::size_t at = header.find("\"alg\"");
  if (at == std::string::npos) return 0;
  at = header.find_first_not_of(" \t\r\n", at + 5);
  if (at == std::string::npos || header[at] != ':') return 0;
  if (match.value.back() == '.') return std::min(confidence, kUnsigned);
  const std::string_view signature = match.value.substr(match.value.rfind('.') + 1);
  return shannon_entropy(signature) >= kSecretEntropy ? confidence : 0;
}

// scheme://user:password@host where both are the same is the default of a freshly installed server.
double url_password(const Match& match, double confidence) {
  const std::size_t colon = match.start - 1;
  const std::size_t before_user = match.text.substr(0, colon).find_last_of("/ \"'=");
  const std::size_t user = before_user == std::string_view::npos ? 0 : before_user + 1;
  return match.text.substr(user, colon - user) == match.value ? 0 : stated_password(match, confidence);
}

double basic_credentials(const Match& match, double confidence) {
  const std::string decoded = decode_base64(match.value);
  const std::size_t colon = decoded.find(':');
  if (colon == std::string::npos || colon + 1 == decoded.size()) return 0;
  const auto printable = [](unsigned char c) { return std::isprint(c) != 0; };
  if (!std::all_of(decoded.begin(), decoded.end(), printable)) return 0;
  const std::string_view password = std::string_view(decoded).substr(colon + 1);
  return is_weak_word(password) || is_template(password) || is_placeholder(password) ? 0 : confidence;
}

bool is_uuid(std::string_view value) {
  return value.size() == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-';
}

// "sha512-…", "sha256:…": an integrity string. Hexadecimal of a digest's length is one too, for all a
// password rule can tell.
bool is_digest(std::string_view value) {
  if (value.starts_with("sha") || value.starts_with("md5")) return true;
  const bool digest_length =
      value.size() == kShortHexDigest || value.size() == 40 || value.size() == 64 || value.size() == 128;
  return digest_length && std::all_of(value.begin(), value.end(), is_hex);
}

// A password somebody typed: mixed enough not to be a word, a name or code.
double typed_password(const Match& match, double confidence) {
  const std::string_view value = match.value;
  if (is_weak_word(value) || is_placeholder(value) || is_uuid(value) || is_digest(value)) return 0;
  if (value.find_first_of("<>{}[]()`") != std::string_view::npos || value.front() == '$' ||
      value.front() == '@')
    return 0;
  if (value.front() == '/' || std::count(value.begin(), value.end(), '/') > 1) return 0;  // a path
  const bool digit = std::any_of(value.begin(), value.end(), is_digit);
  const bool small = std::any_of(value.begin(), value.end(), is_lower);
  const bool capital = std::any_of(value.begin(), value.end(), is_upper);
  const bool sign = value.find_first_of("!@#$%^&*?~+=") != std::string_view::npos;
  if (static_cast<int>(digit) + static_cast<int>(small) + static_cast<int>(capital) + static_cast<int>(sign) <
      2)
    return 0;
  // camelCase and snake_case names are two classes too, but they are code; "#add-password" names an element.
  if (!digit && (!sign || value.front() == '#')) return 0;
  return shannon_entropy(value) >= 2.5 ? confidence : 0;
}

// A machine's token: long, mixed, neither an identifier nor a digest nor an id.
double machine_secret(const Match& match, double confidence) {
  const std::string_view value = match.value;
  if (is_uuid(value) || value.starts_with("sha") || is_placeholder(value) || is_weak_word(value)) return 0;
  if (value.find("..") != std::string_view::npos) return 0;  // an ellipsis: the rest was left out
  // A name of several words in one case, a path, a version: separators every few characters.
  const auto separators = std::count_if(value.begin(), value.end(),
                                        [](char c) { return c == '_' || c == '-' || c == '.' || c == '/'; });
  if (static_cast<std::size_t>(separators) * 8 > value.size()) return 0;
  const auto digits = std::count_if(value.begin(), value.end(), is_digit);
  const bool letter =
      std::any_of(value.begin(), value.end(), [](char c) { return is_lower(c) || is_upper(c); });
  if (digits < 2 || !letter) return 0;
  const double needed = std::all_of(value.begin(), value.end(), is_hex) ? kSecretEntropy : 3.5;
  return shannon_entropy(value) >= needed ? confidence : 0;
}

std::vector<Rule> keys() {
  const std::string dashes = "-----";
  const auto block = [&](const std::string& kind) {
    std::string text = dashes + "BEGIN " + kind + dashes + "\n";
    for (std::uint32_t line = 1; line < 6; ++line) text += sample(Set::base64, 64, line) + "\n";
    return text;
  };
  const std::string end = dashes + "END RSA PRIVATE KEY" + dashes;
  const std::string rsa = block("RSA PRIVATE KEY");
  std::string escaped;
  for (const char c : rsa) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  const std::string max = std::to_string(kMaxKeyBlock);
  const std::string header = encode_base64(R"({"alg":"HS256","typ":"JWT"})");
  const std::string claims = encode_base64(R"({"sub":"1234567890","iat":1516239022})");
  const std::string part = std::to_string(kMaxTokenPart);
  return {
      shaped(
          "private-key", "private_key", critical, 0.99,
          // Whole blocks first; else lines of base64 for as long as they last: a key cut in two is a leak
          // too.
          {.pattern = "-----BEGIN[ A-Z0-9]{0,32}PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0," + max +
                      "}+(?:-(?!----)[^-]{0,200}+){0,40}+-----END[ A-Z0-9]{0,32}PRIVATE KEY(?: BLOCK)?-----|"
                      R"((?:\s{0,8}[A-Z][A-Za-z-]{2,20}: [^\n\\]{0,120}){0,4})"
                      R"((?:[\s"'+,\\]{0,64}+[A-Za-z0-9+/]{30,80}={0,2}){1,120}+))",
           .anchors = {"-----begin"},
           .after = kMaxKeyBlock + 41 * 200,
           .bordered = false,
           .validate = key_block},
          {{rsa + end, "a whole block"},
           {"\"private_key\": \"" + escaped + "\"", "inside a JSON string, cut off"},
           {block("OPENSSH PRIVATE KEY"), "cut off before its end"},
           {block("PGP PRIVATE KEY BLOCK") + dashes + "END PGP PRIVATE KEY BLOCK" + dashes, "OpenPGP"}},
          {{dashes + "BEGIN PUBLIC KEY" + dashes + "\n" + sample(Set::base64, 64), "a public key"},
           {"Files that start with " + dashes + "BEGIN RSA PRIVATE KEY" + dashes + " are keys.", "a mention"},
           {dashes + "BEGIN RSA PRIVATE KEY" + dashes + "\n...\n" + end, "an ellipsis for a key"},
           {block("CERTIFICATE"), "a certificate"}}),
      shaped("private-key-base64", "private_key", critical, 0.97,
             {.pattern = "LS0tLS1CRUdJTi[A-Za-z0-9+/]{80," + max + "}={0,2}",
              .anchors = {"ls0tls1crudjti"},
              .after = kMaxKeyBlock + 8,
              .validate = encoded_key_block},
             {{"key: " + encode_base64(rsa), "a block in a Kubernetes secret"}},
             {{"ca: " + encode_base64(block("CERTIFICATE")), "a certificate"}}),
      shaped(
          "putty-private-key", "private_key", critical, 0.97,
          {.pattern =
               R"(PuTTY-User-Key-File-\d: [^\n]{1,60}\n(?:[^\n]{0,200}\n){2,60}?Private-Lines: \d{1,3}\s{1,3}(?:[A-Za-z0-9+/=]{4,80}\s{1,3}){1,100})",
           .anchors = {"putty-user-key-file-"},
           .after = 60 * 201 + 100 * 83 + 100},
          {{"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 1\n" +
                sample(Set::base64, 64) + "\nPrivate-Lines: 1\n" + sample(Set::base64, 48) + "\n",
            "a .ppk file"}},
          {{"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "its first lines only"}}),
      shaped("age-secret-key", "private_key", critical, 0.98,
             {.pattern = "AGE-SECRET-KEY-1[0-9A-Z]{58}(?![A-Za-z0-9])",
              .anchors = {"age-secret-key-1"},
              .after = 64,
              .validate = mixed},
             {{"AGE-SECRET-KEY-1" + sample(Set::upper, 58), "an identity"}},
             {{"AGE-SECRET-KEY-1" + sample(Set::upper, 57), "too short"},
              {"AGE-SECRET-KEY-1" + std::string(58, 'Q'), "a run of one character"}}),
      shaped("wireguard-key", "private_key", critical, 0.92,
             {.pattern = R"((?:PrivateKey|PresharedKey)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{43}=))",
              .anchors = {"privatekey", "presharedkey"},
              .after = 56,
              .validate = secrets::looks_random},
             {{"[Interface]\nPrivateKey = " + sample(Set::base64, 42) + "A=", "a WireGuard interface"}},
             {{"PublicKey = " + sample(Set::base64, 42) + "A=", "a public key"},
              {"PrivateKey = <yours>", "a placeholder"}}),
      shaped(
          "jwt", "jwt", high, 0.95,
          {.pattern =
               R"((?<![A-Za-z0-9_.\-])(?:eyJ|ewog|eyAi|ewoJ|ew0K)[A-Za-z0-9_\-]{8,4000}\.[A-Za-z0-9_\-]{6,)" +
               part + R"(}\.[A-Za-z0-9_\-]{0,2000}(?:\.[A-Za-z0-9_\-]{8,)" + part +
               R"(}\.[A-Za-z0-9_\-]{16,64})?(?![A-Za-z0-9_\-]))",
           .anchors = {"eyj", "ewog", "eyai", "ewoj", "ew0k"},
           .after = 3 * kMaxTokenPart,
           .bordered = false,
           .validate = json_web_token},
          {{"Authorization: Bearer " + header + "." + claims + "." + sample(Set::alnum, 43),
            "an HS256 token"},
           {header + "." + claims + ".", "without a signature"}},
          {{header + "." + claims, "two parts"},
           {encode_base64(R"({"name":"a","version":1})") + ".abcdefgh." + sample(Set::alnum, 43),
            "no \"alg\" in its head"},
           {std::string("eyJ") + sample(Set::alnum, 20) + ".abcdefgh." + sample(Set::alnum, 43),
            "its head is not JSON"}}),
  };
}

std::vector<Rule> carried() {
  const std::string password = "t7Gq" + sample(Set::alnum, 10, 3);
  const std::string user_info = R"([^\s:@/'"<>()]{0,64}:([^\s/'"<>|\\]{5,128})@[A-Za-z0-9\[$%_])";
  const std::string basic = encode_base64("shop:" + password);
  const std::string bearer = sample(Set::alnum, 40, 6);
  return {
      shaped(
          "connection-url", "connection_string", critical, 0.93,
          {.pattern =
               R"((?i:postgres(?:ql)?|mysqlx?|mariadb|mongodb|rediss?|valkeys?|amqps?|smtps?|mssql|sqlserver|cockroachdb|clickhouse|cassandra|neo4j|bolt|ldaps?|ftps?|sftp|nats|kafka|mqtts?|imaps?)(?:\+[a-z0-9]{2,16})?://)" +
               user_info,
           .anchors = {"postgres",  "mysql", "mariadb", "mongodb",   "redis",       "valkey",
                       "amqp",      "smtp",  "mssql",   "sqlserver", "cockroachdb", "clickhouse",
                       "cassandra", "neo4j", "bolt",    "ldap",      "ftp",         "nats:",
                       "nats+",     "kafka", "mqtt",    "imap"},
           .before = 1,
           .after = 240,
           .bordered = false,
           .validate = url_password},
          {{"DATABASE_URL=postgresql://shop:" + password + "@db.internal:5432/shop", "PostgreSQL"},
           {"mongodb+srv://shop:" + password + "@c0.mongodb.example/?retryWrites=true", "MongoDB"},
           {"redis://:" + password + "@cache:6379/0", "Redis, without a user"},
           {"mysql://shop:a@" + password + "@db/shop", "a password with an @"}},
          {{"postgres://user:password@localhost/db", "documentation's password"},
           {"postgres://shop:${DB_PASSWORD}@db/shop", "a variable"},
           {"mysql://shop:<password>@db/shop", "a placeholder"},
           {"amqp://guest:guest@localhost", "the broker's default: password and user are the same"},
           {"redis://cache:6379/0", "no password"}}),
      shaped("url-credentials", "url_credentials", high, 0.88,
             {.pattern = "(?i:https?|wss?|git|ssh|socks5h?|svn)://" + user_info,
              .anchors = {"https://", "http://", "ws://", "wss://", "git://", "ssh://", "socks5://",
                          "socks5h://", "svn://"},
              .after = 240,
              .bordered = false,
              .validate = url_password},
             {{"git clone https://deploy:" + password + "@git.example/a.git", "in a clone address"}},
             {{"https://username:password@host.example", "documentation's password"},
              {"https://host.example:8443/@scope", "a port and a path"},
              {"http://localhost:5000/<%= @variable %>", "a template"}}),
      shaped(
          "sql-connection-string", "connection_string", critical, 0.88,
          {.pattern =
               R"((?i:(?:server|data source|host|user id|uid|username|database|initial catalog)\s{0,2}=[^;\n"']{1,120};(?:[^;\n"']{1,120};){0,8}?\s{0,2}(?:password|pwd)\s{0,2}=\s{0,2})([^;\s"'<>{}$]{4,128}))",
           .anchors = {"server", "data source", "host", "user id", "uid", "username", "database",
                       "initial catalog"},
           .after = 1235,
           .bordered = false,
           .validate = stated_password},
          {{"Server=db,1433;Database=shop;User ID=shop;Password=" + password + ";Encrypt=true", "ADO.NET"}},
          {{"Server=db;User ID=shop;Password={your_password};", "a placeholder"},
           {"Server=db;Trusted_Connection=True;", "no password"}}),
      shaped(
          "authorization-basic", "basic_auth", high, 0.93,
          {.pattern =
               R"((?i:authorization["']?\s{0,3}[:=,]\s{0,3}["']?basic\s{1,3})([A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=]))",
           .anchors = {"authorization"},
           .after = 432,
           .bordered = false,
           .validate = basic_credentials},
          {{"Authorization: Basic " + basic, "user and password"}},
          {{"Authorization: Basic " + encode_base64("username:password"), "documentation's password"},
           {"Authorization: Basic <credentials>", "a placeholder"},
           {"Authorization: Basic authentication is obsolete", "prose"}}),
      shaped(
          "authorization-bearer", "bearer_token", high, 0.9,
          {.pattern =
               R"((?i:(?:authorization|x-[a-z\-]{0,20}token|x-[a-z\-]{0,20}key)["']?\s{0,3}[:=,]\s{0,3}["']?(?:(?:bearer|token|apikey|ssws|api-token)[\s=]{1,3})?)([A-Za-z0-9_\-.~+/]{20,4000}={0,2})(?![A-Za-z0-9_\-]))",
           .anchors = {"authorization", "x-"},
           .before = 0,
           .after = 4048,
           .bordered = false,
           .validate = machine_secret},
          {{"Authorization: Bearer " + bearer, "a header"},
           {"curl -H 'X-Api-Key: " + bearer + "'", "a key's header"}},
          {{"Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE", "a placeholder"},
           {"Authorization: Bearer ${TOKEN}", "a variable"},
           {"Authorization: Bearer abc", "too short"}}),
      shaped(
          "url-token", "url_token", high, 0.75,
          {.pattern =
               R"((?i:[?&\s"'](?:access_?token|auth_?token|api_?key|api_?token|private_token|client_secret|secret|token|key|sig|signature)=)([A-Za-z0-9_\-.]{20,512})(?![A-Za-z0-9_\-.%]))",
           .anchors = {"token=", "key=", "secret=", "sig=", "signature="},
           .before = 16,
           .after = 520,
           .bordered = false,
           .validate = machine_secret},
          {{"https://api.example/v1?api_key=" + bearer, "in an address"},
           {"curl -d access_token=" + bearer, "in a form"}},
          {{"https://a.example/?key=" + bearer.substr(0, 12), "too short"},
           {"https://a.example/?token=YOUR_ACCESS_TOKEN_HERE", "a placeholder"},
           {"https://a.example/?page_key=" + bearer, "another parameter"}}),
      shaped(
          "curl-credentials", "basic_auth", high, 0.88,
          {.pattern =
               R"(\bcurl\b(?:[^\n|;\\]|\\\n?){0,300}?\s(?:-u|--user|--proxy-user)[ =]{0,2}["']?[^\s:"'$<]{0,64}:["']?([^\s"'<>]{4,128}))",
           .anchors = {"curl"},
           .after = 810,
           .bordered = false,
           .validate = url_password},
          {{"curl -s -u elastic:" + password + " https://es:9200", "on a command line"}},
          {{"curl -u user:password https://a.example", "documentation's password"},
           {"curl -u \"$USER:$PASSWORD\" https://a.example", "variables"}}),
      shaped(
          "netrc-password", "password", high, 0.9,
          {.pattern =
               R"(machine\s{1,4}[A-Za-z0-9_\-]{1,64}\.[A-Za-z0-9_.\-]{1,120}\s{1,4}login\s{1,4}\S{1,120}\s{1,4}password\s{1,4}([^\s"']{4,128}))",
           .anchors = {"machine"},
           .after = 466,
           .bordered = false,
           .validate = stated_password},
          {{"machine api.example login shop password " + password, "a .netrc line"}},
          {{"machine learning login page password reset", "prose"},
           {"machine h.example login l password password", "documentation's password"}}),
  };
}

std::vector<Rule> assignments() {
  const std::string token = sample(Set::alnum, 32, 8);
  const std::string typed = "Tr7-" + sample(Set::alnum, 8, 4) + "!";
  return {
      shaped(
          "password-hash", "password_hash", medium, 0.88,
          {.pattern =
               R"(\$(?:[89]\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}|2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|[156]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}|y\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}|argon2id?\$v=\d{2}\$m=\d{1,8},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]{8,64}\$[A-Za-z0-9+/]{20,90})(?![./A-Za-z0-9]))",
           .anchors = {"$1$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$8$", "$9$", "$y$", "$argon2"},
           .after = 186,
           .bordered = false,
           .validate = mixed},
          {{"root:$6$" + sample(Set::alnum, 16) + "$" + sample(Set::alnum, 86) + ":19000::",
            "a line of /etc/shadow"},
           {"$2b$12$" + sample(Set::alnum, 53), "bcrypt"},
           {"enable secret 9 $9$" + sample(Set::alnum, 14) + "$" + sample(Set::alnum, 43, 2), "a router's"}},
          {{"$2b$12$" + sample(Set::alnum, 40), "too short"}, {"awk '{print $1$2}'", "awk's fields"}}),
      shaped(
          "assigned-password", "password", high, 0.75,
          {.pattern =
               R"((?<![A-Za-z])(?i:[a-z0-9_.\-]{0,24}?(?:password|passwd|passphrase|pwd))["'\]]{0,2}(?::? string)?\s{0,12}(?:=>|:=|=(?!=)|:(?!:))\s{0,4}["'`]([^\s"'`]{8,128})["'`])",
           .anchors = {"password", "passwd", "passphrase", "pwd"},
           .before = 25,
           .after = 158,
           .bordered = false,
           .validate = typed_password},
          {{"password = \"" + typed + "\"", "in source"}, {"\"db_password\": \"" + typed + "\"", "in JSON"}},
          {{"password = get_password()", "a call"},
           {"password: \"string\"", "a schema"},
           {"password = \"changeme\"", "a placeholder"},
           {"const password = process.env.DB_PASSWORD || \"not-set\"", "read from the environment"},
           {"password_hash = \"" + typed + "\"", "a hash, by its name"},
           {"passwordField = \"loginPasswordInput\"", "a name in code"},
           {"addPassword = \"#add-password\"", "an element of a page"}}),
      shaped(
          "env-password", "password", high, 0.75,
          {.pattern =
               R"((?<![A-Za-z0-9_])(?:export |set |ENV )?[A-Z][A-Z0-9_]{0,40}?(?:PASSWORD|PASSWD|PASSPHRASE|PWD)=([^\s"'`$<>(){}\[\];,&|]{8,128})(?=\s|$))",
           .anchors = {"password=", "passwd=", "passphrase=", "pwd="},
           .before = 52,
           .after = 132,
           .bordered = false,
           .validate = typed_password},
          {{"DB_PASSWORD=" + typed + "\n", "in an environment file"}},
          {{"DB_PASSWORD=$SECRET_FROM_VAULT1\n", "a variable"},
           {"DB_PASSWORD=\n", "empty"},
           {"db_password=" + typed, "an argument in code"}}),
      shaped(
          "assigned-secret", "generic_secret", high, 0.75,
          {.pattern =
               R"((?<![A-Za-z])(?i:[a-z0-9_.\-]{0,24}?(?<!public)(?<!public[_\-])(?:api[_\-]?key|apikey|api[_\-]?token|access[_\-]?key|access[_\-]?token|auth[_\-]?token|auth[_\-]?key|refresh[_\-]?token|client[_\-]?secret|app[_\-]?secret|secret[_\-]?key|private[_\-]?token|encryption[_\-]?key|signing[_\-]?key|webhook[_\-]?secret|personal[_\-]?access[_\-]?token|[a-z]_pat|secret|(?<!csrf)(?<!xsrf)(?<!csrf[_\-])(?<!xsrf[_\-])(?<!next)(?<!next[_\-])(?<!page)(?<!page[_\-])(?<!ation)(?<!ation[_\-])token))["'\]]{0,2}(?::? string)?(?:\s{0,12}(?:=>|:=|=(?!=)|:(?!:))\s{0,16}["'`]{1,2}|(?<=["'])\s{0,3},\s{0,3}["'`]{1,2})([A-Za-z0-9_\-+/=.~]{16,256})["'`])",
           .anchors = {"key", "token", "secret", "_pat"},
           .before = 40,
           .after = 304,
           .bordered = false,
           .validate = machine_secret},
          {{"api_key = \"" + token + "\"", "in source"},
           {"{\"client_secret\": \"" + token + "\"}", "in JSON"},
           {"props.setProperty(\"API_KEY\", \"" + token + "\")", "an argument behind its name"},
           {"gh_pat = '" + token + "'", "a personal access token"}},
          {{"token: string", "a type"},
           {"api_key=os.environ[\"SERVICE_API_KEY_NUMBER_1\"]", "read from the environment"},
           {"secret = \"" + sample(Set::uuid, 0) + "\"", "a UUID: an id more often than not"},
           {"\"integrity\": \"sha512-" + sample(Set::base64, 86) + "==\"", "a lock file's digest"},
           {"access_token = \"your-access-token-goes-here-123\"", "a placeholder"},
           {"primaryKey: \"" + token + "\"", "not a secret's name"},
           {"{\"nextToken\": \"" + token + "\", \"csrf_token\": \"" + token + "\"}", "of a page, of a form"},
           {"token = \"" + token.substr(0, 20) + "...\"", "the rest is left out"},
           {"token = \"some_long_snake_case_name_2\"", "a name in code"}}),
      shaped(
          "env-secret", "generic_secret", high, 0.75,
          {.pattern =
               R"((?<![A-Za-z0-9_])(?i:(?:[a-z][a-z0-9_.\-]{0,40}?)?(?:api_?key|access_?key|secret_?key|(?<!csrf)(?<!xsrf)(?<!csrf[_\-])(?<!xsrf[_\-])token|secret|_auth))(?:=|\s?:\s|\s=\s)([A-Za-z0-9_\-+/=.~]{16,256})(?=\s|$))",
           .anchors = each_with_each({"key", "token", "secret", "_auth"}, {"=", ":", " =", " :"}),
           .before = 52,
           .after = 260,
           .bordered = false,
           .validate = machine_secret},
          {{"SERVICE_API_KEY=" + token + "\n", "in an environment file"},
           {"apikey: " + token + "\n", "in YAML, without anybody's name"}},
          {{"SERVICE_API_KEY=short1\n", "too short"},
           {"service_token=" + token + "x()", "an argument in code"}}),
  };
}

}  // namespace

std::vector<Rule> secrets_generic() {
  std::vector<Rule> rules = keys();
  for (Rule& rule : carried()) rules.push_back(std::move(rule));
  for (Rule& rule : assignments()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace aegis::detectors
