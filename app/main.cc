// aegis-mcp: the command line. Wiring only; what a command does stands in commands/.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "base/log.h"
#include "gateway/unwrap.h"

namespace {

using aegis::app::Invocation;

void add_global_flags(CLI::App* app, aegis::app::GlobalFlags* flags) {
  app->add_option("--config", flags->config,
                  "Configuration file [AEGIS_CONFIG; ~/.config/aegis-mcp/config.json]")
      ->type_name("FILE");
  app->add_option("--store", flags->store,
                  "Where records are kept [AEGIS_STORE; ~/.local/state/aegis-mcp/aegis.db]")
      ->type_name("PATH");
  app->add_option("--mode", flags->mode, "observe, balanced or strict [AEGIS_MODE; balanced]")
      ->type_name("MODE");
  app->add_option("--policy", flags->policy,
                  "Cedar policies of your own: a file, or a folder of *.cedar [AEGIS_POLICY]")
      ->type_name("FILE|DIR");
  app->add_option("--log-level", flags->log_level, "debug, info, warn, error or off [AEGIS_LOG_LEVEL; warn]")
      ->type_name("LEVEL");
}

// What was wrong with the arguments, in our own words where CLI11 would leave the user guessing.
std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  const CLI::App* command = app;
  std::string name = "aegis-mcp";
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += " " + command->get_name();
  }
  std::string what = error.what();
  const auto left_over = app->remaining(true);
  const bool wants_command = !command->get_subcommands([](const CLI::App*) { return true; }).empty() &&
                             command->get_require_subcommand_min() > 0;
  if (wants_command) {
    const auto word = std::find_if(left_over.begin(), left_over.end(),
                                   [](const std::string& left) { return !left.starts_with('-'); });
    what = word == left_over.end() ? "a command is missing"
                                   : "there is no command '" + aegis::printable(*word) + "'";
  }
  return "error: " + aegis::printable(what) + "\nSee `" + name + " --help`.\n";
}

int run(int argc, char** argv) {
  Invocation invocation;
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto command =
      arguments.begin() + static_cast<std::ptrdiff_t>(aegis::gateway::guarded_command(arguments));
  invocation.command.assign(command, arguments.end());
  arguments.erase(command, arguments.end());
  if (!invocation.command.empty() && invocation.command.front() == "--")
    invocation.command.erase(invocation.command.begin());

  CLI::App app("The guard between an AI agent and its tools.", "aegis-mcp");
  app.set_version_flag("--version", "aegis-mcp " AEGIS_VERSION);
  app.require_subcommand(1);
  app.failure_message(usage_error);
  app.fallthrough();
  add_global_flags(&app, &invocation.flags);
  aegis::app::add_serve(&app, &invocation);
  aegis::app::add_wrap(&app, &invocation);
  aegis::app::add_gateway(&app, &invocation);
  aegis::app::add_scan(&app, &invocation);
  aegis::app::add_agents(&app, &invocation);
  aegis::app::add_kill(&app, &invocation);
  aegis::app::add_approvals(&app, &invocation);
  aegis::app::add_log(&app, &invocation);
  aegis::app::add_pins(&app, &invocation);
  aegis::app::add_budget(&app, &invocation);
  aegis::app::add_policy(&app, &invocation);
  aegis::app::add_trust(&app, &invocation);
  aegis::app::add_doctor(&app, &invocation);

  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? aegis::app::kOk : aegis::app::kBadInput;
  }
  const auto problems =
      aegis::app::read_settings(invocation.flags, aegis::app::process_environment(), &invocation.settings);
  if (!problems.lines.empty()) {
    for (const auto& line : problems.lines) std::cerr << "error: " << aegis::printable(line) << '\n';
    return aegis::app::kBadInput;
  }
  aegis::log::set_level(invocation.settings.log_level.value);
  const int code = invocation.run();
  // What was printed may be shown only once (a key), or be the answer (a verdict): lost output is a failure.
  if (!std::cout.flush()) return aegis::app::fail(aegis::unavailable("the output could not be written"));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  // Errors are values everywhere else; what still arrives here is a lack of memory or a library's surprise.
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("error: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return aegis::app::kBadInput;
  }
}
