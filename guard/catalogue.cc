#include "guard/catalogue.h"

#include <algorithm>
#include <array>

namespace aegis::guard {
namespace {

// Names as in the package registries; each server's documentation says what it reaches.
constexpr std::array kKnownServers{
    KnownServer{"@modelcontextprotocol/server-filesystem", "filesystem", false},
    KnownServer{"mcp-server-filesystem", "filesystem", false},
    KnownServer{"mcp/filesystem", "filesystem", false},
    KnownServer{"@modelcontextprotocol/server-memory", "memory", false},
    KnownServer{"mcp-server-memory", "memory", false},
    KnownServer{"mcp/memory", "memory", false},
    KnownServer{"@modelcontextprotocol/server-sequential-thinking", "none", false},
    KnownServer{"mcp-server-sequential-thinking", "none", false},
    KnownServer{"mcp/sequentialthinking", "none", false},
    KnownServer{"@modelcontextprotocol/server-everything", "none", false},
    KnownServer{"mcp-server-everything", "none", false},
    KnownServer{"mcp/everything", "none", false},
    KnownServer{"mcp-server-time", "none", false},
    KnownServer{"mcp/time", "none", false},
    KnownServer{"mcp-server-git", "git", false},
    KnownServer{"mcp/git", "git", false},
    KnownServer{"mcp-server-sqlite", "database", false},
    KnownServer{"mcp/sqlite", "database", false},
    KnownServer{"@modelcontextprotocol/server-postgres", "database", true},
    KnownServer{"mcp/postgres", "database", true},
    KnownServer{"@modelcontextprotocol/server-redis", "database", true},
    KnownServer{"mcp/redis", "database", true},
    KnownServer{"mcp-server-fetch", "web", true},
    KnownServer{"mcp/fetch", "web", true},
    KnownServer{"@modelcontextprotocol/server-brave-search", "web", true},
    KnownServer{"mcp/brave-search", "web", true},
    KnownServer{"@brave/brave-search-mcp-server", "web", true},
    KnownServer{"tavily-mcp", "web", true},
    KnownServer{"exa-mcp-server", "web", true},
    KnownServer{"firecrawl-mcp", "web", true},
    KnownServer{"mcp/duckduckgo", "web", true},
    KnownServer{"@modelcontextprotocol/server-puppeteer", "browser", true},
    KnownServer{"mcp/puppeteer", "browser", true},
    KnownServer{"@playwright/mcp", "browser", true},
    KnownServer{"mcp/playwright", "browser", true},
    KnownServer{"chrome-devtools-mcp", "browser", true},
    KnownServer{"@modelcontextprotocol/server-github", "github", true},
    KnownServer{"mcp/github", "github", true},
    KnownServer{"ghcr.io/github/github-mcp-server", "github", true},
    KnownServer{"github-mcp-server", "github", true},
    KnownServer{"@modelcontextprotocol/server-gitlab", "gitlab", true},
    KnownServer{"mcp/gitlab", "gitlab", true},
    KnownServer{"@modelcontextprotocol/server-slack", "chat", true},
    KnownServer{"mcp/slack", "chat", true},
    KnownServer{"slack-mcp-server", "chat", true},
    KnownServer{"@modelcontextprotocol/server-gdrive", "workspace", true},
    KnownServer{"mcp/gdrive", "workspace", true},
    KnownServer{"@notionhq/notion-mcp-server", "workspace", true},
    KnownServer{"mcp/notion", "workspace", true},
    KnownServer{"mcp-server-sentry", "errors", true},
    KnownServer{"mcp/sentry", "errors", true},
    KnownServer{"@sentry/mcp-server", "errors", true},
};

// What users put before a server's name; the name of a server is never one of these.
constexpr std::array<std::string_view, 14> kLaunchers{"npx",     "uvx",  "uv",   "node",   "python",
                                                      "python3", "bunx", "pnpm", "docker", "podman",
                                                      "env",     "deno", "run",  "dlx"};

constexpr std::array<std::string_view, 13> kFlagsWithValue{
    "-e",     "-v",        "-p",       "--name",    "--mount", "--env",     "--directory",
    "--from", "--package", "--volume", "--network", "-w",      "--env-file"};

// "@scope/name", "@scope/name@1.2", "/usr/bin/name", the package's folder within node_modules or
// site-packages, and the link npm makes to its program.
bool names_package(std::string_view argument, std::string_view package, bool is_program) {
  for (std::size_t at = argument.find(package); at != std::string_view::npos;
       at = argument.find(package, at + 1)) {
    const std::string_view before = argument.substr(0, at);
    const std::string_view after = argument.substr(at + package.size());
    const bool installed = before.ends_with("node_modules/") || before.ends_with("site-packages/");
    if (installed && (after.empty() || after.front() == '/')) return true;
    if (before.ends_with("node_modules/.bin/") && after.empty()) return true;
    if (before.empty() && (after.empty() || after.front() == '@')) return true;
    if (is_program && before.ends_with('/') && after.empty()) return true;
  }
  return false;
}

// "mcp/filesystem" or "mcp/filesystem:latest".
bool names_image(std::string_view argument, std::string_view image) {
  return argument.starts_with(image) && (argument.size() == image.size() || argument[image.size()] == ':');
}

}  // namespace

bool is_launcher(std::string_view argument) {
  const std::string_view base = argument.substr(argument.rfind('/') + 1);
  return base.empty() || argument.starts_with('-') || argument.find('=') != std::string_view::npos ||
         std::find(kLaunchers.begin(), kLaunchers.end(), base) != kLaunchers.end();
}

bool flag_takes_value(std::string_view argument) {
  return std::find(kFlagsWithValue.begin(), kFlagsWithValue.end(), argument) != kFlagsWithValue.end();
}

const KnownServer* recognise(std::span<const std::string> command_line) {
  const bool in_container =
      !command_line.empty() && (command_line[0] == "docker" || command_line[0] == "podman");
  for (std::size_t i = 0; i < command_line.size(); ++i) {
    for (const KnownServer& server : kKnownServers) {
      if (in_container ? names_image(command_line[i], server.package)
                       : names_package(command_line[i], server.package, i == 0)) {
        return &server;
      }
    }
    // The first word that is neither a launcher nor a flag is the server; what follows are its own arguments,
    // such as the folders it may use. Only a container's flags take words of their own before it.
    if (!in_container && !is_launcher(command_line[i])) return nullptr;
  }
  return nullptr;
}

ToolLabels labels_of(std::string_view tool, const ToolHints& hints, const KnownServer* server) {
  ToolLabels labels;
  labels.read_only = hints.read_only.value_or(false);
  labels.destructive = !labels.read_only && hints.destructive.value_or(true);
  if (server == nullptr) return labels;
  const bool says_open = hints.open_world.value_or(false);
  labels.open_world = server->open_world || says_open;
  const FlowLabels flow = flow_of(*server, tool);
  labels.untrusted_source = flow.untrusted_source || says_open;
  labels.private_data = flow.private_data;
  labels.external_sink = flow.external_sink || says_open;
  return labels;
}

}  // namespace aegis::guard
