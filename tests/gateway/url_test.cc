#include "gateway/upstream/url.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aegis::gateway {
namespace {

std::string whole(const Url& url) {
  return url.scheme + " " + url.host + " " + std::to_string(url.port) + " " + url.target;
}

struct Case {
  std::string text;
  std::string expected;  // empty: refused
};

TEST(Url, Parse) {
  const std::vector<Case> cases = {
      {"http://127.0.0.1:3001/mcp", "http 127.0.0.1 3001 /mcp"},
      {"HTTPS://Example.COM", "https example.com 443 /"},
      {"https://example.com?a=b#c", "https example.com 443 /?a=b"},
      {"http://[::1]:8080/x", "http ::1 8080 /x"},
      {"http://h_1:80/%41/../b?c=/d", "http h_1 80 /%41/../b?c=/d"},
      {"http://h:/", "http h 80 /"},
      {"", ""},
      {"/mcp", ""},
      {"example.com/mcp", ""},
      {"ftp://h/", ""},
      {"http://", ""},
      {"http:///mcp", ""},
      {"http://h:0/", ""},
      {"http://h:65536/", ""},
      {"http://h:80x/", ""},
      {"http://h:-1/", ""},
      {"http://user@h/", ""},
      {"http://user:secret@h/", ""},
      {"http://h\\@evil.example/", ""},
      {"http://h/a b", ""},
      {"http://h/\r\nX: y", ""},
      {std::string("http://h/\0x", 11), ""},
      {"http://[::1/", ""},
      {"http://[evil]/", ""},
      {"http://[::1]x/", ""},
      {"http://h/" + std::string(8'000, 'x'), ""},
  };
  for (const auto& one : cases) {
    const auto url = parse_url(one.text);
    EXPECT_EQ(url ? whole(*url) : "", one.expected) << one.text;
    if (!url) {
      EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
    }
  }
}

TEST(Url, ResolveAndOrigin) {
  const auto base = parse_url("https://h.example/a/b?c=d").value();
  struct Reference {
    std::string text, expected;
    bool same;
  };
  const std::vector<Reference> cases = {
      {"/m?s=1", "https h.example 443 /m?s=1", true},
      {"m", "https h.example 443 /a/m", true},
      {"?x=http://evil.example/", "https h.example 443 /a/b?x=http://evil.example/", true},
      {"m/http://evil.example/", "https h.example 443 /a/m/http://evil.example/", true},
      {"https://H.example:443/z", "https h.example 443 /z", true},
      {"http://h.example/z", "http h.example 80 /z", false},
      {"https://h.example:444/z", "https h.example 444 /z", false},
      {"//evil.example/z", "https evil.example 443 /z", false},
      {"https://h.example.evil.example/z", "https h.example.evil.example 443 /z", false},
      {"/\\evil.example", "https h.example 443 /\\evil.example", true},
      {"javascript:alert(1)", "", false},
      {"/a\nb", "", false},
  };
  for (const auto& one : cases) {
    const auto url = resolve_url(base, one.text);
    EXPECT_EQ(url ? whole(*url) : "", one.expected) << one.text;
    if (url) {
      EXPECT_EQ(same_origin(base, *url), one.same) << one.text;
    }
  }
}

TEST(Url, Loopback) {
  for (const auto* host :
       {"http://localhost", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]", "http://api.localhost"}) {
    EXPECT_TRUE(parse_url(host)->loopback()) << host;
  }
  for (const auto* host : {"http://127.0.0.1.evil.example", "http://10.0.0.1", "http://[::2]",
                           "http://localhost.example", "http://127.evil.example"}) {
    EXPECT_FALSE(parse_url(host)->loopback()) << host;
  }
}

}  // namespace
}  // namespace aegis::gateway
