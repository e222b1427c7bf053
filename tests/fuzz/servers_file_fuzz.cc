// A servers file of any bytes: whatever comes of it can be started and shown, and nothing shows a value.

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "gateway/aggregator/names.h"
#include "gateway/jsonc.h"
#include "gateway/servers_file.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

aegis::gateway::ServersContext context_with(const std::string& secret) {
  return {.variable = [secret](const std::string& name) -> std::optional<std::string> {
            if (name == "SET") return secret;
            return std::nullopt;
          },
          .home = "/home",
          .workspace = "/work"};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aegis::gateway;
  // A heap copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(data, data + size);
  const std::string_view text(exact.data(), exact.size());
  require(without_comments(text).size() == text.size());

  const ServersFile file = read_servers(text, "file", context_with("one-secret-value"));
  const ServersFile other = read_servers(text, "file", context_with("six-secret-value"));
  std::set<std::string> names;
  for (const ServerEntry& entry : file.servers) {
    require(is_server_name(entry.name) && names.insert(entry.name).second);
    if (entry.kind == ServerEntry::Kind::command) {
      require(!entry.command.empty() && !entry.command.front().empty());
    } else {
      require(entry.url.starts_with("http"));
    }
    for (const std::string& word : entry.command) require(word.find('\0') == std::string::npos);
    for (const auto& [name, value] : entry.headers) require(value.find_first_of("\r\n") == std::string::npos);
  }
  require(!file.servers.empty() || !file.disabled.empty() || !file.problems.empty() || size > 0);
  // What is said does not depend on what the variable holds.
  require(file.problems.size() == other.problems.size());
  for (std::size_t i = 0; i < file.problems.size(); ++i) {
    const FileProblem& problem = file.problems[i];
    require(problem.text() == other.problems[i].text());
    require(problem.text().find_first_of("\r\n\x1b") == std::string::npos);
  }
  return 0;
}
