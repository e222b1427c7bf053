// Addresses of machines, devices and wallets.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "detectors/rules/families.h"
#include "detectors/rules/id_rules.h"
#include "detectors/validators.h"

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 4291: eight groups, or fewer and one "::"; the last two may be a dotted IPv4 address. A digit is asked
// for, because names of C++ are written with "::", too.
double ipv6_address(const Match& match, double confidence) {
  const std::string_view address = match.value.substr(0, match.value.find('/'));
  std::string_view text = address;
  if (std::none_of(text.begin(), text.end(), is_digit)) return 0;
  std::size_t groups = 0;
  if (text.find('.') != std::string_view::npos) {
    const std::size_t colon = text.rfind(':');
    std::string_view dotted = text.substr(colon + 1);
    for (std::size_t octets = 0; !dotted.empty(); ++octets) {
      const std::size_t dot = std::min(dotted.find('.'), dotted.size());
      if (octets == 4 || dot == 0 || dot > 3 || part(dotted, 0, dot) > 255) return 0;
      dotted.remove_prefix(std::min(dot + 1, dotted.size()));
    }
    groups = 2;
    text = text.substr(0, colon);
    if (!text.empty() && text.back() == ':') text = address.substr(0, colon + 1);
  }
  const std::size_t gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) return 0;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ':') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find(':', i), text.size());
    if (end - i > 4) return 0;
    ++groups;
    i = end;
  }
  if (gap == std::string_view::npos) return groups == 8 ? confidence : 0;
  // "a::b" is a name as well: with less than three groups the first must be a whole one.
  const bool plain = groups >= 3 || text.size() >= 8 || gap == 0 || gap == 4;
  return groups <= 7 && plain ? confidence : 0;
}

// IEEE 802: six bytes with one separator, neither all zero nor broadcast.
double mac_address(const Match& match, double confidence) {
  const std::string text = compact(match.value);
  return all_same(text) ? 0 : confidence;
}

// Base58Check as Bitcoin uses it: a version, twenty bytes, and the first four bytes of a double SHA-256.
double base58_check(const Match& match, double confidence) {
  constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  constexpr std::size_t kBytes = 25;
  std::string bytes(kBytes, '\0');
  for (const char c : match.value) {
    std::size_t carry = kAlphabet.find(c);
    if (carry == std::string_view::npos) return 0;
    for (std::size_t i = kBytes; i-- > 0;) {
      carry += 58 * static_cast<unsigned char>(bytes[i]);
      bytes[i] = static_cast<char>(carry & 0xFF);
      carry >>= 8U;
    }
    if (carry != 0) return 0;
  }
  const auto from_hex = [](std::string_view hex) {
    const auto nibble = [](char c) { return static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10); };
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      out.push_back(static_cast<char>(nibble(hex[i]) << 4U | nibble(hex[i + 1])));
    return out;
  };
  const std::string once = from_hex(sha256_hex(std::string_view(bytes).substr(0, 21)));
  const std::string twice = from_hex(sha256_hex(once));
  return twice.compare(0, 4, bytes, 21, 4) == 0 ? confidence : 0;
}

// BIP 173 and 350: a polynomial over the five-bit values leaves 1 (bech32) or 0x2bc830a3 (bech32m).
double bech32(const Match& match, double confidence) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                       0x2a1462b3};
  std::uint32_t check = 1;
  const auto step = [&](std::uint32_t value) {
    const std::uint32_t top = check >> 25U;
    check = (check & 0x1ffffffU) << 5U ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) check ^= (top >> i & 1U) != 0 ? kGenerator[i] : 0U;
  };
  std::string text(match.value);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t separator = text.rfind('1');
  for (std::size_t i = 0; i < separator; ++i) step(static_cast<unsigned char>(text[i]) >> 5U);
  step(0);
  for (std::size_t i = 0; i < separator; ++i) step(static_cast<unsigned char>(text[i]) & 31U);
  for (std::size_t i = separator + 1; i < text.size(); ++i) {
    const std::size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) return 0;
    step(static_cast<std::uint32_t>(value));
  }
  return check == 1 || check == 0x2bc830a3U ? confidence : 0;
}

// GSMA TS.06: Luhn over fifteen digits.
double imei(const Match& match, double confidence) {
  const std::string digits = digits_of(match.value);
  return luhn_holds(digits) && !all_same(digits) ? confidence : 0;
}

void add_ip(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "ipv4-address",
      .kind = Kind::pii,
      .type = "ip_address",
      .severity = Severity::low,
      .confidence = 0.8,
      .pattern = R"((?<![\w.\-])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|[.-]\d))",
      .anchor = Anchor::digits,
      .min_digits = 4,
      .min_dots = 3,
      .after = 0,
      .validate = ipv4_address,
      .hits = {{"client 192.168.1.100 connected", "four octets"}, {"http://10.20.30.40:8080/", "in a URL"}},
      .misses = {{"version 10.0.19045.3803", "a version"},
                 {"127.0.0.1 and 0.0.0.0", "nobody's machine"},
                 {"300.1.2.3", "not an octet"},
                 {"1.2.3.4.5", "a section number"}},
  });
  constexpr std::string_view kIpv6 =
      R"((?<![\w:.])((?:(?:[0-9a-f]{1,4}:){1,7}(?::|(?::[0-9a-f]{1,4}){1,6}|[0-9a-f]{1,4})|::(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){0,6}:?(?::[0-9a-f]{1,4}){0,5}:?\d{1,3}(?:\.\d{1,3}){3})(?:/\d{1,3}(?!\d))?)(?![\w:]|\.\w))";
  rules.push_back({
      .id = "ipv6-address",
      .kind = Kind::pii,
      .type = "ip_address",
      .severity = Severity::low,
      .confidence = 0.8,
      // The first look-ahead is for the anchors: without one of them this rule has nothing to say.
      .pattern =
          R"((?=[0-9a-f:.]{0,40}?(?:::|2001:|2400:|2600:|2606:|2607:|2a00:|2a01:|2a02:|2a03:|fe80:|:ffff:))(?:)" +
          std::string(kIpv6) + ")",
      .caseless = true,
      .anchors = {"::", "2001:", "2400:", "2600:", "2606:", "2607:", "2a00:", "2a01:", "2a02:", "2a03:",
                  "fe80:", ":ffff:"},
      .before = 40,
      .after = 76,
      .validate = ipv6_address,
      .hits = {{"from 2001:db8:85a3::8a2e:370:7334", "shortened"},
               {"fe80::1ff:fe23:4567:890a", "link local"},
               {"peer [2a01::1]:8080", "with a port"},
               {"route fd12:3456:789a::/48 via eth0", "a network"},
               {"0:0:0:0:0:ffff:129.144.52.38", "with an IPv4 address at its end"}},
      .misses = {{"at 2001:10:22", "a year before a time"},
                 {"std::vector, abc::def, a1::b2", "names"},
                 {"1::2::3", "two gaps"}},
  });
  rules.push_back({
      .id = "ipv6-address-named",
      .kind = Kind::pii,
      .type = "ip_address",
      .severity = Severity::low,
      .confidence = 0.8,
      .pattern =
          R"((?i:(?<![a-z])(?:ip(?:v6)?|address|addr|host|server|client|peer|gateway|from|src|dst)(?![a-z]))[^\n:]{0,24}[ :=\["'](?<![\w:.])((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})(?![\w:]|\.\w))",
      .caseless = true,
      .anchors = {"ip", "addr", "host", "server", "client", "peer", "gateway", "from", "src", "dst"},
      .after = 80,
      .validate = ipv6_address,
      .hits = {{"address d80:e4b5:79da:6cf6:71f3:51f7:9161:c319 blocked",
                "eight groups after a word for it"}},
      .misses = {{"address 00:1a:2b:3c:4d:5e:6f", "seven"}},
  });
  rules.push_back({
      .id = "ipv6-address-alone",
      .kind = Kind::pii,
      .type = "ip_address",
      .severity = Severity::low,
      .confidence = 0.7,
      .pattern = R"(\A(?=\D{0,48}\d)\s{0,8}((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})\s{0,8}\z)",
      .caseless = true,
      .anchor = Anchor::whole,
      .min_length = 15,
      .max_length = 39,
      .validate = ipv6_address,
      .hits = {{"d80:e4b5:79da:6cf6:71f3:51f7:9161:c319", "eight groups"}},
      .misses = {{"1:2:3", "three"}, {"x d80:e4b5:79da:6cf6:71f3:51f7:9161:c319", "in other text"}},
  });
}

void add_devices(std::vector<Rule>& rules) {
  add_id(
      rules,
      {.id = "mac-address",
       .type = "mac_address",
       .severity = Severity::low,
       .alone = 0.8,
       .value =
           R"([0-9a-f]{2}:(?:[0-9a-f]{2}:){4}[0-9a-f]{2}|[0-9a-f]{2}-(?:[0-9a-f]{2}-){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})",
       .min_length = 14,
       .max_length = 17,
       .check = mac_address,
       .words =
           R"(mac|(?:physical|hardware|ethernet|hw)[ _-]?addr(?:ess)?|hwaddr|ether|bssid|lladdr|eth\d|wlan\d|bluetooth|interface)",
       .anchors = {"mac", "addr", "ether", "bssid", "eth", "wlan", "bluetooth", "interface"},
       .name = "MAC address",
       .valid = {"00:1A:2B:3C:4D:5E", "01-b3-4a-67-d9-cf", "0012.3456.789a"},
       .invalid = {"00:00:00:00:00:00", "10:2F:33-AC-29-C3"}});
  add_id(rules, {.id = "imei",
                 .type = "imei",
                 .severity = Severity::medium,
                 .value = R"(\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d)",
                 .min_length = 15,
                 .max_length = 18,
                 .check = imei,
                 .words = R"(imei\w{0,2}|device[ _-]?id)",
                 .anchors = {"imei", "device"},
                 .name = "IMEI",
                 .valid = {"490154203237518", "35-209900-176148-1"},
                 .invalid = {"490154203237519"}});
}

void add_wallets(std::vector<Rule>& rules) {
  rules.push_back({
      .id = "bitcoin-address",
      .kind = Kind::pii,
      .type = "crypto_address",
      .severity = Severity::medium,
      .confidence = 0.95,
      .pattern = R"(\A\s{0,8}([13][1-9A-HJ-NP-Za-km-z]{25,34})\s{0,8}\z)",
      .anchor = Anchor::whole,
      .min_length = 26,
      .max_length = 35,
      .validate = base58_check,
      .hits = {{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "the first address there was"}},
      .misses = {{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "wrong checksum"}},
  });
  rules.push_back({
      .id = "bitcoin-address-named",
      .kind = Kind::pii,
      .type = "crypto_address",
      .severity = Severity::medium,
      .confidence = 0.95,
      .pattern =
          R"((?i:bitcoin|btc|wallet|crypto|address|donat\w{1,4})[^\n]{0,40}?(?<![\w])([13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9]))",
      .anchors = {"bitcoin", "btc", "wallet", "crypto", "address", "donat"},
      .after = 90,
      .validate = base58_check,
      .hits = {{"my wallet address is: 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "named"},
               {"send BTC to 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "a script's address"}},
      .misses = {{"wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa2", "longer"},
                 {"address 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "wrong checksum"}},
  });
  rules.push_back({
      .id = "bitcoin-segwit-address",
      .kind = Kind::pii,
      .type = "crypto_address",
      .severity = Severity::medium,
      .confidence = 0.95,
      .pattern = R"((?<![\w])(?i:bc1[qp][qpzry9x8gf2tvdw0s3jn54khce6mua7l]{10,70})(?![A-Za-z0-9]))",
      .anchors = {"bc1q", "bc1p"},
      .after = 72,
      .validate = bech32,
      .hits = {{"to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq today", "checksum of BIP 173"},
               {"bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297", "checksum of BIP 350"}},
      .misses = {{"bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", "wrong checksum"}},
  });
  rules.push_back({
      .id = "ethereum-address-alone",
      .kind = Kind::pii,
      .type = "crypto_address",
      .severity = Severity::medium,
      .confidence = 0.5,  // contracts have addresses, too
      .pattern = R"(\A\s{0,8}(0x[0-9a-fA-F]{40})\s{0,8}\z)",
      .anchor = Anchor::whole,
      .min_length = 42,
      .max_length = 42,
      .validate = high_entropy,
      .hits = {{"0x52908400098527886E0F7030069857D2E4169EE7", "all there is of a field"}},
      .misses = {{"0x0000000000000000000000000000000000000000", "nobody's"},
                 {"commit 0x52908400098527886E0F7030069857D2E4169EE7", "in other text"}},
  });
  rules.push_back({
      .id = "ethereum-address",
      .kind = Kind::pii,
      .type = "crypto_address",
      .severity = Severity::medium,
      .confidence = 0.7,
      .pattern =
          R"((?i:eth(?:ereum)?|wallet|address|account|send|to)\b[^\n]{0,24}?(?<![\w])(0x[0-9a-fA-F]{40})(?![A-Za-z0-9]))",
      .anchors = {"0x"},
      .before = 40,
      .after = 42,
      .validate = high_entropy,
      .hits = {{"wallet 0x52908400098527886E0F7030069857D2E4169EE7", "named"}},
      .misses = {{"wallet 0x5290840009852788", "too short"},
                 {"address 0x0000000000000000000000000000000000000000", "nobody's"}},
  });
}

}  // namespace

std::vector<Rule> pii_network() {
  std::vector<Rule> rules;
  add_ip(rules);
  add_devices(rules);
  add_wallets(rules);
  return rules;
}

}  // namespace aegis::detectors
