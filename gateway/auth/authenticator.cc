#include "gateway/auth/authenticator.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/log.h"
#include "gateway/auth/claims.h"
#include "gateway/auth/credential_cache.h"
#include "gateway/auth/http_url.h"
#include "gateway/auth/jwt.h"
#include "gateway/auth/key_source.h"

namespace aegis::gateway {
namespace {

using auth::CredentialCache;

constexpr std::string_view kKeyPrefix = "aais_";

struct Refusal {
  enum class Why { no_credential, invalid_token, insufficient_scope, cannot_tell } why = Why::invalid_token;
  std::string text;
};

// Who it is, and until when that may be remembered (Unix seconds).
struct Known {
  Principal principal;
  std::int64_t until_s = 0;
};
using Answer = std::variant<Known, Refusal>;

Refusal invalid_token(std::string text) { return {Refusal::Why::invalid_token, std::move(text)}; }
Refusal cannot_tell(std::string text) { return {Refusal::Why::cannot_tell, std::move(text)}; }

// RFC 6750 section 2.1: "Bearer", blanks, then a b64token. Nothing: another scheme, or malformed.
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view kScheme = "bearer";
  if (header.size() <= kScheme.size() || header[kScheme.size()] != ' ') return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    if ((header[i] | 0x20) != kScheme[i]) return std::nullopt;
  }
  header.remove_prefix(std::min(header.find_first_not_of(' ', kScheme.size()), header.size()));
  header = header.substr(0, header.find_last_not_of(' ') + 1);
  const std::string_view body = header.substr(0, header.find_last_not_of('=') + 1);
  const bool fits = !body.empty() && std::all_of(body.begin(), body.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
  });
  if (!fits) return std::nullopt;
  return header;
}

// Whether it may stand between the quotes of a header's attribute as it is.
bool is_quotable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

void add_attribute(std::string* challenge, const char* name, std::string_view value) {
  if (is_quotable(value)) challenge->append(", ").append(name).append("=\"").append(value).append("\"");
}

class BearerAuthenticator final : public Authenticator {
 public:
  BearerAuthenticator(AuthOptions options, std::unique_ptr<auth::KeySource> keys)
      : options_(std::move(options)), keys_(std::move(keys)) {
    if (options_.oauth) {
      for (const auto& scope : options_.oauth->scopes) scopes_ += (scopes_.empty() ? "" : " ") + scope;
    }
  }

  bool authenticate(const std::optional<std::string>& authorization, std::string_view metadata_url,
                    Principal* principal, AuthProblem* problem) override {
    if (!authorization && !options_.required) {
      *principal = options_.anonymous;
      return true;
    }
    const auto token = authorization ? bearer_token(*authorization) : std::nullopt;
    if (!token) {
      // What is not a bearer token counts as none (RFC 6750 section 3.1), but not as nobody.
      refuse({Refusal::Why::no_credential,
              options_.oauth ? "A credential is needed: Authorization: Bearer with an agent's "
                               "key or an access token"
                             : "A credential is needed: Authorization: Bearer with an agent's key"},
             metadata_url, problem);
      return false;
    }
    const auto digest = CredentialCache::digest_of(*token);
    const std::int64_t now_us = options_.clock_us();
    if (digest) {
      if (auto known = cache_.find(*digest, now_us)) {
        *principal = std::move(*known);
        return true;
      }
    }
    Answer answer = token->starts_with(kKeyPrefix) ? by_key(*token) : by_token(*token);
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      refuse(*refusal, metadata_url, problem);
      return false;
    }
    auto& known = std::get<Known>(answer);
    if (digest) {
      const std::int64_t left_s =
          std::clamp<std::int64_t>(known.until_s - now_ms() / 1000, 0, auth::kCredentialLifeMs / 1000);
      cache_.put(*digest, known.principal, now_us, now_us + left_s * 1'000'000);
    }
    *principal = std::move(known.principal);
    return true;
  }

  [[nodiscard]] Json metadata(std::string_view resource_url) const override {
    if (!options_.oauth) return nullptr;
    const auto& oauth = *options_.oauth;
    const bool is_url = auth::parse_http_url(oauth.audience).has_value();
    Json json{{"resource", is_url ? oauth.audience : std::string(resource_url)},
              {"authorization_servers", oauth.issuers},
              {"bearer_methods_supported", Json::array({"header"})}};
    if (!oauth.scopes.empty()) json["scopes_supported"] = oauth.scopes;
    return json;
  }

 private:
  Answer by_key(std::string_view key) {
    if (options_.store == nullptr) return cannot_tell("The store of agents cannot be used");
    if (key.size() > kMaxAgentKeyBytes) return invalid_token("The key belongs to no agent");
    const auto agent = options_.store->agent_by_key(key);
    if (agent) return Known{{agent->id, agent->name}, now_ms() / 1000 + auth::kCredentialLifeMs / 1000};
    if (agent.error().code == ErrorCode::not_found) return invalid_token("The key belongs to no agent");
    log::error("an agent's key cannot be looked up: " + agent.error().message);
    return cannot_tell("The store of agents cannot be used");
  }

  Answer by_token(std::string_view token) {
    if (!options_.oauth) return invalid_token("Only agents' keys (aais_...) are accepted here");
    const auto jwt = auth::parse_jwt(token);
    if (!jwt) return invalid_token(jwt.error().message);
    auto keys = keys_->keys();
    if (!keys)
      return cannot_tell("The keys of the authorization server are too old, and it cannot be reached");
    auto verification = auth::verify(*jwt, *keys);
    // A token that names no key may be signed with a new one, which cannot be told from a bad signature.
    if (verification == auth::Verification::unknown_key ||
        (verification == auth::Verification::fails && !jwt->key_id)) {
      const auto newer = keys_->newer_keys();
      if (newer && newer != keys) verification = auth::verify(*jwt, *newer);
    }
    switch (verification) {
      case auth::Verification::holds: break;
      case auth::Verification::fails: return invalid_token("the token's signature does not hold");
      case auth::Verification::unknown_key: return invalid_token("the token is signed with an unknown key");
      case auth::Verification::ambiguous:
        return invalid_token("the token names no key, and there are too many to try");
    }
    const auto identity = auth::check_claims(jwt->claims, *options_.oauth, now_ms() / 1000);
    if (!identity) return invalid_token(identity.error().message);
    if (!auth::has_scopes(jwt->claims, options_.oauth->scopes))
      return Refusal{Refusal::Why::insufficient_scope, "the token lacks a scope that is needed: " + scopes_};
    return agent_of(*identity);
  }

  Answer agent_of(const auth::Identity& identity) {
    if (options_.store == nullptr) return cannot_tell("The store of agents cannot be used");
    const std::string name = auth::agent_name(identity.issuer, identity.subject);
    const auto agent = options_.store->ensure_agent(name);
    if (!agent) {
      log::error("an agent for an access token cannot be made: " + agent.error().message);
      return cannot_tell("The store of agents cannot be used");
    }
    // Somebody registered this very name: its key, not a token, says who that is.
    if (agent->has_key) return invalid_token("the token's subject has the name of an agent with a key");
    return Known{{agent->id, agent->name}, identity.expires_s + auth::kClockLeewayS};
  }

  void refuse(const Refusal& refusal, std::string_view metadata_url, AuthProblem* problem) const {
    problem->text = refusal.text;
    problem->challenge.clear();
    if (refusal.why == Refusal::Why::cannot_tell) {
      problem->status = 503;
      return;
    }
    log::debug("a request was refused: " + refusal.text);
    problem->status = refusal.why == Refusal::Why::insufficient_scope ? 403 : 401;
    std::string& challenge = problem->challenge;
    challenge = "Bearer realm=\"aegis-mcp\"";
    if (options_.oauth) add_attribute(&challenge, "resource_metadata", metadata_url);
    add_attribute(&challenge, "scope", scopes_);
    if (refusal.why == Refusal::Why::no_credential) return;
    add_attribute(&challenge, "error",
                  refusal.why == Refusal::Why::insufficient_scope ? "insufficient_scope" : "invalid_token");
    add_attribute(&challenge, "error_description", refusal.text);
  }

  const AuthOptions options_;
  const std::unique_ptr<auth::KeySource> keys_;  // null without OAuth
  std::string scopes_;                           // those needed, with blanks between
  CredentialCache cache_;
};

}  // namespace

Result<std::unique_ptr<Authenticator>> Authenticator::make(AuthOptions options) {
  std::unique_ptr<auth::KeySource> keys;
  if (options.oauth) {
    const auto& oauth = *options.oauth;
    if (oauth.jwks_file.empty() == oauth.jwks_url.empty())
      return invalid_input("OAuth needs a key set: either a file or a URL");
    auto source = oauth.jwks_url.empty() ? auth::KeySource::from_file(oauth.jwks_file)
                                         : auth::KeySource::from_url(oauth.jwks_url);
    if (!source) return source.error();
    keys = std::move(*source);
  }
  return std::unique_ptr<Authenticator>(
      std::make_unique<BearerAuthenticator>(std::move(options), std::move(keys)));
}

}  // namespace aegis::gateway
