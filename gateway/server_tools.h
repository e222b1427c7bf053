// ServerTools: what a guarded server said its tools are, judged when it said so.
//
// Not thread-safe; part of one proxied session. The Guard must outlive it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "guard/catalogue.h"
#include "guard/guard.h"

namespace aegis::gateway {

// Tools remembered of one server. The largest public servers list a few hundred. What comes beyond is
// withheld.
inline constexpr std::size_t kMaxTools = 10'000;

struct ServerTool {
  guard::ToolLabels labels;
  bool withheld = false;
  std::optional<Json> output_schema;
};

class ServerTools {
 public:
  // `known_server` may be null. Both are borrowed.
  ServerTools(guard::Guard* guard, const guard::KnownServer* known_server)
      : guard_(guard), known_server_(known_server) {}

  // Judges and remembers the tools of one tools/list result. Returns the message without those withheld, or
  // nothing when there are none. `result` is the view of `text`'s result member.
  std::optional<std::string> take_list(guard::Session& session, simdjson::dom::element result,
                                       std::string_view text);

  // What a call of `name` is judged by; the specification's defaults for a tool that was never listed.
  [[nodiscard]] guard::ToolLabels labels(std::string_view name) const;
  [[nodiscard]] bool withheld(std::string_view name) const;
  // Which place of its service a call with these params is about, such as a repository; empty: none is known.
  [[nodiscard]] std::string place(simdjson::dom::element params) const;
  [[nodiscard]] bool listed(std::string_view name) const;
  // nullptr: the tool declares none.
  [[nodiscard]] const Json* output_schema(std::string_view name) const;

 private:
  [[nodiscard]] const ServerTool* find(std::string_view name) const;
  bool take(guard::Session& session, simdjson::dom::element definition);

  guard::Guard* guard_;
  const guard::KnownServer* known_server_;
  std::unordered_map<std::string, ServerTool> tools_;
  std::vector<std::string_view> fields_;
};

}  // namespace aegis::gateway
