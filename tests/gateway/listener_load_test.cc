// The listener with many connections at once, and its end.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
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

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kMany = 100;  // sanitizers make threads expensive
#else
constexpr std::size_t kMany = 1'000;
#endif

std::size_t threads_now() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

// Streams that say something now and then until the listener ends them.
class Streams {
 public:
  void add_to(Listener* listener) {
    listener->route("GET", "/events", [this](HttpRequest&) {
      HttpResponse response;
      response.content_type = "text/event-stream";
      ++open;
      response.stream = [this, seen = 0](const auto& write) mutable {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(kStreamStepMs), [&] { return events_ > seen; });
        const bool news = events_ > seen;
        seen = events_;
        lock.unlock();
        return !news || write("data: news\n\n");
      };
      response.on_stream_end = [this] { --open; };
      return response;
    });
  }
  void emit() {
    const std::lock_guard lock(mutex_);
    ++events_;
    changed_.notify_all();
  }
  std::atomic<int> open{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int events_ = 0;
};

struct Latency {
  double p50 = 0, p99 = 0, max = 0;  // milliseconds
};

Latency post_latency(const Served& served, int posts) {
  RawPeer peer(served.port);
  const std::string body(450, 'x');
  const std::string request = served.head("POST /echo") + "Content-Length: 450\r\n\r\n" + body;
  std::vector<double> times;
  for (int i = 0; i < posts; ++i) {
    const auto start = Clock::now();
    peer.send(request);
    EXPECT_EQ(peer.status(), 200);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100], times.back()};
}

TEST(ListenerLoad, AThousandStreamsAndAThousandIdleConnectionsLeavePostsUnharmed) {
  HttpOptions options;
  options.limits.idle_ms = 60'000;  // the test may be slow, the point is that they stay
  Served served(std::move(options));
  add_echo(served.listener.get());
  Streams streams;
  streams.add_to(served.listener.get());
  served.start();
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < 4 * kMany + 600)
    GTEST_SKIP() << "needs " << 4 * kMany + 600 << " open files, both ends being here";

  const Latency alone = post_latency(served, 500);
  std::vector<RawPeer> listening, idle;
  for (std::size_t i = 0; i < kMany; ++i) {
    listening.emplace_back(served.port);
    ASSERT_TRUE(listening.back().send(served.head("GET /events") + "\r\n"));
    ASSERT_EQ(listening.back().status(), 200);
    idle.emplace_back(served.port);
    ASSERT_TRUE(idle.back().send(served.head("GET /hello") + "\r\n"));
    ASSERT_EQ(idle.back().status(), 200);
  }
  EXPECT_EQ(streams.open, static_cast<int>(kMany));
  const Latency together = post_latency(served, 500);
  std::cout << "  POST ms alone p50 " << alone.p50 << " p99 " << alone.p99 << "; with " << kMany
            << " streams and " << kMany << " idle connections p50 " << together.p50 << " p99 " << together.p99
            << " max " << together.max << "\n";
  EXPECT_LT(together.p50, 20 * alone.p50 + 5);
  EXPECT_LT(together.max, 2'000);

  streams.emit();
  for (RawPeer& peer : listening) ASSERT_EQ(peer.until("news\n\n\r\n"), "c\r\ndata: news\n\n\r\n");
  for (RawPeer& peer : idle) {
    ASSERT_TRUE(peer.send(served.head("GET /hello") + "\r\n"));
    ASSERT_EQ(peer.status(), 200);
  }
  const auto start = Clock::now();
  served.stop();
  EXPECT_LT(ms_since(start), 5'000);
  EXPECT_EQ(streams.open, 0);
  EXPECT_EQ(listening[0].until("0\r\n\r\n"), "0\r\n\r\n") << "an event stream ends in good order";
}

TEST(ListenerLoad, StopsUnderLoadAndLeavesNoThread) {
  std::thread([] {}).join();  // with the first thread, a sanitizer starts one of its own
  const std::size_t before = threads_now();
  Served served;
  add_echo(served.listener.get());
  Streams streams;
  streams.add_to(served.listener.get());
  served.listener->route("GET", "/wait", [](HttpRequest& request) {
    while (!request.hung_up()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return text_response("late");
  });
  served.listener->route("GET", "/big",
                         [](HttpRequest&) { return text_response(std::string(std::size_t{16} << 20, 'x')); });
  served.start();
  std::atomic<bool> done{false};
  std::atomic<int> served_posts{0};
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      while (!done) {
        RawPeer peer(served.port);
        if (!peer.connected()) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          continue;
        }
        while (peer.send(served.head("POST /echo") + "Content-Length: 2\r\n\r\nok") && peer.status() == 200)
          ++served_posts;
      }
    });
  }
  RawPeer listening(served.port), waiting(served.port), stuck(served.port, 4096), half(served.port);
  listening.send(served.head("GET /events") + "\r\n");
  EXPECT_EQ(listening.status(), 200);
  waiting.send(served.head("GET /wait") + "\r\n");
  stuck.send(served.head("GET /big") + "\r\n");
  half.send(served.head("POST /echo") + "Content-Length: 2\r\n\r\n");
  while (served_posts < 200) std::this_thread::sleep_for(std::chrono::milliseconds(1));

  // As app does it: a thread that waits for signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    served.listener->stop();
    served.listener->stop();  // twice does no harm
  });
  const auto start = Clock::now();
  pthread_kill(waiter.native_handle(), SIGUSR1);
  waiter.join();
  EXPECT_TRUE(served.listener->stopping());
  served.stop();
  EXPECT_LT(ms_since(start), 4'000);
  EXPECT_EQ(streams.open, 0);
  done = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(threads_now(), before);
  RawPeer late(served.port);
  EXPECT_FALSE(late.connected());
}

TEST(ListenerLoad, ThreadsEndWhenTheirWorkDoes) {
  // Stopped before it ran, and never run: both end.
  Served never;
  add_echo(never.listener.get());
  EXPECT_TRUE(never.listener->bind());
  never.listener->stop();
  never.listener->run();
  const std::unique_ptr<Listener> unbound = Listener::make({}).value();
  unbound->run();
  EXPECT_FALSE(unbound->stopping());
}

}  // namespace
}  // namespace aegis::gateway
