#include "policy/extensions/datetime.h"

#include <array>
#include <chrono>
#include <cstddef>

namespace aegis::policy {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// Takes pieces off the front of a text; once one does not fit, nothing fits any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    if (!ok_ || text_.size() < count) return fail();
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return fail();
      number = number * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return number;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  bool take(char c) {
    if (!ok_ || text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool at_end() const { return ok_ && text_.empty(); }
  bool ok() const { return ok_; }
  int fail() {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
// In the only order they may stand in.
constexpr std::array<Unit, 5> kUnits = {
    {{"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", 1}}};

}  // namespace

std::optional<std::int64_t> parse_datetime(std::string_view text) {
  Reader reader(text);
  const int year = reader.digits(4);
  reader.expect('-');
  const int month = reader.digits(2);
  reader.expect('-');
  const int day = reader.digits(2);
  if (!reader.ok()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t ms = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
  if (reader.at_end()) return ms;

  reader.expect('T');
  const int hours = reader.digits(2);
  reader.expect(':');
  const int minutes = reader.digits(2);
  reader.expect(':');
  const int seconds = reader.digits(2);
  const int thousandths = reader.take('.') ? reader.digits(3) : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  ms += hours * kHour + minutes * kMinute + seconds * kSecond + thousandths;
  if (!reader.take('Z')) {
    const bool behind = reader.take('-');
    if (!behind) reader.expect('+');
    const int offset_hours = reader.digits(2);
    const int offset_minutes = reader.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    const std::int64_t offset = offset_hours * kHour + offset_minutes * kMinute;
    ms += behind ? offset : -offset;
  }
  return reader.at_end() ? std::optional(ms) : std::nullopt;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    // Counted downwards where negative: the smallest number has no positive counterpart.
    std::int64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      const int digit = negative ? -(text[digits] - '0') : text[digits] - '0';
      if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, digit, &number))
        return std::nullopt;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < text.size() && (text[letters] < '0' || text[letters] > '9')) ++letters;
    const std::string_view name = text.substr(0, letters);
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return std::nullopt;
    if (__builtin_mul_overflow(number, kUnits[next_unit].ms, &number) ||
        __builtin_add_overflow(total, number, &total)) {
      return std::nullopt;
    }
    ++next_unit;
    text.remove_prefix(letters);
  }
  return total;
}

std::int64_t time_of_day(std::int64_t unix_ms) {
  const std::int64_t rest = unix_ms % kDay;
  return rest < 0 ? rest + kDay : rest;
}

std::optional<std::int64_t> start_of_day(std::int64_t unix_ms) {
  std::int64_t start = 0;
  if (__builtin_sub_overflow(unix_ms, time_of_day(unix_ms), &start)) return std::nullopt;
  return start;
}

}  // namespace aegis::policy
