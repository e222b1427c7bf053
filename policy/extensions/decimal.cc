#include "policy/extensions/decimal.h"

#include <cstddef>

namespace aegis::policy {

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == 0 || point == std::string_view::npos) return std::nullopt;
  const std::size_t places = text.size() - point - 1;
  if (places < 1 || places > 4) return std::nullopt;

  // Counted downwards, since the smallest number has no positive counterpart.
  std::int64_t number = 0;
  const auto append = [&number](int digit) {
    return !__builtin_mul_overflow(number, 10, &number) && !__builtin_sub_overflow(number, digit, &number);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (text[i] < '0' || text[i] > '9' || !append(text[i] - '0')) return std::nullopt;
  }
  for (std::size_t i = places; i < 4; ++i) {
    if (!append(0)) return std::nullopt;
  }
  if (negative) return number;
  std::int64_t positive = 0;
  if (__builtin_sub_overflow(std::int64_t{0}, number, &positive)) return std::nullopt;
  return positive;
}

}  // namespace aegis::policy
