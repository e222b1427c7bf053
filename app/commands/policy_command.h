// Subcommands of `policy` that have a file of their own.
#pragma once

#include "app/commands/command.h"

namespace aegis::app {

void add_policy_test(CLI::App* policy, Invocation* invocation);
void add_policy_authorize(CLI::App* policy, Invocation* invocation);

}  // namespace aegis::app
