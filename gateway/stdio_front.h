// A client on our stdin and stdout, talking to a backend.
//
// One thread and one poll() loop for both sides; writes never block. A peer that does not read makes us stop
// reading from the other only once kMaxQueuedBytes wait for it, so two peers that both write before they read
// do not deadlock as they would on bare pipes.
#pragma once

#include "gateway/backend.h"

namespace aegis::gateway {

// After the client closed stdin: how long waiting requests may still be answered.
inline constexpr int kDrainMs = 30'000;

// Runs until the client is gone or the backend has ended, or SIGINT, SIGTERM or SIGHUP (which `on_hangup`, if
// there is one, takes instead). Returns the exit code: the server's own (128 + signal if one killed it), 0
// when the client ended the session, 128 + signal when we were told to end, 127 or 126 when the server could
// not be started, 1 when a backend without an exit code ended. REQUIRES: called from the main thread.
int run_stdio_front(Backend* backend, std::function<void()> on_hangup = {});

}  // namespace aegis::gateway
