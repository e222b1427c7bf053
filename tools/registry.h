// The five tools an agent can call, and what they share. A new tool is its .cc, its schema in schemas/tools/
// and one line in registry.cc.
//
// A Registry is thread-safe, as its store and detector are; it holds what one agent may call, so there is one
// per agent. The store must outlive it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "detectors/detector.h"
#include "mcp/server.h"
#include "store/store.h"

namespace aegis::tools {

// Longest text a tool takes, in bytes. A longer one is refused, not cut: half a scan is no scan.
inline constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;

struct Context {
  std::shared_ptr<const detectors::Detector> detector;
  // Null with a reason in store_error: tools that need it say so, scan_prompt still works.
  store::Store* store = nullptr;
  std::string store_error;
  store::AgentId agent = 0;  // whose credential this connection has
};

// The structured result, or one sentence for the model saying what is wrong with the arguments.
using Handler = Result<Json> (*)(const Context& context, const Json& arguments);

Result<Json> scan_prompt(const Context& context, const Json& arguments);
Result<Json> report_interaction(const Context& context, const Json& arguments);
Result<Json> get_trust_score(const Context& context, const Json& arguments);
Result<Json> check_budget(const Context& context, const Json& arguments);
Result<Json> verify_agent(const Context& context, const Json& arguments);

class Registry : public mcp::ToolProvider {
 public:
  explicit Registry(Context context);
  const Json& list() const override { return list_; }
  Result<Json> call(const std::string& name, const Json& arguments) override;

 private:
  Context context_;
  Json list_;
};

}  // namespace aegis::tools
