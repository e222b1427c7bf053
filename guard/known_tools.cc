// What the tools of well-known services bring in and let out. Names are those the services document; a tool
// that is not listed has what the service's last line says.
#include <algorithm>
#include <array>

#include "guard/catalogue.h"

namespace aegis::guard {
namespace {

constexpr FlowLabels kNothing{};
constexpr FlowLabels kPrivate{.private_data = true};
constexpr FlowLabels kUntrusted{.untrusted_source = true};
constexpr FlowLabels kOut{.external_sink = true};
constexpr FlowLabels kUntrustedPrivate{.untrusted_source = true, .private_data = true};
constexpr FlowLabels kUntrustedOut{.untrusted_source = true, .external_sink = true};

struct KnownTool {
  std::string_view family;
  std::string_view tool;  // "*" stands for any text, at the beginning, at the end, or both
  FlowLabels flow;
};

constexpr std::array kKnownTools{
    // Writing and moving brings nothing in, and stays on this machine.
    KnownTool{"filesystem", "write_file", kNothing},
    KnownTool{"filesystem", "edit_file", kNothing},
    KnownTool{"filesystem", "create_directory", kNothing},
    KnownTool{"filesystem", "move_file", kNothing},
    KnownTool{"filesystem", "list_allowed_directories", kNothing},
    KnownTool{"filesystem", "*", kPrivate},

    KnownTool{"memory", "read_graph", kPrivate},
    KnownTool{"memory", "search_nodes", kPrivate},
    KnownTool{"memory", "open_nodes", kPrivate},
    KnownTool{"memory", "*", kNothing},

    KnownTool{"git", "*", kPrivate},
    KnownTool{"database", "*", kPrivate},

    // An address holds what is put into it, and whoever is asked for it reads it.
    KnownTool{"web", "*", kUntrustedOut},
    KnownTool{"browser", "*close", kNothing},
    KnownTool{"browser", "*install", kNothing},
    KnownTool{"browser", "*resize", kNothing},
    KnownTool{"browser", "*screenshot", kUntrusted},
    KnownTool{"browser", "*snapshot", kUntrusted},
    KnownTool{"browser", "*wait_for", kUntrusted},
    KnownTool{"browser", "*console_messages", kUntrusted},
    KnownTool{"browser", "*network_requests", kUntrusted},
    KnownTool{"browser", "*", kUntrustedOut},

    // Anybody can write an issue or a comment in a public repository; a file comes from one's own as often as
    // not.
    KnownTool{"github", "get_me", kNothing},
    KnownTool{"github", "get_file_contents", kPrivate},
    KnownTool{"github", "get_commit", kPrivate},
    KnownTool{"github", "list_commits", kPrivate},
    KnownTool{"github", "list_branches", kPrivate},
    KnownTool{"github", "search_code", kUntrustedPrivate},
    KnownTool{"github", "get_*", kUntrusted},
    KnownTool{"github", "list_*", kUntrusted},
    KnownTool{"github", "search_*", kUntrusted},
    KnownTool{"github", "issue_read", kUntrusted},
    KnownTool{"github", "pull_request_read", kUntrusted},
    KnownTool{"github", "*", kOut},
    KnownTool{"gitlab", "get_file_contents", kPrivate},
    KnownTool{"gitlab", "get_*", kUntrusted},
    KnownTool{"gitlab", "list_*", kUntrusted},
    KnownTool{"gitlab", "search_*", kUntrusted},
    KnownTool{"gitlab", "*", kOut},

    // Colleagues, guests and integrations write there, and what is said is not for everyone.
    KnownTool{"chat", "*post*", kOut},
    KnownTool{"chat", "*reply*", kOut},
    KnownTool{"chat", "*add*", kOut},
    KnownTool{"chat", "*", kUntrustedPrivate},

    // What is written stays with those who may read it there.
    KnownTool{"workspace", "*", kPrivate},
    // Reports quote what visitors sent.
    KnownTool{"errors", "*", kUntrusted},
};

constexpr std::array<std::string_view, 2> kRepository{"owner", "repo"};
constexpr std::array<std::string_view, 1> kProject{"project_id"};

bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view head = pattern.substr(0, star);
  std::string_view tail = pattern.substr(star + 1);
  if (!name.starts_with(head)) return false;
  name.remove_prefix(head.size());
  if (!tail.ends_with('*')) return name.ends_with(tail);
  tail.remove_suffix(1);
  return name.find(tail) != std::string_view::npos;
}

}  // namespace

FlowLabels flow_of(const KnownServer& server, std::string_view tool) {
  for (const KnownTool& known : kKnownTools) {
    if (known.family == server.family && matches(known.tool, tool)) return known.flow;
  }
  return kNothing;
}

std::span<const std::string_view> place_arguments(const KnownServer& server) {
  if (server.family == "github") return kRepository;
  if (server.family == "gitlab") return kProject;
  return {};
}

}  // namespace aegis::guard
