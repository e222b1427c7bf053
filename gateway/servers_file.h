// The file that says which servers to guard: what MCP clients themselves read, unmodified.
//
//   {"mcpServers": {NAME: SERVER}}              Claude Desktop, Claude Code (.mcp.json), Cursor, Windsurf,
//   Cline
//   {"servers": {NAME: SERVER}, "inputs": …}    VS Code (.vscode/mcp.json)
//   {"mcp": {"servers": {NAME: SERVER}}}        VS Code (user settings)
//   SERVER: {"command", "args"?, "env"?, "cwd"?} or {"url", "headers"?, "type"?: "http" | "sse"}
//
// Comments and trailing commas are allowed, as VS Code writes them. In command, args, env, cwd, url and
// headers these are replaced: ${NAME}, ${NAME:-default}, ${env:NAME}, ${userHome}, ${workspaceFolder},
// ${workspaceFolderBasename}, ${pathSeparator}. What cannot be had here (${input:…}, an unset variable) makes
// that server unusable, and only that one.
//
// A server that runs under `aegis-mcp wrap` already is taken out of it: it is to be guarded once.
//
// Pure functions (but for read_servers_file's reading of the file); thread-safe. Values may be secrets: no
// problem quotes any.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aegis::gateway {

// Written by hand or by a client; the largest seen have some ten kilobytes.
inline constexpr std::size_t kMaxServersFileBytes = std::size_t{4} << 20;
// Each is a process or a connection with its own guard.
inline constexpr std::size_t kMaxServers = 128;
// A value after its variables were replaced; the system's limit for one argument (MAX_ARG_STRLEN).
inline constexpr std::size_t kMaxServerValue = std::size_t{128} << 10;

struct ServerEntry {
  enum class Kind { command, http, sse };

  std::string key;   // what the file calls it
  std::string name;  // what it is called here: unique, is_server_name()
  Kind kind = Kind::command;

  std::vector<std::string> command;                      // program and arguments; at least one
  std::vector<std::pair<std::string, std::string>> env;  // set for it beside our own environment
  std::vector<std::string> unset_env;                    // taken out of it ("NAME": null)
  std::string cwd;                                       // empty: ours

  std::string url;  // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers;
};

struct FileProblem {
  std::string file;
  std::string where;  // JSON pointer; "" is the whole file
  std::string what;
  std::string consequence;
  // "FILE: /mcpServers/x/url: must be a string; the server 'x' is left out"
  [[nodiscard]] std::string text() const;
};

struct ServersFile {
  std::vector<ServerEntry> servers;   // in the order of the file
  std::vector<std::string> disabled;  // keys of those switched off
  std::vector<FileProblem> problems;  // a server may have one and be usable all the same
};

struct ServersContext {
  // The value of an environment variable; nothing: not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::string home;       // ${userHome}
  std::string workspace;  // ${workspaceFolder}
};

// `file` is for messages.
ServersFile read_servers(std::string_view text, const std::string& file, const ServersContext& context);
ServersFile read_servers_file(const std::string& path, const ServersContext& context);

}  // namespace aegis::gateway
