#include "app/http_settings.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/listen_address.h"
#include "tests/app/settings_support.h"

namespace aegis::app {
namespace {

using Lines = std::vector<std::string>;

class HttpSettingsTest : public testing::SettingsFixture {
 protected:
  [[nodiscard]] const HttpSettings& http() const { return settings_.http; }
};

TEST_F(HttpSettingsTest, NothingConfiguredIsClosed) {
  EXPECT_EQ(read().lines, Lines{});
  EXPECT_TRUE(http().allowed_hosts.value.empty());
  EXPECT_TRUE(http().cors_origins.value.empty());
  EXPECT_EQ(http().cors_origins.origin, "default");
  EXPECT_EQ(http().tls_certificate.value, "");
  EXPECT_FALSE(http().require_key);
  EXPECT_FALSE(http().oauth);
}

TEST_F(HttpSettingsTest, EverythingConfigured) {
  const auto path = write_config(R"({
    "http": {"allowed_hosts": ["Guard.Example.com", "[::1]", "10.0.0.7"], "cors_origins": ["https://App.example.com:443/"],
             "tls_certificate": "/c.pem", "tls_key": "/k.pem", "require_key": false},
    "oauth": {"issuers": ["https://login.example.com/", "http://127.0.0.1:9/realm"], "audience": "https://guard.example.com/mcp",
              "jwks_file": "/jwks.json", "scopes": ["mcp:tools", "a/b"]}})");
  EXPECT_EQ(read().lines, Lines{});
  EXPECT_EQ(http().allowed_hosts.value, (Lines{"guard.example.com", "[::1]", "10.0.0.7"}));
  EXPECT_EQ(http().cors_origins.value, Lines{"https://app.example.com"});
  EXPECT_EQ(http().cors_origins.origin, path + ": /http/cors_origins");
  EXPECT_EQ(http().tls_certificate.value, "/c.pem");
  EXPECT_EQ(http().tls_key.value, "/k.pem");
  ASSERT_TRUE(http().require_key);
  EXPECT_FALSE(http().require_key->value);
  ASSERT_TRUE(http().oauth);
  EXPECT_EQ(http().oauth->issuers, (Lines{"https://login.example.com/", "http://127.0.0.1:9/realm"}));
  EXPECT_EQ(http().oauth->audience, "https://guard.example.com/mcp");
  EXPECT_EQ(http().oauth->jwks_file, "/jwks.json");
  EXPECT_EQ(http().oauth->jwks_url, "");
  EXPECT_EQ(http().oauth->scopes, (Lines{"mcp:tools", "a/b"}));
}

TEST_F(HttpSettingsTest, VariablesWinOverTheFile) {
  write_config(R"({"http": {"cors_origins": ["https://file.example"], "tls_certificate": "/c.pem"}})");
  variables_["AEGIS_CORS_ORIGINS"] = " https://a.example/ ,, http://localhost:3000//,https://A.example ,";
  variables_["AEGIS_TLS_KEY"] = "/k.pem";
  EXPECT_EQ(read().lines, Lines{});
  EXPECT_EQ(http().cors_origins.value, (Lines{"https://a.example", "http://localhost:3000"}));
  EXPECT_EQ(http().cors_origins.origin, "AEGIS_CORS_ORIGINS");
  EXPECT_EQ(http().tls_certificate.value, "/c.pem");
  EXPECT_EQ(http().tls_key.value, "/k.pem");
  EXPECT_EQ(http().tls_key.origin, "AEGIS_TLS_KEY");
  variables_["AEGIS_CORS_ORIGINS"] = "";  // counts as unset
  EXPECT_EQ(read().lines, Lines{});
  EXPECT_EQ(http().cors_origins.value, Lines{"https://file.example"});
  variables_["AEGIS_CORS_ORIGINS"] = "*";
  EXPECT_EQ(read().lines, Lines{});
  EXPECT_EQ(http().cors_origins.value, Lines{"*"});
}

TEST_F(HttpSettingsTest, AllMistakesAreNamedAtOnceWithTheirPlace) {
  const auto path = write_config(R"({
    "http": {"alowed_hosts": [], "allowed_hosts": ["ok.example", "https://x", "*.x", "::1", "x:80", ""],
             "cors_origins": ["https://x/path", 7, "null"], "tls_key": "/k.pem", "require_key": "yes"},
    "oauth": {"issuers": [], "audience": "localhost:80/mcp", "jwks_file": "a", "jwks_url": "http://login.example.com/jwks",
              "scopes": ["two words"]},
    "mode": []})");
  variables_["AEGIS_CORS_ORIGINS"] = "https://ok.example, example.com, https://*.x, https://x:99999";
  EXPECT_EQ(
      read().lines,
      (Lines{
          path + ": /http/alowed_hosts: unknown setting; known are allowed_hosts, cors_origins, "
                 "tls_certificate, "
                 "tls_key and require_key",
          path + ": /http/cors_origins/1: must be a string, not number",
          path + ": /http/require_key: must be true or false, not string",
          path + ": /mode: must be a string, not array",
          path + ": /http/allowed_hosts/1: must be a host's name or address, without scheme, port and path",
          path + ": /http/allowed_hosts/2: has a wildcard, which would let any web site pose as this server; "
                 "name "
                 "the hosts",
          path + ": /http/allowed_hosts/3: is an IPv6 address without brackets; write [::1]",
          path + ": /http/allowed_hosts/4: must be a host's name or address, without scheme, port and path",
          path + ": /http/allowed_hosts/5: must be a host's name or address, without scheme, port and path",
          "AEGIS_CORS_ORIGINS: origin 2: must be an origin as browsers send it, as in "
          "https://app.example.com",
          "AEGIS_CORS_ORIGINS: origin 3: has a wildcard within; name each origin, or allow all with \"*\" "
          "alone",
          "AEGIS_CORS_ORIGINS: origin 4: has a port that is not a number from 1 to 65535",
          path + ": /http/tls_key: has no certificate; give http/tls_certificate or AEGIS_TLS_CERT too, or "
                 "leave "
                 "both out",
          path + ": /oauth/issuers: is empty; no token could be trusted",
          path + ": /oauth/audience: must be the URL clients reach this server at, or the identifier the "
                 "authorization server has for it; tokens are accepted for it alone",
          path +
              ": /oauth: has both jwks_file and jwks_url; which keys count would not be clear, so give one",
          path + ": /oauth/jwks_url: must start with https://; plain http is for this machine alone, since "
                 "anybody "
                 "on the way could answer",
          path +
              ": /oauth/scopes/0: must be one scope, without blanks, quotes and backslashes; no token could "
              "have it",
      }));
}

TEST_F(HttpSettingsTest, WhatIsMissingSaysWhatFollows) {
  auto path = write_config(R"({"oauth": {}})");
  EXPECT_EQ(
      read().lines,
      (Lines{path + ": /oauth/issuers: is missing; no token could be trusted",
             path +
                 ": /oauth/audience: is missing; without it tokens made for other servers could not be told "
                 "from ours",
             path + ": /oauth: needs jwks_file or jwks_url; without keys no token could be checked"}));
  // A mistake is told once: what is there in a wrong form is not missing too.
  path = write_config(R"({"oauth": {"issuers": "https://x.example", "audience": 1, "jwks_url": null},
                          "http": {"tls_certificate": "/c.pem", "tls_key": 5}})");
  EXPECT_EQ(read().lines, (Lines{path + ": /oauth/issuers: must be a list of strings, not string",
                                 path + ": /oauth/audience: must be a string, not number",
                                 path + ": /oauth/jwks_url: must be a string, not null",
                                 path + ": /http/tls_key: must be a string, not number"}));
  path = write_config(R"({"http": [], "oauth": null})");
  EXPECT_EQ(read().lines, (Lines{path + ": /http: must be an object, not array",
                                 path + ": /oauth: must be an object, not null"}));
}

TEST(Origin, IsTakenAsBrowsersWriteIt) {
  const std::pair<std::string, std::string> good[] = {
      {"https://app.example.com", "https://app.example.com"},
      {"HTTPS://App.Example.com/", "https://app.example.com"},
      {"https://app.example.com:443", "https://app.example.com"},
      {"http://app.example.com:80//", "http://app.example.com"},
      {"http://app.example.com:443", "http://app.example.com:443"},
      {"http://localhost:3000", "http://localhost:3000"},
      {"http://[::1]:3000", "http://[::1]:3000"},
      {"https://[2001:DB8::1]", "https://[2001:db8::1]"},
      {"vscode-webview://1abc", "vscode-webview://1abc"},
      {"chrome-extension://abcdef", "chrome-extension://abcdef"},
  };
  for (const auto& [text, origin] : good) {
    const auto normal = normal_origin(text);
    ASSERT_TRUE(normal) << text << ": " << normal.error().message;
    EXPECT_EQ(*normal, origin);
  }
  for (const char* bad : {"",
                          "/",
                          "null",
                          "*",
                          "app.example.com",
                          "//app.example.com",
                          "://x",
                          "1x://y",
                          "https://",
                          "https://a/b",
                          "https://a?b",
                          "https://a#b",
                          "https://u@a",
                          "https://a b",
                          "https://a:",
                          "https://a:0",
                          "https://a:65536",
                          "https://a:8x",
                          "https://a:+8",
                          "https://*",
                          "https://[::1",
                          "https://[::1]x",
                          "https://[zz]",
                          "https://a,https://b",
                          "https://é.example",
                          "https://a\r\nX: y"}) {
    EXPECT_FALSE(normal_origin(bad)) << bad;
  }
}

TEST(ListenAddressTest, Forms) {
  struct Case {
    std::string text, host;
    int port;
  };
  const Case good[] = {
      {"127.0.0.1:8080", "127.0.0.1", 8080},
      {"localhost:0", "localhost", 0},
      {"0.0.0.0:443", "0.0.0.0", 443},
      {"guard.example.com:1", "guard.example.com", 1},
      {"[::1]:8080", "::1", 8080},
      {"[::]:65535", "::", 65535},
      {":8080", "127.0.0.1", 8080},
      {"8080", "127.0.0.1", 8080},
      {"0", "127.0.0.1", 0},
  };
  for (const Case& c : good) {
    const auto address = parse_listen_address(c.text);
    ASSERT_TRUE(address) << c.text << ": " << address.error().message;
    EXPECT_EQ(address->host, c.host) << c.text;
    EXPECT_EQ(address->port, c.port) << c.text;
  }
  const std::pair<std::string, std::string> bad[] = {
      {"", "is empty"},
      {"localhost", "there is no port"},
      {"127.0.0.1", "there is no port"},
      {"localhost:", "port must be a number"},
      {":", "port must be a number"},
      {"localhost:http", "port must be a number"},
      {"localhost:65536", "port must be a number"},
      {"localhost:-1", "port must be a number"},
      {"localhost: 80", "port must be a number"},
      {"localhost:99999999999999", "port must be a number"},
      {"99999", "port must be a number"},
      {"::1", "needs brackets"},
      {"::1:8080", "needs brackets"},
      {"fe80::1:8080", "needs brackets"},
      {"a:b:80", "needs brackets"},
      {"[::1]", "no port after"},
      {"[::1]8080", "no port after"},
      {"[::1:8080", "no IPv6 address"},
      {"[localhost]:80", "no IPv6 address"},
      {"[]:80", "no IPv6 address"},
      {"*:8080", "0.0.0.0:PORT"},
      {"http://localhost:8080", "is a URL"},
      {"local host:80", "neither a name nor an address"},
      {"a/b:80", "neither a name nor an address"},
  };
  for (const auto& [text, error] : bad) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find(error), std::string::npos)
        << text << ": " << address.error().message;
  }
}

// The schema is what editors check a configuration with: it must know what we know, no more and no less.
class ConfigSchema : public testing::SettingsFixture {
 protected:
  ConfigSchema() {
    std::ifstream file(AEGIS_SOURCE_DIR "/schemas/config.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto parsed = parse_json(text);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    schema_ = std::move(*parsed);
  }
  Json schema_;
};

TEST_F(ConfigSchema, HasTheReadersKeysAndTypes) {
  std::set<std::string> in_schema;
  const auto collect = [&](const Json& object, const std::string& section) {
    EXPECT_EQ(object["type"], "object");
    EXPECT_EQ(object["additionalProperties"], false) << section;
    for (const auto& [key, property] : object["properties"].items()) {
      EXPECT_TRUE(property.contains("description")) << key;
      const std::string type = property.contains("enum") ? "string" : property["type"].get<std::string>();
      in_schema.insert(section + "/" + key + " " + type);
    }
  };
  collect(schema_, "");
  for (const auto& [key, property] : schema_["properties"].items()) {
    if (property.contains("properties")) collect(property, "/" + std::string(key));
  }
  std::set<std::string> in_reader;
  for (const KnownKey& known : known_keys()) {
    const char* type = known.type == KnownKey::Type::text      ? "string"
                       : known.type == KnownKey::Type::list    ? "array"
                       : known.type == KnownKey::Type::objects ? "array"
                       : known.type == KnownKey::Type::yes_no  ? "boolean"
                                                               : "object";
    const std::string section = known.section.empty() ? "" : "/" + std::string(known.section);
    in_reader.insert(section + "/" + std::string(known.key) + " " + type);
  }
  EXPECT_EQ(in_schema, in_reader);
}

TEST_F(ConfigSchema, ItsExamplesAreAcceptedAndItsValuesAreOurs) {
  ASSERT_FALSE(schema_["examples"].empty());
  for (const Json& example : schema_["examples"]) {
    write_config(example.dump());
    EXPECT_EQ(read().lines, Lines{});
  }
  for (const char* key : {"mode", "log_level"}) {
    for (const Json& value : schema_["properties"][key]["enum"]) {
      write_config(Json{{key, value}}.dump());
      EXPECT_EQ(read().lines, Lines{}) << value;
    }
    write_config("{}");
    EXPECT_EQ(read().lines, Lines{});
    EXPECT_TRUE(schema_["properties"][key].contains("default"));
  }
  EXPECT_EQ(schema_["properties"]["mode"]["default"], guard::name(settings_.mode.value));
}

}  // namespace
}  // namespace aegis::app
