// What the subcommands share. Each file in this folder is one subcommand (or a pair of opposites): a function
// that adds it to the command line, with what it does as its callback.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "base/text.h"
#include "store/store.h"

namespace aegis::app {

// Exit codes of every command (wrap excepted, which has its server's).
inline constexpr int kOk = 0;
inline constexpr int kNo = 1;        // a negative answer: blocked, not safe
inline constexpr int kBadInput = 2;  // bad usage, bad input, nothing done

// The agent of a process that shows no key: whatever runs on this machine for this user.
inline constexpr const char* kLocalAgent = "local";

struct Invocation {
  GlobalFlags flags;
  Settings settings;
  std::vector<std::string> command;  // after "--"
  std::function<int()> run;          // of the subcommand that was chosen
};

void add_serve(CLI::App* app, Invocation* invocation);
void add_wrap(CLI::App* app, Invocation* invocation);
void add_gateway(CLI::App* app, Invocation* invocation);
void add_scan(CLI::App* app, Invocation* invocation);
void add_agents(CLI::App* app, Invocation* invocation);
void add_kill(CLI::App* app, Invocation* invocation);
void add_approvals(CLI::App* app, Invocation* invocation);
void add_pins(CLI::App* app, Invocation* invocation);
void add_log(CLI::App* app, Invocation* invocation);
void add_budget(CLI::App* app, Invocation* invocation);
void add_policy(CLI::App* app, Invocation* invocation);
void add_trust(CLI::App* app, Invocation* invocation);
void add_doctor(CLI::App* app, Invocation* invocation);

// Prints `error: …` on stderr; returns kBadInput.
int fail(const Error& error);

Result<std::unique_ptr<store::Store>> open_store(const Settings& settings);

// Opens the store, finds the agent and calls `use`; every failure is printed.
int with_agent(const Settings& settings, const std::string& name,
               const std::function<int(store::Store&, const store::Agent&)>& use);

// The agent this process speaks for: the one AEGIS_API_KEY belongs to, else `name`, created if new.
// Errors: a key that belongs to nobody.
Result<store::Agent> own_agent(store::Store& store, const Settings& settings, const std::string& name);

// Columns padded to their widest cell (in code points).
std::string table(const std::vector<std::vector<std::string>>& rows);

// "12.3" with one digit, for people.
std::string one_decimal(double value);

}  // namespace aegis::app
