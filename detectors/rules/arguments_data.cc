// SQL statements, addresses and paths in arguments that reach for what an agent was not given.
#include <string_view>

#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/danger_rules.h"
#include "detectors/rules/families.h"

namespace aegis::detectors {
namespace {

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "' or 1=1", "') or 'a' like 'a'": whether both sides of the comparison are the same word.
double always_true(const Match& match, double confidence) {
  const std::string_view text = match.value;
  std::size_t at = text.rfind('=');
  std::size_t width = 1;
  if (at == std::string_view::npos) {
    at = text.rfind("like");
    if (at == std::string_view::npos) at = text.rfind("LIKE");
    width = 4;
  }
  if (at == std::string_view::npos) return as_argument(match, confidence);
  std::size_t left_end = at;
  while (left_end > 0 && !is_word(text[left_end - 1])) --left_end;
  std::size_t left = left_end;
  while (left > 0 && is_word(text[left - 1])) --left;
  std::size_t right = at + width;
  while (right < text.size() && !is_word(text[right])) ++right;
  return text.substr(left, left_end - left) == text.substr(right) ? as_argument(match, confidence) : 0;
}

void add_sql(std::vector<Rule>& rules) {
  constexpr std::string_view kType = "sql_statement";
  add_danger(
      rules,
      {.id = "sql-drop",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.88,
       .pattern =
           R"((?:(?:['"\d)] ?;|;) ?(?:drop|truncate) (?:table|database|schema|view|user)\b|\bdrop (?:database|schema) (?:if exists )?[`"\[]?\w{1,64}))",
       .anchors = {"drop ", "truncate "},
       .before = 10,
       .after = 100,
       .hits = {{"1'; DROP TABLE users; --", "a second statement"},
                {"DROP DATABASE prod", "a whole database"}},
       .misses = {{"DROP TABLE IF EXISTS tmp_import", "one table, said openly"},
                  {"drop the database topic", "words"}}});
  add_danger(
      rules,
      {.id = "sql-change-all-rows",
       .type = kType,
       .confidence = 0.86,
       .pattern =
           R"((?:(?<![^\n])|[;'"])\s{0,4}(?:delete from [\w."`\[\]]{1,80}|update [\w."`\[\]]{1,80} set [\w."`\[\]]{1,40} ?= ?(?:'[^'\n]{0,60}'|[\w.+-]{1,40}))[ \t]{0,4}(?:;|--|(?![^\n])))",
       .anchors = {"delete from", "update "},
       .before = 8,
       .after = 240,
       .hits = {{"DELETE FROM users;", "every row"}, {"UPDATE accounts SET role = 'admin'", "of every row"}},
       .misses = {{"DELETE FROM users WHERE id = 7;", "some rows"},
                  {"UPDATE t SET a = 1 WHERE id = 2", "one row"},
                  {"update docs set up guide", "words"}}});
  add_danger(
      rules,
      {.id = "sql-union-select",
       .type = kType,
       .confidence = 0.88,
       .pattern =
           R"((?:['")\d] ?(?:/\*.{0,20}\*/ ?)?union(?: all| distinct)?(?: |/\*.{0,20}\*/|\+|%20)select\b|\bunion (?:all )?select (?:null|\d{1,3}|@@version|char\()[^\n]{0,20},))",
       .anchors = {"union"},
       .before = 33,
       .after = 80,
       .hits = {{"1' UNION SELECT name, password FROM users--", "behind a value"},
                {"x UNION ALL SELECT NULL, NULL", "columns counted"}},
       .misses = {{"SELECT a FROM t UNION SELECT a FROM u", "one query"},
                  {"the union selected a speaker", "words"}}});
  add_danger(
      rules,
      {.id = "sql-always-true",
       .type = kType,
       .confidence = 0.87,
       .pattern =
           R"(['")] ?(?:\)|/\*\*/)? ?(?:or|\|\||and)[ +(]{1,4}(?:not )?(?:['"]?\w{1,12}['"]? ?(?:=|like) ?['"]?\w{1,12}|true ?--|1 ?--))",
       .anchors = each_with_each(
           each_with_each({"'", "\"", ")", "/"}, {"or", " or", "and", " and", "||", " ||"}), {" ", "+", "("}),
       .before = 13,
       .after = 50,
       .hits = {{"admin' OR 1=1 --", "a condition that always holds"}, {"x') or 'a'='a", "with quotes"}},
       .misses = {{"name = 'x' OR id = 1", "a condition"},
                  {"WHERE 1=1 AND a = 2", "how builders of queries begin"}},
       .validate = always_true});
  add_danger(
      rules,
      {.id = "sql-files-and-commands",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.92,
       .pattern =
           R"((?:\binto (?:out|dump)file ['"]|\bload_file ?\(|\bload data (?:local )?infile\b|\bxp_cmdshell\b|\bsp_oacreate\b|\bsp_configure\b[^\n]{0,24}cmdshell|\bcopy \S{1,80} (?:to|from) program\b|\bpg_read_(?:binary_)?file ?\(|\blo_(?:import|export) ?\(|\bdbms_scheduler\.create_job|\butl_(?:http|file|inaddr)\.|\bsys_eval ?\(|\bload_extension ?\(|\battach database ['"]/(?:etc|var|home|root)))",
       .anchors = {"outfile", "dumpfile", "load_file", "infile", "xp_cmdshell", "sp_oacreate", "sp_configure",
                   "program", "pg_read_", "lo_import", "lo_export", "dbms_scheduler", "utl_", "sys_eval",
                   "load_extension", "attach database"},
       .before = 100,
       .after = 60,
       .hits = {{"SELECT '<?php' INTO OUTFILE '/var/www/x.php'", "a file written by a query"},
                {"EXEC xp_cmdshell 'dir'", "a command run by a database"}},
       .misses = {{"COPY users TO STDOUT", "an export"}, {"the outfile option", "words"}}});
  add_danger(
      rules,
      {.id = "sql-blind-probe",
       .type = kType,
       .confidence = 0.9,
       .pattern =
           R"((?:\bwaitfor delay ['"]\d{1,2}:|\bbenchmark ?\( ?\d{5,10} ?,|['")\d;] ?(?:or|and|;|select|\|\|) ?(?:pg_)?sleep ?\( ?\d{1,3} ?\)|\bextractvalue ?\( ?\d{1,4} ?, ?concat|\bupdatexml ?\( ?\d{1,4} ?, ?concat|\bdbms_pipe\.receive_message))",
       .anchors = {"waitfor", "benchmark", "sleep", "extractvalue", "updatexml", "dbms_pipe"},
       .before = 20,
       .after = 60,
       .hits = {{"1; WAITFOR DELAY '0:0:5'--", "an answer by time"}, {"x' AND SLEEP(5)", "the same"}},
       .misses = {{"time.sleep(5)", "a pause"}, {"benchmark (10 runs)", "words"}}});
}

void add_ssrf(std::vector<Rule>& rules) {
  constexpr std::string_view kType = "ssrf_target";
  add_danger(
      rules,
      {.id = "ssrf-cloud-metadata",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.93,
       // The link-local address of AWS, Azure and GCP, as inet_aton(3) reads it, and others' own.
       .pattern =
           R"((?:(?<![\w.])(?:169\.254\.169\.254|169\.254\.170\.2|100\.100\.100\.200|192\.0\.0\.192|2852039166|0xa9fea9fe|0xa9\.0xfe\.0xa9\.0xfe|0?251\.0?376\.0?251\.0?376|0{1,8}251\.0{1,8}376\.0{1,8}251\.0{1,8}376|025177524776|169\.254\.43518|169\.16689662)(?![\w]|\.\d)|\bmetadata\.(?:google\.internal|goog|azure\.internal|tencentyun\.com|oraclecloud\.com)\b|\[?(?:::ffff:(?:169\.254\.169\.254|a9fe:a9fe)|fd00:ec2::254)\]?|/computeMetadata/v1|/latest/(?:meta-data|user-data|dynamic/instance-identity)|\b169\.254\.169\.254\.(?:nip|sslip|xip)\.io))",
       .anchors = {"169.254.", "100.100.100.200", "192.0.0.192", "2852039166", "0xa9", "251.", "025177524776",
                   "169.16689662", "metadata", "a9fe:a9fe", "fd00:ec2", "meta-data", "user-data",
                   "instance-identity"},
       .before = 24,
       .after = 60,
       .hits = {{"http://169.254.169.254/latest/meta-data/iam/", "the usual address"},
                {"http://2852039166/", "in decimal"},
                {"http://0251.0376.0251.0376/", "in octal"},
                {"http://[::ffff:a9fe:a9fe]/", "as IPv6"},
                {"curl http://metadata.google.internal/", "by name"}},
       .misses = {{"169.254.10.20", "another link-local address"}, {"the metadata of the file", "words"}}});
  add_danger(
      rules,
      {.id = "ssrf-scheme",
       .type = kType,
       .confidence = 0.88,
       .pattern =
           R"((?<![\w])(?:(?:gopher|dict|tftp|netdoc|jar:https?|phar|expect)://?[\w.\[\]%_-]{1,80}|php://(?:filter|input)|data://text/plain;base64|file:/{1,3}(?:etc|proc|root|sys|var/run|var/log|c:/windows|windows|home/[\w.-]{1,32}/\.)[/\w.-]{1,80}|ldaps?://[\w.:\[\]-]{1,80}/[\w=,%-]{1,80}|netloc=@))",
       .anchors = {"gopher:", "dict:", "tftp:", "netdoc:", "jar:http", "phar:", "expect:", "php://",
                   "data://", "file:/", "ldap", "netloc="},
       .before = 4,
       .after = 180,
       .hits = {{"gopher://127.0.0.1:6379/_FLUSHALL", "raw bytes to a port"},
                {"file:///etc/passwd", "a file of the machine"}},
       .misses = {{"file:///workspace/src/main.py", "a document"},
                  {"https://example.com/dict", "an ordinary address"}}});
  add_danger(
      rules,
      {.id = "ssrf-disguised-loopback",
       .type = kType,
       .confidence = 0.9,
       .pattern =
           R"((?:https?|ftp|wss?)://(?:[^/\s@]{1,60}@)?(?:2130706433|0x7f0{0,6}1?|0x7f\.(?:0x0\.){0,2}0x1|0177\.0{1,4}\.0{1,4}\.0{0,3}1|017700000001|127\.1|0x7f000001|\[::ffff:(?:127\.0\.0\.1|7f00:1)\]|\[0{0,4}:0{0,4}:[0:]{0,30}ffff:7f00:0{0,3}1\]|127\.0\.0\.1\.(?:nip|sslip|xip)\.io|localtest\.me)(?=[:/?#\s"'\]]|$))",
       .anchors = {"2130706433", "0x7f", "0177", "017700000001", "127.1", "7f00:", "127.0.0.1",
                   "localtest.me"},
       .before = 115,
       .after = 60,
       .hits = {{"http://2130706433:8080/admin", "in decimal"}, {"http://0x7f000001/", "in hexadecimal"}},
       .misses = {{"http://127.0.0.1:8080/", "said openly"}, {"http://127.10.0.1/", "another"}}});
}

void add_paths(std::vector<Rule>& rules) {
  constexpr std::string_view kTraversal = "path_traversal";
  constexpr std::string_view kSensitive = "sensitive_path";
  add_danger(
      rules,
      {.id = "path-climbs-to-system",
       .type = kTraversal,
       .confidence = 0.93,
       .pattern =
           R"((?:\.{2,4}(?:/{1,2}|\\{1,2})){2,20}(?:etc|proc|root|home|var|boot|dev|sys|usr/local/etc|windows|winnt|users|program files|system32)(?:[/\\]|$))",
       .anchors = {"../", "..\\"},
       .before = 6,
       .after = 132,
       .hits = {{"../../../etc/passwd", "up and into the configuration"},
                {"..\\..\\windows\\win.ini", "on Windows"},
                {"....//....//etc/hosts", "past a filter"}},
       .misses = {{"../../src/main.ts", "an import"},
                  {"../../../node_modules/x", "a package"},
                  {"../shared/etc.md", "a neighbour"}}});
  add_danger(rules, {.id = "path-climbs-far",
                     .type = kTraversal,
                     .confidence = 0.86,
                     .pattern = R"((?:\.\./|\.\.\\){6,30})",
                     .anchors = {"../", "..\\"},
                     .before = 3,
                     .after = 100,
                     .hits = {{"a/../../../../../../x", "six levels"}},
                     .misses = {{"../../../../lib/util.js", "four levels"}}});
  add_danger(
      rules,
      {.id = "path-encoded-climb",
       .type = kTraversal,
       .confidence = 0.92,
       .pattern =
           R"((?:(?:%2e|%252e|%u002e|%c0%ae){2}(?:/|\\|%2f|%5c|%252f|%255c|%u2215|%c0%af)|\.\.(?:%2f|%5c|%252f|%255c|%c0%af|%c1%9c|%u2215|%u2216|;/)))",
       .anchors = {"%2e", "%252e", "%u002e", "%c0%ae", "..%", "..;/"},
       .after = 40,
       .hits = {{"/files/%2e%2e%2fetc%2fpasswd", "encoded"}, {"..%252f..%252fetc", "encoded twice"}},
       .misses = {{"a%2eb%2Fc", "a dot and a slash"}, {"wait...%20", "dots"}}});
  add_danger(rules,
             {.id = "path-null-byte",
              .type = kTraversal,
              .confidence = 0.86,
              .pattern = R"([/\\.][\w./\\-]{1,120}(?:%00|\\x00|\\0)\.?(?:png|jpe?g|gif|pdf|txt|html?|csv)\b)",
              .anchors = {"%00", "\\x00", "\\0"},
              .before = 130,
              .after = 10,
              .hits = {{"../../etc/passwd%00.png", "an ending that is cut off"}},
              .misses = {{"file%00", "no ending"}}});
  add_danger(
      rules,
      {.id = "path-private-keys",
       .type = kSensitive,
       .severity = Severity::critical,
       .confidence = 0.9,
       .pattern =
           R"((?:~|\$HOME|\$\{HOME\}|%USERPROFILE%|/root|/home/[\w.-]{1,40}|/Users/[\w. -]{1,40}|[A-Z]:\\Users\\[\w. -]{1,40}|(?:^|[\s"'=@(]))[/\\]?\.(?:ssh[/\\](?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?![\w.-])|authorized_keys|identity(?!\w))|gnupg[/\\](?:private-keys|secring|trustdb)|aws[/\\]credentials|azure[/\\](?:accessTokens|msal_token)|config[/\\]gcloud[/\\](?:credentials|application_default|access_tokens|legacy)|kube[/\\]config(?!\w)|docker[/\\]config\.json|netrc(?!\w)|git-credentials|pgpass(?!\w)|npmrc(?!\w)|pypirc(?!\w)|terraform\.d[/\\]credentials|cargo[/\\]credentials|password-store[/\\]|vault-token|my\.cnf(?!\w)))",
       .anchors = {".ssh", ".gnupg", ".aws", ".azure", "gcloud", ".kube", ".docker", ".netrc",
                   ".git-credentials", ".pgpass", ".npmrc", ".pypirc", ".terraform.d", ".cargo",
                   ".password-store", ".vault-token", ".my.cnf"},
       .before = 60,
       .after = 60,
       .hits = {{"/home/alice/.ssh/id_rsa", "a private key"},
                {"~/.aws/credentials", "keys of a cloud"},
                {"cat ~/.kube/config", "of a cluster"}},
       .misses = {{"~/.ssh/id_rsa.pub", "a public key"},
                  {"docs/.ssh-guide.md", "a document"},
                  {"~/.ssh/config", "settings"}}});
  add_danger(
      rules,
      {.id = "path-system-secrets",
       .type = kSensitive,
       .severity = Severity::critical,
       .confidence = 0.9,
       .pattern =
           R"((?:(?<![\w.])/(?:etc/(?:shadow-?|gshadow|sudoers(?:\.d/\S{1,40})?|master\.passwd|krb5\.keytab|ssl/private/\S{1,60}|ssh/ssh_host_\w{3,12}_key(?!\.pub))|proc/(?:self|\d{1,7}|1)/(?:environ|mem|maps|cmdline|fd/\d{1,4})|var/run/docker\.sock|run/docker\.sock|var/run/secrets/\S{1,80}|run/secrets/\S{1,60}|dev/(?:mem|kmem))(?![\w])|\bSystem32[/\\]config[/\\](?:SAM|SYSTEM|SECURITY)\b|\bntds\.dit\b|\bwindows[/\\]repair[/\\]sam\b|\bUnattend\.xml\b|HKLM\\SAM\b))",
       .anchors = {"/etc/", "/proc/", "docker.sock", "run/secrets", "/dev/mem", "/dev/kmem", "system32",
                   "ntds.dit", "\\sam", "/sam", "unattend.xml"},
       .before = 40,
       .after = 100,
       .hits = {{"/etc/shadow", "password hashes"},
                {"/proc/self/environ", "the environment of the server"},
                {"C:\\Windows\\System32\\config\\SAM", "of Windows"}},
       .misses = {{"/etc/hosts", "anybody may read it"},
                  {"/proc/cpuinfo", "the processor"},
                  {"the etc/shadows demo", "another"}}});
  add_danger(rules, {.id = "path-passwd",
                     .type = kSensitive,
                     .severity = Severity::medium,
                     .confidence = 0.7,  // names of users, no secret, and in every tutorial
                     .pattern = R"((?<![\w.])/etc/passwd(?![\w/]))",
                     .anchors = {"/etc/passwd"},
                     .before = 1,
                     .after = 2,
                     .hits = {{"/etc/passwd", "the list of users"}},
                     .misses = {{"/etc/passwd_backup.md", "another file"}}});
  add_danger(
      rules,
      {.id = "path-browser-and-wallet",
       .type = kSensitive,
       .severity = Severity::critical,
       .confidence = 0.9,
       .pattern =
           R"((?:[/\\](?:Google[/\\]Chrome|google-chrome|Chromium|BraveSoftware|Microsoft[/\\]Edge|Firefox[/\\]Profiles|\.mozilla[/\\]firefox)[/\\][^\n"']{0,80}(?:Login Data|Cookies|Web Data|Local State|logins\.json|key[34]\.db|cookies\.sqlite)\b|[/\\](?:wallet\.dat|login\.keychain(?:-db)?|keychain-2?\.db|Keychains[/\\]\S{1,60}|\.electrum[/\\]wallets|Exodus[/\\]exodus\.wallet)(?!\w)))",
       .anchors = {"login data", "cookies", "web data", "local state", "logins.json", "key3.db", "key4.db",
                   "wallet", "keychain"},
       .before = 150,
       .after = 90,
       .hits = {{"/home/u/.config/google-chrome/Default/Login Data", "passwords of a browser"},
                {"~/Library/Keychains/login.keychain-db", "of macOS"}},
       .misses = {{"cookies.ts in src/wallet", "sources"}}});
  add_danger(
      rules,
      {.id = "path-shell-history",
       .type = kSensitive,
       .confidence = 0.86,
       .pattern =
           R"((?:~|\$HOME|/root|/home/[\w.-]{1,40}|/Users/[\w. -]{1,40})/\.(?:bash|zsh|python|mysql|psql|node_repl|sqlite|lesshst)_?history\b)",
       .anchors = {"history"},
       .before = 70,
       .after = 2,
       .hits = {{"/root/.bash_history", "commands, often with passwords"}},
       .misses = {{"docs/history.md", "a document"}}});
}

}  // namespace

std::vector<Rule> arguments_data() {
  std::vector<Rule> rules;
  add_sql(rules);
  add_ssrf(rules);
  add_paths(rules);
  return rules;
}

}  // namespace aegis::detectors
