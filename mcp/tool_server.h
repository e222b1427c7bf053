// ToolServer: what an MCP server of our own answers, in both eras, whatever carries its messages.
//
//   legacy   (2024-11-05 … 2025-11-25): `initialize` settles a revision for the connection.
//   modern   (2026-07-28): each request says in its _meta what it speaks, and is answered for itself; on one
//            connection requests of both eras may follow each other.
//
// Thread-safe, and so are reply() and its kin for one ConnectionState: everything is answered on the caller's
// thread. The ToolProvider must outlive it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "mcp/message.h"
#include "mcp/version.h"

namespace aegis::mcp {

// A message to this server is a call of one tool; the largest holds a text of 1 MiB, escaped.
inline constexpr std::size_t kMaxRequestBytes = std::size_t{8} << 20;

// How long a modern client may keep what discovery and the list of tools say: they change with the binary
// only, so an hour is how long an upgrade may go unnoticed.
inline constexpr std::int64_t kOwnResultTtlMs = 3'600'000;

// Thread-safe.
class ToolProvider {
 public:
  virtual ~ToolProvider() = default;
  // The `tools` array of tools/list, in a fixed order; never changes.
  virtual const Json& list() const = 0;
  // The structured result. Errors: not_found for an unknown tool (a protocol error); everything else is for
  // the model and becomes a result with isError.
  virtual Result<Json> call(const std::string& name, const Json& arguments) = 0;
};

struct ServerInfo {
  std::string name, title, version, instructions;
};

// What a connection (a stdio process, an HTTP session) has settled so far.
struct ConnectionState {
  ConnectionState() = default;
  // All of it modern: a transport whose requests say so outside the message.
  explicit ConnectionState(const Revision* settled) : revision(settled) {}

  std::atomic<const Revision*> revision{nullptr};  // nullptr until `initialize`
  std::atomic<bool> seen_modern{false};            // the peer speaks the modern era, at least now and then
};

struct Reply {
  std::string notification;  // to be sent first; empty: none
  std::string answer;        // empty: none, or (while listening) not yet
  // The request is a subscription that stays open until it is cancelled or listen_ended() is sent.
  bool listening = false;
};

// A line that was read; valid as long as the parser's result is.
struct Incoming {
  Message message;
  std::string_view text;
};

class ToolServer {
 public:
  ToolServer(ServerInfo info, ToolProvider* tools);

  // Reads one line. False: it is no single message (broken, a batch), and *reply is all there is to say.
  bool read(std::string_view line, JsonParser* parser, ConnectionState* state, Incoming* incoming,
            Reply* reply) const;
  Reply reply(const Incoming& incoming, ConnectionState* state) const;
  // Both in one.
  Reply reply(std::string_view line, ConnectionState* state) const;

  // A message over kMaxRequestBytes, of which nothing was read.
  [[nodiscard]] std::string oversized(const ConnectionState& state) const;
  // The answer that ends a subscription from our side.
  [[nodiscard]] std::string listen_ended(std::string_view id) const;

 private:
  [[nodiscard]] Reply modern_reply(const Incoming& incoming) const;
  [[nodiscard]] std::string legacy_reply(const Incoming& incoming, ConnectionState* state) const;
  [[nodiscard]] std::string batch_reply(std::string_view text, ConnectionState* state) const;
  std::string initialize(const Message& message, ConnectionState* state) const;
  [[nodiscard]] Json implementation() const;
  [[nodiscard]] Json modern(const Json& result) const;
  [[nodiscard]] Json cacheable(const Json& result) const;

  ServerInfo info_;
  ToolProvider* tools_;
};

}  // namespace aegis::mcp
