// ServerTools: what a guarded server said its tools are, judged when it said so, by what it is and by what
// was pinned of it.
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
#include "guard/pins.h"

namespace aegis::gateway {

// Tools remembered of one server. The largest public servers list a few hundred. What comes beyond is
// withheld.
inline constexpr std::size_t kMaxTools = 10'000;

struct ServerTool {
  guard::ToolLabels labels;
  bool withheld = false;  // for good; what is pinned may be accepted at any time
  guard::Pins::Judged pin;
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
  // The same for reading resources, getting prompts, and tasks.
  [[nodiscard]] guard::ToolLabels labels_of_resources() const;
  [[nodiscard]] bool withheld(std::string_view name) const;
  // Which place of its service a call with these params is about, such as a repository; empty: none is known.
  [[nodiscard]] std::string place(simdjson::dom::element params) const;
  [[nodiscard]] bool listed(std::string_view name) const;
  // As the store has it now, also of a tool that was never listed here.
  guard::Pins::Judged pin(const guard::Session& session, std::string_view name);
  // nullptr: the tool declares none.
  [[nodiscard]] const Json* output_schema(std::string_view name) const;

 private:
  [[nodiscard]] const ServerTool* find(std::string_view name) const;
  // `text`: of that definition, as it stands in the message.
  bool take(guard::Session& session, simdjson::dom::element definition, std::string_view text);
  guard::Pins& pins(const guard::Session& session);
  void settle(const guard::Session& session, const guard::ToolNames& listed, guard::ToolNames* withheld);
  void warn_of(const guard::Session& session, const std::string& name, std::string why);

  guard::Guard* guard_;
  const guard::KnownServer* known_server_;
  std::unordered_map<std::string, ServerTool> tools_;
  std::optional<guard::Pins> pins_;                      // made when first needed
  std::unordered_map<std::string, std::string> warned_;  // why a tool is withheld, by its name
  std::vector<std::string_view> fields_;
};

}  // namespace aegis::gateway
