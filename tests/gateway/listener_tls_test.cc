// The listener with TLS, with a certificate made here.
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <string>

#include "tests/support/http_peer.h"
#include "tests/support/temp_folder.h"

namespace aegis::gateway {
namespace {

using testing_support::add_echo;
using testing_support::Clock;
using testing_support::ms_since;
using testing_support::RawPeer;
using testing_support::Served;
using testing_support::TempFolder;

// A key and a self-signed certificate for localhost and 127.0.0.1, valid for an hour.
void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());
  FILE* file = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class ListenerTls : public ::testing::Test {
 protected:
  ListenerTls() : certificate_(folder_ / "cert.pem"), key_(folder_ / "key.pem") {
    write_certificate(certificate_, key_);
  }
  HttpOptions options() {
    HttpOptions options;
    options.tls_certificate = certificate_;
    options.tls_key = key_;
    return options;
  }
  // The version a client agrees on that offers these; empty: none.
  static std::string agreed(int port, int min_version, int max_version) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, min_version);
    SSL_CTX_set_max_proto_version(context, max_version);
    BIO* bio = BIO_new_ssl_connect(context);
    BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(port)).c_str());
    std::string result;
    if (BIO_do_connect(bio) == 1 && BIO_do_handshake(bio) == 1) {
      SSL* ssl = nullptr;
      BIO_get_ssl(bio, &ssl);
      result = SSL_get_version(ssl);
    }
    BIO_free_all(bio);
    SSL_CTX_free(context);
    return result;
  }

  TempFolder folder_;
  std::string certificate_, key_;
};

TEST_F(ListenerTls, ServesAClientThatChecksTheCertificate) {
  Served served(options());
  add_echo(served.listener.get());
  std::string origin_url;
  served.listener->route("GET", "/events", [&](HttpRequest& request) {
    origin_url = request.origin_url;
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [sent = 0](const auto& write) mutable {
      return write("data: " + std::to_string(++sent) + "\n\n") && sent < 3;
    };
    return response;
  });
  served.start();
  httplib::Client client("https://localhost:" + std::to_string(served.port));
  client.set_ca_cert_path(certificate_);
  client.enable_server_certificate_verification(true);
  client.set_keep_alive(true);
  for (const std::size_t size : {0u, 1u, 16'384u, 100'000u, 5'000'000u}) {
    const auto echo = client.Post("/echo", std::string(size, 'x'), "text/plain");
    ASSERT_TRUE(echo) << httplib::to_string(echo.error());
    EXPECT_EQ(echo->body.size(), size);
  }
  const auto events = client.Get("/events");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->body, "data: 1\n\ndata: 2\n\ndata: 3\n\n");
  EXPECT_EQ(origin_url, "https://localhost:" + std::to_string(served.port));
  const auto own = client.Get("/hello", {{"Origin", origin_url}});
  ASSERT_TRUE(own);
  EXPECT_EQ(own->status, 200);
  const auto downgraded =
      client.Get("/hello", {{"Origin", "http://localhost:" + std::to_string(served.port)}});
  ASSERT_TRUE(downgraded);
  EXPECT_EQ(downgraded->status, 403) << "a page that came without TLS is not ours";
}

TEST_F(ListenerTls, TakesTls12And13AndNothingOlder) {
  Served served(options());
  add_echo(served.listener.get());
  served.start();
  EXPECT_EQ(agreed(served.port, TLS1_2_VERSION, TLS1_2_VERSION), "TLSv1.2");
  EXPECT_EQ(agreed(served.port, TLS1_2_VERSION, TLS1_3_VERSION), "TLSv1.3");
  EXPECT_EQ(agreed(served.port, TLS1_VERSION, TLS1_1_VERSION), "");
}

TEST_F(ListenerTls, PlainAndSlowClientsDoNotHoldAThread) {
  HttpOptions slow = options();
  slow.limits.header_deadline_ms = 200;
  slow.limits.max_connections = 1;
  Served served(std::move(slow));
  add_echo(served.listener.get());
  served.start();
  bool closed = false;
  {
    RawPeer plain(served.port);
    plain.send(served.head("GET /hello") + "\r\n");
    EXPECT_EQ(plain.rest(&closed).find("hello"), std::string::npos);
    EXPECT_TRUE(closed);
  }
  const auto start = Clock::now();
  RawPeer silent(served.port);
  silent.rest(&closed);
  EXPECT_TRUE(closed);
  EXPECT_LT(ms_since(start), 5000);
  while (agreed(served.port, TLS1_2_VERSION, TLS1_3_VERSION).empty() && ms_since(start) < 5000) {
  }
  EXPECT_LT(ms_since(start), 5000) << "the only place is not free again";
}

TEST_F(ListenerTls, RefusesAKeyOfAnotherCertificate) {
  const std::string other = folder_ / "other.pem";
  write_certificate(folder_ / "unused.pem", other);
  HttpOptions wrong = options();
  wrong.tls_key = other;
  const auto listener = Listener::make(wrong);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().message,
            "the TLS key " + other + " cannot be read as PEM, or does not belong to the certificate");
}

}  // namespace
}  // namespace aegis::gateway
