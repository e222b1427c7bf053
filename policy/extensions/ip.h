// Addresses and ranges of IPv4 and IPv6, as the policy language's `ip` reads and compares them. Pure,
// thread-safe.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aegis::policy {

struct Ip {
  bool v6 = false;
  std::uint8_t prefix = 32;              // bits of the network; 32 or 128 for one address
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four

  // 192.0.2.1/24 and 192.0.2.0/24 are not equal: they are compared as written.
  friend auto operator<=>(const Ip&, const Ip&) = default;
};

// Dotted IPv4 or IPv6 without zone and without embedded IPv4, with an optional /prefix; no leading zeros.
std::optional<Ip> parse_ip(std::string_view text);

// Whether all addresses of `inner` are in `outer`; never across the two families.
bool in_range(const Ip& inner, const Ip& outer);
bool is_loopback(const Ip& ip);
bool is_multicast(const Ip& ip);

}  // namespace aegis::policy
