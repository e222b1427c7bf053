#include "gateway/auth/claims.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/hash.h"
#include "store/agent_name.h"

namespace aegis::gateway::auth {
namespace {

constexpr std::size_t kDigestDigits = 24;

std::optional<std::string> text_claim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// A NumericDate (RFC 7519 section 2): seconds, maybe with a fraction. NaN when it is there and no number.
std::optional<double> date_claim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  return found->is_number() ? found->get<double>() : std::nan("");
}

// RFC 3986 section 6.2.3: "https://host" and "https://host/" are one URL, and clients write both.
std::string_view without_empty_path(std::string_view url) {
  const std::size_t authority = url.find("://");
  if (authority != std::string_view::npos && url.find('/', authority + 3) == url.size() - 1)
    url.remove_suffix(1);
  return url;
}

bool is_for(const Json& claims, std::string_view audience) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return false;
  const auto same = [&](const Json& one) {
    return one.is_string() &&
           without_empty_path(one.get_ref<const std::string&>()) == without_empty_path(audience);
  };
  if (found->is_array()) return std::any_of(found->begin(), found->end(), same);
  return same(*found);
}

bool holds_scope(const Json& claim, std::string_view scope) {
  if (claim.is_array())
    return std::any_of(claim.begin(), claim.end(), [&](const Json& one) { return one == scope; });
  if (!claim.is_string()) return false;
  std::string_view rest = claim.get_ref<const std::string&>();
  while (!rest.empty()) {
    const std::size_t end = rest.find(' ');
    if (rest.substr(0, end) == scope) return true;
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

Result<Identity> check_claims(const Json& claims, const OAuthOptions& options, std::int64_t now_s) {
  Identity identity;
  const auto issuer = text_claim(claims, "iss");
  if (!issuer || std::find(options.issuers.begin(), options.issuers.end(), *issuer) == options.issuers.end())
    return invalid_input("the token is not from an issuer that is trusted here");
  identity.issuer = *issuer;
  if (!is_for(claims, options.audience)) return invalid_input("the token is for another audience");

  const auto now = static_cast<double>(now_s);
  const auto leeway = static_cast<double>(kClockLeewayS);
  const auto expires = date_claim(claims, "exp");
  if (!expires) return invalid_input("the token has no expiry");
  if (!std::isfinite(*expires)) return invalid_input("the token's expiry is not a number");
  if (now >= *expires + leeway) return invalid_input("the token has expired");
  constexpr double kYear9999 = 253'402'300'799;  // far from the ends of an int64
  identity.expires_s = static_cast<std::int64_t>(std::min(*expires, kYear9999));
  // NaN fails both comparisons, which are written so that failing refuses.
  if (const auto start = date_claim(claims, "nbf"); start && !(now >= *start - leeway))
    return invalid_input("the token is not valid yet");
  if (const auto issued = date_claim(claims, "iat"); issued && !(now >= *issued - leeway))
    return invalid_input("the token was issued in the future");

  // A token bound to its holder's key (RFC 7800) proves nothing without the proof, which is not read here.
  if (claims.contains("cnf"))
    return invalid_input("the token is bound to a key, which is not supported here");
  const auto subject = text_claim(claims, "sub");
  if (!subject || subject->empty()) return invalid_input("the token names no subject");
  if (subject->size() > kMaxSubjectBytes) return invalid_input("the token's subject is too long");
  identity.subject = *subject;
  return identity;
}

bool has_scopes(const Json& claims, const std::vector<std::string>& needed) {
  return std::all_of(needed.begin(), needed.end(), [&](const std::string& scope) {
    for (const char* name : {"scope", "scp"}) {
      const auto claim = claims.find(name);
      if (claim != claims.end() && holds_scope(*claim, scope)) return true;
    }
    return false;
  });
}

std::string agent_name(std::string_view issuer, std::string_view subject) {
  // The length keeps the two apart: no issuer and subject can be shifted into another pair.
  std::string both = std::to_string(issuer.size());
  both.append(":").append(issuer).append(subject);
  const std::string digest = "#" + sha256_hex(both).substr(0, kDigestDigits);
  constexpr std::string_view kPrefix = "oauth:";

  std::string_view label = subject;
  const std::size_t room = store::kAgentNameBytes - kPrefix.size() - digest.size();
  if (label.size() > room) {
    std::size_t end = room;
    while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0) == 0x80) --end;  // whole characters
    label = label.substr(0, end);
  }
  std::string name(kPrefix);
  name.append(label).append(digest);
  if (store::valid_agent_name(name)) return name;
  return std::string(kPrefix) + digest;  // the subject has invisible characters
}

}  // namespace aegis::gateway::auth
