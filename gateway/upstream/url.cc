#include "gateway/upstream/url.h"

#include <algorithm>
#include <charconv>

namespace aegis::gateway {
namespace {

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return result;
}

// Blanks and control characters would end the request line or begin another header.
bool is_plain(std::string_view text) {
  return text.size() <= kMaxUrlBytes && std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte != 0x7f;
         });
}

std::string_view without_fragment(std::string_view text) { return text.substr(0, text.find('#')); }

Result<void> read_host(std::string_view authority, std::string_view* rest, Url* url) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return invalid_input("the URL's IPv6 address has no end");
    const auto address = authority.substr(1, end - 1);
    const bool fits = address.find(':') != std::string_view::npos &&
                      address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    if (!fits) return invalid_input("the URL's IPv6 address is none");
    url->host = lower(address);
    *rest = authority.substr(end + 1);
    return {};
  }
  const auto colon = std::min(authority.find(':'), authority.size());
  const auto name = authority.substr(0, colon);
  const bool fits = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_';
  });
  if (!fits) return invalid_input("the URL's host is none");
  url->host = lower(name);
  *rest = authority.substr(colon);
  return {};
}

Result<void> read_port(std::string_view text, Url* url) {
  url->port = url->secure() ? 443 : 80;
  if (text.empty() || text == ":") return {};
  int port = 0;
  const auto digits = text.substr(1);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (text.front() != ':' || fault != std::errc() || end != digits.data() + digits.size() || port < 1 ||
      port > 65535) {
    return invalid_input("the URL's port is none");
  }
  url->port = port;
  return {};
}

}  // namespace

bool Url::loopback() const {
  if (host == "localhost" || host.ends_with(".localhost") || host == "::1") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

bool same_origin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

Result<Url> parse_url(std::string_view text) {
  if (!is_plain(text)) return invalid_input("the URL is too long, or holds blanks or control characters");
  text = without_fragment(text);
  const auto colon = text.find("://");
  if (colon == std::string_view::npos)
    return invalid_input("not a URL; it must begin with http:// or https://");
  Url url;
  url.scheme = lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") {
    return invalid_input("the URL must begin with http:// or https://");
  }
  text.remove_prefix(colon + 3);
  const auto authority = text.substr(0, text.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) {
    return invalid_input("the URL holds a user name or password; put credentials into a header");
  }
  std::string_view rest;
  if (auto host = read_host(authority, &rest, &url); !host) return host.error();
  if (auto port = read_port(rest, &url); !port) return port.error();
  url.target = std::string(text.substr(authority.size()));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  if (!is_plain(reference))
    return invalid_input("the URL is too long, or holds blanks or control characters");
  reference = without_fragment(reference);
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  // A scheme is what stands before the first ":" unless a "/" or "?" comes first.
  const auto mark = reference.find_first_of(":/?");
  if (mark != std::string_view::npos && reference[mark] == ':') return parse_url(reference);
  Url url = base;
  const std::string path = base.target.substr(0, base.target.find('?'));
  if (reference.empty()) return url;
  if (reference.starts_with('/')) {
    url.target = std::string(reference);
  } else if (reference.starts_with('?')) {
    url.target = path + std::string(reference);
  } else {
    url.target = path.substr(0, path.rfind('/') + 1) + std::string(reference);
  }
  return url;
}

}  // namespace aegis::gateway
