#include <iostream>

#include "app/commands/command.h"
#include "base/json.h"
#include "detectors/scanner.h"
#include "guard/decision_table.h"

namespace aegis::app {
namespace {

const char* point_name(guard::Point point) {
  switch (point) {
    case guard::Point::definition: return "definition";
    case guard::Point::call: return "call";
    case guard::Point::result: return "result";
  }
  return "call";
}

struct Report {
  std::string store;
  bool store_ok = false;
  std::size_t agents = 0;
  std::size_t paused = 0;
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
  report.store = *description;
  report.store_ok = true;
  report.agents = agents->size();
  for (const auto& agent : *agents) report.paused += agent.status == store::AgentStatus::paused ? 1 : 0;
  return report;
}

int doctor(const Settings& settings, bool json) {
  const Report report = examine(settings);
  const auto mode = settings.mode.value;
  const std::size_t rules = settings.detection.detector()->rules();
  const std::string engine = detectors::Scanner::builtin()->engine();
  const bool unguarded = mode == guard::Mode::observe;

  if (json) {
    Json decisions = Json::array();
    for (const auto& row : guard::decision_table()) {
      decisions.push_back({{"rule", row.id},
                           {"at", point_name(row.point)},
                           {"effect", guard::name(guard::effect_of(row, mode))}});
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
                                {"agents", report.agents},
                                {"agents_paused", report.paused},
                                {"detector_rules", rules},
                                {"detector_engine", engine},
                                {"decisions", std::move(decisions)}})
              << '\n';
    return report.store_ok ? kOk : kNo;
  }

  std::cout << "aegis-mcp " << AEGIS_VERSION << "\n\nConfigured\n"
            << table({{"  file", settings.config_file,
                       settings.config_file_exists ? "read" : "not there; defaults hold"},
                      {"  mode", std::string(guard::name(mode)), settings.mode.origin},
                      {"  store", settings.store.value, settings.store.origin},
                      {"  rules", std::to_string(rules),
                       (settings.detection.configured ? "with your own; first pass: "
                                                      : "built in; first pass: ") +
                           engine}})
            << "\nReachable\n"
            << "  store: " << (report.store_ok ? "ok, " : "NOT USABLE, every guarded call would be denied: ")
            << printable(report.store) << '\n';
  if (report.store_ok)
    std::cout << "  agents: " << report.agents << ", of them paused: " << report.paused << '\n';
  std::cout << "\nWhat is done in mode " << guard::name(mode) << '\n';
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : guard::decision_table()) {
    const auto effect = guard::effect_of(row, mode);
    const bool only_recorded = unguarded && !row.always;
    rows.push_back({"  " + std::string(point_name(row.point)), std::string(row.id),
                    effect == guard::Effect::allow ? "allowed, recorded"
                    : only_recorded ? "recorded only (would " + std::string(guard::name(effect)) + ")"
                                    : std::string(guard::name(effect))});
  }
  std::cout << table(rows);
  return report.store_ok ? kOk : kNo;
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
