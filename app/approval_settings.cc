#include "app/approval_settings.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace aegis::app {
namespace {

constexpr std::string_view kSection = "approvals";

// "90s", "15m", "8h", "2d"; in milliseconds.
std::optional<std::int64_t> duration_ms(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's': unit = 1'000; break;
    case 'm': unit = 60'000; break;
    case 'h': unit = 3'600'000; break;
    case 'd': unit = 86'400'000; break;
    default: return std::nullopt;
  }
  text.remove_suffix(1);
  constexpr std::size_t kMostDigits = 6;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || number < 0 || text.size() > kMostDigits) return std::nullopt;
  return number * unit;
}

}  // namespace

guard::ApprovalRules read_approval_settings(SettingsReader* reader) {
  guard::ApprovalRules rules;
  if (const auto given = reader->text(kSection, "expires_after")) {
    const auto ms = duration_ms(given->value);
    if (ms && *ms >= guard::kShortestExpiryMs && *ms <= guard::kLongestExpiryMs)
      rules.expires_ms = *ms;
    else
      reader->problem(given->origin, "must be a time from 1s to 7d, as in 90s, 15m or 8h");
  }
  if (const auto given = reader->list(kSection, "out_of_band")) rules.out_of_band = given->value;
  return rules;
}

}  // namespace aegis::app
