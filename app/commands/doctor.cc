#include <algorithm>
#include <iostream>

#include "app/commands/command.h"
#include "base/json.h"
#include "detectors/scanner.h"
#include "guard/policies.h"

namespace aegis::app {
namespace {

// What a policy of the built-in pack is about, by the actions its scope names.
std::string_view asked_at(const policy::Policy& policy) {
  for (const auto& action : policy.action.entities) {
    if (action.id == "receive_output") return "result";
    if (action.id == "offer") return "definition";
    if (action.id == "question" || action.id == "ask_user" || action.id == "ask_model") return "question";
  }
  return policy.action.entities.empty() ? "anything" : "call";
}

// In strict nobody is asked.
std::string_view effect_in(guard::Mode mode, guard::Effect effect) {
  const bool denied = mode == guard::Mode::strict && effect == guard::Effect::require_approval;
  return guard::name(denied ? guard::Effect::deny : effect);
}

struct Report {
  std::string store;
  bool store_ok = false;
  std::size_t agents = 0;
  std::size_t paused = 0;
  std::size_t pins = 0;
  std::size_t pins_waiting = 0;
  std::vector<std::string> servers_changed;  // names, each once
};

Report examine(const Settings& settings) {
  Report report;
  auto store = open_store(settings);
  if (!store) {
    report.store = store.error().message;
    return report;
  }
  const auto description = (*store)->describe();
  const auto agents = (*store)->agents();
  if (!description || !agents) {
    report.store = description ? agents.error().message : description.error().message;
    return report;
  }
  const auto pins = (*store)->pins().pins();
  const auto marks = (*store)->pins().marks();
  if (!pins || !marks) {
    report.store = pins ? marks.error().message : pins.error().message;
    return report;
  }
  report.store = *description;
  report.store_ok = true;
  report.agents = agents->size();
  for (const auto& agent : *agents) report.paused += agent.status == store::AgentStatus::paused ? 1 : 0;
  report.pins = pins->size();
  for (const auto& pin : *pins) report.pins_waiting += pin.waits == store::Waits::no ? 0 : 1;
  for (const auto& mark : *marks) {
    auto& names = report.servers_changed;
    if (!mark.accepted && std::find(names.begin(), names.end(), mark.server.name) == names.end())
      names.push_back(mark.server.name);
  }
  return report;
}

int doctor(const Settings& settings, bool json) {
  const Report report = examine(settings);
  const auto mode = settings.mode.value;
  const std::size_t rules = settings.detection.detector()->rules();
  const std::string engine = detectors::Scanner::builtin()->engine();
  const bool unguarded = mode == guard::Mode::observe;
  const auto own = load_policies(settings.policy, mode);
  const auto policies = own ? *own : guard::Policies::builtin(mode);
  const guard::PolicyLayer& pack = policies->layers().front();
  const bool ok = report.store_ok && own.has_value();
  std::size_t own_count = 0;
  for (const guard::PolicyLayer& layer : policies->layers().subspan(1)) own_count += layer.meanings().size();
  const std::string own_state = !own             ? "NOT USABLE, nothing would start: " + own.error().message
                                : own_count == 0 ? "none of your own"
                                                 : std::to_string(own_count) + " of your own";

  if (json) {
    Json decisions = Json::array();
    for (std::size_t i = 0; i < pack.meanings().size(); ++i) {
      const guard::Meaning& meaning = pack.meanings()[i];
      decisions.push_back({{"rule", meaning.id},
                           {"at", asked_at(pack.set().policies()[i])},
                           {"effect", effect_in(mode, meaning.effect)}});
    }
    std::cout << dump_json(Json{{"version", AEGIS_VERSION},
                                {"config_file", settings.config_file},
                                {"config_file_exists", settings.config_file_exists},
                                {"mode", guard::name(mode)},
                                {"mode_from", settings.mode.origin},
                                {"store_path", settings.store.value},
                                {"store_from", settings.store.origin},
                                {"store", report.store},
                                {"store_ok", report.store_ok},
                                {"policies", own_state},
                                {"policies_ok", own.has_value()},
                                {"agents", report.agents},
                                {"agents_paused", report.paused},
                                {"pins", report.pins},
                                {"pins_waiting", report.pins_waiting},
                                {"servers_changed", report.servers_changed},
                                {"detector_rules", rules},
                                {"detector_engine", engine},
                                {"decisions", std::move(decisions)}})
              << '\n';
    return ok ? kOk : kNo;
  }

  std::cout << "aegis-mcp " << AEGIS_VERSION << "\n\nConfigured\n"
            << table({{"  file", settings.config_file,
                       settings.config_file_exists ? "read" : "not there; defaults hold"},
                      {"  mode", std::string(guard::name(mode)), settings.mode.origin},
                      {"  store", settings.store.value, settings.store.origin},
                      {"  policies", printable(own_state),
                       settings.policy.path ? settings.policy.path->origin : "built in"},
                      {"  rules", std::to_string(rules),
                       (settings.detection.configured ? "with your own; first pass: "
                                                      : "built in; first pass: ") +
                           engine}})
            << "\nReachable\n"
            << "  store: " << (report.store_ok ? "ok, " : "NOT USABLE, every guarded call would be denied: ")
            << printable(report.store) << '\n';
  if (report.store_ok) {
    std::cout << "  agents: " << report.agents << ", of them paused: " << report.paused << '\n'
              << "  pinned tool definitions: " << report.pins << ", waiting for you: " << report.pins_waiting
              << (report.pins_waiting > 0 ? " (see `aegis-mcp pins list`)\n" : "\n");
    for (const auto& server : report.servers_changed) {
      std::cout << "  server '" << visible(server)
                << "' is configured, or shows a TLS key, other than before (see `aegis-mcp pins list`)\n";
    }
  }
  std::cout << "\nWhat is done in mode " << guard::name(mode) << '\n';
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < pack.meanings().size(); ++i) {
    const guard::Meaning& meaning = pack.meanings()[i];
    const std::string effect(effect_in(mode, meaning.effect));
    const bool only_recorded = unguarded && !meaning.even_observing && meaning.effect != guard::Effect::allow;
    rows.push_back({"  " + std::string(asked_at(pack.set().policies()[i])), meaning.id,
                    only_recorded ? "recorded only (would " + effect + ")" : effect});
  }
  std::cout << table(rows);
  return ok ? kOk : kNo;
}

}  // namespace

void add_doctor(CLI::App* app, Invocation* invocation) {
  auto* command =
      app->add_subcommand("doctor", "What is configured, what is reachable, what would be blocked");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "As JSON");
  command->footer("Example:\n  aegis-mcp doctor --mode strict\nExit code 1: something is not usable.");
  command->callback([=] { invocation->run = [=] { return doctor(invocation->settings, *json); }; });
}

}  // namespace aegis::app
