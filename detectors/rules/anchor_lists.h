// Anchors that are made of parts, as patterns are: "bank account", "bank_account", "checking-acct".
//
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

namespace aegis::detectors {

// Each of `first` followed by each of `second`.
inline std::vector<std::string> each_with_each(const std::vector<std::string>& first,
                                               const std::vector<std::string>& second) {
  std::vector<std::string> all;
  for (const std::string& a : first) {
    for (const std::string& b : second) all.push_back(a + b);
  }
  return all;
}

// The same with what stands between two words of a name: nothing, a space, an underscore or a hyphen.
inline std::vector<std::string> joined(const std::vector<std::string>& first,
                                       const std::vector<std::string>& second) {
  return each_with_each(each_with_each(first, {"", " ", "_", "-"}), second);
}

}  // namespace aegis::detectors
