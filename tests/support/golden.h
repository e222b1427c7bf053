// Golden dialogues: a file of prose, requests ("> …") and the answers they must get ("< …"). With
// AEGIS_UPDATE_GOLDEN=1 in the environment the file is rewritten with the answers of today instead of being
// compared.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace aegis::testing_support {

// `answer` gives the answers to one request, joined by newlines.
inline void check_dialogue(const std::string& path,
                           const std::function<std::string(const std::string&)>& answer) {
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::string expected, actual;
  for (std::string line; std::getline(file, line);) {
    expected += line + "\n";
    if (line.starts_with("< ")) continue;
    actual += line + "\n";
    if (!line.starts_with("> ")) continue;
    std::istringstream answers(answer(line.substr(2)));
    for (std::string one; std::getline(answers, one);) actual += "< " + one + "\n";
  }
  if (std::getenv("AEGIS_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << actual;
  } else {
    EXPECT_EQ(actual, expected) << path << " (AEGIS_UPDATE_GOLDEN=1 rewrites it; read the difference first)";
  }
}

}  // namespace aegis::testing_support
