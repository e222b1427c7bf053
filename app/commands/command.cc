#include "app/commands/command.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace aegis::app {

int fail(const Error& error) {
  std::cerr << "error: " << printable(error.message) << '\n';
  return kBadInput;
}

Result<std::unique_ptr<store::Store>> open_store(const Settings& settings) {
  return store::open_sqlite(settings.store.value);
}

int with_agent(const Settings& settings, const std::string& name,
               const std::function<int(store::Store&, const store::Agent&)>& use) {
  auto store = open_store(settings);
  if (!store) return fail(store.error());
  const auto agent = (*store)->agent_by_name(name);
  if (!agent) {
    if (agent.error().code != ErrorCode::not_found) return fail(agent.error());
    return fail(
        not_found("there is no agent named '" + name + "'; `aegis-mcp agents list` shows the known ones"));
  }
  return use(**store, *agent);
}

Result<store::Agent> own_agent(store::Store& store, const Settings& settings, const std::string& name) {
  if (!settings.api_key) return store.ensure_agent(name);
  auto agent = store.agent_by_key(*settings.api_key);
  if (!agent && agent.error().code == ErrorCode::not_found) {
    return not_found(
        "the key in AEGIS_API_KEY belongs to no agent; `aegis-mcp agents register NAME` makes one");
  }
  return agent;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  const auto width = [](const std::string& cell) {
    return static_cast<std::size_t>(std::count_if(
        cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  };
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    if (widths.size() < row.size()) widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - width(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

}  // namespace aegis::app
