// What things of several servers are called towards the one client: `server__tool`, `server__uri`.
//
// A server's name holds no "__" and does not end in "_", so the first "__" of a joined name always separates
// the two, whatever stands behind it ("a__b__c" is the tool "b__c" of the server "a").
// Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aegis::gateway {

inline constexpr std::string_view kNameSeparator = "__";
// Clients and model APIs take tool names of at most 64 characters; this leaves 30 for the tool's own.
inline constexpr std::size_t kMaxServerName = 32;
// Model APIs refuse longer tool names. They are passed on whole all the same: a cut name could be another
// tool's, and some clients shorten by themselves.
inline constexpr std::size_t kUsualToolName = 64;

// Letters, digits, '_' and '-', 1 to kMaxServerName of them, without "__" and not ending in "_".
bool is_server_name(std::string_view name);

// The nearest such name to any text: what is not allowed becomes "_"; "server" when nothing is left.
std::string to_server_name(std::string_view text);

std::string joined(std::string_view server, std::string_view name);

// The server's name and the rest; nothing when there is no separator or nothing stands before it.
// Lifetime: the argument's.
std::optional<std::pair<std::string_view, std::string_view>> split_joined(std::string_view text);

// A URI template (RFC 6570) as far as it takes to tell whose a URI is: what stands before its first
// expression and behind its last one.
struct TemplateShape {
  std::string prefix, suffix;
  bool has_expression = false;
};
TemplateShape shape_of(std::string_view uri_template);
// Whether the URI can be an expansion of such a template; linear.
bool may_expand_to(const TemplateShape& shape, std::string_view uri);

}  // namespace aegis::gateway
