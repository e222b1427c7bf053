// Recognises a server's command that runs under `aegis-mcp wrap` already, and takes the server out of it.
//
// Pure, thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aegis::gateway {

struct Unwrapped {
  enum class Kind {
    not_wrapped,
    command,  // the server's own command
    url,      // the server's own URL and headers
    refused,  // it is guarded, but cannot be taken out of it; `why` says why
  };
  Kind kind = Kind::not_wrapped;
  std::vector<std::string> command;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  // Flags of the guard that go with it ("--mode"), their values left out; its name does not count.
  std::vector<std::string> dropped_flags;
  std::string why;  // refused; completes "the command …"
};

// REQUIRES: `command` is not empty.
Unwrapped unwrap(const std::vector<std::string>& command);

// "aegis-mcp" of "/usr/bin/aegis-mcp", "C:\\x\\aegis-mcp.exe" and "aegis-mcp@1.0".
std::string_view program_name(std::string_view path);

// Where the command of the server that `wrap` guards begins in our own arguments (without our name): at "--",
// or, since some clients swallow that, at the first word that is neither a flag nor a flag's value. The
// number of arguments: nowhere, or it is another of our commands.
std::size_t guarded_command(std::span<const std::string> arguments);

}  // namespace aegis::gateway
