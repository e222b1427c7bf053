#include "policy/extensions/ip.h"

#include <cstddef>

namespace aegis::policy {

namespace {

constexpr int kV4Bits = 32;
constexpr int kV6Bits = 128;

// Decimal without leading zeros, of at most `digits` digits and no more than `most`.
std::optional<int> small_number(std::string_view text, std::size_t digits, int most) {
  if (text.empty() || text.size() > digits || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::array<std::uint8_t, 16>> parse_v4(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  for (int i = 0; i < 4; ++i) {
    const std::size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto byte = small_number(text.substr(0, dot), 3, 255);
    if (!byte) return std::nullopt;
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(*byte);
    text.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return bytes;
}

// Groups joined by single colons, up to eight; -1 where one is malformed.
int parse_groups(std::string_view text, std::array<std::uint16_t, 8>& groups) {
  if (text.empty()) return 0;
  std::size_t count = 0;
  while (true) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (group.empty() || group.size() > 4 || count == groups.size()) return -1;
    unsigned number = 0;
    for (const char c : group) {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return -1;
      number = number * 16 + static_cast<unsigned>(digit);
    }
    groups[count++] = static_cast<std::uint16_t>(number);
    if (colon == std::string_view::npos) return static_cast<int>(count);
    text.remove_prefix(colon + 1);
  }
}

std::optional<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
  std::array<std::uint16_t, 8> front{};
  std::array<std::uint16_t, 8> back{};
  const std::size_t gap = text.find("::");
  int in_front = parse_groups(text.substr(0, gap), front);
  int in_back = 0;
  if (gap == std::string_view::npos) {
    if (in_front != 8) return std::nullopt;
  } else {
    in_back = parse_groups(text.substr(gap + 2), back);
    // The gap stands for at least one group.
    if (in_front < 0 || in_back < 0 || in_front + in_back > 7) return std::nullopt;
  }
  std::array<std::uint8_t, 16> bytes{};
  const auto put = [&bytes](std::size_t group, std::uint16_t number) {
    bytes[group * 2] = static_cast<std::uint8_t>(number >> 8);
    bytes[group * 2 + 1] = static_cast<std::uint8_t>(number & 0xFF);
  };
  for (int i = 0; i < in_front; ++i) put(static_cast<std::size_t>(i), front[static_cast<std::size_t>(i)]);
  for (int i = 0; i < in_back; ++i)
    put(static_cast<std::size_t>(8 - in_back + i), back[static_cast<std::size_t>(i)]);
  return bytes;
}

bool same_bits(const Ip& a, const Ip& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  for (std::size_t i = 0; i < whole; ++i) {
    if (a.bytes[i] != b.bytes[i]) return false;
  }
  const int rest = bits % 8;
  return rest == 0 || (a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest) == 0;
}

}  // namespace

std::optional<Ip> parse_ip(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  Ip ip;
  ip.v6 = address.find(':') != std::string_view::npos;
  const auto bytes = ip.v6 ? parse_v6(address) : parse_v4(address);
  if (!bytes) return std::nullopt;
  ip.bytes = *bytes;
  const int most = ip.v6 ? kV6Bits : kV4Bits;
  const auto prefix = slash == std::string_view::npos
                          ? std::optional(most)
                          : small_number(text.substr(slash + 1), ip.v6 ? 3 : 2, most);
  if (!prefix) return std::nullopt;
  ip.prefix = static_cast<std::uint8_t>(*prefix);
  return ip;
}

bool in_range(const Ip& inner, const Ip& outer) {
  return inner.v6 == outer.v6 && inner.prefix >= outer.prefix && same_bits(inner, outer, outer.prefix);
}

bool is_loopback(const Ip& ip) {
  static const Ip kV4 = *parse_ip("127.0.0.0/8");
  static const Ip kV6 = *parse_ip("::1/128");
  return in_range(ip, ip.v6 ? kV6 : kV4);
}

bool is_multicast(const Ip& ip) {
  static const Ip kV4 = *parse_ip("224.0.0.0/4");
  static const Ip kV6 = *parse_ip("ff00::/8");
  return in_range(ip, ip.v6 ? kV6 : kV4);
}

}  // namespace aegis::policy
