#include "detectors/validators.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string digits_of(std::string_view value) {
  std::string digits;
  for (const char c : value) {
    if (is_digit(c)) digits.push_back(c);
  }
  return digits;
}

std::string lower_case(std::string_view value) {
  std::string out(value);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool luhn_checks(std::string_view digits) {
  unsigned sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const unsigned digit = static_cast<unsigned>(*it - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

// Issuer ranges as the schemes publish them: the first `width` digits lie in [low, high].
struct Issuer {
  unsigned width;
  unsigned low;
  unsigned high;
  std::size_t min_length;
  std::size_t max_length;
};
constexpr auto kIssuers = std::to_array<Issuer>({
    {1, 1, 1, 15, 15},        // UATP
    {1, 4, 4, 16, 16},        // Visa
    {1, 4, 4, 13, 13},        // Visa, old
    {1, 4, 4, 19, 19},        // Visa, new
    {2, 51, 55, 16, 16},      // Mastercard
    {4, 2221, 2720, 16, 16},  // Mastercard, second range
    {2, 34, 34, 15, 15},      // American Express
    {2, 37, 37, 15, 15},      // American Express
    {4, 6011, 6011, 16, 19},  // Discover
    {3, 644, 649, 16, 19},    // Discover
    {2, 65, 65, 16, 19},      // Discover
    {3, 300, 305, 14, 19},    // Diners Club
    {2, 36, 36, 14, 19},      // Diners Club
    {2, 38, 39, 14, 19},      // Diners Club
    {4, 3528, 3589, 16, 19},  // JCB
    {2, 62, 62, 16, 19},      // UnionPay
    {2, 50, 50, 13, 19},      // Maestro
    {4, 5600, 5899, 13, 19},  // Maestro
    {4, 6304, 6304, 13, 19},  // Maestro
    {4, 6759, 6763, 13, 19},  // Maestro
});

unsigned number(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

struct IbanLength {
  std::string_view country;
  std::size_t length;
};
// ISO 13616 registry.
constexpr auto kIbanLengths = std::to_array<IbanLength>({
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20},
    {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27},
    {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NL", 18}, {"NO", 15},
    {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24},
    {"SC", 31}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"ST", 25}, {"SV", 28}, {"TL", 23},
    {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
});

// Whether runs of at least four bytes, of one byte ("aaaa") or of steps of +1 ("1234", "abcd"), make up more
// than half of the value.
bool is_monotonous(std::string_view value) {
  constexpr std::size_t kRun = 4;
  std::size_t covered = 0;
  for (std::size_t begin = 0; begin < value.size();) {
    std::size_t same = begin + 1;
    while (same < value.size() && lower(value[same]) == lower(value[begin])) ++same;
    std::size_t step = begin + 1;
    // 0 follows 9 in "1234567890".
    while (step < value.size() && (lower(value[step]) - lower(value[step - 1]) == 1 ||
                                   (value[step - 1] == '9' && value[step] == '0')))
      ++step;
    const std::size_t end = std::max(same, step);
    if (end - begin >= kRun) {
      covered += end - begin;
      begin = end;
    } else {
      ++begin;
    }
  }
  return covered * 2 > value.size();
}

// "123123123123": the end of the value, for more than half of it and at least twelve bytes, says the same two
// to four bytes over and over.
bool is_repetitive(std::string_view value) {
  constexpr std::size_t kLongestPeriod = 4;
  constexpr std::size_t kLeast = 12;
  for (std::size_t period = 2; period <= kLongestPeriod; ++period) {
    std::size_t length = 0;
    while (length + period < value.size() &&
           value[value.size() - 1 - length] == value[value.size() - 1 - length - period])
      ++length;
    if (length + period >= kLeast && (length + period) * 2 > value.size()) return true;
  }
  return false;
}

bool is_leap(unsigned year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

bool is_birth_date(unsigned year, unsigned month, unsigned day) {
  constexpr std::array<unsigned, 12> kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > kDays[month - 1])
    return false;
  return month != 2 || day != 29 || is_leap(year);
}

// A birth year of two digits may be in either century.
unsigned full_year(unsigned year) { return year < 100 ? 1900 + year : year; }

// The bytes before the value, lower-case: the bounded context a validator may read.
std::string before(const Match& match, std::size_t count) {
  const std::size_t from = match.start - std::min(match.start, count);
  return lower_case(match.text.substr(from, match.start - from));
}

}  // namespace

double luhn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  if (digits.size() < 13 || digits.size() > 19) return 0;
  const bool issued = std::any_of(kIssuers.begin(), kIssuers.end(), [&](const Issuer& issuer) {
    const unsigned prefix = number(std::string_view(digits).substr(0, issuer.width));
    return prefix >= issuer.low && prefix <= issuer.high && digits.size() >= issuer.min_length &&
           digits.size() <= issuer.max_length;
  });
  return issued && luhn_checks(digits) ? confidence : 0;
}

double iban(const Match& match, double confidence) {
  std::string compact;
  for (const char c : match.value) {
    if (is_digit(c) || is_upper(c)) {
      compact.push_back(c);
    } else if (is_lower(c)) {
      compact.push_back(static_cast<char>(c - 'a' + 'A'));
    }
  }
  if (compact.size() < 5) return 0;
  const auto* country = std::find_if(kIbanLengths.begin(), kIbanLengths.end(), [&](const IbanLength& entry) {
    return compact.compare(0, 2, entry.country) == 0;
  });
  if (country == kIbanLengths.end() || compact.size() != country->length) return 0;
  std::rotate(compact.begin(), compact.begin() + 4, compact.end());
  unsigned remainder = 0;
  for (const char c : compact) {
    const unsigned value = is_digit(c) ? static_cast<unsigned>(c - '0') : static_cast<unsigned>(c - 'A' + 10);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder == 1 ? confidence : 0;
}

double aba_routing(const Match& match, double confidence) {
  constexpr std::array<unsigned, 3> kWeights = {3, 7, 1};
  const std::string digits = digits_of(match.value);
  if (digits.size() != 9) return 0;
  const unsigned prefix = number(std::string_view(digits).substr(0, 2));
  const bool issued =
      prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) || prefix == 80;
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i)
    sum += kWeights[i % 3] * static_cast<unsigned>(digits[i] - '0');
  return issued && sum != 0 && sum % 10 == 0 ? confidence : 0;
}

double us_ssn(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  if (digits.size() != 9) return 0;
  const unsigned area = number(std::string_view(digits).substr(0, 3));
  const unsigned group = number(std::string_view(digits).substr(3, 2));
  const unsigned serial = number(std::string_view(digits).substr(5));
  if (area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0) return 0;
  // Printed on a wallet insert and in a pamphlet; both were withdrawn from use.
  if (digits == "078051120" || digits == "219099999") return 0;
  return confidence;
}

double plausible_date(const Match& match, double confidence) {
  std::array<unsigned, 3> parts{};
  std::size_t count = 0;
  bool named_month = false;
  bool year_first = false;
  for (std::size_t i = 0; i < match.value.size();) {
    if (!is_digit(match.value[i])) {
      named_month = named_month || is_upper(match.value[i]) || is_lower(match.value[i]);
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < match.value.size() && is_digit(match.value[end])) ++end;
    if (count == parts.size() || end - i > 4) return 0;
    if (count == 0) year_first = end - i == 4;
    parts[count++] = number(match.value.substr(i, end - i));
    i = end;
  }
  if (named_month) {
    // "January 15th, 1985" or "15 Jan 1985": the month is a name, so a day and a year are left.
    return count == 2 && is_birth_date(full_year(parts[1]), 1, parts[0]) ? confidence : 0;
  }
  if (count != 3) return 0;
  if (year_first) return is_birth_date(parts[0], parts[1], parts[2]) ? confidence : 0;
  const unsigned year = full_year(parts[2]);
  return is_birth_date(year, parts[0], parts[1]) || is_birth_date(year, parts[1], parts[0]) ? confidence : 0;
}

double ipv4_address(const Match& match, double confidence) {
  std::array<unsigned, 4> octets{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < match.value.size();) {
    std::size_t end = i;
    while (end < match.value.size() && is_digit(match.value[end])) ++end;
    const std::string_view part = match.value.substr(i, end - i);
    if (count == octets.size() || part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0'))
      return 0;
    octets[count] = number(part);
    if (octets[count++] > 255) return 0;
    i = end + 1;
  }
  // This network, loopback, multicast, reserved: no machine of anybody.
  if (count != 4 || octets[0] == 0 || octets[0] == 127 || octets[0] >= 224) return 0;
  if (std::all_of(octets.begin(), octets.end(), [](unsigned octet) { return octet < 10; })) {
    // 1.2.3.4: a version, a section number or a list. Real addresses with four one-digit octets are name
    // servers.
    return 0;
  }
  const std::string context = before(match, 16);
  for (const std::string_view word :
       {"version", "ver.", "ver", "release", "rev", "build", "section", "chapter"}) {
    if (context.find(word) != std::string::npos) return 0;
  }
  if (!context.empty() && (context.back() == 'v' || context.back() == 'r')) return 0;
  return confidence;
}

double shannon_entropy(std::string_view value) {
  if (value.empty()) return 0;
  std::array<std::size_t, 256> counts{};
  for (const char c : value) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

bool is_placeholder(std::string_view value) {
  if (value.empty() || is_monotonous(value) || is_repetitive(value)) return true;
  const char first = value.front();
  const char last = value.back();
  if ((first == '<' && last == '>') || (first == '{' && last == '}') || (first == '[' && last == ']') ||
      (first == '%' && last == '%')) {
    return true;
  }
  // ${TOKEN}, $(command), $TOKEN, {{ token }}, %(token)s, #{token}
  if (first == '$' || value.substr(0, 2) == "#{" || value.substr(0, 2) == "{{" || value.substr(0, 2) == "%(")
    return true;
  const std::string text = lower_case(value);
  constexpr auto kWords = std::to_array<std::string_view>({
      "example",   "sample",    "placeholder", "changeme",   "change-me", "change_me", "your-",    "your_",
      "yourkey",   "yourtoken", "yourpass",    "yoursecret", "my-secret", "my_secret", "mysecret", "my-token",
      "my_token",  "mytoken",   "insert",      "replace",    "redacted",  "dummy",     "fake",     "xxxx",
      "0000000",   "****",      "....",        "notreal",    "not-real",  "not_real",  "todo",     "testtest",
      "12345678",  "abcdefgh",  "secret-key",  "secret_key", "api-key",   "api_key",   "test-key", "test_key",
      "undefined", "deadbeef",  "foobar",      "lorem",      "goes-here", "goes_here", "_here",    "-here",
  });
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

double high_entropy(const Match& match, double confidence) {
  return shannon_entropy(match.value) >= kSecretEntropy && !is_placeholder(match.value) ? confidence : 0;
}

}  // namespace aegis::detectors
