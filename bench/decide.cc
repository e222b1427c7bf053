// What one policy decision costs, in CPU time: policies spread over many tools, policies that all have to be
// evaluated, and a pack of the size that ships; then what the guard pays for a call: the event made into a
// request, and all layers asked. With --write FOLDER the cases of the engine go to files, for decide.mjs to
// ask the reference.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "guard/policies.h"
#include "policy/authorizer.h"
#include "policy/value_json.h"

namespace {

using namespace aegis::policy;

constexpr const char* kContext =
    R"({"tool": "tool_17", "input": {"path": "/home/u/notes/today.md", "size": 4096, "tags": ["draft", "private"]},
  "session": {"taint": ["untrusted"], "source_trust": 40}, "findings": {"injection": 0, "pii": 1, "secrets": 0, "max_severity": "low"},
  "budget": {"spent": 120, "limit": 1000}})";
constexpr const char* kEntities = R"([
  {"uid": {"type": "Agent", "id": "a"}, "attrs": {"role": "developer", "trust": 70, "environment": "prod"}, "parents": [{"type": "Tenant", "id": "t"}]},
  {"uid": {"type": "Action", "id": "tool_17"}, "attrs": {}, "parents": [{"type": "Action", "id": "call_tool"}]},
  {"uid": {"type": "Server", "id": "s1"}, "attrs": {"labels": ["private_data"]}, "parents": []}])";

struct Case {
  std::string name;
  std::string policies;
};

std::vector<Case> cases() {
  std::string spread;
  std::string everywhere;
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    const char* effect = i % 5 == 0 ? "forbid" : "permit";
    spread += std::string(effect) + "(principal in Tenant::\"t\", action == Action::\"tool_" +
              std::to_string(i % 50) + "\", resource == Server::\"s" + std::to_string(i % 8) +
              "\") when { principal.trust >= " + std::to_string(i % 90) +
              " && context.findings.secrets == 0 };\n";
    everywhere += std::string(effect) + "(principal, action, resource) when { context.tool == \"tool_" + n +
                  "\" && context.input.path like \"/home/*/secret" + n + "/*\" };\n";
  }
  const std::string pack =
      "permit(principal, action in Action::\"call_tool\", resource);\n"
      "forbid(principal, action, resource) when { context.findings.secrets > 0 };\n"
      "forbid(principal, action, resource) when { context.findings.injection > 0 && "
      "context.findings.max_severity == \"critical\" };\n"
      "forbid(principal, action, resource) when { context.session.taint.containsAll([\"untrusted\", "
      "\"private\"]) };\n"
      "forbid(principal, action, resource) when { context.budget.spent + 1 > context.budget.limit };\n"
      "forbid(principal, action, resource) when { principal has status && principal.status != \"active\" };\n"
      "forbid(principal, action, resource) when { principal.trust < 20 };\n"
      "@decision(\"require_approval\") permit(principal, action, resource) when { "
      "resource.labels.contains(\"external_sink\") && context.session.source_trust < 50 };\n"
      "forbid(principal, action, resource) when { context.input has path && context.input.path like "
      "\"*/.ssh/*\" };\n"
      "forbid(principal, action, resource) when { context.input has path && context.input.path like "
      "\"*/.aws/*\" } unless { principal.role == \"admin\" };\n";
  return {{"200 policies over 50 tools", spread},
          {"200 policies that all apply", everywhere},
          {"a pack of 10", pack}};
}

double cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Microseconds a call: the median of stretches.
template <class Call>
double measured(Call&& call) {
  std::vector<double> stretches;
  for (int i = 0; i < 21; ++i) {
    constexpr int kCalls = 2000;
    const double start = cpu_us();
    for (int j = 0; j < kCalls; ++j) call();
    stretches.push_back((cpu_us() - start) / kCalls);
  }
  std::nth_element(stretches.begin(), stretches.begin() + 10, stretches.end());
  return stretches[10];
}

constexpr const char* kUsers = R"(permit(principal, action, resource);
  forbid(principal, action == Aegis::Action::"delete_file", resource);
  forbid(principal, action in Aegis::Action::"call_tool", resource) when { context.input has path && context.input.path like "*/.ssh/*" };)";

// What the guard pays for one event: the request made, and every layer asked.
void guard_cases() {
  using namespace aegis::guard;
  aegis::JsonParser parser;
  const auto arguments =
      parser.parse(R"({"path": "/home/u/notes/today.md", "content": "a line\n", "size": 4096})");
  const Event event{
      .operation = "tools/call", .target = "write_file", .tool_listed = true, .value = &arguments->root};
  Event answer{.point = Point::result, .operation = "tools/call", .target = "write_file"};
  Facts secret;
  secret.secrets = 1;
  const Circumstances circumstances{.agent = "local", .server = "filesystem", .environment = "development"};
  const auto with_user = Policies::make(Mode::balanced, std::nullopt,
                                        {.what = "user.cedar", .sources = {{"user.cedar", kUsers}}});
  if (!with_user) return;
  const auto measure = [&](const char* name, const Policies& policies, const Event& one, const Facts& facts) {
    aegis::guard::Effect effect = aegis::guard::Effect::deny;
    const double us = measured([&] { effect = policies.decide(one, facts, circumstances).effect; });
    std::printf("%-32s %10.2f %22s %8s\n", name, us, "", std::string(aegis::guard::name(effect)).c_str());
  };
  measure("the guard: a call, balanced", *Policies::builtin(Mode::balanced), event, {});
  measure("a call, strict", *Policies::builtin(Mode::strict), event, {});
  measure("a result", *Policies::builtin(Mode::balanced), answer, {});
  measure("a call with a secret", *Policies::builtin(Mode::balanced), event, secret);
  measure("a call, with a user's policies", **with_user, event, {});
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc == 3 && std::string(argv[1]) == "--write" ? argv[2] : "";
  const auto entities = Entities::parse(kEntities);
  Arena arena;
  const auto context = context_from_json(kContext, arena);
  if (!entities || !context) return 2;
  const Request request{entity_uid("Agent", "a"), entity_uid("Action", "tool_17"), entity_uid("Server", "s1"),
                        *context};
  std::printf("%-32s %10s %22s %8s\n", "CPU, us", "decision", "with context of JSON", "answer");
  std::size_t number = 0;
  for (const Case& one : cases()) {
    const auto policies = PolicySet::parse(one.policies);
    if (!policies) return 2;
    bool allowed = false;
    const double alone =
        measured([&] { allowed = authorize(*policies, *entities, request).decision == Decision::allow; });
    const double with_context = measured([&] {
      Arena fresh;
      Request same = request;
      same.context = *context_from_json(kContext, fresh);
      allowed = authorize(*policies, *entities, same).decision == Decision::allow;
    });
    std::printf("%-32s %10.2f %22.2f %8s\n", one.name.c_str(), alone, with_context,
                allowed ? "allow" : "deny");
    if (!folder.empty()) std::ofstream(folder + "/" + std::to_string(number++) + ".cedar") << one.policies;
  }
  guard_cases();
  if (!folder.empty()) {
    std::ofstream(folder + "/entities.json") << kEntities;
    std::ofstream(folder + "/context.json") << kContext;
  }
  return 0;
}
