// A self-signed certificate made on the spot, for servers of tests.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace aegis::testing_support {

class TestCertificate {
 public:
  // `name`: subjectAltName as OpenSSL writes it, "IP:127.0.0.1" or "DNS:example.test". `days`: until it ends;
  // negative: it has ended.
  explicit TestCertificate(const char* name, int days = 1) {
    key_ = EVP_EC_gen("P-256");
    certificate_ = X509_new();
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -10L * 86'400);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), days * 86'400L);
    X509_set_pubkey(certificate_, key_);
    auto* subject = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("aegis test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, subject);
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate_, certificate_, nullptr, nullptr, 0);
    for (const auto& [id, value] :
         {std::pair{NID_subject_alt_name, name}, {NID_basic_constraints, "CA:TRUE"}}) {
      auto* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
      if (extension == nullptr) std::abort();
      X509_add_ext(certificate_, extension, -1);
      X509_EXTENSION_free(extension);
    }
    if (X509_sign(certificate_, key_, EVP_sha256()) == 0) std::abort();
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context_, certificate_);
    SSL_CTX_use_PrivateKey(context_, key_);
  }
  ~TestCertificate() {
    SSL_CTX_free(context_);
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  [[nodiscard]] SSL_CTX* context() const { return context_; }
  // The SubjectPublicKeyInfo in DER.
  [[nodiscard]] std::string public_key() const {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key_, &bytes);
    if (size <= 0) std::abort();
    const std::string key(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return key;
  }
  void write(const std::string& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) std::abort();
    PEM_write_X509(file, certificate_);
    std::fclose(file);
  }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  SSL_CTX* context_;
};

}  // namespace aegis::testing_support
