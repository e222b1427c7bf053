#include "detectors/rules/injection_deeds.h"

#include <string>
#include <string_view>

#include "detectors/rules/injection_context.h"
#include "detectors/rules/surroundings.h"

namespace aegis::detectors {
namespace {

// Bytes after a match in which its order stands.
constexpr std::size_t kOrderReach = 320;

// Where a verb is an order: at the start, after a mark, after a word that leads to one. "never send" and "may
// send" are none.
constexpr std::string_view kOrdered =
    "(?:^(?: to| you)? ?|[,:;.!?>)*\\]\\n\"-] ?|\xE2\x80[\x93\x94\xA6\x9D] "
    "?|\\b(?:and|then|now|also|please|pls|kindly|"
    "must|shall|should|first|instead|immediately|always|therefore|hereby|just|simply|silently|quietly|"
    "secretly|ought "
    "to|(?:need|needs|have|has|had|are|is|asked|asks|required|obliged|instructed|requested|ordered|told|"
    "authori[sz]ed|"
    "permitted|allowed|approved|wants?|like "
    "you|you|agreed|directed|expected|supposed|obligated|agents?|assistants?|"
    "models?|bots?|ai|order|wishes|prefers|go|is|was|said|way) to|go ahead and|so kind and|from now "
    "on|before that|but|"
    "after that|afterwards|task is to|better|rather|immediately|today|once|you (?:will|now|can now)) )";

std::string ordered(std::string_view verbs, std::string_view rest) {
  return std::string(kOrdered).append("(?:").append(verbs).append(")\\b").append(rest);
}

constexpr std::string_view kWebAddress =
    "(?:https?://|hxxps?://|\\bwww\\.\\w|\\b(?:to|at|via|on) (?:the "
    ")?(?:[\\w-]{1,30}\\.){1,3}(?:com|net|org|io|example|"
    "test|ru|cn|xyz|info|top|site|online|shop|dev|app)\\b)";
constexpr std::string_view kPersonsAddress =
    "(?:[\\w+-]@[\\w-]{1,40}\\.\\w|\\+\\d[\\d ]{7,16}|\\b(?:to|with) (?:me|us)\\b(?! know\\b)|\\bto "
    "(?:this|the following|my|"
    "the sender'?s|an? external|an? outside|the attacker'?s) (?:\\w{1,12} "
    ")?(?:address|number|server|url|endpoint|domain|"
    "mailbox|account|bucket|channel)\\b)";

constexpr std::string_view kSend =
    "send|forward|e-?mail|mail|text|upload|transmit|copy|b?cc|blind-copy|export|leak|exfiltrate|post|hand|"
    "append|attach|"
    "submit|report|push|relay";
constexpr std::string_view kReveal =
    "send|forward|e-?mail|mail|post|upload|transmit|leak|hand|paste|give|share|quote|disclose|reveal|print|"
    "output|repeat|"
    "show|display|recite|list|read out|spell|expose|write out|encode|reply with|respond with|answer "
    "with|dump|tell|say|"
    "state|submit|append|attach|include|put|narrate|insert|whisper";

// What no one but a model holds.
constexpr std::string_view kOwnText =
    "\\b(?:your (?:\\w{1,12} "
    ")?(?:system|developer|initial|hidden|original|operating|first|secret|full|entire|complete) "
    "(?:prompt|message|instructions|rules|briefing)|your (?:system "
    "?prompt|prompt|instructions|guidelines|briefing|hidden "
    "\\w{3,12}|confidential \\w{3,12})|(?:the|any) (?:system|developer|hidden) "
    "(?:prompt|message|instructions)|your operator "
    "wrote|your (?:developers?|makers?|operators?) (?:told|wrote|gave)|your memory|your context window)\\b";
constexpr std::string_view kUsersOwn =
    "(?:\\b(?:passwords?|passphrases?|credentials|api[ _-]?keys?|private keys?|ssh keys?|(?:session "
    ")?cookies|one-time codes?|verification codes?|two-factor codes?|card (?:numbers?|details)|access "
    "tokens?|bank (?:login|log-?in|details)|passport (?:number|scan)s?|address book|contact list|all (?:the "
    "|of the )?contacts|(?:conversation|chat|browsing|search|location|message) "
    "(?:history|logs?)|(?:whole|entire|full|complete|this) (?:conversation|chat|mailbox|inbox)|environment "
    "variables?|(?:the|your|their) (?:user|owner|customer|reader|human|listener|principal)(?:'s|s') "
    "(?:\\w{1,15} "
    "){0,2}?(?:files|data|e-?mails?|messages?|documents?|name|photos?|calendar|details|information|address|"
    "phone|number|contacts|notes|wallet|secrets|medical \\w{3,10})|all (?:of )?(?:the |your |my |his |her "
    "|their )?(?:\\w{1,12} "
    ")?(?:e-?mails?|mails|passwords|conversations|chats|contacts|messages|secrets)|customer "
    "(?:table|list|data|database))\\b|~/"
    "\\.(?:ssh|aws|npmrc|netrc|pypirc|gnupg|git-credentials|kube|docker)|\\.ssh/|id_rsa|id_ed25519|/etc/"
    "(?:passwd|shadow))";

std::string join(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const std::string_view piece : pieces) out.append(piece);
  return out;
}

// Never an order between people: a model's own text, or a user's data sent to an address.
bool hands_over_models_own(std::string_view text) {
  static const Surroundings kOwn(ordered(kReveal, join({"[^\\n]{0,70}?", kOwnText})));
  static const Surroundings kSent(ordered(
      kSend, join({"[^\\n]{0,60}?", kUsersOwn, "[^\\n]{0,80}?(?:", kWebAddress, "|", kPersonsAddress, ")"})));
  return kOwn.in(text) || kSent.in(text);
}

bool hands_over(std::string_view text) {
  static const Surroundings kPrivate(
      ordered("send|forward|e-?mail|mail|text|post|upload|transmit|leak|hand|paste|share|quote|disclose|"
              "reveal|print|output|repeat|"
              "display|recite|read out|spell|expose|write out|encode|reply with|respond with|answer "
              "with|dump|tell|exfiltrate|"
              "collect|grab|harvest|gather|ask the \\w{1,12} for|ask for",
              join({"[^\\n]{0,70}?", kUsersOwn})));
  // "Send questions to dev@…" is in every guide.
  static const Surroundings kMailed(ordered(
      kSend,
      join({"(?! (?:(?:an?|the|your|any|all|http|get|put|bug|pull|feature|further|security|post|merge|new) "
            "){0,3}"
            "(?:requests?|bugs?|issues?|reports?|patch(?:es)?|questions?|feedback|vulnerabilit\\w{1,3}|"
            "findings?|"
            "contributions?|comments?|query|queries|link|suggestions?|corrections?|problems?)\\b)[^\\n]{0,"
            "120}?",
            kPersonsAddress})));
  // For claims and detours the address of a web page says little; of what is sent, much.
  return hands_over_models_own(text) || kPrivate.in(text) || kMailed.in(text);
}

bool pays(std::string_view text) {
  static const Surroundings kPay(ordered(
      "pay|wire|transfer|remit|send|buy|order|purchase|book|donate|charge|withdraw|tip|refund|deposit|invest|"
      "stake|"
      "swap|sell|liquidate|issue|settle|release|auto-?purchase|select|move",
      "[^\\n]{0,90}?(?:(?:[$]|\xE2\x82\xAC|\xC2\xA3) ?\\d|\\b\\d[\\d.,]{0,12} "
      "?(?:\xE2\x82\xAC|\xC2\xA3|usd|eur|gbp|"
      "dollars?|euros?|pounds?|btc|eth|usdt|chf)\\b|\\b(?:usd|eur|gbp|btc|eth|chf) ?\\d|\\biban\\b|"
      "\\b(?:bank|savings|checking|current) account\\b|\\b(?:saved|credit|company|stored|family) card\\b|"
      "\\bgift cards?\\b|\\bthe balance\\b|\\bwallet\\b)"));
  return kPay.in(text);
}

bool destroys(std::string_view text) {
  static const Surroundings kDelete(ordered(
      "delete|erase|wipe|empty|purge|shred|drop|format|overwrite|destroy|cancel|trash|remove",
      "[^\\n]{0,60}?\\b(?:(?:the|your|this) (?:user|owner|customer)'s \\w{3,15}|inbox|mailbox|calendar "
      "entries|"
      "home (?:folder|directory)|all (?:of )?(?:the |your |his |her |their "
      ")?(?:files|e-?mails|messages|photos|backups|"
      "events|reservations|accounts|records|contacts)|database|backups|audit logs?|git history|sent folder|"
      "parent directory)\\b"));
  return kDelete.in(text);
}

bool gives_rights(std::string_view text) {
  static const Surroundings kApprove(
      ordered("approve|accept|sign|auto-approve|waive|pay out|shortlist|hire|fast-?track",
              " (?:(?:this|the|all|every|any)\\b[^\\n.]{0,24}?\\b(?:invoices?|payments?|transfers?|refunds?|"
              "claims?|transactions?|"
              "applications?|candidates?|applicants?|expenses?|loans?|fees|pending reports?)|everything|this "
              "(?:pull request|pr|merge "
              "request|request|change|diff))\\b(?! (?:only|if|when|once|after|unless|that|which|where)\\b)"));
  static const Surroundings kGrant(
      ordered("grant|give|invite|promote|add|assign|make|elevate",
              "[^\\n.]{0,60}?\\b(?:(?:admin(?:istrator)?|owner|root|superuser|sudo|maintainer|permanent) "
              "(?:access|rights|role|"
              "privileges|permissions?)|as (?:an? )?(?:admin(?:istrator)?|owner|maintainer|full member)|me "
              "(?:an? )?(?:admin|owner|"
              "moderator)|administratoraccess)\\b"));
  return kApprove.in(text) || kGrant.in(text);
}

bool unprotects(std::string_view text) {
  static const Surroundings kOff(
      ordered("disable|turn off|switch off|disarm|deactivate|unlock|open|bypass|shut off",
              "[^\\n.]{0,50}?\\b(?:firewall|antivirus|virus scanner|windows defender|real-time "
              "protection|smartscreen|apparmor|"
              "selinux|spam filter|budget alarm|alarms?|security cameras?|front door|back door|all "
              "doors|garage|lockers?|relief "
              "valve|endpoint protection|two-factor|2fa|mfa|safety (?:checks?|filters?)|security "
              "(?:checks?|software|controls?|"
              "warnings?)|confirm before purchase|approval (?:step|prompt)s?|certificate "
              "(?:checks?|verification)|content "
              "filters?)\\b"));
  static const Surroundings kBackDoor(
      ordered("insert|add|set|generate|include|replace|use|suggest|hide|write|introduce|embed|produce|create|"
              "plant|append|build|"
              "emit|is|run",
              "[^\\n]{0,100}?(?:<script|verify(?:_tls|_ssl)? ?= ?false|sslverify|chmod -r "
              "777|\\b(?:a|hidden|the) back ?door\\b|"
              "\\b(?:reverse|remote) shell\\b|\\bkeylogger|\\b(?:crypto|coin) "
              "?miner\\b|authorized_keys?|\\bworld[- ]writable|"
              "\\bmalware\\b|\\bhidden (?:superuser|admin|account)|\\bpasswordless sudo|also send (?:the "
              "|each |every )?(?:typed )?"
              "(?:passwords?|credentials|tokens))"));
  return kOff.in(text) || kBackDoor.in(text);
}

bool sets_aside(std::string_view text) {
  // What is "found in" a text is ignored for good reason.
  static const Surroundings kIgnore(
      ordered("ignore|disregard|forget|override|drop|abandon|stop following|set aside|discard|cancel|pay no "
              "attention to|do not "
              "(?:follow|answer)|don't (?:follow|answer)",
              " (?:(?:all|any|the|your|of|its|their|every|whatever) "
              "){0,3}(?:(?:previous|prior|above|other|earlier|original|initial|"
              "existing|system|developer|safety|current|former)\\b[^\\n.]{0,24}?\\b(?:instructions?|rules|"
              "guidelines|prompts?|"
              "directives?|tasks?|questions?|requests?|candidates|applicants|applications|reviews|orders|"
              "users?)|(?:user|human|"
              "owner)(?:'s|s')? (?:\\w{1,12} "
              ")?(?:requests?|questions?|tasks?|instructions?|prompts?|wish(?:es)?|query|queries|"
              "orders?)|your (?:\\w{1,12} )?(?:instructions|prompt|training|guidelines|task))\\b(?! "
              "(?:found|in|inside|embedded|"
              "contained|from|that|which|hidden|within|on|if|when|unless)\\b)"));
  static const Surroundings kNot(
      "\\b(?:do not|don't) summari[sz]e (?:this|the) "
      "(?:text|page|document|article|mail|e-?mail|content|file|paper)\\b");
  return kIgnore.in(text) || kNot.in(text);
}

bool deceives(std::string_view text) {
  static const Surroundings kPraise(
      ordered("(?:only |always |strongly )?(?:recommend|promote|praise|endorse|advertise|favou?r)",
              "(?: only| always| highly)? (?:our|us|me|him|her|them|this "
              "(?:product|brand|candidate|author|hotel|shop|restaurant|"
              "company|paper|site|applicant)|the "
              "(?:product|brand|candidate|author|hotel|shop|restaurant|company)|hiring|acceptance)"
              "\\b"));
  static const Surroundings kRank(
      ordered("rank|rate|score|grade|place|put|list|evaluate|classify|label|mark|mention|name|give",
              " (?:this|our|us|it|me|him|her|the candidate|the "
              "applicant|my|these|an?)\\b[^\\n]{0,60}?\\b(?:first|top|1st|best|"
              "highest|(?:number|no\\.|#) ?(?:one|1)|above "
              "(?:all|every|the)|perfect|excellent|outstanding|exceptional|five stars|"
              "maximum|full marks|benign|harmless|brand|strong(?:ly)? (?:match|fit|accept)|(?:8|9|10)(?:/| "
              "out of )10)\\b"));
  static const Surroundings kTell(
      ordered("tell|inform|prompt|assure|convince|persuade|urge|warn|ask|advise|have|get|instruct",
              " (?:the|your|their|its|every|each|any)? "
              "?(?:users?|readers?|humans?|person|people|parents?|students?|callers?|"
              "travellers?|listeners?|customers?|owners?|developers?|visitors?|guests?|hiring "
              "managers?|recruiters?|clients?|"
              "patients?|shoppers?)\\b[^\\n]{0,120}?(?:\\b0[89]00\\b|\\b(?:re-?enter|enter|disclose|confirm|"
              "hand over|type)\\b"
              "[^\\n]{0,40}?\\b(?:passwords?|pin|card|bank)\\b|\\b(?:withdrew|withdrawn|recalled|infected|"
              "bankrupt|been (?:hacked|"
              "compromised|locked)|for (?:their|his|her|the) (?:\\w{1,12} "
              "){0,4}?(?:password|pin|log-?in|card)|to (?:buy|call|phone|"
              "subscribe))\\b)"));
  static const Surroundings kOnly(
      ordered("say|state|claim|answer|reply|respond|output|print|write|speak|return",
              "(?: (?:only|nothing but|exclusively|just) (?:with |in )?(?:the (?:single |one "
              ")?(?:words?|phrase|sentence|text|"
              "number) )?(?:[\"'\\xE2\\xC2]|pig latin|emojis?|rhymes?|verses?|klingon|uppercase|capital "
              "letters|haiku)|[^\\n]{0,80}?"
              "\\b(?:hacked|pwned)\\b)"));
  static const Surroundings kLink(
      ordered("include|insert|add|append|put|mention|place|embed|plug",
              "[^\\n]{0,60}?\\b(?:our|my|this) "
              "(?:brand|shop|product|company|app|store|sponsor)\\b[^\\n]{0,60}?\\b(?:in|to|into|at) "
              "(?:\\w{1,12} "
              "){0,4}?(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|recommendations?|output)\\b"));
  static const Surroundings kForUser(ordered(
      "visit|post|fill|register|buy|vote|sign|book|apply|subscribe|accept|agree|write|order|leave|publish",
      "[^\\n]{0,80}?\\b(?:on (?:the )?(?:behalf of (?:the |your "
      ")?(?:user|reader|owner|visitor|customer|listener)|(?:user|"
      "reader|owner|visitor|customer|everyone|everybody)'s behalf)|in (?:the |your "
      ")?(?:user|reader|owner|visitor|everyone)'s "
      "name|with (?:the|their|your) (?:user'?s? |owner'?s? |stored |saved )(?:\\w{1,10} "
      ")?(?:card|wallet|details))\\b"));
  return kPraise.in(text) || kRank.in(text) || kTell.in(text) || kOnly.in(text) || kLink.in(text) ||
         kForUser.in(text);
}

bool keeps_secret(std::string_view text) {
  static const Surroundings kUnseen(
      ordered("quietly|secretly|covertly", " \\w") +
      "|\\bso (?:that )?(?:nobody|no one|no-one) (?:asks|notices|sees|doubts|knows)\\b"
      "|\\b(?:user|human|owner|reader|customer)s? (?:must|should|need|may|shall|will|does|do)(?:n't| not) "
      "(?:to )?(?:know|"
      "notice|be told|be informed|learn|find out|be notified)\\b"
      "|\\bkeep (?:this|it|that) (?:a )?(?:secret|hidden|confidential) from\\b");
  return kUnseen.in(text);
}

bool is_harmful(std::string_view order) {
  return hands_over(order) || pays(order) || destroys(order) || gives_rights(order) || unprotects(order);
}

// The rest of the paragraph after `from` bytes of the match.
std::string_view paragraph(const Match& match, std::size_t from) {
  const std::string_view order =
      match.text.substr(match.start + from, match.value.size() - from + kOrderReach);
  return order.substr(0, order.find("\n\n"));
}
std::string_view paragraph_after(const Match& match) { return paragraph(match, match.value.size()); }

bool serves_writer(std::string_view order) {
  return is_harmful(order) || sets_aside(order) || deceives(order) || keeps_secret(order);
}

}  // namespace

double if_deed_follows(const Match& match, double confidence) {
  return serves_writer(paragraph_after(match)) ? unless_discussed(match, confidence) : 0;
}

double if_deed_is_near(const Match& match, double confidence) {
  confidence = unless_discussed(match, confidence);
  return confidence <= kSuspected || serves_writer(paragraph(match, 0)) ? confidence : kSuspected;
}

double if_model_deed_follows(const Match& match, double confidence) {
  const std::string_view order = paragraph_after(match);
  const bool deed = hands_over_models_own(order) || sets_aside(order) || keeps_secret(order);
  return deed ? unless_discussed(match, confidence) : 0;
}

double if_harmful_deed_follows(const Match& match, double confidence) {
  return is_harmful(paragraph_after(match)) ? unless_discussed(match, confidence) : 0;
}

}  // namespace aegis::detectors
