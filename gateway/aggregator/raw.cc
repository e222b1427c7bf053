#include "gateway/aggregator/raw.h"

#include <algorithm>
#include <cstddef>

#include "mcp/message.h"

namespace aegis::gateway {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string with_changes(std::string_view text, std::initializer_list<Change> changes) {
  std::vector<Change> found;
  std::size_t size = text.size();
  for (const Change& change : changes) {
    if (!change.span) continue;
    found.push_back(change);
    size += change.value.size();
  }
  std::sort(found.begin(), found.end(),
            [](const Change& a, const Change& b) { return a.span->begin < b.span->begin; });
  std::string changed;
  changed.reserve(size);
  std::size_t copied = 0;
  for (const Change& one : found) {
    changed.append(text, copied, one.span->begin - copied).append(one.value);
    copied = one.span->end;
  }
  return changed.append(text, copied);
}

std::string with_member(std::string_view text, std::initializer_list<std::string_view> path,
                        std::string_view key, std::string_view value) {
  const auto span = mcp::find_value(text, path);
  if (!span || text[span->begin] != '{') return std::string(text);
  const std::string_view inside = trimmed(text.substr(span->begin + 1, span->end - span->begin - 2));
  std::string changed(text.substr(0, span->begin + 1));
  changed.append(mcp::json_quote(key)).append(":").append(value);
  if (!inside.empty()) changed += ',';
  return changed.append(text.substr(span->begin + 1));
}

// A newline within a string is escaped, so one that stands in the text is a blank.
std::optional<std::string> on_one_line(std::string_view text) {
  if (text.find_first_of("\n\r") == std::string_view::npos) return std::nullopt;
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

}  // namespace aegis::gateway
