#include "guard/budget.h"

#include <iostream>
#include <optional>

#include "app/commands/command.h"
#include "base/clock.h"
#include "base/json.h"

namespace aegis::app {
namespace {

std::string limit_text(const std::optional<std::int64_t>& limit) {
  return limit ? std::to_string(*limit) : "unlimited";
}

int show(store::Store& store, const store::Agent& agent, bool json) {
  const auto limits = store.budget(agent.id);
  if (!limits) return fail(limits.error());
  const auto use = store.budget_use(agent.id, now_ms());
  if (!use) return fail(use.error());
  const bool within = guard::within_budget(*limits, *use);
  if (json) {
    const auto limit = [](const std::optional<std::int64_t>& value) {
      return value ? Json(*value) : Json(nullptr);
    };
    std::cout << dump_json(Json{{"agent_id", agent.id},
                                {"daily_used", use->daily_tokens},
                                {"daily_limit", limit(limits->daily_tokens)},
                                {"monthly_used", use->monthly_tokens},
                                {"monthly_limit", limit(limits->monthly_tokens)},
                                {"within_budget", within}})
              << '\n';
  } else {
    std::cout << table({{"TOKENS (UTC)", "USED", "LIMIT"},
                        {"today", std::to_string(use->daily_tokens), limit_text(limits->daily_tokens)},
                        {"this month", std::to_string(use->monthly_tokens),
                         limit_text(limits->monthly_tokens)}})
              << (within ? "within budget\n" : "over budget\n");
  }
  return within ? kOk : kNo;
}

// The flags that were given change their limit; "none" takes it away; the other limit stays.
int set(store::Store& store, const store::Agent& agent, const std::string& daily,
        const std::string& monthly) {
  auto limits = store.budget(agent.id);
  if (!limits) return fail(limits.error());
  const auto apply = [](const std::string& given, std::optional<std::int64_t>* limit) {
    if (given == "none")
      limit->reset();
    else if (!given.empty())
      *limit = std::stoll(given);
  };
  apply(daily, &limits->daily_tokens);
  apply(monthly, &limits->monthly_tokens);
  const auto saved = store.set_budget(agent.id, *limits);
  if (!saved) return fail(saved.error());
  std::cout << printable(agent.name) << ": " << limit_text(limits->daily_tokens) << " tokens a day, "
            << limit_text(limits->monthly_tokens) << " a month\n";
  return kOk;
}

const CLI::Validator kTokens(
    [](std::string& text) -> std::string {
      if (text == "none") return {};
      const bool digits =
          !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
      return digits ? "" : "must be a whole number of tokens (at most 15 digits), or none";
    },
    "N|none");

}  // namespace

void add_budget(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("budget", "How many tokens an agent used and may use");
  command->require_subcommand(1);
  command->footer(
      "Example:\n  aegis-mcp budget set nightly-builds --daily-tokens 200000 --monthly-tokens none");
  const auto name = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  const auto daily = std::make_shared<std::string>();
  const auto monthly = std::make_shared<std::string>();

  auto* show_command = command->add_subcommand("show", "Use and limits; exit code 1 when over budget");
  show_command->add_option("NAME", *name, "The agent's name")->required();
  show_command->add_flag("--json", *json, "As JSON");
  show_command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store& store, const store::Agent& agent) {
        return show(store, agent, *json);
      });
    };
  });

  auto* set_command = command->add_subcommand("set", "Change limits");
  set_command->add_option("NAME", *name, "The agent's name")->required();
  auto* limits = set_command->add_option_group("limits");
  limits->add_option("--daily-tokens", *daily, "Tokens a UTC day")->check(kTokens);
  limits->add_option("--monthly-tokens", *monthly, "Tokens a calendar month")->check(kTokens);
  limits->require_option(1, 2);
  set_command->callback([=] {
    invocation->run = [=] {
      return with_agent(invocation->settings, *name, [&](store::Store& store, const store::Agent& agent) {
        return set(store, agent, *daily, *monthly);
      });
    };
  });
}

}  // namespace aegis::app
