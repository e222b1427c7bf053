// Any bytes as policies, and after a line `---` as entities: what is read decides without fault or hang, and
// text printed and JSON written from it read back as the same policies.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "policy/authorizer.h"
#include "policy/policy_json.h"
#include "policy/printer.h"
#include "policy/value_json.h"

namespace {

using namespace aegis::policy;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::string_view kContext = R"({"n": 7, "s": "abc", "flag": true, "tags": ["a", "b"], "r": {"n": 1},
  "owner": {"__entity": {"type": "User", "id": "a"}}, "ip": {"__extn": {"fn": "ip", "arg": "10.0.0.1"}}})";

void require_same(const Policy& policy) {
  const aegis::Json json = to_json(policy);
  PolicySetBuilder builder;
  require(builder.add_policy("text", to_text(policy)).has_value());
  // JSON nests some levels deeper than text, and its depth is bounded too.
  const bool by_json = builder.add_policy_json("json", aegis::dump_json(json)).has_value();
  const PolicySet again = builder.build();
  require(to_json(*again.find("text")) == json);
  require(!by_json || to_json(*again.find("json")) == json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find("\n---\n");
  const auto policies = PolicySet::parse(text.substr(0, line));
  const auto entities = line == std::string_view::npos
                            ? aegis::Result<Entities>(Entities())
                            : Entities::parse(text.substr(line + 5), Forms::implied);
  if (!policies) return 0;
  for (const Policy& policy : policies->policies()) require_same(policy);
  for (const Policy& policy : policies->templates()) require_same(policy);
  Arena arena;
  const auto context = context_from_json(kContext, arena);
  require(context.has_value());
  const Request request{entity_uid("User", "a"), entity_uid("Action", "view"), entity_uid("Photo", "p"),
                        *context};
  const Response response = authorize(*policies, entities ? *entities : Entities(), request, 100'000);
  require(response.complete || response.decision == Decision::deny);
  require(response.decision == Decision::deny || !response.determining.empty());
  for (const Policy* policy : response.determining)
    require((policy->effect == Effect::permit) == (response.decision == Decision::allow));
  return 0;
}
