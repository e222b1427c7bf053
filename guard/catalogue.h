// What is known of widely used MCP servers, so that they need no configuration.
//
// A server's own annotations are claims. They may loosen what the guard assumes only for servers listed here,
// and a server is recognised by the command line its user configured, never by the name it gives itself.
// Pure, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "guard/event.h"

namespace aegis::guard {

struct KnownServer {
  std::string_view package;  // as published, or a container image
  bool open_world = true;    // whether what its tools are given may leave this machine
};

// A word users put before a server's name: a launcher such as npx, a flag, a variable.
bool is_launcher(std::string_view argument);

// nullptr: unknown.
const KnownServer* recognise(std::span<const std::string> command_line);

// A tool's `annotations` as sent; an absent hint has the specification's default.
struct ToolHints {
  std::optional<bool> read_only, destructive, open_world;
};

// readOnlyHint and destructiveHint are believed: they only decide whether a call is held after an injection,
// and a server that lies about its own tools could do the harm without being called. openWorldHint=false is
// not: it would let a server opt out of the secret filter; true always is.
ToolLabels labels_of(const ToolHints& hints, const KnownServer* server);

}  // namespace aegis::guard
