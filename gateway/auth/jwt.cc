#include "gateway/auth/jwt.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "gateway/auth/base64url.h"
#include "gateway/auth/http_url.h"

namespace aegis::gateway::auth {
namespace {

using Digest = const EVP_MD* (*)();
enum class Scheme { pkcs1, pss, ecdsa, eddsa };

struct Algorithm {
  std::string_view name;
  JwsAlgorithm id;
  Scheme scheme;
  Digest digest;
  std::size_t signature_bytes;  // exact; 0: the key's size
};

constexpr std::array<Algorithm, 7> kAlgorithms{{
    {"RS256", JwsAlgorithm::rs256, Scheme::pkcs1, EVP_sha256, 0},
    {"RS384", JwsAlgorithm::rs384, Scheme::pkcs1, EVP_sha384, 0},
    {"RS512", JwsAlgorithm::rs512, Scheme::pkcs1, EVP_sha512, 0},
    {"PS256", JwsAlgorithm::ps256, Scheme::pss, EVP_sha256, 0},
    {"ES256", JwsAlgorithm::es256, Scheme::ecdsa, EVP_sha256, 64},
    {"ES384", JwsAlgorithm::es384, Scheme::ecdsa, EVP_sha384, 96},
    {"EdDSA", JwsAlgorithm::eddsa, Scheme::eddsa, nullptr, 64},
}};

// What the token is for, where it says so (RFC 8725 section 3.11). A logout token or a DPoP proof is signed
// by the same keys and is no access token.
constexpr std::array<std::string_view, 4> kAccessTokenTypes{"jwt", "at+jwt", "application/jwt",
                                                            "application/at+jwt"};

// `what`: "header" or "payload".
Result<Json> read_part(std::string_view encoded, const std::string& what) {
  const auto text = base64url_decode(encoded);
  if (!text) return invalid_input("the token's " + what + " is not base64url");
  JsonParser parser(kMaxTokenBytes);
  const auto parsed = parser.parse(*text);
  if (!parsed) return invalid_input("the token's " + what + " is not strict JSON: " + parsed.error().message);
  // The parser mends lone surrogates. Elsewhere that is a kindness; here it would give two subjects one name.
  if (parsed->text.data() != text->data())
    return invalid_input("the token's " + what + " holds text that is not Unicode");
  Json value = Json::parse(parsed->text, nullptr, false);
  if (!value.is_object()) return invalid_input("the token's " + what + " is not a JSON object");
  return value;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

// JWS writes an ECDSA signature as r and s side by side (RFC 7518 section 3.4); OpenSSL reads it as DER.
std::string der_of(std::string_view pair) {
  const std::unique_ptr<ECDSA_SIG, FreeSignature> signature(ECDSA_SIG_new());
  if (!signature) return {};
  const auto half = static_cast<int>(pair.size() / 2);
  const auto* bytes = reinterpret_cast<const unsigned char*>(pair.data());
  BIGNUM* r = BN_bin2bn(bytes, half, nullptr);
  BIGNUM* s = BN_bin2bn(bytes + half, half, nullptr);
  if (r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  std::string result(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return result;
}

bool verify(const Algorithm& algorithm, std::string_view signature, std::string_view text, EVP_PKEY* key) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by `context`
  const EVP_MD* digest = algorithm.digest == nullptr ? nullptr : algorithm.digest();
  if (!context || EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) != 1) return false;
  if (algorithm.scheme == Scheme::pss &&
      (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

}  // namespace

std::optional<JwsAlgorithm> jws_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return algorithm.id;
  }
  return std::nullopt;
}

Result<Jwt> parse_jwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return limit_reached("the token is longer than " + std::to_string(kMaxTokenBytes) + " bytes");
  }
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return invalid_input("the token is not a signed JWT of three parts");
  }
  const auto header = read_part(token.substr(0, first), "header");
  if (!header) return header.error();

  Jwt jwt;
  const auto name = header->find("alg");
  if (name == header->end() || !name->is_string()) return invalid_input("the token names no algorithm");
  const auto algorithm = jws_algorithm(name->get_ref<const std::string&>());
  if (!algorithm) {
    return invalid_input(
        "the token's algorithm is not accepted; RS256, RS384, RS512, PS256, ES256, ES384 and EdDSA are");
  }
  jwt.algorithm = *algorithm;
  // An extension that must be understood (RFC 7515 section 4.1.11); we understand none.
  if (header->contains("crit")) return invalid_input("the token needs an extension that is not known here");
  if (const auto type = header->find("typ"); type != header->end()) {
    const bool fits = type->is_string() &&
                      std::find(kAccessTokenTypes.begin(), kAccessTokenTypes.end(),
                                lowercase(type->get_ref<const std::string&>())) != kAccessTokenTypes.end();
    if (!fits) return invalid_input("the token is of a type that is no access token");
  }
  if (const auto id = header->find("kid"); id != header->end()) {
    if (!id->is_string()) return invalid_input("the token's key id is not a string");
    jwt.key_id = id->get<std::string>();
  }

  auto claims = read_part(token.substr(first + 1, second - first - 1), "payload");
  if (!claims) return claims.error();
  jwt.claims = std::move(*claims);
  jwt.signed_part = token.substr(0, second);
  auto signature = base64url_decode(token.substr(second + 1));
  if (!signature) return invalid_input("the token's signature is not base64url");
  if (signature->empty()) return invalid_input("the token is not signed");
  jwt.signature = std::move(*signature);
  return jwt;
}

bool signature_holds(const Jwt& jwt, EVP_PKEY* key) {
  const auto& algorithm = *std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                        [&](const Algorithm& one) { return one.id == jwt.algorithm; });
  const auto needed = algorithm.signature_bytes != 0 ? algorithm.signature_bytes
                                                     : static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (jwt.signature.size() != needed) return false;
  const bool holds = algorithm.scheme == Scheme::ecdsa
                         ? verify(algorithm, der_of(jwt.signature), jwt.signed_part, key)
                         : verify(algorithm, jwt.signature, jwt.signed_part, key);
  ERR_clear_error();  // of this thread: a refused token must not colour a later TLS error
  return holds;
}

}  // namespace aegis::gateway::auth
