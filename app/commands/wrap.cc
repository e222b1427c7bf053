#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "app/commands/command.h"
#include "app/guarding.h"
#include "app/http_front.h"
#include "gateway/guarded_server.h"
#include "gateway/link_factory.h"
#include "gateway/stdio_front.h"
#include "gateway/upstream/child_port.h"
#include "gateway/upstream/http_port.h"
#include "guard/catalogue.h"
#include "guard/server_identity.h"

namespace aegis::app {
namespace {

// "filesystem" for `npx -y @modelcontextprotocol/server-filesystem@2025.1 /home` and for
// `node …/server-filesystem/dist/index.js`: of the first argument that is neither a launcher nor a flag, the
// last part that names anything, without version and the usual prefixes.
std::string name_from(const std::vector<std::string>& command) {
  constexpr std::array<std::string_view, 11> kSaysNothing{"index", "main",  "server", "cli", "__main__",
                                                          "dist",  "build", "src",    "bin", "lib"};
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& argument = command[i];
    if (guard::is_launcher(argument)) {
      i += guard::flag_takes_value(argument) ? 1 : 0;
      continue;
    }
    std::string_view path = argument;
    while (!path.empty()) {
      const auto slash = path.rfind('/');
      std::string_view name = path.substr(slash + 1);
      path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
      name = name.substr(0, name.find('@'));
      for (const std::string_view suffix : {".js", ".mjs", ".cjs", ".ts", ".py"}) {
        if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
      }
      if (name.empty() || std::find(kSaysNothing.begin(), kSaysNothing.end(), name) != kSaysNothing.end())
        continue;
      for (const std::string_view prefix : {"mcp-server-", "server-"}) {
        if (name.starts_with(prefix) && name.size() > prefix.size())
          return std::string(name.substr(prefix.size()));
      }
      return std::string(name);
    }
  }
  return command.front();
}

struct WrapFlags {
  std::string name, agent = kLocalAgent, url, http;
  std::vector<std::string> headers;
  int call_timeout_s = kCallTimeoutS;
};

// "api.example.com" for https://api.example.com/mcp.
std::string name_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  return std::string(url.substr(url.rfind('@') + 1));
}

Result<mcp::HeaderList> parse_headers(const std::vector<std::string>& lines) {
  mcp::HeaderList headers;
  for (const std::string& line : lines) {
    const auto colon = line.find(':');
    if (colon == 0 || colon == std::string::npos)
      return invalid_input("--header wants 'Name: value'; this one has no colon or no name");
    const auto value = line.find_first_not_of(" \t", colon + 1);
    headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  return headers;
}

int wrap(const Invocation& invocation, const WrapFlags& flags) {
  const bool by_url = !flags.url.empty();
  if (by_url == !invocation.command.empty()) {
    return fail(invalid_input(by_url ? "both --url and a command after `--`: one server is guarded at a time"
                                     : "no server to guard; put its command after `--`, as in: aegis-mcp "
                                       "wrap -- npx -y some-server, or "
                                       "its address after --url"));
  }
  auto headers = parse_headers(flags.headers);
  if (!headers) return fail(headers.error());
  if (!by_url && !headers->empty())
    return fail(invalid_input("--header needs --url: a command gets no headers"));

  const Settings& settings = invocation.settings;
  const std::string server = !flags.name.empty() ? flags.name
                             : by_url            ? name_of_url(flags.url)
                                                 : name_from(invocation.command);
  if (by_url) {
    // Said once; connections are made of what is left.
    auto usable = gateway::usable_headers(server, std::move(*headers));
    if (!usable) return fail(usable.error());
    headers = std::move(usable);
    if (const auto port = gateway::make_http_port({.name = server, .url = flags.url, .headers = *headers});
        !port)
      return fail(port.error());
  }
  std::error_code ignored;
  auto identity =
      by_url ? guard::identify_url(flags.url)
             : guard::identify_command(invocation.command, std::filesystem::current_path(ignored).string());
  if (by_url) identity.keys = std::make_shared<guard::ServerKeys>();
  const auto started = start_guarding(settings, flags.agent);
  if (!started) return fail(started.error());
  const Guarding& guarding = *started;
  // Without policies of its own to read again, a hang-up ends us, as it would the server.
  const std::function<void()> on_hangup =
      guarding.policies == nullptr ? std::function<void()>() : [&] { guarding.reload_policies(); };
  const auto make_backend = [&](const gateway::Principal& principal,
                                const std::shared_ptr<gateway::ClientHeaders>& client_headers,
                                bool restart) -> std::unique_ptr<gateway::Backend> {
    gateway::GuardedServer::Options options;
    options.session.agent = principal.agent;
    options.session.agent_name = principal.name;
    options.session.server = server;
    options.session.flow = guarding.flow(flags.http.empty());
    options.session.identity = identity;
    options.principal = principal.name;
    options.about_us = about_us();
    options.policy = {.restart = restart, .call_timeout_ms = flags.call_timeout_s * 1000};
    if (by_url) {
      options.connect = [=, &flags] {
        return gateway::make_http_port({.name = server,
                                        .url = flags.url,
                                        .headers = *headers,
                                        .shown_key = guard::remember_in(identity.keys),
                                        .client_headers = [client_headers](std::string_view id) {
                                          if (client_headers == nullptr) return mcp::HeaderList();
                                          const auto found = client_headers->find(std::string(id));
                                          return found == client_headers->end() ? mcp::HeaderList()
                                                                                : found->second;
                                        }});
      };
    } else {
      options.known_server = guard::recognise(invocation.command);
      options.connect = [&, server] {
        return Result(gateway::make_child_port({.name = server, .words = invocation.command}));
      };
    }
    return std::make_unique<gateway::GuardedServer>(guarding.guard.get(), std::move(options));
  };

  if (flags.http.empty()) {
    // A client on stdio sees its server die as it would without us; over HTTP the next request starts
    // another.
    const auto backend = make_backend(guarding.own, nullptr, by_url);
    return gateway::run_stdio_front(backend.get(), on_hangup);
  }
  gateway::LinkFactory factory(
      [&](const gateway::Principal& principal,
          const std::shared_ptr<gateway::ClientHeaders>& client_headers) {
        return Result(make_backend(principal, client_headers, true));
      },
      by_url ? gateway::kMaxLinks : gateway::kMaxChildLinks);
  return run_http_front(settings, flags.http, &factory, guarding.store.get(), guarding.own, on_hangup);
}

}  // namespace

void add_wrap(CLI::App* app, Invocation* invocation) {
  auto* command =
      app->add_subcommand("wrap", "Guard one MCP server: put this in front of its command or URL");
  const auto flags = std::make_shared<WrapFlags>();
  command->add_option("--name", flags->name, "What to call the server in the log [from its command or URL]");
  command->add_option("--agent", flags->agent, "The agent whose calls these are")->capture_default_str();
  command->add_option("--url", flags->url, "The server's address, instead of a command");
  command->add_option("--header", flags->headers, "Sent to --url with every request; may be repeated")
      ->type_name("'K: V'")
      ->expected(1)
      ->take_all();
  command->add_option("--http", flags->http, "Serve clients over HTTP instead of stdin and stdout")
      ->type_name("HOST:PORT");
  command->add_option("--call-timeout", flags->call_timeout_s, "Give up a call without an answer; 0: never")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, kMaxCallTimeoutS))
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  aegis-mcp wrap --name files -- npx -y @modelcontextprotocol/server-filesystem ~/notes\n"
      "  aegis-mcp wrap --url https://example.com/mcp --header 'Authorization: Bearer …'");
  command->callback([=] { invocation->run = [=] { return wrap(*invocation, *flags); }; });
}

}  // namespace aegis::app
