#include "gateway/auth/jwks.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "gateway/auth/base64url.h"

namespace aegis::gateway::auth {
namespace {

template <class T, void (*free_it)(T*)>
struct Free {
  void operator()(T* thing) const { free_it(thing); }
};
using Number = std::unique_ptr<BIGNUM, Free<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM, OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using PublicKey = std::shared_ptr<EVP_PKEY>;

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A member that must be base64url of some bytes; empty when it is not.
std::string bytes_member(const Json& jwk, const char* name) {
  const auto found = jwk.find(name);
  if (found == jwk.end() || !found->is_string()) return {};
  return base64url_decode(found->get_ref<const std::string&>()).value_or("");
}

std::string text_member(const Json& jwk, const char* name) {
  const auto found = jwk.find(name);
  return found != jwk.end() && found->is_string() ? found->get<std::string>() : "";
}

PublicKey from_params(const char* type, const Builder& builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context make(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !make || EVP_PKEY_fromdata_init(make.get()) != 1 ||
      EVP_PKEY_fromdata(make.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  PublicKey key(raw, EVP_PKEY_free);
  const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, raw, nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;  // a point that is not on its curve
  return key;
}

Result<PublicKey> rsa_key(const Json& jwk) {
  const std::string modulus = bytes_member(jwk, "n");
  const std::string exponent = bytes_member(jwk, "e");
  if (modulus.empty() || exponent.empty()) return invalid_input("n or e is missing or not base64url");
  if (modulus.size() > kMaxRsaBits / 8 + 1 || exponent.size() > 8)  // before any arithmetic
    return invalid_input("is larger than " + std::to_string(kMaxRsaBits) + " bits, or e is");
  const Number n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder) return unavailable("no memory");
  if (BN_num_bits(n.get()) < kMinRsaBits || BN_num_bits(n.get()) > kMaxRsaBits) {
    return invalid_input("an RSA key must have " + std::to_string(kMinRsaBits) + " to " +
                         std::to_string(kMaxRsaBits) + " bits");
  }
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get())) return invalid_input("e is no RSA exponent");
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return unavailable("no memory");
  }
  auto key = from_params("RSA", builder);
  if (!key) return invalid_input("is no RSA key");
  return key;
}

Result<PublicKey> ec_key(const Json& jwk, const char* group, std::size_t size) {
  const std::string x = bytes_member(jwk, "x");
  const std::string y = bytes_member(jwk, "y");
  if (x.size() != size || y.size() != size)
    return invalid_input("x and y must be base64url of " + std::to_string(size) + " bytes");
  const std::string point = "\x04" + x + y;  // SEC 1: both coordinates follow
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1) {
    return unavailable("no memory");
  }
  auto key = from_params("EC", builder);
  if (!key) return invalid_input("is no point of its curve");
  return key;
}

Result<PublicKey> ed25519_key(const Json& jwk) {
  const std::string x = bytes_member(jwk, "x");
  if (x.size() != 32) return invalid_input("x must be base64url of 32 bytes");
  PublicKey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()), EVP_PKEY_free);
  if (!key) return invalid_input("is no Ed25519 key");
  return key;
}

Result<Key> read_key(const Json& jwk) {
  if (!jwk.is_object()) return invalid_input("is not an object");
  // Whoever can read the set could sign with it.
  if (jwk.contains("d") || jwk.contains("k")) return invalid_input("is not public");
  if (jwk.contains("use") && text_member(jwk, "use") != "sig") return invalid_input("is not for signatures");
  if (const auto operations = jwk.find("key_ops"); operations != jwk.end()) {
    if (!operations->is_array() ||
        std::find(operations->begin(), operations->end(), Json("verify")) == operations->end())
      return invalid_input("is not for verifying");
  }
  Key key;
  if (const auto id = jwk.find("kid"); id != jwk.end()) {
    if (!id->is_string()) return invalid_input("its kid is not a string");
    key.id = id->get<std::string>();
  }
  Result<PublicKey> made =
      invalid_input("its type is not known here (RSA, EC P-256 and P-384, OKP Ed25519 are)");
  const std::string type = text_member(jwk, "kty");
  const std::string curve = text_member(jwk, "crv");
  if (type == "RSA") {
    key.kind = Key::Kind::rsa;
    made = rsa_key(jwk);
  } else if (type == "EC" && curve == "P-256") {
    key.kind = Key::Kind::p256;
    made = ec_key(jwk, "P-256", 32);
  } else if (type == "EC" && curve == "P-384") {
    key.kind = Key::Kind::p384;
    made = ec_key(jwk, "P-384", 48);
  } else if (type == "OKP" && curve == "Ed25519") {
    key.kind = Key::Kind::ed25519;
    made = ed25519_key(jwk);
  }
  if (!made) return made.error();
  key.key = std::move(*made);
  if (jwk.contains("alg")) {
    // RFC 9864 renames EdDSA with Ed25519; sets that do so are met already.
    const std::string name = text_member(jwk, "alg");
    key.algorithm = jws_algorithm(name == "Ed25519" ? "EdDSA" : std::string_view(name));
    if (!key.algorithm || !fits(key, *key.algorithm)) return invalid_input("its alg is not one for its type");
  }
  return key;
}

}  // namespace

bool fits(const Key& key, JwsAlgorithm algorithm) {
  if (key.algorithm && *key.algorithm != algorithm) return false;
  switch (algorithm) {
    case JwsAlgorithm::rs256:
    case JwsAlgorithm::rs384:
    case JwsAlgorithm::rs512:
    case JwsAlgorithm::ps256: return key.kind == Key::Kind::rsa;
    case JwsAlgorithm::es256: return key.kind == Key::Kind::p256;
    case JwsAlgorithm::es384: return key.kind == Key::Kind::p384;
    case JwsAlgorithm::eddsa: return key.kind == Key::Kind::ed25519;
  }
  return false;
}

Result<KeySet> parse_key_set(std::string_view text) {
  const auto json = parse_json(text, kMaxKeySetBytes);
  if (!json) return Error{json.error().code, "the key set is not strict JSON: " + json.error().message};
  const auto keys = json->is_object() ? json->find("keys") : json->end();
  if (keys == json->end() || !keys->is_array())
    return invalid_input("not a key set: it must be an object with a list \"keys\"");
  if (keys->size() > kMaxKeys)
    return limit_reached("the key set has more than " + std::to_string(kMaxKeys) + " keys");
  KeySet set;
  std::size_t number = 0;
  for (const Json& jwk : *keys) {
    auto key = read_key(jwk);
    if (key)
      set.keys.push_back(std::move(*key));
    else
      set.left_out.push_back("key " + std::to_string(number) + ": " + key.error().message);
    ++number;
  }
  ERR_clear_error();
  return set;
}

Verification verify(const Jwt& jwt, const KeySet& set) {
  std::vector<const Key*> candidates;
  for (const Key& key : set.keys) {
    // A token that names a key means that key: one without a name is not it.
    if (jwt.key_id && key.id != jwt.key_id) continue;
    if (fits(key, jwt.algorithm)) candidates.push_back(&key);
  }
  if (candidates.empty()) return Verification::unknown_key;
  if (candidates.size() > kMaxKeysTried) return Verification::ambiguous;
  for (const Key* key : candidates) {
    if (signature_holds(jwt, key->key.get())) return Verification::holds;
  }
  return Verification::fails;
}

}  // namespace aegis::gateway::auth
