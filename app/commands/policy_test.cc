#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "app/commands/policy_command.h"
#include "base/json.h"
#include "guard/policy_cases.h"

namespace aegis::app {
namespace {

constexpr std::size_t kMaxCasesBytes = std::size_t{8} << 20;

// "policies" and "mode" of the file win over what is configured, so that it says the same everywhere.
Result<std::shared_ptr<const guard::Policies>> policies_for(const Settings& settings, const std::string& path,
                                                            const Json& file) {
  PolicySettings policy = settings.policy;
  guard::Mode mode = settings.mode.value;
  if (const auto named = file.find("policies"); named != file.end()) {
    if (!named->is_string()) return invalid_input("policies must be a string: a path from this file on");
    policy.path = Setting<std::string>{
        (std::filesystem::path(path).parent_path() / named->get<std::string>()).string(), path};
    policy.lists.clear();
  }
  if (const auto named = file.find("mode"); named != file.end()) {
    const auto known = named->is_string() ? mode_from_name(named->get<std::string>()) : std::nullopt;
    if (!known) return invalid_input("mode must be observe, balanced or strict");
    mode = *known;
  }
  return load_policies(policy, mode);
}

int run_cases(const Settings& settings, const std::string& path, bool json) {
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || (!stream.good() && !stream.eof()))
    return fail(unavailable(path + ": cannot be read"));
  const auto in_file = [&](const Error& error) { return fail({error.code, path + ": " + error.message}); };
  const auto file = parse_json(text, kMaxCasesBytes);
  if (!file) return in_file(file.error());
  const auto cases = guard::read_policy_cases(*file);
  if (!cases) return in_file(cases.error());
  const auto policies = policies_for(settings, path, *file);
  if (!policies) return in_file(policies.error());
  std::size_t failed = 0;
  Json list = Json::array();
  for (const guard::PolicyCase& one : *cases) {
    const std::string difference = guard::run_policy_case(**policies, one);
    failed += difference.empty() ? 0 : 1;
    list.push_back({{"name", one.name}, {"ok", difference.empty()}, {"difference", difference}});
    if (!json && !difference.empty())
      std::cout << "FAILED  " << printable(one.name) << ": " << printable(difference) << '\n';
  }
  if (json)
    std::cout << dump_json(Json{{"ok", failed == 0}, {"cases", std::move(list)}}) << '\n';
  else
    std::cout << cases->size() << " cases, " << failed << " failed\n";
  return failed == 0 ? kOk : kNo;
}

}  // namespace

void add_policy_test(CLI::App* policy, Invocation* invocation) {
  auto* command = policy->add_subcommand("test",
                                         "Events and what the policies should make of them; exit code 1 when "
                                         "one comes differently");
  const auto path = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  command->add_option("FILE", *path, "Cases, as JSON (docs/policy.md)")->required();
  command->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  aegis-mcp --policy tools.cedar policy test tools.cases.json");
  command->callback([=] { invocation->run = [=] { return run_cases(invocation->settings, *path, *json); }; });
}

}  // namespace aegis::app
