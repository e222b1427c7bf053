// Plain Cedar, without anything of the guard's: for those who want the engine alone.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "app/commands/policy_command.h"
#include "base/json.h"
#include "policy/limits.h"
#include "policy/request_json.h"

namespace aegis::app {
namespace {

Result<std::string> read_file(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || (!file.good() && !file.eof())) return unavailable(path + ": cannot be read");
  if (text.size() > most)
    return limit_reached(path + ": has more than the limit of " + std::to_string(most) + " bytes");
  return text;
}

Result<policy::PolicySet> read_policies(const std::string& path) {
  const auto text = read_file(path, policy::kMaxPolicyJsonBytes);
  if (!text) return text.error();
  const bool json =
      text->find_first_not_of(" \t\r\n") == text->find('{') && text->find('{') != std::string::npos;
  auto set = json ? policy::PolicySet::parse_json(*text) : policy::PolicySet::parse(*text);
  if (!set) return Error{set.error().code, path + ": " + set.error().message};
  return set;
}

// False: a line that is no request; it got its error.
bool answer(const policy::PolicySet& policies, const policy::Entities& entities, const std::string& line,
            JsonParser* parser) {
  policy::Arena arena;
  const auto parsed = parser->parse(line);
  auto request =
      parsed ? policy::request_from_json(parsed->root, arena) : Result<policy::Request>(parsed.error());
  if (!request) {
    std::cout << dump_json(Json{{"error", request.error().message}}) << '\n';
    return false;
  }
  const policy::Response response = policy::authorize(policies, entities, *request);
  Json out = policy::to_json(response);
  if (!response.complete) out["error"] = "more steps than one decision may take";
  std::cout << dump_json(out) << '\n';
  return response.complete;
}

int authorize_all(const std::string& policies_path, const std::string& entities_path,
                  const std::string& requests_path) {
  const auto policies = read_policies(policies_path);
  if (!policies) return fail(policies.error());
  const auto text = read_file(entities_path, policy::kMaxEntitiesBytes);
  if (!text) return fail(text.error());
  const auto entities = policy::Entities::parse(*text);
  if (!entities) return fail({entities.error().code, entities_path + ": " + entities.error().message});
  std::ifstream file;
  if (requests_path != "-") {
    file.open(requests_path, std::ios::binary);
    if (!file.is_open()) return fail(unavailable(requests_path + ": cannot be read"));
  }
  std::istream& requests = requests_path == "-" ? std::cin : file;
  JsonParser parser;
  bool all_answered = true;
  std::string line;
  while (std::getline(requests, line)) all_answered &= answer(*policies, *entities, line, &parser);
  return all_answered ? kOk : kBadInput;
}

}  // namespace

void add_policy_authorize(CLI::App* policy, Invocation* invocation) {
  auto* command = policy->add_subcommand("authorize", "Plain Cedar: requests in, decisions out, a line each");
  const auto policies = std::make_shared<std::string>();
  const auto entities = std::make_shared<std::string>();
  const auto requests = std::make_shared<std::string>("-");
  command->add_option("--policies", *policies, "Policies, as text or as JSON")->type_name("FILE")->required();
  command->add_option("--entities", *entities, "Entities, as JSON")->type_name("FILE")->required();
  command->add_option("--requests", *requests, "One JSON object a line; - is stdin")
      ->type_name("FILE")
      ->capture_default_str();
  command->footer(
      "Example:\n"
      "  echo "
      "'{\"principal\":{\"type\":\"User\",\"id\":\"ada\"},\"action\":{\"type\":\"Action\",\"id\":\"view\"},"
      "\"resource\":{\"type\":\"Photo\",\"id\":\"beach\"}}' |\n"
      "    aegis-mcp policy authorize --policies p.cedar --entities e.json\n\n"
      "A line that is no request gets {\"error\"}, and the exit code is 2.");
  command->callback(
      [=] { invocation->run = [=] { return authorize_all(*policies, *entities, *requests); }; });
}

}  // namespace aegis::app
