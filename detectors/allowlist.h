// Allowlist: findings the user has looked at and wants to hear no more of.
//
// Immutable after create() and thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detectors/finding.h"
#include "detectors/pattern.h"

namespace aegis::detectors {

// One entry. Every condition that is not empty must hold.
struct Allowed {
  std::string rule;    // a rule's id, or a type
  std::string sha256;  // of the found bytes, lowercase hex
  std::string regex;   // PCRE2, found anywhere in the found bytes
  // Globs: `*` stands for any characters.
  std::string path;  // the JSON Pointer of the field within the arguments, the result or the tool
  std::string tool;
  std::string server;
};

// Where a text stands. Entries that ask for a place never apply to a text that has none.
struct Place {
  std::string_view server = {};
  std::string_view tool = {};
  std::function<std::string()> path = {};  // asked only when an entry needs it
};

class Allowlist {
 public:
  Allowlist() = default;
  // Errors: invalid_input with the entry's index: no condition, a hash that is none, a regex that does not
  // compile.
  static Result<Allowlist> create(std::vector<Allowed> entries);

  // `finding` lies in `text`.
  [[nodiscard]] bool allows(const Finding& finding, std::string_view text, const Place& place) const;

 private:
  struct Entry {
    Allowed allowed;
    std::unique_ptr<Pattern> regex;  // null: none
  };
  // Shared, because patterns hold views of the entries' strings.
  std::shared_ptr<const std::vector<Entry>> entries_ = std::make_shared<std::vector<Entry>>();
};

// Whether `text` is what `glob` describes: `*` for any characters, everything else for itself.
bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace aegis::detectors
