#include "detectors/allowlist.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"

namespace aegis::detectors {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool found_in(const Pattern& regex, std::string_view value) {
  Pattern::Found found;
  return regex.find(value, 0, value.size(), value.size(), found) == Pattern::Outcome::found;
}

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text) {
  // Where to go on when the last star has to take one character more.
  std::size_t after_star = std::string_view::npos;
  std::size_t star_text = 0;
  std::size_t g = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      after_star = ++g;
      star_text = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (after_star != std::string_view::npos) {
      g = after_star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

Result<Allowlist> Allowlist::create(std::vector<Allowed> entries) {
  auto made = std::make_shared<std::vector<Entry>>();
  made->reserve(entries.size());  // patterns hold views into it
  for (std::size_t i = 0; i < entries.size(); ++i) {
    made->push_back({std::move(entries[i]), nullptr});
    auto& [allowed, regex] = made->back();
    const std::string where = "/" + std::to_string(i);
    if (allowed.rule.empty() && allowed.sha256.empty() && allowed.regex.empty() && allowed.path.empty() &&
        allowed.tool.empty() && allowed.server.empty()) {
      return invalid_input(where + ": names nothing; everything would be allowed");
    }
    if (!allowed.sha256.empty() && !is_sha256(allowed.sha256))
      return invalid_input(where + "/sha256: must be 64 characters of 0-9 and a-f");
    if (!allowed.regex.empty()) {
      regex = std::make_unique<Pattern>(allowed.regex, false);
      if (!regex->valid()) return invalid_input(where + "/regex: is no regular expression PCRE2 takes");
    }
  }
  Allowlist list;
  list.entries_ = std::move(made);
  return list;
}

bool Allowlist::allows(const Finding& finding, std::string_view text, const Place& place) const {
  const std::string_view value = text.substr(finding.start, finding.end - finding.start);
  return std::any_of(entries_->begin(), entries_->end(), [&](const Entry& entry) {
    const Allowed& allowed = entry.allowed;
    return (allowed.rule.empty() || allowed.rule == finding.rule || allowed.rule == finding.type) &&
           (allowed.server.empty() || matches_glob(allowed.server, place.server)) &&
           (allowed.tool.empty() || matches_glob(allowed.tool, place.tool)) &&
           (allowed.path.empty() || (place.path && matches_glob(allowed.path, place.path()))) &&
           (allowed.sha256.empty() || allowed.sha256 == sha256_hex(value)) &&
           (entry.regex == nullptr || found_in(*entry.regex, value));
  });
}

}  // namespace aegis::detectors
