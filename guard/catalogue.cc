#include "guard/catalogue.h"

#include <array>

namespace aegis::guard {
namespace {

// Names as in the package registries; each server's documentation says what it reaches.
constexpr std::array kKnownServers{
    KnownServer{"@modelcontextprotocol/server-filesystem", false},
    KnownServer{"@modelcontextprotocol/server-memory", false},
    KnownServer{"@modelcontextprotocol/server-sequential-thinking", false},
    KnownServer{"@modelcontextprotocol/server-everything", false},
    KnownServer{"mcp-server-filesystem", false},
    KnownServer{"mcp-server-memory", false},
    KnownServer{"mcp-server-sequential-thinking", false},
    KnownServer{"mcp-server-everything", false},
    KnownServer{"mcp-server-time", false},
    KnownServer{"mcp-server-sqlite", false},
    KnownServer{"mcp-server-git", false},
};

// "npx -y @scope/name@1.2", "/opt/…/node_modules/@scope/name/dist/index.js", "/usr/bin/name".
bool names_package(std::string_view argument, std::string_view package) {
  for (std::size_t at = argument.find(package); at != std::string_view::npos;
       at = argument.find(package, at + 1)) {
    const bool starts = at == 0 || argument[at - 1] == '/';
    const std::size_t end = at + package.size();
    const bool ends = end == argument.size() || argument[end] == '/' || argument[end] == '@';
    // Within a path only a whole package folder counts, so that a scratch folder of that name does not.
    const bool folder = at == 0 || end == argument.size() ||
                        argument.substr(0, at).ends_with("node_modules/") ||
                        argument.substr(0, at).ends_with("site-packages/");
    if (starts && ends && folder) return true;
  }
  return false;
}

}  // namespace

const KnownServer* recognise(std::span<const std::string> command_line) {
  // The server is among the program and its first arguments ("uvx name", "npx -y name", "node path"); later
  // ones are its own, such as the folders it may use.
  constexpr std::size_t kWhereServersStand = 4;
  for (std::size_t i = 0; i < command_line.size() && i < kWhereServersStand; ++i) {
    for (const KnownServer& server : kKnownServers) {
      if (names_package(command_line[i], server.package)) return &server;
    }
  }
  return nullptr;
}

ToolLabels labels_of(const ToolHints& hints, const KnownServer* server) {
  ToolLabels labels;
  labels.read_only = hints.read_only.value_or(false);
  labels.destructive = !labels.read_only && hints.destructive.value_or(true);
  if (server != nullptr) labels.open_world = server->open_world || hints.open_world.value_or(false);
  return labels;
}

}  // namespace aegis::guard
