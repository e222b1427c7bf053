// What a token says, once its signature holds: whether it is for us, now, and who it speaks for.
//
// Pure functions, thread-safe. Errors never quote a token: its claims are its sender's text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "gateway/auth/authenticator.h"

namespace aegis::gateway::auth {

// Clocks of two machines may differ by this much; applied to exp, nbf and iat alike.
inline constexpr std::int64_t kClockLeewayS = 60;
inline constexpr std::size_t kMaxSubjectBytes = 1024;  // OpenID Connect allows 255 characters

struct Identity {
  std::string issuer, subject;
  std::int64_t expires_s = 0;  // Unix seconds; the token holds until then and the leeway
};

// Errors: invalid_input.
Result<Identity> check_claims(const Json& claims, const OAuthOptions& options, std::int64_t now_s);

// Whether `scope` and `scp`, as string or list, hold all of `needed`.
bool has_scopes(const Json& claims, const std::vector<std::string>& needed);

// A valid agent's name that belongs to this subject of this issuer alone: "oauth:<subject>#<24 hex digits>".
// The digits tell subjects apart (96 bits of a SHA-256 over issuer and subject); what stands before them is
// for people, cut or left out where it would not make a name.
std::string agent_name(std::string_view issuer, std::string_view subject);

}  // namespace aegis::gateway::auth
