// ChildPort: a guarded server run as a child process, over stdio.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/server_port.h"
#include "gateway/upstream/child.h"

namespace aegis::gateway {

// The server has this long to end by itself once its stdin is closed, and to exit once it closed its output.
inline constexpr int kEndGraceMs = 2'000;
// The same after a signal: whoever sent it to us waits for all of it, and gives up sooner than a client.
inline constexpr int kInterruptGraceMs = 1'000;

struct ChildCommand {
  std::string name;                // of the server, for messages
  std::vector<std::string> words;  // the program, found along PATH, and its arguments
  ChildEnvironment environment;
  std::string folder;  // to run in; empty: ours
};

std::unique_ptr<ServerPort> make_child_port(ChildCommand command);

}  // namespace aegis::gateway
