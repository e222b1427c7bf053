#include "gateway/http/listener.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
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

TEST(Listener, ServesAnOrdinaryClientOnOneConnection) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  httplib::Client client("127.0.0.1", served.port);
  client.set_keep_alive(true);
  for (int i = 0; i < 200; ++i) {
    const auto hello = client.Get("/hello");
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->status, 200);
    EXPECT_EQ(hello->body, "hello");
    const auto echo = client.Post("/echo", std::string(static_cast<std::size_t>(i) * 997, 'x'), "text/plain");
    ASSERT_TRUE(echo);
    EXPECT_EQ(echo->body.size(), static_cast<std::size_t>(i) * 997);
  }
}

TEST(Listener, TakesABodyOfManyMegabytesWithAndWithoutALength) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  httplib::Client client("127.0.0.1", served.port);
  std::string body(20u << 20, 'a');
  for (std::size_t i = 0; i < body.size(); i += 4099) body[i] = static_cast<char>('a' + i % 26);
  auto result = client.Post("/echo", body, "text/plain");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_TRUE(result->body == body);
  result = client.Post(
      "/echo",
      [&](std::size_t offset, httplib::DataSink& sink) {
        const std::size_t part = std::min<std::size_t>(100'000, body.size() - offset);
        if (part == 0) {
          sink.done();
          return true;
        }
        return sink.write(body.data() + offset, part);
      },
      "text/plain");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_TRUE(result->body == body);
}

TEST(Listener, ShowsAHandlerTheRequestAsItWasSent) {
  Served served;
  HttpRequest seen;
  served.listener->route("*", "/api/*", [&](HttpRequest& request) {
    seen = request;
    EXPECT_FALSE(request.hung_up());
    return HttpResponse{.status = 202};
  });
  served.start();
  RawPeer peer(served.port);
  peer.send(
      "PUT /api/a%20b/c?x=%41&y HTTP/1.1\r\nhOsT: LocalHost:99\r\nMcp-Name: a%20b \r\nAccept: a\r\naccept: "
      "b\r\n"
      "Content-Length: 3\r\n\r\nabc");
  EXPECT_EQ(peer.status(), 202);
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.path, "/api/a b/c");
  EXPECT_EQ(seen.query, "x=%41&y");
  EXPECT_EQ(seen.remote_address, "127.0.0.1");
  EXPECT_EQ(seen.origin_url, "http://LocalHost:99");
  EXPECT_EQ(seen.body, "abc");
  EXPECT_EQ(seen.header("mcp-name"), "a%20b") << "header values are not unescaped";
  EXPECT_EQ(seen.header("ACCEPT"), "a, b");
  EXPECT_EQ(seen.header("Authorization"), std::nullopt);
}

TEST(Listener, FindsTheLongestRouteAndSaysWhatElseAPathTakes) {
  Served served;
  for (const char* path : {"/a", "/a/*", "/a/b/*", "/a/b/c"}) {
    served.listener->route("GET", path, [path](HttpRequest&) { return text_response(path); });
  }
  served.listener->route("POST", "/a", [](HttpRequest&) { return text_response("posted"); });
  served.start();
  httplib::Client client("127.0.0.1", served.port);
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"/a", "/a"},    {"/a/x", "/a/*"},       {"/a/x/y", "/a/*"}, {"/a/b/", "/a/b/*"}, {"/a/b/c", "/a/b/c"},
      {"/a/", "/a/*"}, {"/a/b/c/d", "/a/b/*"}, {"/b", nullptr},    {"/", nullptr},      {"/aa", nullptr},
  };
  for (const auto& [path, route] : cases) {
    const auto result = client.Get(path);
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->status, route ? 200 : 404) << path;
    EXPECT_EQ(result->body, route ? route : R"({"error":"Not Found"})") << path;
  }
  const auto refused = client.Delete("/a");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 405);
  EXPECT_EQ(refused->get_header_value("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(refused->get_header_value("Content-Type"), "application/json");
  const auto options = client.Options("/a");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 204);
  EXPECT_EQ(options->get_header_value("Allow"), "GET, HEAD, POST, OPTIONS");
}

TEST(Listener, AnswersHeadAsGetWithoutTheBody) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  RawPeer peer(served.port);
  peer.send(served.head("HEAD /hello") + "\r\n" + served.head("GET /hello") + "\r\n");
  EXPECT_NE(peer.until("\r\n\r\n").find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(peer.status(), 200) << "the next response follows at once";
}

TEST(Listener, SendsSafeHeadersAndNoServerName) {
  Served served;
  add_echo(served.listener.get());
  served.listener->route("GET", "/cached", [](HttpRequest&) {
    auto response = text_response("x");
    response.headers = {{"cache-control", "max-age=60"},
                        {"Content-Length", "99"},
                        {"Transfer-Encoding", "chunked"},
                        {"Server", "x/1"}};
    return response;
  });
  served.listener->route("GET", "/split", [](HttpRequest&) {
    auto response = text_response("x");
    response.headers = {{"X-A", "b\r\nX-Evil: 1"}};
    return response;
  });
  served.listener->route("GET", "/throws",
                         [](HttpRequest&) -> HttpResponse { throw std::runtime_error("secret"); });
  served.start();
  RawPeer peer(served.port);
  peer.send(served.head("GET /hello") + "\r\n");
  std::string response = peer.response();
  EXPECT_NE(response.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_NE(response.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(response.find("Date: "), std::string::npos);
  EXPECT_EQ(response.find("Server:"), std::string::npos);
  peer.send(served.head("GET /cached") + "\r\n");
  response = peer.response();
  EXPECT_NE(response.find("cache-control: max-age=60\r\n"), std::string::npos);
  EXPECT_EQ(response.find("no-store"), std::string::npos);
  EXPECT_NE(response.find("Content-Length: 1\r\n"), std::string::npos);
  EXPECT_EQ(response.find("99"), std::string::npos);
  EXPECT_EQ(response.find("chunked"), std::string::npos);
  EXPECT_EQ(response.find("x/1"), std::string::npos);
  peer.send(served.head("GET /split") + "\r\n");
  response = peer.response();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 500 ")) << response;
  EXPECT_EQ(response.find("X-Evil"), std::string::npos);
  peer.send(served.head("GET /throws") + "\r\n");
  response = peer.response();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 500 ")) << response;
  EXPECT_EQ(response.find("secret"), std::string::npos);
}

TEST(Listener, SpeaksHttp10) {
  Served served;
  add_echo(served.listener.get());
  served.listener->route("GET", "/stream", [](HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [](const auto& write) {
      write("data: 1\n\n");
      return false;
    };
    return response;
  });
  served.start();
  bool closed = false;
  {
    RawPeer peer(served.port);
    peer.send("GET /hello HTTP/1.0\r\n\r\n");
    const std::string all = peer.rest(&closed);
    EXPECT_TRUE(closed) << "HTTP/1.0 closes unless asked not to";
    EXPECT_TRUE(all.ends_with("\r\n\r\nhello")) << all;
  }
  {
    RawPeer peer(served.port);
    peer.send("GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_NE(peer.response().find("Connection: keep-alive\r\n"), std::string::npos);
    peer.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const std::string all = peer.rest(&closed);
    EXPECT_TRUE(closed) << "the end of the stream is the end of the connection";
    EXPECT_TRUE(all.ends_with("\r\n\r\ndata: 1\n\n")) << all;
    EXPECT_EQ(all.find("chunked"), std::string::npos);
  }
}

TEST(Listener, AnswersPipelinedRequestsInOrder) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  RawPeer peer(served.port);
  std::string all;
  for (int i = 0; i < 50; ++i) {
    const std::string body = "number " + std::to_string(i);
    if (i % 2 == 0) {
      all += served.head("POST /echo") + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    } else {
      all += served.head("POST /echo") + "Transfer-Encoding: chunked\r\n\r\n4\r\n" + body.substr(0, 4) +
             "\r\n" + std::to_string(body.size() - 4) + "\r\n" + body.substr(4) + "\r\n0\r\n\r\n";
    }
  }
  peer.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(peer.response().ends_with("\r\n\r\nnumber " + std::to_string(i))) << i;
  }
}

TEST(Listener, AsksForABodyThatWaitsToBeAskedFor) {
  Served served;
  add_echo(served.listener.get());
  served.start();
  RawPeer peer(served.port);
  peer.send(served.head("POST /echo") + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(peer.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ok");
  EXPECT_TRUE(peer.response().ends_with("\r\n\r\nok"));
  RawPeer refused(served.port);
  refused.send(served.head("POST /nowhere") + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(refused.status(), 404) << "nothing is asked for that nobody takes";
}

TEST(Listener, StreamsEventsAsTheyComeAndTellsTheHandlerOfTheEnd) {
  Served served;
  std::mutex mutex;
  std::condition_variable changed;
  int events = 0, ends = 0;
  served.listener->route("GET", "/events", [&](HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/event-stream";
    response.stream = [&, sent = 0](const auto& write) mutable {
      std::unique_lock lock(mutex);
      changed.wait_for(lock, std::chrono::milliseconds(50), [&] { return events > sent; });
      while (sent < events) {
        ++sent;
        lock.unlock();
        if (!write("data: " + std::to_string(sent) + "\n\n")) return false;
        lock.lock();
      }
      return sent < 3;
    };
    response.on_stream_end = [&] {
      const std::lock_guard lock(mutex);
      ++ends;
      changed.notify_all();
    };
    return response;
  });
  served.start();
  const auto emit = [&] {
    const std::lock_guard lock(mutex);
    ++events;
    changed.notify_all();
  };
  const auto ended = [&](int wanted) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(5), [&] { return ends == wanted; });
  };
  {
    RawPeer peer(served.port);
    peer.send(served.head("GET /events") + "\r\n");
    const std::string head = peer.until("\r\n\r\n");
    EXPECT_NE(head.find("X-Accel-Buffering: no\r\n"), std::string::npos);
    EXPECT_NE(head.find("Cache-Control: no-cache\r\n"), std::string::npos);
    for (int i = 1; i <= 3; ++i) {
      emit();
      EXPECT_EQ(peer.until("\n\n\r\n"), "9\r\ndata: " + std::to_string(i) + "\n\n\r\n");
    }
    EXPECT_EQ(peer.until("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_TRUE(ended(1));
    peer.send(served.head("GET /nowhere") + "\r\n");
    EXPECT_EQ(peer.status(), 404) << "the connection serves on";
  }
  events = 0;
  {
    RawPeer peer(served.port);
    peer.send(served.head("GET /events") + "\r\n");
    peer.until("\r\n\r\n");
  }
  EXPECT_TRUE(ended(2)) << "a client that left is noticed without a write";
  {
    RawPeer peer(served.port);
    peer.send(served.head("HEAD /events") + "\r\n");
    peer.until("\r\n\r\n");
    EXPECT_TRUE(ended(3)) << "a stream that never began has ended, too";
  }
}

TEST(Listener, TellsAHandlerThatItsClientHungUp) {
  Served served;
  std::atomic<int> seen{0};
  served.listener->route("GET", "/wait", [&](HttpRequest& request) {
    const auto start = Clock::now();
    while (!request.hung_up() && ms_since(start) < 5000)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    seen = request.hung_up() ? 1 : 2;
    return text_response("late");
  });
  served.start();
  {
    RawPeer peer(served.port);
    // What was sent ahead must not hide that the client left.
    peer.send(served.head("GET /wait") + "\r\n" + served.head("GET /wait") + "\r\n");
  }
  const auto start = Clock::now();
  while (seen == 0 && ms_since(start) < 5000) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(seen, 1);
}

TEST(Listener, SaysWhyItCannotListen) {
  Served first;
  add_echo(first.listener.get());
  first.start();
  const auto error_of = [](HttpOptions options) {
    auto listener = Listener::make(std::move(options));
    if (!listener) return listener.error().message;
    const auto bound = (*listener)->bind();
    return bound ? std::string("bound") : bound.error().message;
  };
  EXPECT_EQ(error_of({.port = first.port}), "cannot listen on " + first.host() + ": Address already in use");
  EXPECT_EQ(error_of({.host = "192.0.2.1", .port = 5}),
            "cannot listen on 192.0.2.1:5: Cannot assign requested address");
  EXPECT_EQ(error_of({.port = 70'000}), "cannot listen on 127.0.0.1:70000: no such port");
  EXPECT_EQ(error_of({.tls_certificate = "/nowhere.pem"}), "TLS needs both a certificate and a key file");
  EXPECT_EQ(error_of({.tls_certificate = "/nowhere.pem", .tls_key = "/k.pem"}),
            "the TLS certificate /nowhere.pem cannot be read as PEM");
  EXPECT_EQ(error_of({.host = "localhost"}), "bound");
  EXPECT_EQ(error_of({.host = "0.0.0.0"}), "bound");
}

TEST(Listener, KnowsWhatIsLoopback) {
  for (const char* yes :
       {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.3", "::1", "[::1]", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(yes)) << yes;
  }
  for (const char* no :
       {"", "0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example.com", "127.1", "localhost.example.com", "::2",
        "10.0.0.1", "[127.0.0.1", "::ffff:10.0.0.1", "127.0.0.1 "}) {
    EXPECT_FALSE(is_loopback(no)) << no;
  }
}

}  // namespace
}  // namespace aegis::gateway
