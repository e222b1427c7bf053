// Server: a ToolServer at one end of a pipe. Lines in, lines out; calls of tools run on a thread of their
// own, so that a ping is answered and a call can be cancelled while another call runs.
//
// Thread contract: handle() from one thread; run() from one other; the sink is called from both, one call at
// a time. The ToolProvider must outlive the Server.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/json.h"
#include "mcp/message.h"
#include "mcp/tool_server.h"

namespace aegis::mcp {

// Calls waiting for the worker. A full queue stops the reading of further messages.
inline constexpr std::size_t kMaxQueuedCalls = 256;

class Server {
 public:
  using Sink = std::function<void(std::string_view line)>;

  Server(ServerInfo info, ToolProvider* tools, Sink sink);

  // One line from the client. Answers everything but tool calls at once; those wait for run().
  void handle(std::string_view line);
  void handle_oversized();

  // Works off tool calls until finish() was called and none is left.
  void run();
  void finish();

 private:
  struct QueuedCall {
    std::string id;
    std::string message;  // as it came; read where it is worked off
  };

  void cancel(const Message& message);
  void send(const Reply& reply);

  ToolServer server_;
  ConnectionState state_;
  Sink sink_;
  JsonParser parser_;

  std::mutex sink_mutex_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<QueuedCall> calls_;
  std::string running_;  // id of the call run() is at
  bool running_cancelled_ = false;
  bool finished_ = false;
};

}  // namespace aegis::mcp
