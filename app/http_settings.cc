#include "app/http_settings.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/auth/http_url.h"

namespace aegis::app {
namespace {

using gateway::auth::is_host_name;
using gateway::auth::is_ipv6;
using gateway::auth::lowercase;
using gateway::auth::parse_http_url;

constexpr std::string_view kHttp = "http";
constexpr std::string_view kOAuth = "oauth";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool in_brackets(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' &&
         is_ipv6(host.substr(1, host.size() - 2));
}

// Nothing wrong: an empty text.
std::string wrong_with_host(std::string_view host) {
  if (is_host_name(host) || in_brackets(host)) return "";
  if (host.find('*') != std::string_view::npos)
    return "has a wildcard, which would let any web site pose as this server; name the hosts";
  if (is_ipv6(host)) return "is an IPv6 address without brackets; write [" + std::string(host) + "]";
  return "must be a host's name or address, without scheme, port and path";
}

// An issuer or a place of keys: what comes from there decides who is who.
std::string wrong_with_authority(const std::string& url) {
  const auto parsed = parse_http_url(url);
  if (!parsed) return "must be a URL: " + parsed.error().message;
  if (!parsed->https && !parsed->loopback())
    return "must start with https://; plain http is for this machine alone, since anybody on the way could "
           "answer";
  return "";
}

// RFC 6749 section 3.3.
bool is_scope(std::string_view scope) {
  return !scope.empty() && std::all_of(scope.begin(), scope.end(),
                                       [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

// A URL, or the identifier some authorization servers give an API instead.
bool is_audience(std::string_view audience) {
  if (parse_http_url(audience)) return true;
  const bool printable =
      std::all_of(audience.begin(), audience.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  const std::size_t scheme = audience.find("://");
  if (scheme != std::string_view::npos)
    return printable && !lowercase(audience).starts_with("http") && scheme > 0;
  return printable && !audience.empty() && audience.find('/') == std::string_view::npos;
}

void read_hosts(SettingsReader* reader, HttpSettings* http) {
  http->allowed_hosts.origin = "default";
  auto hosts = reader->list(kHttp, "allowed_hosts");
  if (!hosts) return;
  for (std::size_t i = 0; i < hosts->value.size(); ++i) {
    std::string& host = hosts->value[i];
    if (const std::string wrong = wrong_with_host(host); !wrong.empty())
      reader->problem(hosts->origin + "/" + std::to_string(i), wrong);
    host = lowercase(host);
  }
  http->allowed_hosts = std::move(*hosts);
}

void read_origins(SettingsReader* reader, HttpSettings* http) {
  http->cors_origins.origin = "default";
  const auto add = [&](const std::string& where, std::string_view text) {
    auto origin = text == "*" ? Result<std::string>("*") : normal_origin(text);
    if (!origin) return reader->problem(where, origin.error().message);
    auto& known = http->cors_origins.value;
    if (std::find(known.begin(), known.end(), *origin) == known.end()) known.push_back(std::move(*origin));
  };
  if (const auto variable = reader->variable("AEGIS_CORS_ORIGINS")) {
    http->cors_origins.origin = "AEGIS_CORS_ORIGINS";
    std::string_view rest = *variable;
    for (int number = 1; !rest.empty(); ++number) {
      const std::size_t comma = rest.find(',');
      const std::string_view one = trimmed(rest.substr(0, comma));
      // Nothing between two commas is no origin and no mistake.
      if (!one.empty()) add("AEGIS_CORS_ORIGINS: origin " + std::to_string(number), one);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  } else if (const auto list = reader->list(kHttp, "cors_origins")) {
    http->cors_origins.origin = list->origin;
    for (std::size_t i = 0; i < list->value.size(); ++i)
      add(list->origin + "/" + std::to_string(i), trimmed(list->value[i]));
  }
}

void read_tls(SettingsReader* reader, HttpSettings* http) {
  http->tls_certificate.origin = http->tls_key.origin = "default";
  const auto certificate =
      reader->strongest(nullptr, std::nullopt, "AEGIS_TLS_CERT", kHttp, "tls_certificate");
  const auto key = reader->strongest(nullptr, std::nullopt, "AEGIS_TLS_KEY", kHttp, "tls_key");
  for (const auto* file : {&certificate, &key}) {
    if (*file && (*file)->value.empty()) reader->problem((*file)->origin, "the path is empty");
  }
  if (certificate && !key && !reader->has(kHttp, "tls_key"))
    reader->problem(certificate->origin,
                    "has no key; give http/tls_key or AEGIS_TLS_KEY too, or leave both out");
  if (key && !certificate && !reader->has(kHttp, "tls_certificate")) {
    reader->problem(key->origin,
                    "has no certificate; give http/tls_certificate or AEGIS_TLS_CERT too, or leave both out");
  }
  if (certificate) http->tls_certificate = *certificate;
  if (key) http->tls_key = *key;
}

void read_oauth(SettingsReader* reader, HttpSettings* http) {
  if (!reader->has_section(kOAuth)) return;
  gateway::OAuthOptions oauth;
  if (const auto issuers = reader->list(kOAuth, "issuers")) {
    oauth.issuers = issuers->value;
    if (oauth.issuers.empty()) reader->problem(issuers->origin, "is empty; no token could be trusted");
    for (std::size_t i = 0; i < oauth.issuers.size(); ++i) {
      if (const std::string wrong = wrong_with_authority(oauth.issuers[i]); !wrong.empty())
        reader->problem(issuers->origin + "/" + std::to_string(i), wrong);
    }
  } else if (!reader->has(kOAuth, "issuers")) {
    reader->problem(reader->place(kOAuth, "issuers"), "is missing; no token could be trusted");
  }

  if (const auto audience = reader->text(kOAuth, "audience")) {
    oauth.audience = audience->value;
    if (!is_audience(oauth.audience)) {
      reader->problem(
          audience->origin,
          "must be the URL clients reach this server at, or the identifier the authorization server "
          "has for it; tokens are accepted for it alone");
    }
  } else if (!reader->has(kOAuth, "audience")) {
    reader->problem(reader->place(kOAuth, "audience"),
                    "is missing; without it tokens made for other servers could not be told from ours");
  }

  const bool any_file = reader->has(kOAuth, "jwks_file");
  const bool any_url = reader->has(kOAuth, "jwks_url");
  if (any_file == any_url) {
    reader->problem(reader->place("", kOAuth),
                    any_file
                        ? "has both jwks_file and jwks_url; which keys count would not be clear, so give one"
                        : "needs jwks_file or jwks_url; without keys no token could be checked");
  }
  if (const auto file = reader->text(kOAuth, "jwks_file")) {
    oauth.jwks_file = file->value;
    if (oauth.jwks_file.empty()) reader->problem(file->origin, "the path is empty");
  }
  if (const auto url = reader->text(kOAuth, "jwks_url")) {
    oauth.jwks_url = url->value;
    if (const std::string wrong = wrong_with_authority(oauth.jwks_url); !wrong.empty())
      reader->problem(url->origin, wrong);
  }
  if (const auto scopes = reader->list(kOAuth, "scopes")) {
    oauth.scopes = scopes->value;
    for (std::size_t i = 0; i < oauth.scopes.size(); ++i) {
      if (!is_scope(oauth.scopes[i])) {
        reader->problem(scopes->origin + "/" + std::to_string(i),
                        "must be one scope, without blanks, quotes and backslashes; no token could have it");
      }
    }
  }
  http->oauth = std::move(oauth);
}

}  // namespace

Result<std::string> normal_origin(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t colon = text.find("://");
  const std::string scheme = lowercase(text.substr(0, colon == std::string_view::npos ? 0 : colon));
  const bool is_scheme =
      !scheme.empty() && scheme[0] >= 'a' && scheme[0] <= 'z' &&
      std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      });
  if (!is_scheme)
    return invalid_input("must be an origin as browsers send it, as in https://app.example.com");
  std::string_view rest = text.substr(colon + 3);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return invalid_input(
        "has more than scheme, host and port; browsers send no path, so it would never match");
  const std::size_t host_end =
      rest.starts_with('[') ? std::min(rest.find(']'), rest.size() - 1) + 1 : rest.find(':');
  const std::string host = lowercase(rest.substr(0, host_end));
  if (host.find('*') != std::string::npos)
    return invalid_input("has a wildcard within; name each origin, or allow all with \"*\" alone");
  if (!is_host_name(host) && !in_brackets(host)) return invalid_input("has no valid host");
  std::string origin = scheme + "://" + host;
  const std::string_view port = host_end < rest.size() ? rest.substr(host_end) : std::string_view();
  if (port.empty()) return origin;
  int number = 0;
  const char* last = port.data() + port.size();
  const auto parsed = std::from_chars(port.data() + 1, last, number);
  if (port[0] != ':' || parsed.ec != std::errc() || parsed.ptr != last || number < 1 || number > 65535)
    return invalid_input("has a port that is not a number from 1 to 65535");
  const bool implied = (scheme == "http" && number == 80) || (scheme == "https" && number == 443);
  return implied ? origin : origin + ":" + std::to_string(number);
}

HttpSettings read_http_settings(SettingsReader* reader) {
  HttpSettings http;
  read_hosts(reader, &http);
  read_origins(reader, &http);
  read_tls(reader, &http);
  http.require_key = reader->yes_no(kHttp, "require_key");
  read_oauth(reader, &http);
  return http;
}

}  // namespace aegis::app
