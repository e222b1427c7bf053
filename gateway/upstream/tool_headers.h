// ToolHeaders: which arguments of which tools a modern client mirrors into Mcp-Param-* headers, learned from
// the tools/list answers that pass by.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/http_headers.h"

namespace aegis::gateway {

// Only tools with annotations are kept. The largest server has some hundred tools.
inline constexpr std::size_t kMaxAnnotatedTools = 10'000;

class ToolHeaders {
 public:
  // Learns from `answer`, a result of tools/list, whose text is *line. Tools whose annotation the
  // specification forbids are taken out of *line: a client must not use them over HTTP. Returns the names of
  // those, for the log.
  std::vector<std::string> learn(const mcp::Message& answer, std::string* line);

  [[nodiscard]] std::vector<mcp::ParamHeader> of(std::string_view tool) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<mcp::ParamHeader>, std::less<>> tools_;
};

}  // namespace aegis::gateway
