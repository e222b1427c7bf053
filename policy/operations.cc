#include "policy/operations.h"

#include <string.h>  // memmem, which <cstring> does not promise

#include <algorithm>

namespace aegis::policy {

bool matches_pattern(std::string_view text, std::span<const std::string_view> pieces, std::uint64_t& work) {
  work += text.size() / kBytesPerStep + pieces.size();
  const std::string_view first = pieces.front();
  const std::string_view last = pieces.back();
  if (pieces.size() == 1) return text == first;
  if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last))
    return false;
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  // Each piece where it first fits: a later place could only leave less to the others. The library's memmem
  // is linear; std::string_view::find is not, and patterns meet text of strangers.
  for (const std::string_view piece : pieces.subspan(1, pieces.size() - 2)) {
    if (piece.empty()) continue;
    const void* found =
        text.empty() ? nullptr : ::memmem(text.data(), text.size(), piece.data(), piece.size());
    if (found == nullptr) return false;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) +
                       piece.size());
  }
  return true;
}

bool contains(const Value& set, const Value& element, std::uint64_t& work) {
  const auto elements = set.as_set();
  const auto at =
      std::lower_bound(elements.begin(), elements.end(), element,
                       [&work](const Value& a, const Value& wanted) { return compare(a, wanted, work) < 0; });
  return at != elements.end() && compare(*at, element, work) == 0;
}

bool contains_all(const Value& set, const Value& other, std::uint64_t& work) {
  const auto wanted = other.as_set();
  return wanted.size() <= set.as_set().size() &&
         std::all_of(wanted.begin(), wanted.end(),
                     [&](const Value& element) { return contains(set, element, work); });
}

bool contains_any(const Value& set, const Value& other, std::uint64_t& work) {
  const bool swapped = set.as_set().size() < other.as_set().size();
  const Value& large = swapped ? other : set;
  const auto wanted = (swapped ? set : other).as_set();
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Value& element) { return contains(large, element, work); });
}

}  // namespace aegis::policy
