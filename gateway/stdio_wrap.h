// `wrap` on stdio: one client on our stdin and stdout, one child server, the guard between them.
//
// One thread and one poll() loop for both directions; writes never block. A peer that does not read makes us
// stop reading from the other only once kMaxQueuedBytes wait for it, so two peers that both write before they
// read do not deadlock as they would on bare pipes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/mcp_proxy.h"

namespace aegis::gateway {

// Bytes waiting for a peer that does not read. One message of the largest size fits; memory is bounded by
// this, twice.
inline constexpr std::size_t kMaxQueuedBytes = kMaxMessageBytes;

// After something that is no message, how long a server's waiting requests are given: little if it never sent
// a valid message (it is no MCP server at all), longer if it did (a stray print before a slow answer).
inline constexpr int kJunkGraceMs = 5'000;
inline constexpr int kStrayTextGraceMs = 10'000;

// After the client closed stdin: how long waiting requests may still be answered, and how long the server
// then has to end by itself.
inline constexpr int kDrainMs = 30'000;
inline constexpr int kEndGraceMs = 2'000;

struct WrapSession {
  std::vector<std::string> command;
  guard::Session session;
  const guard::KnownServer* known_server = nullptr;
};

// Runs until the client or the server is gone, or SIGINT, SIGTERM or SIGHUP. Returns the exit code: the
// server's own (128 + signal if one killed it), 0 when the client ended the session, 128 + signal when we
// were told to end, 127 or 126 when the server could not be started. REQUIRES: called from the main thread.
int run_stdio_wrap(guard::Guard* guard, WrapSession wrap);

}  // namespace aegis::gateway
