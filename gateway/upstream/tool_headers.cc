#include "gateway/upstream/tool_headers.h"

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace aegis::gateway {
namespace {

namespace dom = simdjson::dom;

// Whole tools, as a server wrote them, out of a text that was read strictly before.
void drop_tools(const std::vector<std::size_t>& dropped, std::string* line) {
  auto message = parse_json(*line);
  if (!message) return;
  auto& tools = (*message)["result"]["tools"];
  Json kept = Json::array();
  for (std::size_t i = 0; i < tools.size(); ++i) {
    if (!std::binary_search(dropped.begin(), dropped.end(), i)) kept.push_back(std::move(tools[i]));
  }
  tools = std::move(kept);
  *line = dump_json(*message);
}

}  // namespace

std::vector<std::string> ToolHeaders::learn(const mcp::Message& answer, std::string* line) {
  std::vector<std::string> names;
  dom::array tools;
  if (answer.kind != mcp::MessageKind::result || answer.body["tools"].get(tools) != simdjson::SUCCESS) {
    return names;
  }
  std::vector<std::size_t> dropped;
  std::size_t index = 0;
  const std::scoped_lock lock(mutex_);
  for (const dom::element tool : tools) {
    const std::size_t at = index++;
    std::string_view name;
    if (tool["name"].get(name) != simdjson::SUCCESS) continue;  // the guard's to judge
    dom::element schema;
    std::vector<mcp::ParamHeader> params;
    if (tool["inputSchema"].get(schema) == simdjson::SUCCESS) {
      auto found = mcp::param_headers(schema);
      if (!found) {
        names.emplace_back(name);
        dropped.push_back(at);
      } else {
        params = std::move(*found);
      }
    }
    // A tool may have lost its annotations since it was listed last.
    if (params.empty()) {
      const auto known = tools_.find(name);
      if (known != tools_.end()) tools_.erase(known);
    } else if (tools_.size() < kMaxAnnotatedTools || tools_.contains(name)) {
      tools_.insert_or_assign(std::string(name), std::move(params));
    }
  }
  if (!dropped.empty()) drop_tools(dropped, line);
  return names;
}

std::vector<mcp::ParamHeader> ToolHeaders::of(std::string_view tool) const {
  const std::scoped_lock lock(mutex_);
  const auto known = tools_.find(tool);
  return known == tools_.end() ? std::vector<mcp::ParamHeader>() : known->second;
}

}  // namespace aegis::gateway
