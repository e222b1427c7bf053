#include "guard/credential_request.h"

#include <algorithm>
#include <array>
#include <vector>

namespace aegis::guard {
namespace {

// Words apart by blanks stand next to each other; a word also ends where a small letter meets a capital one,
// a digit or a sign, so that apiKey, api_key and "API key" are one. "*" at the end: whatever follows.
struct Credential {
  std::string_view words;
  std::string_view name;
};
constexpr std::array kCredentials{
    Credential{"password*", "a password"},
    Credential{"passwd", "a password"},
    Credential{"passphrase*", "a password"},
    Credential{"passcode*", "a password"},
    Credential{"passwort*", "a password"},
    Credential{"kennwort*", "a password"},
    Credential{"contraseña*", "a password"},
    Credential{"mot de passe", "a password"},
    Credential{"senha", "a password"},
    Credential{"palavra passe", "a password"},
    Credential{"wachtwoord*", "a password"},
    Credential{"lösenord*", "a password"},
    Credential{"hasło", "a password"},
    Credential{"пароль", "a password"},
    Credential{"parola d ordine", "a password"},
    Credential{"şifre*", "a password"},
    Credential{"api key*", "an API key"},
    Credential{"apikey*", "an API key"},
    Credential{"secret key*", "a secret key"},
    Credential{"client secret*", "a secret key"},
    Credential{"private key*", "a private key"},
    Credential{"ssh key*", "a private key"},
    Credential{"access key*", "an access key"},
    Credential{"access token*", "an access token"},
    Credential{"auth token*", "an access token"},
    Credential{"bearer token*", "an access token"},
    Credential{"refresh token*", "an access token"},
    Credential{"api token*", "an access token"},
    Credential{"personal access token*", "an access token"},
    Credential{"seed phrase*", "a recovery phrase"},
    Credential{"recovery phrase*", "a recovery phrase"},
    Credential{"recovery code*", "a recovery code"},
    Credential{"backup code*", "a recovery code"},
    Credential{"one time code*", "a one-time code"},
    Credential{"one time password*", "a one-time code"},
    Credential{"otp", "a one-time code"},
    Credential{"otp code*", "a one-time code"},
    Credential{"2fa code*", "a one-time code"},
    Credential{"mfa code*", "a one-time code"},
    Credential{"credit card*", "a card number"},
    Credential{"card number*", "a card number"},
    Credential{"kreditkarte*", "a card number"},
    Credential{"carte bancaire", "a card number"},
    Credential{"cvv", "a card number"},
    Credential{"cvc", "a card number"},
    Credential{"social security number*", "a social security number"},
    Credential{"ssn", "a social security number"},
};

// Verbs by which a user is asked to type something in.
constexpr std::array<std::string_view, 38> kAsking{
    "enter",   "type",      "provide",    "give",      "paste",      "supply",  "submit",  "send",
    "share",   "input",     "insert",     "confirm",   "reenter",    "verify",  "tell",    "eingeben",
    "geben",   "gib",       "bestätigen", "introduce", "introduzca", "escribe", "escriba", "ingresa",
    "ingrese", "saisissez", "entrez",     "indiquez",  "digite",     "insira",  "informe", "inserisci",
    "digita",  "voer",      "ange",       "podaj",     "введите",    "girin"};
// How many words may stand between the verb and what is asked for, on either side.
constexpr std::size_t kNear = 6;

// A password field is one whatever it is for; these are settings about passwords.
constexpr std::array<std::string_view, 16> kAbout{
    "policy", "length",  "rules", "reset", "hint",   "manager", "type", "strength",
    "expiry", "expires", "count", "field", "column", "format",  "name", "id"};

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) {
  return is_lower(c) || is_upper(c) || static_cast<unsigned char>(c) >= 0x80;
}

// In lower case as far as ASCII goes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  char before = ' ';
  for (const char c : text) {
    const bool inside = is_letter(c) || is_digit(c);
    const bool was_inside = is_letter(before) || is_digit(before);
    const bool hump = is_upper(c) && is_lower(before);
    if (inside && (!was_inside || hump)) words.emplace_back();
    if (inside) words.back().push_back(is_upper(c) ? static_cast<char>(c | 0x20) : c);
    before = c;
  }
  return words;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// How many words of `words` from `at` on are the credential; 0: it is another.
std::size_t matches(const std::vector<std::string>& words, std::size_t at, std::string_view credential) {
  std::size_t count = 0;
  while (!credential.empty()) {
    const std::size_t end = std::min(credential.find(' '), credential.size());
    std::string_view wanted = credential.substr(0, end);
    credential.remove_prefix(std::min(end + 1, credential.size()));
    if (at + count >= words.size()) return 0;
    const std::string_view word = words[at + count];
    if (wanted.ends_with('*')) {
      wanted.remove_suffix(1);
      if (!word.starts_with(wanted)) return 0;
    } else if (word != wanted) {
      return 0;
    }
    ++count;
  }
  return count;
}

struct Mention {
  std::string_view name;
  std::size_t begin = 0, end = 0;  // words
};

// The first credential the words name, from `from` on.
Mention next_mention(const std::vector<std::string>& words, std::size_t from) {
  for (std::size_t at = from; at < words.size(); ++at) {
    for (const Credential& credential : kCredentials) {
      const std::size_t count = matches(words, at, credential.words);
      if (count == 0) continue;
      if (at + count < words.size() && is_one_of(words[at + count], kAbout)) continue;
      return {credential.name, at, at + count};
    }
  }
  return {};
}

}  // namespace

std::string_view credential_in_field(std::string_view text) { return next_mention(words_of(text), 0).name; }

std::string_view credential_asked_for(std::string_view message) {
  const auto words = words_of(message);
  for (Mention mention = next_mention(words, 0); !mention.name.empty();
       mention = next_mention(words, mention.end)) {
    const std::size_t begin = mention.begin - std::min(mention.begin, kNear);
    const std::size_t end = std::min(mention.end + kNear, words.size());
    for (std::size_t at = begin; at < end; ++at) {
      if (is_one_of(words[at], kAsking)) return mention.name;
    }
  }
  return {};
}

}  // namespace aegis::guard
