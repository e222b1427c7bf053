// Character references of HTML: numeric, with or without the semicolon, and the names that stand for text.
#include <algorithm>
#include <cstdint>
#include <iterator>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"
#include "detectors/views/utf8.h"

namespace aegis::detectors {
namespace {

struct Entity {
  std::string_view name;
  char32_t code;
};

constexpr Entity kEntities[] = {
#include "detectors/views/entities.inc"
};

constexpr std::size_t kLongestName = 24;
constexpr std::size_t kMostDigits = 10;  // leading zeros included

struct Reference {
  std::size_t end = 0;  // 0: none
  char32_t code = 0;
};

Reference numeric(std::string_view text, std::size_t at) {
  const bool hex = at < text.size() && lower(text[at]) == 'x';
  if (hex) ++at;
  const std::size_t first = at;
  std::uint64_t value = 0;
  for (; at < text.size() && at - first < kMostDigits; ++at) {
    const int digit = hex ? hex_value(text[at]) : is_digit(text[at]) ? text[at] - '0' : -1;
    if (digit < 0) break;
    value = value * (hex ? 16 : 10) + static_cast<std::uint64_t>(digit);
  }
  if (at == first || value == 0 || value > 0x10FFFF) return {};
  if (at < text.size() && text[at] == ';') ++at;
  return {at, static_cast<char32_t>(value)};
}

Reference named(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at <= kLongestName && is_alnum(text[end])) ++end;
  if (end == at || end == text.size() || text[end] != ';') return {};
  const std::string_view name = text.substr(at, end - at);
  const auto* const found =
      std::lower_bound(std::begin(kEntities), std::end(kEntities), name,
                       [](const Entity& entity, std::string_view wanted) { return entity.name < wanted; });
  if (found == std::end(kEntities) || found->name != name) return {};
  return {end + 1, found->code};
}

// What `text` from `at` on stands for, after an ampersand.
Reference after_ampersand(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  return text[at] == '#' ? numeric(text, at + 1) : named(text, at);
}

// The reference at `at`; an ampersand that was escaped again and again counts as one.
Reference reference_at(std::string_view text, std::size_t at) {
  Reference found = after_ampersand(text, at + 1);
  while (found.end != 0 && found.code == '&') {
    const Reference inner = after_ampersand(text, found.end);
    if (inner.end == 0) break;
    found = inner;
  }
  return found;
}

}  // namespace

bool is_entity(std::string_view text, std::size_t at) {
  const Reference found = reference_at(text, at);
  return found.end != 0 && found.code != '&';
}

std::optional<Rewritten> unescape_html(std::string_view text) {
  ViewBuilder out(text);
  std::string decoded;
  for (std::size_t at = text.find('&'); at != text.npos; at = text.find('&', at)) {
    const Reference found = reference_at(text, at);
    if (found.end == 0) {
      ++at;
      continue;
    }
    decoded.clear();
    append_utf8(decoded, found.code);
    out.replace(at, found.end, decoded);
    at = found.end;
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
