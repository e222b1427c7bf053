// The lists of the configuration, as policies: `allow`, `block` and `review` by agent, server and tool.
//
// Pure, thread-safe. What they mean is decided by the policy engine alone; there is no second evaluator.
#pragma once

#include <span>
#include <string>

namespace aegis::guard {

// Empty members stand for any; `*` in one for any characters.
struct ListEntry {
  enum class Kind { allow, block, review };
  Kind kind = Kind::block;
  std::size_t position = 0;  // in its list
  std::string agent, server, tool;
  std::string reason;
  std::string approver_group;
};

// Cedar source, policies named lists:block:0 and so on. An agent that an entry of `allow` names may call, on
// the servers those entries name, only what is listed in allow or review; all else is as it would be without
// lists.
std::string list_policies(std::span<const ListEntry> entries);

}  // namespace aegis::guard
