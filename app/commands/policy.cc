#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/command.h"
#include "app/commands/policy_command.h"
#include "base/clock.h"
#include "base/json.h"
#include "guard/policy_check.h"
#include "policy/printer.h"

namespace aegis::app {
namespace {

// What is wrong with the policies of one path, and how many there are.
struct Checked {
  std::size_t policies = 0;
  std::vector<guard::PolicyProblem> problems;
};

Result<Checked> check_path(const std::string& path, guard::Mode mode) {
  const auto user = read_policy_files(path);
  if (!user) return user.error();
  const auto policies = guard::Policies::make(mode, std::nullopt, *user);
  Checked checked;
  if (!policies) {
    checked.problems.push_back(
        {.place = "", .policy = "", .message = policies.error().message, .error = true});
    return checked;
  }
  for (const guard::PolicyLayer& layer : (*policies)->layers().subspan(1)) {
    checked.policies += layer.meanings().size();
    for (auto& problem : guard::check_policies(layer)) checked.problems.push_back(std::move(problem));
  }
  return checked;
}

int check(const Settings& settings, std::vector<std::string> paths, bool json) {
  if (paths.empty() && settings.policy.path) paths.push_back(settings.policy.path->value);
  if (paths.empty())
    return fail(
        invalid_input("no policies to check: name a file or a folder, or configure one with --policy"));
  Checked all;
  for (const std::string& path : paths) {
    auto checked = check_path(path, settings.mode.value);
    if (!checked) return fail(checked.error());
    all.policies += checked->policies;
    for (auto& problem : checked->problems) all.problems.push_back(std::move(problem));
  }
  bool errors = false;
  Json list = Json::array();
  for (const guard::PolicyProblem& problem : all.problems) {
    errors |= problem.error;
    const char* severity = problem.error ? "error" : "warning";
    list.push_back({{"severity", severity},
                    {"place", problem.place},
                    {"policy", problem.policy},
                    {"message", problem.message}});
    if (json) continue;
    std::cout << printable(problem.place.empty() ? "" : problem.place + ": ") << severity << ": "
              << printable(problem.policy.empty() ? "" : problem.policy + ": ") << printable(problem.message)
              << '\n';
  }
  if (json) {
    std::cout << dump_json(Json{{"ok", !errors}, {"policies", all.policies}, {"problems", std::move(list)}})
              << '\n';
  } else if (!errors) {
    std::cout << all.policies << (all.policies == 1 ? " policy" : " policies") << ", "
              << (all.problems.empty() ? "nothing to find fault with\n" : "usable\n");
  }
  return errors ? kNo : kOk;
}

// A policy as it is now, by its id.
struct Found {
  std::string place;
  std::string text;
};
std::optional<Found> find_policy(const guard::Policies& policies, const std::string& id) {
  for (const guard::PolicyLayer& layer : policies.layers()) {
    for (std::size_t i = 0; i < layer.meanings().size(); ++i) {
      if (layer.meanings()[i].id != id) continue;
      const policy::Policy& policy = layer.set().policies()[i];
      return Found{layer.place(policy), policy::to_text(policy)};
    }
  }
  return std::nullopt;
}

Json explained(const guard::Policies& policies, const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) {
    const auto found = find_policy(policies, id);
    Json one{{"id", id}};
    if (found) {
      one["place"] = found->place;
      one["text"] = found->text;
    }
    list.push_back(std::move(one));
  }
  return list;
}

void print_explained(const Json& list) {
  for (const Json& one : list) {
    std::cout << "\n  " << printable(one["id"].get<std::string>());
    if (!one.contains("text")) {
      std::cout << ": not among the policies as they are now\n";
      continue;
    }
    std::cout << " (" << printable(one["place"].get<std::string>()) << ")\n";
    const auto text = one["text"].get<std::string>();
    for (std::size_t from = 0; from < text.size();) {
      const auto end = std::min(text.find('\n', from), text.size());
      std::cout << "    " << printable(text.substr(from, end - from)) << '\n';
      from = end + 1;
    }
  }
}

int explain(const Settings& settings, const std::string& id, bool json) {
  std::int64_t number = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  if (read.ec != std::errc() || read.ptr != id.data() + id.size())
    return fail(invalid_input("a decision is a number; `aegis-mcp log NAME --json` shows them"));
  const auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto entry = (*store)->decision(number);
  if (!entry) return fail(entry.error());
  // What the policies are now need not be what they were, and a broken file must not hide the record.
  auto policies = load_policies(settings.policy, settings.mode.value);
  if (!policies) std::cerr << "warning: " << printable(policies.error().message) << '\n';
  const auto now = policies ? *policies : guard::Policies::builtin(settings.mode.value);
  const Json call = explained(*now, entry->policies);
  const Json outcome = explained(*now, entry->outcome_policies);
  if (json) {
    std::cout << dump_json(Json{{"id", std::to_string(entry->id)},
                                {"at", rfc3339(entry->at)},
                                {"server", entry->server},
                                {"operation", entry->operation},
                                {"target", entry->target},
                                {"effect", entry->effect},
                                {"enforced", entry->enforced},
                                {"rule", entry->rule},
                                {"reason", entry->reason},
                                {"policies", call},
                                {"outcome", entry->outcome},
                                {"outcome_rule", entry->outcome_rule},
                                {"outcome_policies", outcome}})
              << '\n';
    return kOk;
  }
  const auto rule = [](const std::string& name) { return name.empty() ? "nothing spoke against it" : name; };
  std::cout << rfc3339(entry->at) << "  " << printable(entry->operation) << " " << printable(entry->target)
            << " of " << printable(entry->server) << "\ndecided: " << entry->effect
            << (entry->enforced == entry->effect ? "" : " (done: " + entry->enforced + ")") << ", "
            << printable(rule(entry->rule)) << '\n';
  if (!entry->reason.empty()) std::cout << "  " << printable(entry->reason) << '\n';
  print_explained(call);
  if (!entry->outcome.empty()) {
    std::cout << "\nanswer: " << entry->outcome << ", " << printable(rule(entry->outcome_rule)) << '\n';
    print_explained(outcome);
  }
  if (entry->policies.empty() && entry->outcome_policies.empty())
    std::cout
        << "\nNo policy is on record for it: it was decided by none, or by a release before policies.\n";
  return kOk;
}

}  // namespace

void add_policy(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("policy", "Cedar policies: check, test and explain them");
  command->require_subcommand(1);
  command->footer("Example:\n  aegis-mcp policy check ~/.config/aegis-mcp/policies");

  auto* check_command =
      command->add_subcommand("check", "What is wrong with policies; exit code 1 when something is");
  const auto paths = std::make_shared<std::vector<std::string>>();
  const auto check_json = std::make_shared<bool>(false);
  check_command->add_option("FILE", *paths, "Files or folders [those configured]");
  check_command->add_flag("--json", *check_json, "As JSON");
  check_command->footer("Example:\n  aegis-mcp policy check tools.cedar");
  check_command->callback(
      [=] { invocation->run = [=] { return check(invocation->settings, *paths, *check_json); }; });

  auto* explain_command = command->add_subcommand("explain", "Which policies decided a call on record");
  const auto id = std::make_shared<std::string>();
  const auto explain_json = std::make_shared<bool>(false);
  explain_command->add_option("DECISION", *id, "Its id, as `aegis-mcp log NAME --json` shows it")->required();
  explain_command->add_flag("--json", *explain_json, "As JSON");
  explain_command->footer("Example:\n  aegis-mcp policy explain 7298563184271360");
  explain_command->callback(
      [=] { invocation->run = [=] { return explain(invocation->settings, *id, *explain_json); }; });

  add_policy_test(command, invocation);
  add_policy_authorize(command, invocation);
}

}  // namespace aegis::app
