// PortCore: what the threads of one HttpPort share: its options, its mailbox, the legacy session, the tools'
// annotations, and the sentence for each way a server can fail.
//
// Thread-safe but for the fields set before the first thread starts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/http_connection.h"
#include "gateway/upstream/http_port.h"
#include "gateway/upstream/mailbox.h"
#include "gateway/upstream/tool_headers.h"

namespace aegis::gateway {

// What is read of a body that nothing depends on (errors, answers to notifications) before the connection is
// closed instead.
inline constexpr std::size_t kMaxIdleBodyBytes = std::size_t{64} << 10;
// Session ids are UUIDs or signed tokens; they go out with every request.
inline constexpr std::size_t kMaxSessionIdBytes = 4'096;
// Streams may be silent for long; TCP keep-alive finds a dead peer much earlier.
inline constexpr int kStreamSilenceMs = 24 * 3'600'000;

// A legacy session as the server opened it.
class LegacySession {
 public:
  void opened(std::string id, std::string version);
  // From now on it is HTTP+SSE (2024-11-05): messages are posted to `target` and answered on the stream.
  void fell_back(std::string target);

  [[nodiscard]] mcp::HeaderList headers() const;
  [[nodiscard]] bool has_id() const;
  [[nodiscard]] std::optional<std::string> old_target() const;

 private:
  mutable std::mutex mutex_;
  std::string id_, version_;
  std::optional<std::string> old_target_;
};

// What runs on a connection and can be ended from another thread.
class Cutter {
 public:
  // False: stopped before it began.
  bool attach(HttpConnection* connection);
  void detach();
  // Idempotent; repeated by whoever waits for the end, as HttpConnection::cut() asks for.
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  std::mutex mutex_;
  HttpConnection* connection_ = nullptr;
  std::atomic<bool> stopped_{false};
};

struct PortCore {
  PortCore(HttpPortOptions port_options, Url where)
      : options(std::move(port_options)), url(std::move(where)) {}

  const HttpPortOptions options;
  const Url url;
  Mailbox mailbox;
  ToolHeaders tools;
  LegacySession session;

  [[nodiscard]] HttpEndpoint endpoint(int read_timeout_ms) const;
  // "the server 'files' …"
  [[nodiscard]] std::string sentence(std::string_view predicate) const;
  // The configured headers and ours for a legacy message.
  [[nodiscard]] mcp::HeaderList headers(std::string_view accept) const;

  bool post(std::string line, std::string_view related) {
    return mailbox.post({Mailbox::Kind::line, std::move(line), std::string(related)});
  }
  // The error a request is answered with in the server's stead.
  void fail(std::string_view id, int code, std::string_view predicate);
  // The session is over for its owner. Once.
  void close(const std::string& why);

  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] bool closed() const { return closed_; }
  void stop();
  // False: it was cut short, by stop() or since `cancelled` became true and notify() was called.
  bool pause(int milliseconds, const std::function<bool()>& cancelled);
  void notify();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false}, closed_{false};
};

// Whether a value may stand in a header as it is: visible ASCII.
bool is_visible_ascii(std::string_view value);

}  // namespace aegis::gateway
