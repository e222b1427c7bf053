// Server: the MCP lifecycle and the tools methods of a server of our own, for the handshake revisions
// (2024-11-05 … 2025-11-25). Lines in, lines out; transports live elsewhere.
//
// Thread contract: handle() from one thread; run() from one other; the sink is called from both, one call at
// a time. The ToolProvider must outlive the Server and is called from the thread that calls run() (and, for
// the messages of a batch, the one that calls handle()).
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "mcp/message.h"
#include "mcp/version.h"

namespace aegis::mcp {

// A message to this server is a call of one tool; the largest holds a text of 1 MiB, escaped.
inline constexpr std::size_t kMaxRequestBytes = std::size_t{8} << 20;

// Calls waiting for the worker. A full queue stops the reading of further messages.
inline constexpr std::size_t kMaxQueuedCalls = 256;

class ToolProvider {
 public:
  virtual ~ToolProvider() = default;
  // The `tools` array of tools/list, in a fixed order.
  virtual const Json& list() const = 0;
  // The structured result. Errors: not_found for an unknown tool (a protocol error); everything else is for
  // the model and becomes a result with isError.
  virtual Result<Json> call(const std::string& name, const Json& arguments) = 0;
};

struct ServerInfo {
  std::string name, title, version, instructions;
};

class Server {
 public:
  using Sink = std::function<void(std::string_view line)>;

  Server(ServerInfo info, ToolProvider* tools, Sink sink);

  // One line from the client. Answers everything but tool calls at once; those wait for run(), so that a ping
  // is answered and a call can be cancelled while another call runs.
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

  std::string reply_to(const Message& message, std::string_view text);
  std::string batch_reply(std::string_view text);
  std::string initialize(const Message& message);
  std::string call_tool(const std::string& id, const Json& params);
  std::string unaddressed_error(int code, std::string_view text) const;
  void cancel(const Message& message);
  void send(const std::string& line);

  ServerInfo info_;
  ToolProvider* tools_;
  Sink sink_;
  JsonParser parser_;
  const Revision* revision_ = nullptr;  // nullptr until `initialize`

  std::mutex sink_mutex_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<QueuedCall> calls_;
  std::string running_;  // id of the call run() is at
  bool running_cancelled_ = false;
  bool finished_ = false;
};

}  // namespace aegis::mcp
