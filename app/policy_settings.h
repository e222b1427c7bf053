// The user's policies: the lists in the configuration file, and files of Cedar.
//
// Settings are read once; files again whenever somebody asks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/settings_reader.h"
#include "guard/lists.h"
#include "guard/policies.h"

namespace aegis::app {

struct PolicySettings {
  std::optional<Setting<std::string>> path;  // --policy: a .cedar file, or a folder of them
  std::vector<guard::ListEntry> lists;
  std::string lists_from;  // the configuration file they stand in
};

// Mistakes go to the reader's problems; policy files are not looked at. REQUIRES: the reader has read the
// file.
PolicySettings read_policy_settings(SettingsReader* reader, const std::optional<std::string>& flag);

// A file, or the *.cedar of a folder in the order of their names. Errors name the path.
Result<guard::UserPolicies> read_policy_files(const std::string& path);

// What ships for the mode, with the lists and the files as they are now.
Result<std::shared_ptr<const guard::Policies>> load_policies(const PolicySettings& settings,
                                                             guard::Mode mode);

}  // namespace aegis::app
