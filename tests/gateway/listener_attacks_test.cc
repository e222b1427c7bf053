// What hostile clients send, byte for byte, over real sockets: each attack is refused, and the listener
// serves on.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/support/http_peer.h"

namespace aegis::gateway {
namespace {

using testing_support::add_echo;
using testing_support::Clock;
using testing_support::ms_since;
using testing_support::RawPeer;
using testing_support::Served;
using testing_support::text_response;

// Deadlines in milliseconds, limits small.
HttpOptions strict() {
  HttpOptions options;
  options.limits.header_deadline_ms = 200;
  options.limits.body_deadline_ms = 200;
  options.limits.write_deadline_ms = 200;
  options.limits.idle_ms = 200;
  options.limits.max_body_bytes = 1 << 20;
  options.limits.max_bodies_bytes = 8 << 20;
  return options;
}

void expect_serving(const Served& served) {
  RawPeer peer(served.port);
  peer.send(served.head("GET /hello") + "\r\n");
  EXPECT_EQ(peer.status(), 200) << "the listener no longer serves others";
}

// Sends the text with HOST replaced and "GET /hidden" behind it: whatever is refused must not be followed by
// an answer to what an attacker wrote into a body.
TEST(ListenerAttacks, AmbiguousRequestsAreRefusedAndEndTheConnection) {
  Served served;
  add_echo(served.listener.get());
  std::atomic<int> hidden{0};
  served.listener->route("GET", "/hidden", [&](HttpRequest&) {
    ++hidden;
    return text_response("hidden");
  });
  served.start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
  const std::string get = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";
  struct Case {
    const char* name;
    std::string bytes;
    int status = 400;
  };
  const std::vector<Case> cases = {
      {"length and coding", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {"length zero and coding", post + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\nhello"},
      {"a signed length", post + "Content-Length: +5\r\n\r\nhello"},
      {"a negative length", post + "Content-Length: -5\r\n\r\nhello"},
      {"a hexadecimal length", post + "Content-Length: 0x5\r\n\r\nhello"},
      {"an escaped length", post + "Content-Length: %35\r\n\r\nhello"},
      {"a length with a blank", post + "Content-Length: 5 0\r\n\r\nhello"},
      {"an empty length", post + "Content-Length:\r\n\r\nhello"},
      {"an overflowing length", post + "Content-Length: 18446744073709551621\r\n\r\nhello"},
      {"a blank before the colon", post + "Content-Length : 5\r\n\r\nhello"},
      {"a blank before the coding's colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
      {"two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a list of codings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"another coding", post + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"a masked coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"a coding with a control character", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"},
      {"a coding in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a folded header", get + "X-A: b\r\n c\r\n\r\n"},
      {"a folded coding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"},
      {"a folded first header", "GET /hello HTTP/1.1\r\n Host: localhost\r\n\r\n"},
      {"a bare newline", "GET /hello HTTP/1.1\nHost: localhost\n\n"},
      {"a bare newline in a header", get + "X-A: b\nTransfer-Encoding: chunked\r\n\r\n"},
      {"a bare return in a header", get + "X-A: b\rX-C: d\r\n\r\n"},
      {"a bare return as a line", get + "\r\r\n\r\n"},
      {"a NUL in a value", get + std::string("X-A: b\0c\r\n\r\n", 12)},
      {"a NUL in a name", get + std::string("X-\0A: b\r\n\r\n", 11)},
      {"a NUL in the request line", std::string("GET /hel\0lo HTTP/1.1\r\nHost: localhost\r\n\r\n", 41)},
      {"a DEL in a value", get + "X-A: b\x7F\r\n\r\n"},
      {"no colon", get + "X-A\r\n\r\n"},
      {"an empty name", get + ": b\r\n\r\n"},
      {"a name that is no token", get + "X(A): b\r\n\r\n"},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n"},
      {"an empty host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"},
      {"two hosts", get + "Host: localhost\r\n\r\n"},
      {"a target of another host", "GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"two authorizations", get + "Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n"},
      {"two content types", post + "Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n\r\n"},
      {"two origins", get + "Origin: http://localhost\r\nOrigin: http://localhost\r\n\r\n"},
      {"two protocol versions",
       get + "MCP-Protocol-Version: 2026-07-28\r\nmcp-protocol-version: 2025-06-18\r\n\r\n"},
      {"two methods", get + "Mcp-Method: tools/list\r\nMcp-Method: tools/call\r\n\r\n"},
      {"two names", get + "Mcp-Name: a\r\nMcp-Name: b\r\n\r\n"},
      {"two sessions", get + "Mcp-Session-Id: a\r\nMcp-Session-Id: b\r\n\r\n"},
      {"two params", get + "Mcp-Param-Region: a\r\nMCP-PARAM-REGION: b\r\n\r\n"},
      {"no version", "GET /hello\r\nHost: localhost\r\n\r\n"},
      {"a version to come", "GET /hello HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"a version in small letters", "GET /hello http/1.1\r\nHost: localhost\r\n\r\n"},
      {"a version too long", "GET /hello HTTP/1.10\r\nHost: localhost\r\n\r\n"},
      {"two blanks", "GET  /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a blank in the target", "GET /hello /x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a tab", "GET\t/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an empty line first", "\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"TLS to a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", 15)},
      {"a path out of the tree", "GET /../hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an escaped path out of the tree", "GET /%2e%2E/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an escaped slash", "GET /a%2fhello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a double escape", "GET /%252e HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an escaped NUL", "GET /hello%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"half an escape", "GET /hello%4 HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a backslash", "GET /a\\hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a fragment", "GET /hello#x HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a relative target", "GET hello HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"a star", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"},
      {"an unknown expectation", post + "Expect: tea\r\nContent-Length: 1\r\n\r\nx", 417},
      {"a compressed body", post + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 415},
      {"a chunk size with a sign", post + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"},
      {"a negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n"},
      {"a chunk size with 0x", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"},
      {"a chunk size with a blank", post + "Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n"},
      {"a chunk size and more", post + "Transfer-Encoding: chunked\r\n\r\n5 x\r\nhello\r\n0\r\n\r\n"},
      {"a chunk extension", post + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n"},
      {"an empty chunk size", post + "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n"},
      {"an overflowing chunk size",
       post + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"a chunk size and a bare newline", post + "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"},
      {"a chunk size and a bare return", post + "Transfer-Encoding: chunked\r\n\r\n5\rhello\r\n0\r\n\r\n"},
      {"a chunk longer than its size", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n"},
      {"a chunk that ends with a bare newline",
       post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n"},
      {"trailers", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n"},
  };
  for (const Case& one : cases) {
    RawPeer peer(served.port);
    peer.send(one.bytes + "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n");
    bool closed = false;
    const std::string all = peer.rest(&closed);
    EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(one.status) + " ")) << one.name << ": " << all;
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos) << one.name;
    EXPECT_TRUE(closed) << one.name;
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << one.name << ": a second answer";
    EXPECT_EQ(all.find("evil"), std::string::npos) << one.name << ": an echo of the request";
  }
  EXPECT_EQ(hidden, 0);
  expect_serving(served);
}

TEST(ListenerAttacks, ABodyNobodyReadsIsNotTakenForTheNextRequest) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  for (const char* line : {"POST /nowhere", "DELETE /echo", "POST /hello", "OPTIONS /echo"}) {
    const std::string inner = served.head("GET /hello") + "\r\n";
    RawPeer peer(served.port);
    peer.send(served.head(line) + "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner);
    const std::string all = peer.rest();
    EXPECT_EQ(all.find("hello"), std::string::npos) << line << ": " << all;
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << line;
  }
  // A body of a GET is read as one, since its length was said.
  const std::string inner = served.head("GET /nowhere") + "\r\n";
  RawPeer peer(served.port);
  peer.send(served.head("GET /hello") + "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n" +
            inner + served.head("GET /hello") + "\r\n");
  EXPECT_EQ(peer.status(), 200);
  EXPECT_EQ(peer.status(), 200);
}

TEST(ListenerAttacks, TooMuchIsRefusedBeforeItIsRead) {
  HttpOptions options = strict();
  options.limits.header_deadline_ms = options.limits.body_deadline_ms = 5000;
  Served served(std::move(options));
  add_echo(served.listener.get());
  served.start();
  const auto many = [](std::size_t count, const std::string& line) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += line;
    return all;
  };
  struct Case {
    const char* name;
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases = {
      {"a length over the limit", served.head("POST /echo") + "Content-Length: 1048577\r\n\r\n", 413},
      {"a length of terabytes", served.head("POST /echo") + "Content-Length: 99999999999999\r\n\r\n", 413},
      {"a chunk over the limit", served.head("POST /echo") + "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
       413},
      {"chunks over the limit",
       served.head("POST /echo") + "Transfer-Encoding: chunked\r\n\r\n" +
           many(17, "10000\r\n" + std::string(65536, 'x') + "\r\n"),
       413},
      {"a hundred and one headers", served.head("GET /hello") + many(100, "a: b\r\n") + "\r\n", 431},
      {"headers without end", served.head("GET /hello") + many(8000, "a: b\r\n"), 431},
      {"one long header", served.head("GET /hello") + "a: " + std::string(40'000, 'x'), 431},
      {"a long header name", served.head("GET /hello") + std::string(40'000, 'x'), 431},
      {"a long target", "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
      {"a request line without end", "GET /" + std::string(40'000, 'x'), 431},
      {"a long method", std::string(64, 'A') + " /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
  };
  for (const Case& one : cases) {
    RawPeer peer(served.port);
    peer.send(one.bytes);
    const std::string all = peer.rest();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(one.status) + " ")) << one.name << ": " << all;
  }
  RawPeer fits(served.port);
  fits.send(served.head("POST /echo") + "Content-Length: 1048576\r\n\r\n" + std::string(1048576, 'x'));
  EXPECT_EQ(fits.status(), 200);
  fits.send(served.head("GET /hello") + many(99, "a: b\r\n") + "\r\n");
  EXPECT_EQ(fits.status(), 200);
  expect_serving(served);
}

TEST(ListenerAttacks, AChunkedBombIsCutOff) {
  Served served(strict());
  add_echo(served.listener.get());
  served.start();
  RawPeer peer(served.port);
  peer.send(served.head("POST /echo") + "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
  std::size_t sent = 0;
  while (sent < (std::size_t{256} << 20) && peer.send(chunk)) sent += chunk.size();
  EXPECT_LT(sent, std::size_t{16} << 20) << "the server took it all";
  expect_serving(served);
}

TEST(ListenerAttacks, ManyBodiesTogetherHaveALimit) {
  HttpOptions options = strict();
  options.limits.body_deadline_ms = 30'000;
  options.limits.max_bodies_bytes = 1 << 20;
  Served served(std::move(options));
  add_echo(served.listener.get());
  served.listener->route("POST", "/stream", [](HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [](const auto& write) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return write("data: 1\n\n");
    };
    return response;
  });
  served.start();
  // One holds nearly all of it, and the next is refused. When they cross, the holder may be the one who is:
  // then both begin again.
  bool shown = false;
  for (int attempt = 0; !shown && attempt < 20; ++attempt) {
    RawPeer holder(served.port);
    holder.send(served.head("POST /echo") + "Content-Length: 1000000\r\n\r\n" + std::string(990'000, 'x'));
    bool refused = false;
    const auto start = Clock::now();
    while (!refused && ms_since(start) < 500) {  // until the holder's bytes have come in
      RawPeer peer(served.port);
      peer.send(served.head("POST /echo") + "Content-Length: 900000\r\n\r\n" + std::string(900'000, 'x'));
      const std::string all = peer.response();
      refused = all.starts_with("HTTP/1.1 503 ");
      if (refused) {
        EXPECT_NE(all.find("Retry-After: 5\r\n"), std::string::npos);
      }
    }
    holder.send(std::string(10'000, 'x'));
    shown = refused && holder.status() == 200;
  }
  EXPECT_TRUE(shown);
  RawPeer after(served.port);
  after.send(served.head("POST /echo") + "Content-Length: 900000\r\n\r\n" + std::string(900'000, 'x'));
  EXPECT_EQ(after.status(), 200) << "what was held is free again";
  // A stream does not hold the body it came from.
  RawPeer stream(served.port);
  stream.send(served.head("POST /stream") + "Content-Length: 900000\r\n\r\n" + std::string(900'000, 'x'));
  stream.until("\n\n");
  RawPeer beside(served.port);
  beside.send(served.head("POST /echo") + "Content-Length: 900000\r\n\r\n" + std::string(900'000, 'x'));
  EXPECT_EQ(beside.status(), 200);
}

// Drips one byte at a time for at most five seconds; returns after how many ms the server had enough.
int drip(RawPeer* peer, std::string_view bytes) {
  const auto start = Clock::now();
  std::thread dripping([&] {
    for (std::size_t i = 0; ms_since(start) < 5000; ++i) {
      if (!peer->send(bytes.substr(i % bytes.size(), 1))) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  peer->rest();
  const int after = ms_since(start);
  peer->end_sending();
  dripping.join();
  return after;
}

TEST(ListenerAttacks, SlowHeadersHaveATotalDeadline) {
  Served served(strict());
  add_echo(served.listener.get());
  served.start();
  RawPeer peer(served.port);
  peer.send(served.head("GET /hello"));
  const int after = drip(&peer, "X-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n");
  EXPECT_GE(after, 190);
  EXPECT_LT(after, 2500) << "each byte won it more time";
  RawPeer silent(served.port);
  silent.send(served.head("GET /hello"));
  EXPECT_EQ(silent.status(), 408);
}

TEST(ListenerAttacks, SlowBodiesHaveADeadline) {
  Served served(strict());
  add_echo(served.listener.get());
  served.start();
  for (const char* framing :
       {"Content-Length: 100000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFF\r\n"}) {
    RawPeer peer(served.port);
    peer.send(served.head("POST /echo") + framing);
    const int after = drip(&peer, "x");
    EXPECT_GE(after, 190) << framing;
    EXPECT_LT(after, 2500) << framing;
    RawPeer silent(served.port);
    silent.send(served.head("POST /echo") + framing);
    EXPECT_EQ(silent.status(), 408) << framing;
  }
}

TEST(ListenerAttacks, IdleConnectionsEnd) {
  Served served(strict());
  add_echo(served.listener.get());
  served.start();
  bool closed = false;
  const auto start = Clock::now();
  RawPeer fresh(served.port);
  EXPECT_EQ(fresh.rest(&closed), "");
  EXPECT_TRUE(closed);
  RawPeer kept(served.port);
  kept.send(served.head("GET /hello") + "\r\n");
  EXPECT_EQ(kept.status(), 200);
  EXPECT_EQ(kept.rest(&closed), "");
  EXPECT_TRUE(closed);
  EXPECT_GE(ms_since(start), 380);
  EXPECT_LT(ms_since(start), 5000);
}

TEST(ListenerAttacks, ReadersThatDoNotReadAreLetGo) {
  HttpOptions options = strict();
  options.limits.max_connections = 1;
  Served served(std::move(options));
  std::atomic<int> ended{0};
  served.listener->route("GET", "/big",
                         [](HttpRequest&) { return text_response(std::string(std::size_t{64} << 20, 'x')); });
  served.listener->route("GET", "/events", [&](HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [event = "data: " + std::string(100'000, 'x') + "\n\n"](const auto& write) {
      return write(event);
    };
    response.on_stream_end = [&] { ++ended; };
    return response;
  });
  served.start();
  RawPeer stuck(served.port, 4096);
  stuck.send(served.head("GET /events") + "\r\n");
  const auto start = Clock::now();
  while (ended == 0 && ms_since(start) < 5000) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(ended, 1);
  // One that reads a little now and then holds the only place there is, for a while.
  RawPeer slow(served.port, 4096);
  slow.send(served.head("GET /big") + "\r\n");
  slow.until("\r\n\r\n");
  const auto from = Clock::now();
  bool free = false;
  while (!free && ms_since(from) < 5000) {
    slow.sip();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // 100 bytes each time: 2 KB a second
    RawPeer peer(served.port);
    peer.send(served.head("GET /nowhere") + "\r\n");
    free = peer.status() == 404;
  }
  EXPECT_TRUE(free);
  EXPECT_GE(ms_since(from), 150);
}

TEST(ListenerAttacks, ForgedHostsAreRefused) {
  HttpOptions options;
  options.allowed_hosts = {"guard.example", "only.example:8443"};
  Served served(std::move(options));
  add_echo(served.listener.get());
  served.start();
  const std::vector<std::pair<std::string, int>> cases = {
      {"localhost", 200},
      {"LOCALHOST:1234", 200},
      {"127.0.0.1", 200},
      {"[::1]:80", 200},
      {"guard.example", 200},
      {"Guard.Example:443", 200},
      {"only.example:8443", 200},
      {"only.example", 403},
      {"evil.example", 403},
      {"evil.example:" + std::to_string(served.port), 403},
      {"localhost.evil.example", 403},
      {"127.0.0.1.evil.example", 403},
      {"guard.example.evil.example", 403},
      {"guard.example@evil.example", 403},
      {"evil.example#guard.example", 403},
      {"localhost:", 403},
      {"localhost:99999", 403},
      {"localhost:80:80", 403},
      {"localhost, evil.example", 403},
      {"0.0.0.0", 403},
      {"[::1", 403},
      {"::1", 403},
      {"2130706433", 403},
      {"192.168.0.1", 403},
  };
  for (const auto& [host, status] : cases) {
    RawPeer peer(served.port);
    peer.send("GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    const std::string all = peer.response();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(status) + " ")) << host << ": " << all;
    EXPECT_EQ(all.find("evil"), std::string::npos);
    // Whoever set the guard up reads here what to change.
    EXPECT_EQ(all.find("http.allowed_hosts") != std::string::npos, status == 403) << all;
  }
}

TEST(ListenerAttacks, ForgedOriginsAreRefused) {
  HttpOptions options;
  options.allowed_hosts = {"guard.example"};
  options.cors_origins = {"https://app.example", "http://dev.example:3000"};
  Served served(std::move(options));
  std::atomic<int> handled{0};
  served.listener->route("POST", "/mcp", [&](HttpRequest&) {
    ++handled;
    return text_response("ok");
  });
  served.start();
  const std::string port = std::to_string(served.port);
  const std::vector<std::pair<std::string, int>> cases = {
      {"http://localhost:" + port, 200},
      {"http://127.0.0.1:" + port, 200},
      {"http://[::1]:" + port, 200},
      {"https://app.example", 200},
      {"HTTPS://App.Example:443", 200},
      {"http://dev.example:3000", 200},
      {"http://localhost:1", 403},
      {"http://localhost", 403},
      {"https://app.example:8443", 403},
      {"http://app.example", 403},
      {"http://dev.example", 403},
      {"https://app.example.evil.example", 403},
      {"https://evil.example", 403},
      {"http://evil.example:" + port, 403},
      {"http://localhost.evil.example:" + port, 403},
      {"http://localhost:" + port + "@evil.example", 403},
      {"http://localhost:" + port + "/", 403},
      {"https://app.example https://evil.example", 403},
      {"null", 403},
      {"", 403},
      {"file://", 403},
      {"chrome-extension://abcdef", 403},
      {"*", 403},
  };
  int expected = 0;
  for (const auto& [origin, status] : cases) {
    expected += status == 200;
    RawPeer peer(served.port);
    peer.send("POST /mcp HTTP/1.1\r\nHost: localhost:" + port + "\r\nContent-Length: 2\r\n");
    peer.send("Origin: " + origin + "\r\n\r\n{}");
    const std::string all = peer.response();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(status) + " ")) << origin << ": " << all;
    if (status == 200) {
      EXPECT_NE(all.find("Access-Control-Allow-Origin: " + origin + "\r\n"), std::string::npos) << all;
      EXPECT_NE(all.find("Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate\r\n"),
                std::string::npos);
      EXPECT_NE(all.find("Vary: Origin\r\n"), std::string::npos);
    } else {
      EXPECT_EQ(all.find("Access-Control"), std::string::npos) << all;
      EXPECT_NE(all.find("http.cors_origins"), std::string::npos) << all;
    }
  }
  EXPECT_EQ(handled, expected);
  // Its own pages under a name it was given.
  RawPeer own(served.port);
  own.send(
      "POST /mcp HTTP/1.1\r\nHost: guard.example\r\nOrigin: https://guard.example\r\nContent-Length: "
      "2\r\n\r\n{}");
  EXPECT_EQ(own.status(), 200);
}

TEST(ListenerAttacks, PreflightsAreAnsweredForAllowedOriginsAlone) {
  HttpOptions options;
  options.cors_origins = {"https://app.example", "null"};
  Served served(std::move(options));
  std::atomic<int> handled{0};
  const auto handler = [&](HttpRequest&) {
    ++handled;
    return text_response("ok");
  };
  served.listener->route("POST", "/mcp", handler);
  served.listener->route("DELETE", "/mcp", handler);
  served.listener->route("*", "/any", handler);
  served.start();
  const auto preflight = [&](const std::string& path, const std::string& origin) {
    RawPeer peer(served.port);
    peer.send(served.head("OPTIONS " + path) + "Origin: " + origin +
              "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization, "
              "Mcp-Param-Region,mcp-param-,x-evil, Mcp-Param-\"x\r\n\r\n");
    return peer.response();
  };
  const std::string allowed = preflight("/mcp", "https://app.example");
  EXPECT_TRUE(allowed.starts_with("HTTP/1.1 204 ")) << allowed;
  EXPECT_NE(allowed.find("Access-Control-Allow-Origin: https://app.example\r\n"), std::string::npos)
      << allowed;
  EXPECT_NE(allowed.find("Access-Control-Allow-Methods: POST, DELETE, OPTIONS\r\n"), std::string::npos)
      << allowed;
  EXPECT_NE(allowed.find("Access-Control-Allow-Headers: Accept, Authorization, Content-Type, Last-Event-ID, "
                         "MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Mcp-Param-Region\r\n"),
            std::string::npos)
      << allowed;
  EXPECT_NE(allowed.find("Vary: Origin\r\n"), std::string::npos);
  EXPECT_EQ(allowed.find("evil"), std::string::npos);
  EXPECT_EQ(allowed.find("Access-Control-Allow-Credentials"), std::string::npos);
  EXPECT_TRUE(preflight("/mcp", "null").starts_with("HTTP/1.1 204 ")) << "it is listed";
  EXPECT_TRUE(preflight("/any", "https://app.example").starts_with("HTTP/1.1 204 "));
  const std::string refused = preflight("/mcp", "https://evil.example");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403 ")) << refused;
  EXPECT_EQ(refused.find("Access-Control"), std::string::npos);
  EXPECT_EQ(handled, 0) << "a handler saw a preflight";

  options = HttpOptions{};
  options.cors_origins = {"*"};
  Served open(std::move(options));
  open.listener->route("POST", "/mcp", handler);
  open.start();
  RawPeer peer(open.port);
  peer.send(open.head("POST /mcp") + "Origin: https://anybody.example\r\nContent-Length: 0\r\n\r\n");
  EXPECT_NE(peer.response().find("Access-Control-Allow-Origin: *\r\n"), std::string::npos);
}

TEST(ListenerAttacks, ConnectionsOverTheLimitAreRefusedAtOnce) {
  HttpOptions options;
  options.limits.max_connections = 4;
  Served served(std::move(options));
  add_echo(served.listener.get());
  served.start();
  {
    std::vector<RawPeer> peers;
    for (int i = 0; i < 4; ++i) {
      peers.emplace_back(served.port);
      peers.back().send(served.head("GET /hello") + "\r\n");
      EXPECT_EQ(peers.back().status(), 200);
    }
    RawPeer fifth(served.port);
    const std::string all = fifth.rest();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 503 ")) << all;
    EXPECT_NE(all.find("Retry-After: 5\r\n"), std::string::npos);
    peers[0].send(served.head("GET /hello") + "\r\n");
    EXPECT_EQ(peers[0].status(), 200) << "those that are in go on";
  }
  const auto start = Clock::now();
  int status = 0;
  while (status != 200 && ms_since(start) < 5000) {
    RawPeer peer(served.port);
    peer.send(served.head("GET /hello") + "\r\n");
    status = peer.status();
  }
  EXPECT_EQ(status, 200) << "their places are free again";
}

TEST(ListenerAttacks, StreamsHaveALimitOfTheirOwn) {
  HttpOptions options;
  options.limits.max_streams = 2;
  Served served(std::move(options));
  add_echo(served.listener.get());
  std::atomic<int> ended{0};
  served.listener->route("GET", "/events", [&](HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [](const auto&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return true;
    };
    response.on_stream_end = [&] { ++ended; };
    return response;
  });
  served.start();
  RawPeer first(served.port), second(served.port), third(served.port);
  for (RawPeer* peer : {&first, &second}) {
    peer->send(served.head("GET /events") + "\r\n");
    EXPECT_EQ(peer->status(), 200);
  }
  third.send(served.head("GET /events") + "\r\n");
  const std::string all = third.response();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 503 ")) << all;
  EXPECT_NE(all.find("Retry-After: 5\r\n"), std::string::npos);
  third.send(served.head("GET /hello") + "\r\n");
  EXPECT_EQ(third.status(), 200) << "it may still do anything else";
  served.stop();
  EXPECT_EQ(ended, 3) << "the refused one's handler was told as well";
}

}  // namespace
}  // namespace aegis::gateway
