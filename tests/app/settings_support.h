// Settings as a test configures them: a file, variables and flags of its own.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "app/settings.h"
#include "tests/support/temp_folder.h"

namespace aegis::app::testing {

class SettingsFixture : public ::testing::Test {
 protected:
  SettingsFixture() { variables_["HOME"] = folder_.path(); }

  std::string write_config(const std::string& text) {
    const std::string path = folder_ / "config.json";
    std::ofstream(path) << text;
    flags_.config = path;
    return path;
  }
  SettingsProblems read() {
    settings_ = {};
    return read_settings(
        flags_,
        [this](const char* name) -> std::optional<std::string> {
          const auto found = variables_.find(name);
          if (found == variables_.end()) return std::nullopt;
          return found->second;
        },
        &settings_);
  }

  testing_support::TempFolder folder_;
  std::map<std::string, std::string> variables_;
  GlobalFlags flags_;
  Settings settings_;
};

}  // namespace aegis::app::testing
