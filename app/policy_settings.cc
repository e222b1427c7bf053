#include "app/policy_settings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "app/settings_members.h"
#include "policy/limits.h"

namespace aegis::app {
namespace {

using guard::ListEntry;
namespace fs = std::filesystem;

struct List {
  const char* key;
  ListEntry::Kind kind;
};
constexpr List kLists[] = {{"allow", ListEntry::Kind::allow},
                           {"block", ListEntry::Kind::block},
                           {"review", ListEntry::Kind::review}};

ListEntry read_entry(SettingsReader* reader, const Json& object, const std::string& place) {
  SettingsMembers members(reader, object, place);
  members.only({"agent", "server", "tool", "reason", "approver_group"});
  ListEntry entry;
  entry.agent = members.text("agent");
  entry.server = members.text("server");
  entry.tool = members.text("tool");
  entry.reason = members.text("reason");
  entry.approver_group = members.text("approver_group");
  if (entry.agent.empty() && entry.server.empty() && entry.tool.empty())
    reader->problem(place, "names no agent, server or tool; \"tool\": \"*\" is every tool");
  return entry;
}

Result<guard::PolicySource> read_source(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || (!file.good() && !file.eof()))
    return unavailable(path.string() + ": cannot be read");
  if (text.size() > policy::kMaxPolicyBytes) {
    return limit_reached(path.string() + ": has more than the limit of " +
                         std::to_string(policy::kMaxPolicyBytes) + " bytes");
  }
  return guard::PolicySource{path.string(), std::move(text)};
}

}  // namespace

PolicySettings read_policy_settings(SettingsReader* reader, const std::optional<std::string>& flag) {
  PolicySettings settings;
  settings.path = reader->strongest("--policy", flag, "AEGIS_POLICY", "", "policy");
  if (settings.path && settings.path->value.empty())
    reader->problem(settings.path->origin, "the path of the policies is empty");
  settings.lists_from = reader->place("", "lists");
  for (const List& list : kLists) {
    const auto objects = reader->objects("lists", list.key);
    for (std::size_t i = 0; i < objects.size(); ++i) {
      ListEntry entry =
          read_entry(reader, objects[i], reader->place("lists", list.key) + "/" + std::to_string(i));
      entry.kind = list.kind;
      entry.position = i;
      settings.lists.push_back(std::move(entry));
    }
  }
  return settings;
}

Result<guard::UserPolicies> read_policy_files(const std::string& path) {
  guard::UserPolicies policies{.what = "the policies in " + fs::path(path).filename().string(),
                               .sources = {}};
  std::error_code failed;
  std::vector<fs::path> files;
  if (fs::is_directory(path, failed)) {
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end; entry.increment(failed)) {
      if (entry->path().extension() == ".cedar") files.push_back(entry->path());
    }
    if (failed) return unavailable(path + ": the folder cannot be read: " + failed.message());
    if (files.empty()) return invalid_input(path + ": there is no .cedar file in this folder");
    std::sort(files.begin(), files.end());
  } else if (fs::is_regular_file(path, failed)) {
    files.emplace_back(path);
  } else {
    return invalid_input(path + ": there is no such file or folder");
  }
  for (const fs::path& file : files) {
    auto source = read_source(file);
    if (!source) return source.error();
    policies.sources.push_back(std::move(*source));
  }
  return policies;
}

Result<std::shared_ptr<const guard::Policies>> load_policies(const PolicySettings& settings,
                                                             guard::Mode mode) {
  std::optional<guard::PolicySource> lists;
  if (!settings.lists.empty())
    lists = guard::PolicySource{settings.lists_from, guard::list_policies(settings.lists)};
  guard::UserPolicies user;
  if (settings.path) {
    auto read = read_policy_files(settings.path->value);
    if (!read) return read.error();
    user = std::move(*read);
  }
  return guard::Policies::make(mode, lists, user);
}

}  // namespace aegis::app
