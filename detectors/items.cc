#include "detectors/items.h"

#include <algorithm>

namespace aegis::detectors {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::vector<std::string_view> items_of(std::string_view text) {
  text = trimmed(text);
  if (text.size() > kMaxList || !has_digit(text)) return {};
  // Where there are signs between the items, blanks are part of them: "943 476 5919, 221 395 1837".
  const std::string_view between =
      text.find_first_of(",;|\n") != std::string_view::npos ? std::string_view(",;|\n") : kBlanks;
  std::vector<std::string_view> items;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(between, begin), text.size());
    const std::string_view item = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    if (item.empty()) continue;
    if (!has_digit(item) || items.size() == kMaxItems) return {};
    items.push_back(item);
  }
  if (items.size() < 2) items.clear();
  return items;
}

}  // namespace aegis::detectors
