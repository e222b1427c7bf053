// Aggregator: one MCP server towards a client, many servers behind it.
//
// A pure state machine: lines in, lines out, no I/O, no threads, no clock of its own. Towards its client it
// is one server of the handshake revisions, towards each server one client of them; eras and the guarding of
// what passes are the business of those in front of it and behind it.
//
//   Tools, prompts and the names of resources are called `server__name`. URIs stay as they are, and a read is
//   routed by who listed the URI; `server__URI` always means that server. What is relayed keeps its bytes but
//   for ids, progress tokens, these names, the `logger` of log messages and the `message` of elicitations,
//   which begin with the server's name.
//
//   Lists are asked for anew each time and merged in the order of the servers. One that does not answer in
//   time is represented by what it listed last, and list_changed follows when its answer is another.
//
// Not thread-safe. The sinks may call back into the Aggregator: such a call is put off until the one that is
// running is done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/bridge.h"
#include "mcp/server.h"

namespace aegis::gateway {

// How long `initialize` waits for servers; one that answers later joins then. Long enough for `npx` to start
// what it has in its cache, short enough that no client gives the gateway up (the shortest known waits 10 s).
inline constexpr int kStartWaitMs = 5'000;
// How long a list waits for servers.
inline constexpr int kListWaitMs = 5'000;
// A list nobody has answered for so long is asked for again when the next one wants it.
inline constexpr int kListGiveUpMs = 60'000;
// How long a server that may know a URI is given before the next one is asked as well.
inline constexpr int kAskWaitMs = 5'000;
// Changes of lists within this time are told once.
inline constexpr int kListChangedGapMs = 100;

// Requests of the client waiting for an answer, as for a single server (kMaxPending).
inline constexpr std::size_t kMaxWaitingCalls = 10'000;
// Requests of one server waiting for the client. Each is a dialog or a model call: many are an attack.
inline constexpr std::size_t kMaxServerRequests = 256;
// Of one list of one server. The largest public servers list a few hundred items.
inline constexpr std::size_t kMaxListItems = 10'000;
inline constexpr std::size_t kMaxListPages = 1'000;
inline constexpr std::size_t kMaxListBytes = std::size_t{8} << 20;
// Of one list of all servers: below what one message may have (kMaxMessageBytes).
inline constexpr std::size_t kMaxMergedBytes = std::size_t{32} << 20;
// Instructions go into the model's prompt: of one server, and of all.
inline constexpr std::size_t kMaxServerInstructions = std::size_t{8} << 10;
inline constexpr std::size_t kMaxAllInstructions = std::size_t{64} << 10;
// Tasks, URIs from tools and results, and subscriptions remembered; beyond them the oldest is forgotten (a
// new subscription is refused).
inline constexpr std::size_t kMaxRemembered = 10'000;
// Bytes of one such URI or task id; servers take URIs of some 8 KB at most.
inline constexpr std::size_t kMaxRememberedKey = std::size_t{8} << 10;

// A server as the Aggregator and its owner speak of it.
struct ServerRef {
  std::size_t server = 0;  // chosen by the owner, never used for another one
  std::string name;        // unique; REQUIRES is_server_name() (gateway/aggregator/names.h)
};

class Aggregator {
 public:
  struct Options {
    std::vector<std::string> names;  // server i is ServerRef{i, names[i]}; their order is that of all lists
    mcp::RelatedSink to_client;
    std::function<void(std::size_t server, std::string_view line)> to_server;
    mcp::ServerInfo info;
    std::function<std::int64_t()> now_us;  // monotonic
  };

  explicit Aggregator(Options options);
  ~Aggregator();
  Aggregator(const Aggregator&) = delete;
  Aggregator& operator=(const Aggregator&) = delete;

  void from_client(std::string_view line);
  // `related`: the id (JSON text) of the request we sent on whose stream the line came; empty if unknown.
  void from_server(std::size_t server, std::string_view line, std::string_view related);

  // The server is gone: what waits for it is answered with kServerGone, its part of the lists with nothing.
  // `why` completes "the server 'x' …".
  void server_ended(std::size_t server, const std::string& why);
  // A new instance runs in its place (whether or not server_ended() was called): it is initialised and told
  // log level and subscriptions. So the owner must not have a Bridge behind do the same.
  void server_replaced(std::size_t server);
  // The servers from now on, in their order. Those not named any more are let go (nothing is sent to them),
  // new ones are initialised, the rest goes on undisturbed.
  void set_servers(std::vector<ServerRef> servers);

  // When tick() wants to be called next, monotonic; 0: never.
  [[nodiscard]] std::int64_t deadline_us() const;
  void tick();

  // Requests of the client that wait for an answer.
  [[nodiscard]] std::size_t waiting() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aegis::gateway
