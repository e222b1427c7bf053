// Key sets that change while they are in use: files that are replaced, servers that rotate, break and stall.
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>

#include "gateway/auth/http_url.h"
#include "gateway/auth/key_source.h"
#include "tests/gateway/auth_support.h"
#include "tests/support/temp_folder.h"

namespace aegis::gateway::auth {
namespace {

using testing::key_set;
using testing::KeyServer;
using testing::replace_file;
using testing::SigningKey;
using namespace std::chrono_literals;

std::string first_id(const std::shared_ptr<const KeySet>& set) {
  return set && !set->keys.empty() ? set->keys[0].id.value_or("") : "";
}

const std::string& set_of(const std::string& kid) {
  static const SigningKey key = SigningKey::ed25519();
  static std::map<std::string, std::string> sets;
  return sets[kid] = key_set({key.jwk(kid)});
}

class KeyFileTest : public ::testing::Test {
 protected:
  testing_support::TempFolder folder_;
  std::string path_ = folder_ / "jwks.json";
};

TEST_F(KeyFileTest, AChangedFileIsReadAgain) {
  replace_file(path_, set_of("one"));
  const auto source = KeySource::from_file(path_);
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(first_id((*source)->keys()), "one");
  replace_file(path_, set_of("two"));  // as long as the first
  EXPECT_EQ(first_id((*source)->keys()), "two");
  std::ofstream(path_, std::ios::binary) << set_of("six");  // written over, within the same instant
  EXPECT_EQ(first_id((*source)->keys()), "six");
}

TEST_F(KeyFileTest, ABrokenFileLeavesTheKeysAlone) {
  replace_file(path_, set_of("one"));
  const auto source = KeySource::from_file(path_);
  ASSERT_TRUE(source);
  for (const char* broken : {"", "{", "{\"keys\":", "[]"}) {
    replace_file(path_, broken);
    EXPECT_EQ(first_id((*source)->keys()), "one") << broken;
  }
  std::remove(path_.c_str());
  EXPECT_EQ(first_id((*source)->keys()), "one");
  replace_file(path_, set_of("two"));
  EXPECT_EQ(first_id((*source)->newer_keys()), "two");
  // All keys withdrawn is not broken: it is an answer.
  replace_file(path_, R"({"keys":[]})");
  EXPECT_TRUE((*source)->keys()->keys.empty());
}

TEST_F(KeyFileTest, AtTheStartAMistakeIsNamed) {
  struct Case {
    std::string text, error;
  };
  const Case cases[] = {
      {"{", "ends in the middle"},
      {R"({"keys":[]})", "no usable key"},
      {key_set({SigningKey::rsa(1024).jwk("k")}), "no usable key; key 0: an RSA key must have"},
      {std::string(kMaxKeySetBytes + 1, ' '), "larger than"},
  };
  for (const Case& c : cases) {
    replace_file(path_, c.text);
    const auto source = KeySource::from_file(path_);
    ASSERT_FALSE(source);
    EXPECT_TRUE(source.error().message.starts_with(path_)) << source.error().message;
    EXPECT_NE(source.error().message.find(c.error), std::string::npos) << source.error().message;
  }
  EXPECT_NE(KeySource::from_file(folder_ / "nope").error().message.find("cannot be found"),
            std::string::npos);
  EXPECT_NE(KeySource::from_file(folder_.path()).error().message.find("not a file"), std::string::npos);
}

// Long pauses unless a test is about them.
KeyTiming patient() { return {.refresh_ms = 3'600'000, .retry_ms = 3'600'000, .fetch_ms = 5'000}; }

TEST(KeyUrlTest, AnUnknownKeyFetchesTheSetAgainButNotWithoutEnd) {
  KeyServer server(set_of("one"));
  const auto source = KeySource::from_url(server.url(), patient());
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(first_id((*source)->keys()), "one");
  server.serve(set_of("two"));
  EXPECT_EQ(first_id((*source)->keys()), "one");  // nobody asked
  EXPECT_EQ(first_id((*source)->newer_keys()), "two");
  EXPECT_EQ(first_id((*source)->keys()), "two");
  EXPECT_EQ(server.requests(), 2);
  server.serve(set_of("six"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first_id((*source)->newer_keys()), "two");
  EXPECT_EQ(server.requests(), 2);
}

TEST(KeyUrlTest, ManyAtOnceCauseOneFetch) {
  KeyServer server(set_of("one"));
  const auto source = KeySource::from_url(server.url(), patient());
  ASSERT_TRUE(source);
  server.serve(set_of("two"));
  std::vector<std::future<std::string>> asked;
  for (int i = 0; i < 16; ++i)
    asked.push_back(std::async(std::launch::async, [&] { return first_id((*source)->newer_keys()); }));
  for (auto& one : asked) EXPECT_EQ(one.get(), "two");
  EXPECT_EQ(server.requests(), 2);
}

TEST(KeyUrlTest, ItIsRefreshedWithoutAnybodyAsking) {
  KeyServer server(set_of("one"));
  KeyTiming timing = patient();
  timing.refresh_ms = 20;
  const auto source = KeySource::from_url(server.url(), timing);
  ASSERT_TRUE(source);
  server.serve(set_of("two"));
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (first_id((*source)->keys()) != "two" && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ(first_id((*source)->keys()), "two");
}

TEST(KeyUrlTest, AServerThatIsDownOrBrokenLeavesTheKeysAlone) {
  KeyServer server(set_of("one"));
  KeyTiming timing = patient();
  timing.retry_ms = 0;
  const auto source = KeySource::from_url(server.url(), timing);
  ASSERT_TRUE(source);
  server.serve("<html>maintenance</html>");
  EXPECT_EQ(first_id((*source)->newer_keys()), "one");
  server.handle([](const httplib::Request&, httplib::Response& response) { response.status = 500; });
  EXPECT_EQ(first_id((*source)->newer_keys()), "one");
  server.handle(nullptr);
  server.serve(set_of("two"));
  EXPECT_EQ(first_id((*source)->newer_keys()), "two");
  server.stop();
  EXPECT_EQ(first_id((*source)->newer_keys()), "two");
  EXPECT_EQ(first_id((*source)->keys()), "two");
}

TEST(KeyUrlTest, KeysNobodyConfirmsAnyMoreAreUsedNoMore) {
  KeyServer server(set_of("one"));
  KeyTiming timing = patient();
  timing.max_age_ms = 0;
  const auto source = KeySource::from_url(server.url(), timing);
  ASSERT_TRUE(source);
  std::this_thread::sleep_for(1ms);
  EXPECT_EQ((*source)->keys(), nullptr);
}

TEST(KeyUrlTest, KnownKeysAreThereWhileTheServerStalls) {
  KeyServer server(set_of("one"));
  KeyTiming timing = patient();
  const auto source = KeySource::from_url(server.url(), timing);
  ASSERT_TRUE(source);
  std::promise<void> release;
  std::promise<void> arrived;
  server.handle([&, released = release.get_future().share()](const httplib::Request&, httplib::Response&) {
    arrived.set_value();
    released.wait();
  });
  auto stalled = std::async(std::launch::async, [&] { return first_id((*source)->newer_keys()); });
  arrived.get_future().wait();
  // The fetch is under way and stands still; this must not wait for it.
  EXPECT_EQ(first_id((*source)->keys()), "one");
  EXPECT_EQ(stalled.wait_for(0s), std::future_status::timeout);
  release.set_value();
  EXPECT_EQ(stalled.get(), "one");
}

TEST(KeyUrlTest, TheEndDoesNotWaitForAStalledServer) {
  KeyServer server(set_of("one"));
  KeyTiming timing = patient();
  timing.fetch_ms = 60'000;
  timing.refresh_ms = 100;
  auto source = KeySource::from_url(server.url(), timing);
  ASSERT_TRUE(source);
  std::promise<void> release;
  std::promise<void> arrived;
  server.handle([&, released = release.get_future().share()](const httplib::Request&, httplib::Response&) {
    arrived.set_value();
    released.wait();
  });
  arrived.get_future().wait();  // the refresh is under way and stands still
  const auto start = std::chrono::steady_clock::now();
  source->reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  release.set_value();
}

TEST(KeyUrlTest, AnswersThatAreNotTakenAtTheStart) {
  KeyServer server(set_of("one"));
  const auto error_with = [&](KeyServer::Handler handler, KeyTiming timing = patient()) {
    server.handle(std::move(handler));
    const auto source = KeySource::from_url(server.url(), timing);
    EXPECT_FALSE(source);
    return source ? "" : source.error().message;
  };
  EXPECT_EQ(error_with([](const auto&, httplib::Response& response) { response.status = 404; }),
            server.url() + ": the key set cannot be fetched: the answer was 404");
  EXPECT_EQ(
      error_with([&](const auto&, httplib::Response& response) { response.set_redirect("/jwks"); }),
      server.url() + ": the key set cannot be fetched: the answer was 302, and redirects are not followed");
  EXPECT_EQ(error_with([](const auto&, httplib::Response& response) {
              response.set_content(std::string(kMaxKeySetBytes + 1, ' '), "application/json");
            }),
            server.url() + ": the key set is larger than 262144 bytes");
  EXPECT_NE(error_with([](const auto&, httplib::Response& response) {
              response.set_content("[]", "application/json");
            }).find("not a key set"),
            std::string::npos);
  // A byte now and then keeps a connection alive, but not the fetch.
  KeyTiming hasty = patient();
  hasty.fetch_ms = 300;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(error_with(
                [](const auto&, httplib::Response& response) {
                  response.set_chunked_content_provider("application/json",
                                                        [](std::size_t, httplib::DataSink& sink) {
                                                          std::this_thread::sleep_for(20ms);
                                                          return sink.write(" ", 1);
                                                        });
                },
                hasty)
                .find("cannot be fetched"),
            std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  server.stop();
  const auto source = KeySource::from_url(server.url(), patient());
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().message.find("cannot be fetched"), std::string::npos);
}

TEST(KeyUrlTest, PlainHttpStaysOnThisMachine) {
  for (const char* url : {"http://login.example.com/jwks", "http://127.0.0.1.example.com/jwks",
                          "http://localhost.example.com/", "http://10.0.0.1/jwks"}) {
    const auto source = KeySource::from_url(url);
    ASSERT_FALSE(source) << url;
    EXPECT_NE(source.error().message.find("over https"), std::string::npos) << source.error().message;
  }
  const auto secret = KeySource::from_url(
      "https://me:pass"
      "word@login.example.com/jwks");
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message.find("pass"
                                        "word@"),
            std::string::npos);
}

// A certificate nobody vouches for, made on the spot.
std::unique_ptr<httplib::Server> tls_server(const testing_support::TempFolder& folder) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_sign(certificate, key, EVP_sha256());
  const std::string certificate_path = folder / "cert.pem";
  const std::string key_path = folder / "key.pem";
  FILE* file = std::fopen(certificate_path.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return std::make_unique<httplib::SSLServer>(certificate_path.c_str(), key_path.c_str());
}

TEST(KeyUrlTest, AServerNobodyVouchesForIsNotBelieved) {
  const testing_support::TempFolder folder;
  KeyServer server(set_of("one"), tls_server(folder));
  const auto source = KeySource::from_url(server.url("https"), patient());
  ASSERT_FALSE(source);
  EXPECT_NE(source.error().message.find("cannot be fetched"), std::string::npos) << source.error().message;
  EXPECT_EQ(server.requests(), 0);
}

TEST(HttpUrlTest, Parts) {
  struct Case {
    std::string text, origin, target;
    bool loopback;
  };
  const Case good[] = {
      {"https://a.example", "https://a.example:443", "/", false},
      {"HTTPS://A.Example/x?y=1", "https://a.example:443", "/x?y=1", false},
      {"http://localhost:8080/", "http://localhost:8080", "/", true},
      {"http://127.9.9.9?q", "http://127.9.9.9:80", "/?q", true},
      {"http://[::1]:9/x", "http://[::1]:9", "/x", true},
      {"https://[2001:DB8::1]", "https://[2001:db8::1]:443", "/", false},
      {"http://127.0.0.1.example", "http://127.0.0.1.example:80", "/", false},
  };
  for (const Case& c : good) {
    const auto url = parse_http_url(c.text);
    ASSERT_TRUE(url) << c.text << ": " << url.error().message;
    EXPECT_EQ(url->origin(), c.origin);
    EXPECT_EQ(url->target, c.target);
    EXPECT_EQ(url->loopback(), c.loopback) << c.text;
  }
  for (const char* bad : {"", "a.example", "ftp://a.example", "https://", "https:///x", "https://a.example:",
                          "https://a:0", "https://a:65536", "https://a:80x", "https://a:-1",
                          "https://me@a.example", "https://a.example/#x", "https://a b", "https://a\r\nX: y",
                          "https://[::1", "https://[zz]", "https://[::1]x", "https://é.example"}) {
    EXPECT_FALSE(parse_http_url(bad)) << bad;
  }
}

}  // namespace
}  // namespace aegis::gateway::auth
