// An authorization server for tests: keys made on the spot, key sets and tokens in any shape, right or wrong.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "gateway/auth/base64url.h"

namespace aegis::gateway::testing {

using auth::base64url_decode;
using auth::base64url_encode;

// A private key. Signs as JWS asks for it, with OpenSSL called directly.
class SigningKey {
 public:
  static SigningKey rsa(unsigned bits = 2048) { return SigningKey(EVP_RSA_gen(bits)); }
  static SigningKey p256() { return SigningKey(EVP_EC_gen("P-256")); }
  static SigningKey p384() { return SigningKey(EVP_EC_gen("P-384")); }
  static SigningKey ed25519() { return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

  // The public key as JWK; `more` is added or replaces.
  [[nodiscard]] Json jwk(const std::string& kid, const Json& more = Json::object()) const {
    Json json{{"kid", kid}};
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) {
      json["kty"] = "RSA";
      json["n"] = number(OSSL_PKEY_PARAM_RSA_N, 0);
      json["e"] = number(OSSL_PKEY_PARAM_RSA_E, 0);
    } else if (EVP_PKEY_is_a(key_.get(), "EC") == 1) {
      const bool small = EVP_PKEY_get_bits(key_.get()) == 256;
      json["kty"] = "EC";
      json["crv"] = small ? "P-256" : "P-384";
      json["x"] = number(OSSL_PKEY_PARAM_EC_PUB_X, small ? 32 : 48);
      json["y"] = number(OSSL_PKEY_PARAM_EC_PUB_Y, small ? 32 : 48);
    } else {
      std::string raw(32, '\0');
      std::size_t size = raw.size();
      EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
      json["kty"] = "OKP";
      json["crv"] = "Ed25519";
      json["x"] = base64url_encode(raw);
    }
    json.update(more);
    return json;
  }

  // The public key as PEM: what an HMAC made by algorithm confusion would be keyed with.
  [[nodiscard]] std::string pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key_.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
  }

  // `algorithm` as in a token's header. An ECDSA signature is DER when `der`.
  [[nodiscard]] std::string sign(const std::string& algorithm, std::string_view text,
                                 bool der = false) const {
    const EVP_MD* digest = algorithm == "EdDSA"         ? nullptr
                           : algorithm.ends_with("512") ? EVP_sha512()
                           : algorithm.ends_with("384") ? EVP_sha384()
                                                        : EVP_sha256();
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EXPECT_EQ(EVP_DigestSignInit(context, &options, digest, nullptr, key_.get()), 1);
    if (algorithm.starts_with("PS")) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string signature(2048, '\0');
    std::size_t size = signature.size();
    EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                             reinterpret_cast<const unsigned char*>(text.data()), text.size()),
              1);
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return algorithm.starts_with("ES") && !der ? side_by_side(signature, algorithm == "ES256" ? 32 : 48)
                                               : signature;
  }

 private:
  explicit SigningKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  [[nodiscard]] std::string number(const char* name, int size) const {
    BIGNUM* value = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &value), 1);
    std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(value);
    return base64url_encode(bytes);
  }

  static std::string side_by_side(const std::string& der, int half) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string pair(static_cast<std::size_t>(half) * 2, '\0');
    auto* out = reinterpret_cast<unsigned char*>(pair.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, half);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + half, half);
    ECDSA_SIG_free(signature);
    return pair;
  }

  std::shared_ptr<EVP_PKEY> key_;
};

// From the very texts, which need not be JSON.
inline std::string signed_part(std::string_view header, std::string_view payload) {
  return base64url_encode(header) + "." + base64url_encode(payload);
}

inline std::string token(const SigningKey& key, const Json& header, std::string_view payload) {
  const std::string text = signed_part(header.dump(), payload);
  return text + "." + base64url_encode(key.sign(header.at("alg"), text));
}

inline std::string key_set(const std::vector<Json>& keys) { return Json{{"keys", keys}}.dump(); }

// Replaces the file as careful programs do: whoever reads it sees the old text or the new one.
inline void replace_file(const std::string& path, const std::string& text) {
  std::ofstream(path + ".new", std::ios::binary) << text;
  ASSERT_EQ(std::rename((path + ".new").c_str(), path.c_str()), 0);
}

// Serves one document at /jwks on a free loopback port.
class KeyServer {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;

  explicit KeyServer(std::string document = "", std::unique_ptr<httplib::Server> server = nullptr)
      : server_(server ? std::move(server) : std::make_unique<httplib::Server>()),
        document_(std::move(document)) {
    server_->Get("/jwks", [this](const httplib::Request& request, httplib::Response& response) {
      Handler handler;
      {
        const std::lock_guard lock(mutex_);
        ++requests_;
        handler = handler_;
        response.set_content(document_, "application/json");
      }
      if (handler) handler(request, response);
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    server_->wait_until_ready();
  }
  ~KeyServer() { stop(); }
  KeyServer(const KeyServer&) = delete;
  KeyServer& operator=(const KeyServer&) = delete;

  void stop() {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }
  void serve(std::string document) {
    const std::lock_guard lock(mutex_);
    document_ = std::move(document);
  }
  void handle(Handler handler) {
    const std::lock_guard lock(mutex_);
    handler_ = std::move(handler);
  }
  [[nodiscard]] int requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::string url(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + "/jwks";
  }

 private:
  std::unique_ptr<httplib::Server> server_;
  std::mutex mutex_;
  std::string document_;
  Handler handler_;
  int requests_ = 0;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace aegis::gateway::testing
