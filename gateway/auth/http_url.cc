#include "gateway/auth/http_url.h"

#include <arpa/inet.h>

#include <charconv>

namespace aegis::gateway::auth {
namespace {

bool is_address(int family, const std::string& host) {
  unsigned char bytes[16];
  return ::inet_pton(family, host.c_str(), bytes) == 1;
}

}  // namespace

std::string lowercase(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_host_name(std::string_view host) {
  constexpr std::size_t kMaxHostBytes = 253;  // of a name in the DNS
  for (const char c : lowercase(host)) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (!fits) return false;
  }
  return !host.empty() && host.size() <= kMaxHostBytes;
}

bool is_ipv6(std::string_view host) { return is_address(AF_INET6, std::string(host)); }

std::string HttpUrl::origin() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text = https ? "https://" : "http://";
  text.append(ipv6 ? "[" + host + "]" : host).append(":").append(std::to_string(port));
  return text;
}

bool HttpUrl::loopback() const {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(AF_INET, host));
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c == 0x7F || static_cast<unsigned char>(c) >= 0x80)
      return invalid_input("a URL holds no white space and only ASCII");
  }
  HttpUrl url;
  const std::size_t colon = text.find("://");
  const std::string scheme = lowercase(text.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (scheme != "http" && scheme != "https") return invalid_input("it must start with https:// or http://");
  url.https = scheme == "https";
  url.port = url.https ? 443 : 80;
  text.remove_prefix(colon + 3);
  if (text.find('#') != std::string_view::npos) return invalid_input("it must not have a fragment (#…)");
  const std::size_t end = text.find_first_of("/?");
  std::string_view authority = text.substr(0, end);
  if (end != std::string_view::npos) url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.find('@') != std::string_view::npos)
    return invalid_input("it must not hold a user name or password");

  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return invalid_input("its IPv6 address has no closing bracket");
    url.host = lowercase(authority.substr(1, close - 1));
    if (!is_ipv6(url.host)) return invalid_input("what stands in brackets is no IPv6 address");
    port = authority.substr(close + 1);
  } else {
    const std::size_t at = authority.find(':');
    url.host = lowercase(authority.substr(0, at));
    if (!is_host_name(url.host)) return invalid_input("it has no valid host name");
    if (at != std::string_view::npos) port = authority.substr(at);
  }
  if (!port.empty()) {
    const char* first = port.data() + 1;
    const char* last = port.data() + port.size();
    const auto parsed = std::from_chars(first, last, url.port);
    const bool digits = port.front() == ':' && parsed.ec == std::errc() && parsed.ptr == last;
    if (!digits || url.port < 1 || url.port > 65535)
      return invalid_input("its port must be a number from 1 to 65535");
  }
  return url;
}

}  // namespace aegis::gateway::auth
