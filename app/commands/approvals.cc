#include <fstream>
#include <iostream>
#include <iterator>

#include "app/commands/command.h"
#include "base/clock.h"
#include "base/json.h"

namespace aegis::app {
namespace {

using store::Approval;
using store::ApprovalState;

constexpr const char* kChannel = "cli";

Json approval_json(const Approval& approval) {
  const store::ApprovalRequest& request = approval.request;
  Json json{{"id", approval.id},
            {"state", store::name(approval.state)},
            {"agent", approval.agent_name},
            {"server", request.server},
            {"operation", request.operation},
            {"target", request.target},
            {"summary", request.summary},
            {"reason", request.reason},
            {"approver_group", request.approver_group},
            {"action_hash", request.key.action_hash},
            {"policy_set_hash", request.key.policy_set_hash},
            {"tool_definition_hash", request.key.tool_definition_hash},
            {"created_at", rfc3339(approval.created_at)},
            {"expires_at", rfc3339(approval.expires_at)}};
  if (approval.decided_at != 0) {
    json["decided_at"] = rfc3339(approval.decided_at);
    json["channel"] = approval.channel;
  }
  if (!approval.note.empty()) json["note"] = approval.note;
  return json;
}

// What is asked for, over two lines.
std::string described(const Approval& approval) {
  const store::ApprovalRequest& request = approval.request;
  std::string text = approval.id + "  " + std::string(store::name(approval.state)) + ", until " +
                     rfc3339(approval.expires_at) + "  agent '" + approval.agent_name + "'";
  if (!request.approver_group.empty()) text += ", for the group '" + request.approver_group + "'";
  text = printable(text) + "\n    " +
         printable(request.server + ": " + request.operation + " " + request.target + " " + request.summary) +
         "\n";
  return request.reason.empty() ? text : text + "    because " + printable(request.reason) + "\n";
}

int list(const Settings& settings, bool all, bool json) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto approvals = (*store)->approvals().list(all, now_ms());
  if (!approvals) return fail(approvals.error());
  if (json) {
    Json list = Json::array();
    for (const Approval& approval : *approvals) list.push_back(approval_json(approval));
    std::cout << dump_json(list) << '\n';
    return kOk;
  }
  for (const Approval& approval : *approvals) std::cout << described(approval);
  if (approvals->empty()) std::cout << "nothing waits for an approval\n";
  return kOk;
}

Result<std::string> read_arguments(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream input(file, std::ios::binary);
    if (!input) return not_found("the file '" + file + "' cannot be read");
    text.assign(std::istreambuf_iterator<char>(input), {});
  }
  const auto json = parse_json(text, store::kMaxEditedBytes);
  if (!json) return invalid_input(file + ": " + json.error().message);
  if (!json->is_object()) return invalid_input(file + ": the arguments of a call are a JSON object");
  return text;
}

int decide(const Settings& settings, const std::string& typed, const store::Ruling& ruling) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto approval = (*store)->approvals().decide(store::approval_id(typed), ruling, now_ms());
  if (!approval) return fail(approval.error());
  std::cout << described(*approval);
  if (approval->state != ApprovalState::denied)
    std::cout << "It is good for this one call. A call that waits goes on by itself; else the agent has to "
                 "repeat it.\n";
  return kOk;
}

}  // namespace

void add_approvals(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("approvals", "What waits for a person's yes or no");
  const auto all = std::make_shared<bool>(false);
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--all", *all, "Those that are decided, used or expired too");
  command->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  aegis-mcp approvals --json");
  command->callback([=] { invocation->run = [=] { return list(invocation->settings, *all, *json); }; });

  const auto id = std::make_shared<std::string>();
  const auto file = std::make_shared<std::string>();
  auto* approve = app->add_subcommand("approve", "Allow one call that waits, once");
  approve->add_option("ID", *id, "As `aegis-mcp approvals` shows it")->required();
  approve
      ->add_option("--arguments", *file, "Have the call made with these arguments instead (JSON; - is stdin)")
      ->type_name("FILE");
  approve->footer("Example:\n  aegis-mcp approve k7m2q-9xdt4");
  approve->callback([=] {
    invocation->run = [=] {
      store::Ruling ruling{.state = ApprovalState::approved, .channel = kChannel};
      if (!file->empty()) {
        auto arguments = read_arguments(*file);
        if (!arguments) return fail(arguments.error());
        ruling.state = ApprovalState::edited;
        ruling.edited_arguments = std::move(*arguments);
      }
      return decide(invocation->settings, *id, ruling);
    };
  });

  const auto reason = std::make_shared<std::string>();
  auto* deny = app->add_subcommand("deny", "Refuse a call that waits");
  deny->add_option("ID", *id, "As `aegis-mcp approvals` shows it")->required();
  deny->add_option("--reason", *reason, "Told to the agent")->type_name("T");
  deny->footer("Example:\n  aegis-mcp deny k7m2q-9xdt4 --reason 'use the staging server'");
  deny->callback([=] {
    invocation->run = [=] {
      return decide(invocation->settings, *id,
                    {.state = ApprovalState::denied, .channel = kChannel, .note = *reason});
    };
  });
}

}  // namespace aegis::app
