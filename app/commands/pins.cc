#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "app/commands/command.h"
#include "app/commands/definition_diff.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

namespace aegis::app {
namespace {

using store::Pin;
using store::ServerMark;
using store::Waits;

// Digits of a hash that are shown, and that are enough to name one.
constexpr std::size_t kShownDigits = 12;

struct PinsFlags {
  std::string server, tool, hash;
  bool all = false, json = false;
};

std::string state_of(const Pin& pin) {
  switch (pin.waits) {
    case Waits::no: return pin.accepted_by == "person" ? "accepted" : "pinned at first sight";
    case Waits::first_time: return "WAITS: new";
    case Waits::changed: return "WAITS: changed";
    case Waits::shadowing: return "WAITS: shadowing";
  }
  return "WAITS";
}

Json pin_json(const Pin& pin) {
  return {{"server", pin.server.name},
          {"origin", pin.server.origin},
          {"tool", pin.tool},
          {"hash", pin.hash},
          {"accepted", pin.waits == Waits::no},
          {"accepted_by", pin.accepted_by},
          {"waits", store::text_of(pin.waits)},
          {"first_seen_at", rfc3339(pin.first_seen_at)},
          {"accepted_at", pin.accepted_at == 0 ? Json() : Json(rfc3339(pin.accepted_at))}};
}

std::string what_changed(const ServerMark& mark) {
  return (mark.kind == "tls_key" ? "another TLS key: " : "another configuration: ") + mark.label;
}

int list(store::PinStore& pins, const PinsFlags& flags) {
  const auto rows = pins.pins(flags.server);
  if (!rows) return fail(rows.error());
  auto marks = pins.marks(flags.server);
  if (!marks) return fail(marks.error());
  std::erase_if(*marks, [](const ServerMark& mark) { return mark.accepted; });
  if (flags.json) {
    Json out{{"pins", Json::array()}, {"servers_changed", Json::array()}};
    for (const auto& pin : *rows) out["pins"].push_back(pin_json(pin));
    for (const auto& mark : *marks)
      out["servers_changed"].push_back({{"server", mark.server.name},
                                        {"kind", mark.kind},
                                        {"value", mark.value},
                                        {"label", mark.label},
                                        {"seen_at", rfc3339(mark.seen_at)}});
    std::cout << dump_json(out) << '\n';
    return kOk;
  }
  std::vector<std::vector<std::string>> cells{{"SERVER", "TOOL", "STATE", "SINCE", "HASH"}};
  for (const auto& pin : *rows) {
    cells.push_back({visible(pin.server.name), visible(pin.tool), state_of(pin), rfc3339(pin.first_seen_at),
                     pin.hash.substr(0, kShownDigits)});
  }
  std::cout << table(cells);
  for (const auto& mark : *marks)
    std::cout << "server '" << visible(mark.server.name) << "' has " << visible(what_changed(mark))
              << " (since " << rfc3339(mark.seen_at) << ")\n";
  if (!marks->empty()) std::cout << "`aegis-mcp pins accept --server NAME` says that this is right.\n";
  return kOk;
}

// The definitions of one tool, in their order of time.
using Definitions = std::vector<Pin>;

bool is_named(const Pin& pin, const std::string& tool) {
  return pin.tool == tool || pin.server.name + "/" + pin.tool == tool ||
         pin.server.name + "__" + pin.tool == tool;
}

// Tools by that name; where several have it, those something of which waits.
Result<std::vector<Definitions>> find(store::PinStore& pins, const PinsFlags& flags) {
  auto rows = pins.pins(flags.server);
  if (!rows) return rows.error();
  std::map<std::tuple<std::string, std::string, std::string>, Definitions> tools;
  for (auto& pin : *rows) {
    if (is_named(pin, flags.tool))
      tools[{pin.server.name, pin.server.origin, pin.tool}].push_back(std::move(pin));
  }
  if (tools.empty()) {
    return not_found("there is no tool named '" + flags.tool + "'" +
                     (flags.server.empty() ? "" : " of a server named '" + flags.server + "'") +
                     "; `aegis-mcp pins list` shows the known ones");
  }
  std::vector<Definitions> found, waiting;
  for (auto& [key, definitions] : tools) {
    const bool waits = std::any_of(definitions.begin(), definitions.end(), [&](const Pin& pin) {
      return pin.waits != Waits::no && pin.hash.starts_with(flags.hash);
    });
    if (waits) waiting.push_back(definitions);
    found.push_back(std::move(definitions));
  }
  return waiting.empty() ? found : waiting;
}

Result<Definitions> find_one(store::PinStore& pins, const PinsFlags& flags) {
  auto found = find(pins, flags);
  if (!found) return found.error();
  if (found->size() == 1) return std::move(found->front());
  std::string names;
  std::set<std::string> different;
  for (const auto& tool : *found) {
    different.insert(tool.front().server.name);
    names += (names.empty() ? "'" : ", '") + tool.front().server.name + "/" + tool.front().tool + "'";
  }
  return invalid_input("'" + flags.tool + "' is a tool of several servers: " + names +
                       (different.size() == found->size()
                            ? "; say which"
                            : "; say which with --hash, from `aegis-mcp pins list`"));
}

const Pin* waiting_of(const Definitions& tool, const std::string& hash) {
  const auto found = std::find_if(tool.rbegin(), tool.rend(), [&](const Pin& pin) {
    return pin.waits != Waits::no && pin.hash.starts_with(hash);
  });
  return found == tool.rend() ? nullptr : &*found;
}

// What the server had before: of several accepted ones the one seen last.
const Pin* accepted_of(const Definitions& tool) {
  const Pin* latest = nullptr;
  for (const Pin& pin : tool) {
    if (pin.waits == Waits::no && (latest == nullptr || pin.last_seen_at >= latest->last_seen_at))
      latest = &pin;
  }
  return latest;
}

int diff(store::PinStore& pins, const PinsFlags& flags) {
  const auto tool = find_one(pins, flags);
  if (!tool) return fail(tool.error());
  const Pin* waiting = waiting_of(*tool, flags.hash);
  const Pin* accepted = accepted_of(*tool);
  const bool names_another = !flags.hash.empty() && waiting == nullptr &&
                             (accepted == nullptr || !accepted->hash.starts_with(flags.hash));
  if (names_another || (waiting == nullptr && accepted == nullptr))
    return fail(not_found("no definition of this tool has a hash that begins so"));
  std::optional<std::string> was, is;
  for (const auto& [pin, text] : {std::pair(accepted, &was), std::pair(waiting, &is)}) {
    if (pin == nullptr) continue;
    auto definition = pins.definition(*pin);
    if (!definition) return fail(definition.error());
    *text = std::move(*definition);
  }
  const Pin& shown = waiting != nullptr ? *waiting : *accepted;
  if (flags.json) {
    const auto value = [](const std::optional<std::string>& text) {
      return text && !text->empty() ? Json::parse(*text, nullptr, false) : Json();
    };
    Json out = pin_json(shown);
    out["was"] = value(was);
    out["is"] = value(is ? is : was);
    std::cout << dump_json(out) << '\n';
    return waiting == nullptr ? kOk : kNo;
  }
  std::cout << visible(shown.server.name) << "/" << visible(shown.tool) << "  " << state_of(shown) << "  "
            << shown.hash.substr(0, kShownDigits) << '\n';
  if (waiting == nullptr) {
    std::cout << "Nothing waits; this is what is accepted:\n" << definition_diff("", *was);
    return kOk;
  }
  std::cout << definition_diff(was.value_or(""), *is) << "\nTo accept it: aegis-mcp pins accept "
            << visible(shown.server.name) << "/" << visible(shown.tool) << " --hash "
            << shown.hash.substr(0, kShownDigits) << '\n';
  return kNo;
}

int accept(store::PinStore& pins, const PinsFlags& flags) {
  std::vector<Pin> chosen;
  std::size_t marks = 0;
  if (!flags.tool.empty()) {
    const auto tool = find_one(pins, flags);
    if (!tool) return fail(tool.error());
    const Pin* waiting = waiting_of(*tool, flags.hash);
    if (waiting == nullptr && !flags.hash.empty() &&
        std::none_of(tool->begin(), tool->end(),
                     [&](const Pin& pin) { return pin.hash.starts_with(flags.hash); }))
      return fail(
          not_found("no definition of this tool has a hash that begins so; it may have changed again: "
                    "`aegis-mcp pins diff` shows what waits now"));
    if (waiting != nullptr) chosen.push_back(*waiting);
  } else if (flags.all) {
    auto rows = pins.pins(flags.server);
    if (!rows) return fail(rows.error());
    for (auto& pin : *rows) {
      if (pin.waits != Waits::no) chosen.push_back(std::move(pin));
    }
  }
  for (const Pin& pin : chosen) {
    if (auto done = pins.accept(pin); !done) return fail(done.error());
  }
  if (flags.tool.empty()) {
    const auto all = pins.marks(flags.server);
    if (!all) return fail(all.error());
    std::set<std::string> servers;
    for (const auto& mark : *all) servers.insert(mark.server.name);
    if (!flags.server.empty() && servers.empty() && chosen.empty())
      return fail(not_found("there is no server named '" + flags.server +
                            "'; `aegis-mcp pins list` shows the known ones"));
    for (const auto& server : servers) {
      const auto done = pins.accept_marks(server);
      if (!done) return fail(done.error());
      marks += *done;
    }
  }
  if (flags.json) {
    Json out{{"accepted", Json::array()}, {"server_changes_accepted", marks}};
    for (const auto& pin : chosen)
      out["accepted"].push_back({{"server", pin.server.name}, {"tool", pin.tool}, {"hash", pin.hash}});
    std::cout << dump_json(out) << '\n';
    return kOk;
  }
  for (const auto& pin : chosen)
    std::cout << "accepted " << visible(pin.server.name) << "/" << visible(pin.tool) << ' '
              << pin.hash.substr(0, kShownDigits) << '\n';
  if (marks > 0)
    std::cout << "accepted " << marks << (marks == 1 ? " change" : " changes") << " of servers\n";
  if (chosen.empty() && marks == 0) std::cout << "nothing waits\n";
  return kOk;
}

int with_pins(const Settings& settings, const std::function<int(store::PinStore&)>& use) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  return use((*store)->pins());
}

}  // namespace

void add_pins(CLI::App* app, Invocation* invocation) {
  auto* command = app->add_subcommand("pins", "Tool definitions as they were accepted, and what has changed");
  command->require_subcommand(1);
  command->footer("Example:\n  aegis-mcp pins diff search\n  aegis-mcp pins accept tickets/search");
  const auto flags = std::make_shared<PinsFlags>();
  const auto run = [=](int (*what)(store::PinStore&, const PinsFlags&)) {
    return [=] {
      invocation->run = [=] {
        return with_pins(invocation->settings, [&](store::PinStore& pins) { return what(pins, *flags); });
      };
    };
  };
  const auto add_common = [=](CLI::App* sub) {
    sub->add_option("--server", flags->server, "Only of the server of this name")->type_name("NAME");
    sub->add_flag("--json", flags->json, "As JSON");
  };
  const auto add_hash = [=](CLI::App* sub) {
    sub->add_option("--hash", flags->hash, "Only the definition whose hash begins so")->type_name("DIGITS");
  };

  auto* list_command = command->add_subcommand("list", "Every pinned tool, and what waits for you");
  add_common(list_command);
  list_command->callback(run(list));

  auto* diff_command = command->add_subcommand("diff", "What was accepted of a tool, and what it is now");
  diff_command->add_option("TOOL", flags->tool, "Its name, or server/name")->required();
  add_common(diff_command);
  add_hash(diff_command);
  diff_command->footer("Example:\n  aegis-mcp pins diff search\nExit code 1: something waits.");
  diff_command->callback(run(diff));

  auto* accept_command = command->add_subcommand("accept", "Accept what a tool, or a server, is now");
  auto* tool = accept_command->add_option("TOOL", flags->tool, "Its name, or server/name");
  add_common(accept_command);
  add_hash(accept_command);
  auto* all = accept_command->add_flag("--all", flags->all, "All that waits, or all of --server");
  tool->excludes(all);
  accept_command->footer(
      "Examples:\n  aegis-mcp pins accept tickets/search\n  aegis-mcp pins accept --server tickets\n"
      "  aegis-mcp pins accept --server tickets --all\nWith --server alone, only that its configuration or "
      "TLS key "
      "has changed is accepted.");
  accept_command->callback([=] {
    if (flags->tool.empty() && flags->server.empty() && !flags->all)
      throw CLI::ValidationError("a TOOL, --server or --all is missing");
    run(accept)();
  });
}

}  // namespace aegis::app
