// Tokens and key sets as bytes: what is read, what is refused, whose signature holds.
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <string>

#include "gateway/auth/base64url.h"
#include "gateway/auth/jwks.h"
#include "gateway/auth/jwt.h"
#include "tests/gateway/auth_support.h"

namespace aegis::gateway::auth {
namespace {

using testing::key_set;
using testing::signed_part;
using testing::SigningKey;
using testing::token;

TEST(Base64Url, IsReadStrictly) {
  struct Case {
    std::string text;
    std::optional<std::string> bytes;
  };
  const Case cases[] = {
      {"", ""},
      {"Zg", "f"},
      {"Zm8", "fo"},
      {"Zm9v", "foo"},
      {"-_-_", "\xfb\xff\xbf"},
      {"Zg==", std::nullopt},   // padding
      {"Zh", std::nullopt},     // bits left over
      {"Zm9", std::nullopt},    // bits left over
      {"Z", std::nullopt},      // no length of any bytes
      {"Zm9vZ", std::nullopt},  // the same
      {"+/+/", std::nullopt},   // the other alphabet
      {"Zm 9v", std::nullopt},
      {"Zm9v\n", std::nullopt},
      {"Zm\xc3\xa9", std::nullopt},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(base64url_decode(c.text), c.bytes) << c.text;
    if (c.bytes) {
      EXPECT_EQ(base64url_encode(*c.bytes), c.text);
    }
  }
}

// The published examples: our own signing code plays no part in these.
TEST(Jwt, SignaturesOfTheStandardsHold) {
  struct Example {
    const char* name;
    std::string jwk, header, payload, signature;
  };
  const Example examples[] = {
      {"RFC 7515 A.3, ES256",
       R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
       R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
       "eyJhbGciOiJFUzI1NiJ9",
       "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
       "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
      {"RFC 8037 A.4, Ed25519",
       R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
       "eyJhbGciOiJFZERTQSJ9", "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
       "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
  };
  for (const Example& example : examples) {
    const auto set = parse_key_set("{\"keys\":[" + example.jwk + "]}");
    ASSERT_TRUE(set) << set.error().message;
    ASSERT_EQ(set->keys.size(), 1U) << example.name;
    Jwt jwt;
    const std::string text = example.header + "." + example.payload;
    jwt.algorithm = set->keys[0].kind == Key::Kind::p256 ? JwsAlgorithm::es256 : JwsAlgorithm::eddsa;
    jwt.signed_part = text;
    jwt.signature = base64url_decode(example.signature).value();
    EXPECT_EQ(verify(jwt, *set), Verification::holds) << example.name;
    jwt.signature[5] = static_cast<char>(jwt.signature[5] ^ 1);
    EXPECT_EQ(verify(jwt, *set), Verification::fails) << example.name;
  }
}

TEST(Jwt, EachAlgorithmVerifiesItsOwnAndNoOther) {
  struct Signer {
    std::string algorithm;
    SigningKey key;
  };
  const SigningKey rsa = SigningKey::rsa();
  const Signer signers[] = {{"RS256", rsa},
                            {"RS384", rsa},
                            {"RS512", rsa},
                            {"PS256", rsa},
                            {"ES256", SigningKey::p256()},
                            {"ES384", SigningKey::p384()},
                            {"EdDSA", SigningKey::ed25519()}};
  for (const Signer& signer : signers) {
    const auto set = parse_key_set(key_set({signer.key.jwk("k")}));
    ASSERT_TRUE(set);
    const std::string good = token(signer.key, {{"alg", signer.algorithm}, {"kid", "k"}}, "{}");
    const auto jwt = parse_jwt(good);
    ASSERT_TRUE(jwt) << jwt.error().message;
    EXPECT_EQ(verify(*jwt, *set), Verification::holds) << signer.algorithm;

    for (const Signer& other : signers) {
      if (other.algorithm == signer.algorithm) continue;
      // The same signature under another name.
      const std::string text = signed_part(Json{{"alg", other.algorithm}, {"kid", "k"}}.dump(), "{}");
      const std::string relabelled = text + "." + base64url_encode(signer.key.sign(signer.algorithm, text));
      const auto parsed = parse_jwt(relabelled);
      ASSERT_TRUE(parsed);
      EXPECT_NE(verify(*parsed, *set), Verification::holds) << signer.algorithm << " as " << other.algorithm;
    }
    // A key kept for one algorithm takes no other, though its kind would do.
    if (signer.algorithm == "RS256") {
      const auto kept = parse_key_set(key_set({signer.key.jwk("k", {{"alg", "PS256"}})}));
      EXPECT_EQ(verify(*jwt, *kept), Verification::unknown_key);
    }
  }
}

TEST(Jwt, WhatIsNoTokenIsRefused) {
  const SigningKey key = SigningKey::ed25519();
  const std::string header = R"({"alg":"EdDSA","kid":"k"})";
  const auto make = [&](std::string_view head, std::string_view payload) {
    const std::string text = signed_part(head, payload);
    return text + "." + base64url_encode(key.sign("EdDSA", text));
  };
  const std::string good = make(header, R"({"sub":"a"})");
  ASSERT_TRUE(parse_jwt(good));
  const auto with_algorithm = [&](const std::string& name) {
    return make(R"({"alg":")" + name + R"("})", "{}");
  };
  const std::size_t last_dot = good.rfind('.');
  std::string deep = R"({"a":)" + std::string(200, '[') + std::string(200, ']') + "}";

  struct Case {
    const char* name;
    std::string token, error;  // a part of the error
  };
  const Case cases[] = {
      {"empty", "", "three parts"},
      {"one part", "abc", "three parts"},
      {"two parts", good.substr(0, last_dot), "three parts"},
      {"four parts", good + ".YQ", "three parts"},
      {"five parts, as when encrypted", good + ".YQ.YQ", "three parts"},
      {"no signature", good.substr(0, last_dot + 1), "not signed"},
      {"none", with_algorithm("none"), "algorithm is not accepted"},
      {"NONE", with_algorithm("NONE"), "algorithm is not accepted"},
      {"HS256", with_algorithm("HS256"), "algorithm is not accepted"},
      {"HS512", with_algorithm("HS512"), "algorithm is not accepted"},
      {"another spelling", with_algorithm("rs256"), "algorithm is not accepted"},
      {"ES512", with_algorithm("ES512"), "algorithm is not accepted"},
      {"no algorithm", make("{}", "{}"), "no algorithm"},
      {"algorithm of another type", make(R"({"alg":["EdDSA"]})", "{}"), "no algorithm"},
      {"two algorithms", make(R"({"alg":"EdDSA","alg":"none"})", "{}"), "same key twice"},
      {"crit", make(R"({"alg":"EdDSA","crit":["b64"],"b64":false})", "{}"), "extension"},
      {"empty crit", make(R"({"alg":"EdDSA","crit":[]})", "{}"), "extension"},
      {"kid is a number", make(R"({"alg":"EdDSA","kid":1})", "{}"), "key id"},
      {"a logout token", make(R"({"alg":"EdDSA","typ":"logout+jwt"})", "{}"), "type"},
      {"typ is a number", make(R"({"alg":"EdDSA","typ":1})", "{}"), "type"},
      {"header is a list", make("[]", "{}"), "header is not a JSON object"},
      {"header is not JSON", make("{", "{}"), "header is not strict JSON"},
      {"payload is text", make(header, "\"x\""), "payload is not a JSON object"},
      {"payload is not JSON", make(header, "{}x"), "payload is not strict JSON"},
      {"duplicate claim", make(header, R"({"sub":"a","sub":"b"})"), "same key twice"},
      {"duplicate claim below", make(header, R"({"x":{"a":1,"a":2}})"), "same key twice"},
      {"duplicate claim, escaped", make(header, R"({"sub":"a","\u0073ub":"b"})"), "same key twice"},
      {"nested too deep", make(header, deep), "nested deeper"},
      {"a lone surrogate", make(header, R"({"sub":"a\ud800"})"), "not Unicode"},
      {"not UTF-8", make(header, "{\"sub\":\"\xff\"}"), "UTF-8"},
      {"byte order mark", make(header, "\xef\xbb\xbf{}"), "byte order mark"},
      {"blank in front", " " + good, "base64url"},
      {"trailing newline", good + "\n", "base64url"},
      {"padding", good + "=", "base64url"},
      {"huge", std::string(kMaxTokenBytes, 'a') + ".YQ.YQ", "longer than 16384"},
  };
  for (const Case& c : cases) {
    const auto jwt = parse_jwt(c.token);
    ASSERT_FALSE(jwt) << c.name;
    EXPECT_NE(jwt.error().message.find(c.error), std::string::npos) << c.name << ": " << jwt.error().message;
  }
  for (const char* type : {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"}) {
    EXPECT_TRUE(parse_jwt(make(R"({"alg":"EdDSA","typ":")" + std::string(type) + R"("})", "{}"))) << type;
  }
}

TEST(Jwt, AnHmacKeyedWithThePublicKeyIsNoSignature) {
  const SigningKey key = SigningKey::rsa();
  const auto set = parse_key_set(key_set({key.jwk("k")}));
  const std::string secret = key.pem();
  const auto forge = [&](const std::string& algorithm) {
    const std::string text = signed_part(R"({"alg":")" + algorithm + R"(","kid":"k"})", R"({"sub":"a"})");
    std::string mac(32, '\0');
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(mac.data()), nullptr);
    return text + "." + base64url_encode(mac);
  };
  EXPECT_FALSE(parse_jwt(forge("HS256")));
  const std::string as_rsa = forge("RS256");
  const auto jwt = parse_jwt(as_rsa);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(verify(*jwt, *set), Verification::fails);
}

TEST(Jwt, AnEcdsaSignatureHasOneForm) {
  const SigningKey key = SigningKey::p256();
  const auto set = parse_key_set(key_set({key.jwk("k")}));
  const std::string text = signed_part(R"({"alg":"ES256","kid":"k"})", "{}");
  const std::string right = key.sign("ES256", text);
  const auto judge = [&](const std::string& signature) {
    const std::string whole = text + "." + base64url_encode(signature);
    const auto jwt = parse_jwt(whole);
    return jwt ? verify(*jwt, *set) : Verification::fails;
  };
  EXPECT_EQ(judge(right), Verification::holds);
  EXPECT_EQ(judge(key.sign("ES256", text, true)), Verification::fails);  // DER
  EXPECT_EQ(judge(right + '\0'), Verification::fails);
  EXPECT_EQ(judge(right.substr(0, 63)), Verification::fails);
  EXPECT_EQ(judge(std::string(64, '\0')), Verification::fails);  // r = s = 0
  EXPECT_EQ(judge(std::string(64, '\xff')), Verification::fails);
}

TEST(KeySet, KeysThatAreNotForThisAreLeftOut) {
  const SigningKey rsa = SigningKey::rsa();
  const SigningKey ec = SigningKey::p256();
  const SigningKey ed = SigningKey::ed25519();
  Json off_curve = ec.jwk("k");
  off_curve["y"] = off_curve["x"];
  Json short_x = ec.jwk("k");
  short_x["x"] = base64url_encode("short");
  struct Case {
    const char* name;
    Json jwk;
    std::string why;  // empty: it is taken
  };
  const Case cases[] = {
      {"RSA", rsa.jwk("k"), ""},
      {"RSA for signatures", rsa.jwk("k", {{"use", "sig"}, {"alg", "RS256"}}), ""},
      {"may verify", rsa.jwk("k", {{"key_ops", {"verify"}}}), ""},
      {"EC", ec.jwk("k"), ""},
      {"P-384", SigningKey::p384().jwk("k"), ""},
      {"Ed25519", ed.jwk("k", {{"alg", "EdDSA"}}), ""},
      {"Ed25519 by its newer name", ed.jwk("k", {{"alg", "Ed25519"}}), ""},
      {"members we do not know", rsa.jwk("k", {{"x5t", "abc"}, {"issuer", "x"}}), ""},
      {"RSA of 1024 bits", SigningKey::rsa(1024).jwk("k"), "2048 to 8192 bits"},
      {"RSA too large", rsa.jwk("k", {{"n", base64url_encode(std::string(2000, '\x7f'))}}),
       "larger than 8192"},
      {"RSA exponent 1", rsa.jwk("k", {{"e", "AQ"}}), "exponent"},
      {"RSA exponent even", rsa.jwk("k", {{"e", "Ag"}}), "exponent"},
      {"RSA exponent huge", rsa.jwk("k", {{"e", base64url_encode(std::string(9, '\x01'))}}), "larger"},
      {"RSA without n", rsa.jwk("k", {{"n", nullptr}}), "missing"},
      {"RSA with padding", rsa.jwk("k", {{"e", "AQAB="}}), "base64url"},
      {"for encryption", rsa.jwk("k", {{"use", "enc"}}), "not for signatures"},
      {"an encryption algorithm", rsa.jwk("k", {{"alg", "RSA-OAEP"}}), "alg"},
      {"alg of another type", rsa.jwk("k", {{"alg", "ES256"}}), "alg"},
      {"alg is a number", rsa.jwk("k", {{"alg", 5}}), "alg"},
      {"may only sign", rsa.jwk("k", {{"key_ops", {"sign"}}}), "not for verifying"},
      {"private", rsa.jwk("k", {{"d", "AQAB"}}), "not public"},
      {"a shared secret", {{"kty", "oct"}, {"k", "c2VjcmV0"}}, "not public"},
      {"a curve not known", ec.jwk("k", {{"crv", "P-521"}}), "type"},
      {"not on its curve", off_curve, "curve"},
      {"x too short", short_x, "32 bytes"},
      {"Ed25519 too short", ed.jwk("k", {{"x", "AAAA"}}), "32 bytes"},
      {"kid is a number", rsa.jwk("k", {{"kid", 7}}), "kid"},
      {"no object", Json("RSA"), "object"},
  };
  for (const Case& c : cases) {
    const auto set = parse_key_set(key_set({c.jwk}));
    ASSERT_TRUE(set) << c.name;
    if (c.why.empty()) {
      EXPECT_EQ(set->keys.size(), 1U) << c.name << ": " << (set->left_out.empty() ? "" : set->left_out[0]);
    } else {
      ASSERT_EQ(set->left_out.size(), 1U) << c.name;
      EXPECT_NE(set->left_out[0].find(c.why), std::string::npos) << c.name << ": " << set->left_out[0];
    }
  }
  // One that is left out takes none of the others with it.
  const auto set = parse_key_set(key_set({rsa.jwk("a", {{"use", "enc"}}), ec.jwk("b"), ed.jwk("c")}));
  ASSERT_TRUE(set);
  EXPECT_EQ(set->keys.size(), 2U);
  EXPECT_EQ(set->left_out, std::vector<std::string>{"key 0: is not for signatures"});
}

TEST(KeySet, WhatIsNoKeySetIsRefused) {
  const Json key = SigningKey::ed25519().jwk("k");
  const std::pair<std::string, std::string> cases[] = {
      {"", "empty"},
      {"[]", "list \"keys\""},
      {"{}", "list \"keys\""},
      {R"({"keys":{}})", "list \"keys\""},
      {R"({"keys":[],"keys":[]})", "same key twice"},
      {R"({"keys":[]} x)", "not valid JSON"},
      {"<html>", "not valid JSON"},
      {key_set(std::vector<Json>(kMaxKeys + 1, key)), "more than 100 keys"},
      {R"({"keys":[],"x":")" + std::string(kMaxKeySetBytes, 'x') + "\"}", "more than the limit"},
  };
  for (const auto& [text, error] : cases) {
    const auto set = parse_key_set(text);
    ASSERT_FALSE(set) << text.substr(0, 80);
    EXPECT_NE(set.error().message.find(error), std::string::npos) << set.error().message;
  }
}

TEST(KeySet, TheKeyATokenNamesIsTheOneThatCounts) {
  const SigningKey one = SigningKey::p256();
  const SigningKey two = SigningKey::p256();
  const Json header{{"alg", "ES256"}, {"kid", "two"}};
  const std::string by_two = token(two, header, "{}");
  const std::string by_one = token(one, header, "{}");  // signed by one, says two
  const std::string nameless = token(two, {{"alg", "ES256"}}, "{}");
  const auto judge = [](const std::string& text, const std::vector<Json>& keys) {
    const auto jwt = parse_jwt(text);
    return verify(*jwt, *parse_key_set(key_set(keys)));
  };
  Json unnamed = two.jwk("");
  unnamed.erase("kid");
  EXPECT_EQ(judge(by_two, {one.jwk("one"), two.jwk("two")}), Verification::holds);
  EXPECT_EQ(judge(by_one, {one.jwk("one"), two.jwk("two")}), Verification::fails);
  EXPECT_EQ(judge(by_two, {one.jwk("one")}), Verification::unknown_key);
  EXPECT_EQ(judge(by_two, {unnamed}), Verification::unknown_key);
  EXPECT_EQ(judge(nameless, {one.jwk("one"), two.jwk("two")}), Verification::holds);
  EXPECT_EQ(judge(nameless, {unnamed}), Verification::holds);
  EXPECT_EQ(judge(nameless, {one.jwk("one")}), Verification::fails);
  // Names that are the same by accident: the kinds tell them apart.
  EXPECT_EQ(judge(by_two, {SigningKey::ed25519().jwk("two"), two.jwk("two")}), Verification::holds);
  // A token without a name does not buy any number of verifications.
  std::vector<Json> many(kMaxKeysTried, one.jwk("x"));
  many.push_back(two.jwk("two"));
  EXPECT_EQ(judge(nameless, many), Verification::ambiguous);
}

}  // namespace
}  // namespace aegis::gateway::auth
