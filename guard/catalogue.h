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
  std::string_view family;   // the same service under several packages; known_tools.cc has its tools
  bool open_world = true;    // whether what its tools are given may leave this machine
};

// A word users put before a server's name: a launcher such as npx, a flag, a variable.
bool is_launcher(std::string_view argument);

// A flag of a launcher's whose value stands in the next word.
bool flag_takes_value(std::string_view argument);

// nullptr: unknown.
const KnownServer* recognise(std::span<const std::string> command_line);

// A tool's `annotations` as sent; an absent hint has the specification's default.
struct ToolHints {
  std::optional<bool> read_only, destructive, open_world;
};

// What a result of `tool` brings in and where its arguments go. A tool of a listed server has what
// known_tools.cc says; one of any other server brings in what strangers wrote and lets out what it is given
// if it is open to the world, and is private only if the user says so: nearly every server would be, and an
// alarm that is always on is none.
struct FlowLabels {
  bool untrusted_source = false;
  bool private_data = false;
  bool external_sink = false;
};
FlowLabels flow_of(const KnownServer& server, std::string_view tool);

// The arguments (names of top-level members) that say which place of a service a call is about, such as the
// repository: what was read in a place and is written back to it has not left. Empty: the service has none.
std::span<const std::string_view> place_arguments(const KnownServer& server);

// readOnlyHint and destructiveHint are believed: they only decide whether a call is held after an injection,
// and a server that lies about its own tools could do the harm without being called. openWorldHint=false is
// not: it would let a server opt out of the secret filter; true always is.
// `tool`: empty for what is no tool (a resource, a prompt).
ToolLabels labels_of(std::string_view tool, const ToolHints& hints, const KnownServer* server);

}  // namespace aegis::guard
