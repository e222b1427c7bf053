#include "gateway/http/origin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "gateway/http/head.h"
#include "gateway/http/listener.h"

namespace aegis::gateway {
namespace {

constexpr std::string_view kAllowedHeaders =
    "Accept, Authorization, Content-Type, Last-Event-ID, MCP-Protocol-Version, Mcp-Method, Mcp-Name, "
    "Mcp-Session-Id";
constexpr std::size_t kMaxRequestedHeaders = 64;  // Mcp-Param-* named in one preflight

bool is_unspecified(std::string_view host) { return host.empty() || host == "0.0.0.0" || host == "::"; }

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Configured text, which may lack the brackets of an IPv6 address.
std::optional<Authority> read_configured(const std::string& text) {
  return is_ipv6(text) ? read_authority("[" + text + "]") : read_authority(text);
}

struct Origin {
  std::string scheme;
  Authority authority;
  [[nodiscard]] int port() const { return authority.port.value_or(scheme == "https" ? 443 : 80); }
};

std::optional<Origin> read_origin(std::string_view text) {
  for (const std::string_view scheme : {"http", "https"}) {
    if (text.size() <= scheme.size() + 3 || !same_letters(text.substr(0, scheme.size()), scheme)) continue;
    if (text.substr(scheme.size(), 3) != "://") continue;
    auto authority = read_authority(text.substr(scheme.size() + 3));
    if (!authority) return std::nullopt;
    return Origin{std::string(scheme), std::move(*authority)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Authority> read_authority(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Authority result;
  std::size_t end = 0;
  if (text.front() == '[') {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    result.host = text.substr(1, end - 1);
    if (!is_ipv6(result.host)) return std::nullopt;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    result.host = text.substr(0, end);
  }
  std::transform(result.host.begin(), result.host.end(), result.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (text.front() != '[' && !is_host_name(result.host)) return std::nullopt;
  if (end == text.size()) return result;
  const std::string_view port = text.substr(end + 1);
  if (text[end] != ':' || port.empty() || port.size() > 5) return std::nullopt;
  int number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (number == 0 || number > 65535) return std::nullopt;
  result.port = number;
  return result;
}

bool is_loopback(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (same_letters(host, "localhost")) return true;
  const std::string text(host);
  in_addr four;
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six;
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return six.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&six);
}

bool is_loopback_name(std::string_view host) { return is_loopback(host); }

bool host_allowed(const Premises& premises, std::string_view host, std::string_view local_address) {
  const auto authority = read_authority(host);
  if (!authority) return false;
  if (is_loopback_name(authority->host)) return true;
  if (!local_address.empty() && authority->host == local_address) return true;
  const auto bound = read_configured(premises.bound_host);
  if (bound && !is_unspecified(bound->host) && authority->host == bound->host) return true;
  return std::any_of(premises.allowed_hosts.begin(), premises.allowed_hosts.end(),
                     [&](const std::string& text) {
                       const auto allowed = read_configured(text);
                       return allowed && allowed->host == authority->host &&
                              (!allowed->port || allowed->port == authority->port);
                     });
}

bool origin_allowed(const Premises& premises, std::string_view origin, std::string_view host) {
  const auto& listed = premises.cors_origins;
  if (std::any_of(listed.begin(), listed.end(),
                  [&](const std::string& one) { return one == "*" || one == origin; })) {
    return true;
  }
  const auto from = read_origin(origin);
  if (!from) return false;  // "null" too
  if (std::any_of(listed.begin(), listed.end(), [&](const std::string& one) {
        const auto allowed = read_origin(one);
        return allowed && allowed->scheme == from->scheme &&
               allowed->authority.host == from->authority.host && allowed->port() == from->port();
      })) {
    return true;
  }
  // Its own pages. Without TLS here the page may still have come by https, through a proxy that ends TLS.
  if (premises.tls && from->scheme != "https") return false;
  if (is_loopback_name(from->authority.host) && from->port() == premises.port) return true;
  const auto here = read_authority(host);
  const int default_port = from->scheme == "https" ? 443 : 80;
  return here && here->host == from->authority.host && here->port.value_or(default_port) == from->port();
}

mcp::HeaderList cors_headers(const Premises& premises, const std::optional<std::string>& origin) {
  mcp::HeaderList headers;
  if (origin || !premises.cors_origins.empty()) headers.emplace_back("Vary", "Origin");
  if (!origin) return headers;
  const bool any = std::find(premises.cors_origins.begin(), premises.cors_origins.end(), "*") !=
                   premises.cors_origins.end();
  headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : *origin);
  headers.emplace_back("Access-Control-Expose-Headers", "Mcp-Session-Id, WWW-Authenticate");
  return headers;
}

mcp::HeaderList preflight_headers(std::string_view methods, std::string_view requested) {
  std::string allowed(kAllowedHeaders);
  std::size_t params = 0;
  while (!requested.empty()) {
    const std::size_t comma = std::min(requested.find(','), requested.size());
    std::string_view name = requested.substr(0, comma);
    requested.remove_prefix(std::min(comma + 1, requested.size()));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    constexpr std::string_view kParam = "mcp-param-";
    if (name.size() > kParam.size() && same_letters(name.substr(0, kParam.size()), kParam) &&
        is_token(name) && ++params <= kMaxRequestedHeaders) {
      allowed += ", ";
      allowed += name;
    }
  }
  return {{"Access-Control-Allow-Methods", std::string(methods)},
          {"Access-Control-Allow-Headers", std::move(allowed)},
          {"Access-Control-Max-Age", "600"}};
}

}  // namespace aegis::gateway
