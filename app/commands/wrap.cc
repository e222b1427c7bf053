#include <stdlib.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "app/commands/command.h"
#include "base/log.h"
#include "gateway/stdio_wrap.h"
#include "guard/catalogue.h"
#include "guard/guard.h"

namespace aegis::app {
namespace {

// Flags of the launchers whose value stands in the next word.
constexpr std::array<std::string_view, 13> kFlagsWithValue{
    "-e",     "-v",        "-p",       "--name",    "--mount", "--env",     "--directory",
    "--from", "--package", "--volume", "--network", "-w",      "--env-file"};

// "filesystem" for `npx -y @modelcontextprotocol/server-filesystem@2025.1 /home` and for
// `node …/server-filesystem/dist/index.js`: of the first argument that is neither a launcher nor a flag, the
// last part that names anything, without version and the usual prefixes.
std::string name_from(const std::vector<std::string>& command) {
  constexpr std::array<std::string_view, 11> kSaysNothing{"index", "main",  "server", "cli", "__main__",
                                                          "dist",  "build", "src",    "bin", "lib"};
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& argument = command[i];
    if (guard::is_launcher(argument)) {
      const bool takes_value =
          std::find(kFlagsWithValue.begin(), kFlagsWithValue.end(), argument) != kFlagsWithValue.end();
      i += takes_value ? 1 : 0;
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

int wrap(const Invocation& invocation, const std::string& name, const std::string& agent_name) {
  const Settings& settings = invocation.settings;
  if (invocation.command.empty()) {
    return fail(invalid_input(
        "no server to guard; put its command after `--`, as in: aegis-mcp wrap -- npx -y some-server"));
  }
  if (settings.mode.value == guard::Mode::observe && settings.production && settings.fail_closed) {
    log::warn("AEGIS_ENV=prod with AEGIS_FAIL_CLOSED=true, but the mode is observe: nothing will be blocked");
  }

  // The guarded server inherits our environment, and with this key it could pose as the agent.
  ::unsetenv("AEGIS_API_KEY");

  gateway::WrapSession session;
  session.command = invocation.command;
  session.session.server = name.empty() ? name_from(invocation.command) : name;
  session.known_server = guard::recognise(invocation.command);
  // Without a store nothing can be checked or recorded. The session is started all the same, so that the
  // model is told why its calls are denied, instead of the user seeing a server that does not start.
  std::unique_ptr<store::Store> store;
  std::string store_error;
  if (auto opened = open_store(settings)) {
    store = std::move(*opened);
    if (auto agent = own_agent(*store, settings, agent_name)) {
      session.session.agent = agent->id;
    } else {
      store_error = agent.error().message;
      store.reset();
    }
  } else {
    store_error = opened.error().message;
  }
  if (!store_error.empty()) log::error(store_error);

  guard::Guard guard({.scanner = detectors::Scanner::builtin(), .mode = settings.mode.value}, store.get(),
                     store_error);
  return gateway::run_stdio_wrap(&guard, std::move(session));
}

}  // namespace

void add_wrap(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("wrap", "Guard one MCP server: put this in front of its command");
  const auto name = std::make_shared<std::string>();
  const auto agent = std::make_shared<std::string>(kLocalAgent);
  command->add_option("--name", *name, "What to call the server in the log [from its command]");
  command->add_option("--agent", *agent, "The agent whose calls these are")->capture_default_str();
  command->footer(
      "Example:\n  aegis-mcp wrap --name files -- npx -y @modelcontextprotocol/server-filesystem ~/notes");
  command->callback([=] { invocation->run = [=] { return wrap(*invocation, *name, *agent); }; });
}

}  // namespace aegis::app
