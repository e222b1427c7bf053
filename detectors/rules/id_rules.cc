#include "detectors/rules/id_rules.h"

#include <algorithm>
#include <array>

namespace aegis::detectors {
namespace {

// Bytes between a number's name and the number: ": ", " is ", "\": \"", " (10 digits): ".
constexpr std::string_view kGap = R"([^\d\n]{0,32}?)";
constexpr std::size_t kGapWidth = 32;
// The longest names, with what may stand in them.
constexpr std::size_t kNameWidth = 48;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string text(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const std::string_view piece : pieces) out.append(piece);
  return out;
}

}  // namespace

void add_id(std::vector<Rule>& rules, const IdRule& id) {
  Rule named{
      .id = std::string(id.id),
      .kind = Kind::pii,
      .type = std::string(id.type),
      .severity = id.severity,
      .confidence = id.confidence,
      .pattern = text({"(?<![a-z])(?:", id.words, ")(?![a-z])", kGap, R"((?<![\w.\-/])()", id.value,
                       R"()(?![\w\-/]|\.\d))"}),
      .caseless = true,
      .anchors = id.anchors,
      .before = kNameWidth,
      .after = kNameWidth + kGapWidth + id.max_length,
      .validate = id.check,
  };
  for (const std::string_view value : id.valid)
    named.hits.push_back({text({id.name, ": ", value}), "with its name"});
  for (const std::string_view value : id.invalid)
    named.misses.push_back({text({id.name, ": ", value}), "not such a number"});
  named.misses.push_back({text({id.name, " of the applicant"}), "the name without a number"});
  rules.push_back(std::move(named));
  if (id.alone <= 0) return;

  // Texts without a digit are not looked at. A number that may be all letters has to say so.
  const std::string_view with_digit = id.value.find("\\d") == std::string::npos ? R"((?=\D{0,48}\d))" : "";
  Rule whole{
      .id = text({id.id, "-alone"}),
      .kind = Kind::pii,
      .type = std::string(id.type),
      .severity = id.severity,
      .confidence = id.alone,
      .pattern = text({R"(\A)", with_digit, R"(\s{0,8}()", id.value, R"()\s{0,8}\z)"}),
      .caseless = true,
      .anchor = Anchor::whole,
      .min_length = id.min_length,
      .max_length = id.max_length,
      .validate = id.check,
  };
  for (const std::string_view value : id.valid) {
    whole.hits.push_back({std::string(value), "all there is of a field"});
    whole.misses.push_back({text({"ticket ", value, " is closed"}), "in other text, unnamed"});
  }
  for (const std::string_view value : id.invalid)
    whole.misses.push_back({std::string(value), "not such a number"});
  rules.push_back(std::move(whole));
}

std::string digits_of(std::string_view value) {
  std::string digits;
  std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
  return digits;
}

std::string compact(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c >= 'a' && c <= 'z') {
      out.push_back(static_cast<char>(c - 'a' + 'A'));
    } else if (is_digit(c) || (c >= 'A' && c <= 'Z')) {
      out.push_back(c);
    }
  }
  return out;
}

unsigned weighted(std::string_view digits, std::initializer_list<unsigned> weights) {
  unsigned sum = 0;
  std::size_t i = 0;
  for (const unsigned weight : weights) sum += weight * static_cast<unsigned>(digits[i++] - '0');
  return sum;
}

bool luhn_holds(std::string_view digits) {
  unsigned sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const unsigned digit = static_cast<unsigned>(*it - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

bool mod_11_10_holds(std::string_view digits) {
  unsigned product = 10;
  for (std::size_t i = 0; i + 1 < digits.size(); ++i) {
    unsigned sum = (static_cast<unsigned>(digits[i] - '0') + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10 == static_cast<unsigned>(digits.back() - '0');
}

bool verhoeff_holds(std::string_view digits) {
  // The dihedral group of order 10, and a permutation of it applied once more at each place.
  constexpr std::array<std::array<unsigned, 10>, 8> kPermuted = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                                                  {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                                                  {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
                                                                  {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                                                  {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
                                                                  {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                                                  {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
                                                                  {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}};
  const auto times = [](unsigned a, unsigned b) {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
    return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
  };
  unsigned state = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto digit = static_cast<std::size_t>(digits[digits.size() - 1 - i] - '0');
    state = times(state, kPermuted[i % kPermuted.size()][digit]);
  }
  return state == 0;
}

unsigned part(std::string_view digits, std::size_t at, std::size_t count) {
  unsigned value = 0;
  for (const char c : digits.substr(at, count)) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

bool all_same(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [&](char c) { return c == digits.front(); });
}

bool is_day(unsigned month, unsigned day) {
  constexpr std::array<unsigned, 12> kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= kDays[month - 1];
}

}  // namespace aegis::detectors
