// SettingsMembers: one object of a list in the configuration file.
//
// Used by one thread, once, at start.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settings_reader.h"

namespace aegis::app {

// Its members by name, and what is wrong with them. REQUIRES: reader and object outlive it.
class SettingsMembers {
 public:
  SettingsMembers(SettingsReader* reader, const Json& object, std::string place)
      : reader_(reader), object_(object), place_(std::move(place)) {}

  void only(std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      std::string names;
      for (const auto name : known) names += (names.empty() ? "" : ", ") + std::string(name);
      reader_->problem(place_ + "/" + key, "unknown member; known are " + names);
    }
  }
  std::string text(const char* name, std::string otherwise = {}) {
    const auto found = object_.find(name);
    if (found == object_.end()) return otherwise;
    if (found->is_string()) return found->get<std::string>();
    problem(name, std::string("must be a string, not ") + found->type_name());
    return otherwise;
  }
  std::vector<std::string> list(const char* name) {
    std::vector<std::string> texts;
    const auto found = object_.find(name);
    if (found == object_.end()) return texts;
    const bool strings = found->is_array() && std::all_of(found->begin(), found->end(),
                                                          [](const Json& item) { return item.is_string(); });
    if (!strings) {
      problem(name, "must be a list of strings");
      return texts;
    }
    for (const Json& item : *found) texts.push_back(item.get<std::string>());
    return texts;
  }
  double number(const char* name, double otherwise) {
    const auto found = object_.find(name);
    if (found == object_.end()) return otherwise;
    if (found->is_number()) return found->get<double>();
    problem(name, std::string("must be a number, not ") + found->type_name());
    return otherwise;
  }
  bool yes_no(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) return false;
    if (found->is_boolean()) return found->get<bool>();
    problem(name, std::string("must be true or false, not ") + found->type_name());
    return false;
  }
  void problem(const char* name, const std::string& what) { reader_->problem(place_ + "/" + name, what); }

 private:
  SettingsReader* reader_;
  const Json& object_;
  std::string place_;
};

}  // namespace aegis::app
