// Any JSON as the arguments of a call, and any as a file of cases: what an agent writes becomes plain values
// only, the same ones each time, and no decision on them faults.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "guard/arguments.h"
#include "guard/policy_cases.h"

namespace {

using namespace aegis;

void require(bool condition) {
  if (!condition) std::abort();
}

// Text, numbers, truth, sets and records: nothing that names an entity or an address.
void require_plain(const policy::Value& value) {
  switch (value.kind()) {
    case policy::Kind::set:
      for (const policy::Value& element : value.as_set()) require_plain(element);
      return;
    case policy::Kind::record:
      for (const policy::Field& field : value.as_record()) require_plain(field.value);
      return;
    default:
      require(value.kind() == policy::Kind::boolean || value.kind() == policy::Kind::integer ||
              value.kind() == policy::Kind::string || value.kind() == policy::Kind::decimal);
  }
}

// Policies that look at arguments in every way.
std::shared_ptr<const guard::Policies> policies() {
  static const auto made = guard::Policies::make(guard::Mode::strict, std::nullopt,
                                                 {.what = "the test", .sources = {{"t.cedar", R"(
    permit(principal, action, resource);
    forbid(principal, action, resource) when { context.input has a && context.input.a > 3 };
    @decision("require_approval") permit(principal, action, resource) when { context.input has b.c && context.input.b.c == context.input };
    forbid(principal, action, resource) when { context.input has t && context.input.t.contains("x") } unless { context.representable };)"}}})
                               .value();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(data, data + size);
  const std::string_view text(exact.data(), exact.size());
  JsonParser parser;
  const auto parsed = parser.parse(text);
  if (!parsed) return 0;
  policy::Arena arena;
  const guard::ArgumentValue first = guard::argument_value(parsed->root, arena);
  const guard::ArgumentValue second = guard::argument_value(parsed->root, arena);
  require(first.record.kind() == policy::Kind::record);
  require_plain(first.record);
  std::uint64_t work = 0;
  require(policy::compare(first.record, second.record, work) == 0 && first.left_out == second.left_out);

  const guard::PolicyVerdict verdict =
      policies()->decide({.operation = "tools/call", .target = "send", .value = &parsed->root}, {},
                         {.agent = "a", .server = "s"});
  require(!first.no_object || verdict.effect == guard::Effect::deny);

  if (const auto json = parse_json(text)) {
    if (const auto cases = guard::read_policy_cases(*json)) {
      for (const guard::PolicyCase& one : *cases) guard::run_policy_case(*policies(), one);
    }
  }
  return 0;
}
