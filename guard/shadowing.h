// Definitions that give orders about another server's tool: use this instead of it, do that before calling
// it.
//
// That two servers have a tool of the same name is ordinary (`search`, `read_file`) and says nothing. What
// counts is a sentence that names a tool of another server and says when, how or that it is not to be used.
// The name must be one that is not simply a word (`send_email`, not `send`) or be marked as a name (`send`,
// send()). What a server says of its own tools is its own affair.
//
// Pure, thread-safe.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace aegis::guard {

// Tools of other servers, each with the name of one that has it.
using OtherTools = std::map<std::string, std::string, std::less<>>;
using ToolNames = std::set<std::string, std::less<>>;

// `text` is one string of the definition of `tool`, whose server has the tools `own`. Returns the name of the
// other server's tool that it gives orders about, or "". Of the tool's own name only an order to use it
// instead of the other one counts.
std::string_view shadowed_tool(std::string_view text, std::string_view tool, const ToolNames& own,
                               const OtherTools& others);

}  // namespace aegis::guard
