#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/command.h"
#include "app/guarding.h"
#include "app/http_front.h"
#include "base/log.h"
#include "gateway/guarded_gateway.h"
#include "gateway/link_factory.h"
#include "gateway/servers_file.h"
#include "gateway/stdio_front.h"
#include "gateway/upstream/child_port.h"
#include "gateway/upstream/http_port.h"
#include "guard/catalogue.h"
#include "guard/server_identity.h"

namespace aegis::app {
namespace {

using gateway::GuardedGateway;
using gateway::ServerEntry;

struct GatewayFlags {
  std::string servers, http, agent = kLocalAgent;
  int call_timeout_s = kCallTimeoutS;
};

// Two entries with the same text need no restart to become one another.
std::string identity_of(const ServerEntry& entry) {
  Json all{{"command", entry.command}, {"env", entry.env}, {"unset", entry.unset_env},
           {"cwd", entry.cwd},         {"url", entry.url}, {"headers", entry.headers}};
  return dump_json(all);
}

GuardedGateway::Server server_of(const ServerEntry& entry) {
  GuardedGateway::Server server{
      .name = entry.name, .identity = identity_of(entry), .known_server = nullptr, .connect = {}};
  std::error_code ignored;
  const std::filesystem::path here = std::filesystem::current_path(ignored);
  if (entry.kind == ServerEntry::Kind::command) {
    server.known_server = guard::recognise(entry.command);
    server.configured = guard::identify_command(entry.command, (here / entry.cwd).string());
    server.connect = [entry] {
      return Result(gateway::make_child_port({.name = entry.name,
                                              .words = entry.command,
                                              .environment = {.set = entry.env, .unset = entry.unset_env},
                                              .folder = entry.cwd}));
    };
  } else {
    // What is left out is said once; what no request may hold, when it is connected.
    auto headers = gateway::usable_headers(entry.name, entry.headers);
    server.configured = guard::identify_url(entry.url);
    server.configured.keys = std::make_shared<guard::ServerKeys>();
    server.connect = [entry, headers = headers ? std::move(*headers) : entry.headers,
                      shown_key = guard::remember_in(server.configured.keys)] {
      return gateway::make_http_port(
          {.name = entry.name, .url = entry.url, .headers = headers, .shown_key = shown_key});
    };
  }
  return server;
}

// The servers as the file says now; nothing usable in it is an error.
Result<std::vector<GuardedGateway::Server>> read_configured(const std::string& path) {
  gateway::ServersContext context;
  const Environment environment = process_environment();
  context.variable = [&](const std::string& name) { return environment(name.c_str()); };
  context.home = environment("HOME").value_or("");
  std::error_code ignored;
  context.workspace = std::filesystem::current_path(ignored).string();
  const auto file = gateway::read_servers_file(path, context);
  for (const auto& problem : file.problems) log::error(problem.text());
  if (file.servers.empty()) return invalid_input(path + ": no server in it can be used");
  std::vector<GuardedGateway::Server> servers;
  for (const auto& entry : file.servers) servers.push_back(server_of(entry));
  return servers;
}

int run_gateway(const Invocation& invocation, const GatewayFlags& flags) {
  auto configured = read_configured(flags.servers);
  if (!configured) return fail(configured.error());
  const auto started = start_guarding(invocation.settings, flags.agent);
  if (!started) return fail(started.error());
  const Guarding& guarding = *started;

  std::mutex mutex;  // guards `servers`: conversations over HTTP run on threads of their own
  std::vector<GuardedGateway::Server> servers = std::move(*configured);
  const auto make_gateway = [&](const gateway::Principal& principal) {
    return std::make_unique<GuardedGateway>(
        guarding.guard.get(), GuardedGateway::Options{.agent = principal.agent,
                                                      .principal = principal.name,
                                                      .flow = guarding.flow(flags.http.empty()),
                                                      .about_us = about_us(),
                                                      .call_timeout_ms = flags.call_timeout_s * 1000,
                                                      .servers = [&] {
                                                        const std::lock_guard lock(mutex);
                                                        return servers;
                                                      }});
  };
  // False: nothing in the file can be used, and all stays as it was.
  const auto read_again = [&] {
    guarding.reload_policies();
    auto again = read_configured(flags.servers);
    if (!again) {
      log::error(again.error().message + "; the servers stay as they were");
      return false;
    }
    const std::lock_guard lock(mutex);
    servers = std::move(*again);
    return true;
  };

  if (flags.http.empty()) {
    const auto backend = make_gateway(guarding.own);
    return gateway::run_stdio_front(backend.get(), [&] {
      if (read_again()) backend->reload();
    });
  }
  gateway::LinkFactory factory(
      [&](const gateway::Principal& principal,
          const std::shared_ptr<gateway::ClientHeaders>&) -> Result<std::unique_ptr<gateway::Backend>> {
        return std::unique_ptr<gateway::Backend>(make_gateway(principal));
      },
      gateway::kMaxChildLinks);
  return run_http_front(invocation.settings, flags.http, &factory, guarding.store.get(), guarding.own, [&] {
    if (read_again()) factory.reload();
  });
}

}  // namespace

void add_gateway(CLI::App* app, Invocation* invocation) {
  auto* command =
      app->add_subcommand("gateway", "Guard many MCP servers as one: tools are called server__tool");
  const auto flags = std::make_shared<GatewayFlags>();
  command->add_option("--servers", flags->servers, "The servers: any MCP client's own configuration file")
      ->type_name("FILE")
      ->required();
  command->add_option("--http", flags->http, "Serve clients over HTTP instead of stdin and stdout")
      ->type_name("HOST:PORT");
  command->add_option("--agent", flags->agent, "The agent whose calls these are")->capture_default_str();
  command->add_option("--call-timeout", flags->call_timeout_s, "Give up a call without an answer; 0: never")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, kMaxCallTimeoutS))
      ->capture_default_str();
  command->footer(
      "Example:\n  aegis-mcp gateway --servers ~/.config/Claude/claude_desktop_config.json\n\n"
      "SIGHUP reads the file again.");
  command->callback([=] { invocation->run = [=] { return run_gateway(*invocation, *flags); }; });
}

}  // namespace aegis::app
