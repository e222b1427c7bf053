#include "app/commands/definition_diff.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace aegis::app {
namespace {

using Lines = std::vector<std::string>;

// In the order a person reads a tool in.
constexpr std::array<const char*, 6> kMembers{"name",        "title",        "description",
                                              "inputSchema", "outputSchema", "annotations"};
constexpr std::size_t kContext = 2;  // lines that stayed, shown on either side of a change
// Beyond so many pairs of lines the whole is shown as gone and come: a table of them would take too long.
constexpr std::size_t kMostPairs = 4'000'000;

Lines lines_of(const Json* value) {
  if (value == nullptr) return {};
  const std::string text = value->is_string() ? value->get<std::string>()
                                              : value->dump(2, ' ', false, Json::error_handler_t::replace);
  Lines lines;
  for (std::size_t start = 0;;) {
    const auto end = text.find('\n', start);
    lines.push_back(visible(std::string_view(text).substr(start, end - start)));
    if (end == std::string::npos) return lines;
    start = end + 1;
  }
}

struct Line {
  char sign;  // ' ', '-' or '+'
  const std::string* text;
};

// By the longest common subsequence.
std::vector<Line> compare(const Lines& was, const Lines& is) {
  std::vector<Line> out;
  const std::size_t n = was.size(), m = is.size();
  if (n * m > kMostPairs) {
    for (const auto& line : was) out.push_back({'-', &line});
    for (const auto& line : is) out.push_back({'+', &line});
    return out;
  }
  std::vector<std::vector<unsigned>> common(n + 1, std::vector<unsigned>(m + 1));
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = m; j-- > 0;)
      common[i][j] =
          was[i] == is[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && was[i] == is[j]) {
      out.push_back({' ', &was[i++]});
      ++j;
    } else if (i < n && (j == m || common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', &was[i++]});
    } else {
      out.push_back({'+', &is[j++]});
    }
  }
  return out;
}

std::string with_context(const std::vector<Line>& lines) {
  std::string out;
  bool left_out = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t from = i > kContext ? i - kContext : 0;
    const std::size_t to = std::min(i + kContext + 1, lines.size());
    const bool near = std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(from),
                                  lines.begin() + static_cast<std::ptrdiff_t>(to),
                                  [](const Line& line) { return line.sign != ' '; });
    if (near) {
      if (left_out) out += "    …\n";
      out += std::string("  ") + lines[i].sign + " " + *lines[i].text + "\n";
    }
    left_out = !near;
  }
  return out;
}

const Json* member(const std::optional<Json>& definition, const char* name) {
  if (!definition || !definition->is_object()) return nullptr;
  const auto found = definition->find(name);
  return found == definition->end() ? nullptr : &*found;
}

}  // namespace

std::string definition_diff(std::string_view was, std::string_view is) {
  const auto parsed = [](std::string_view text) {
    std::optional<Json> value;
    if (!text.empty()) value = Json::parse(text, nullptr, false);
    return value;
  };
  const auto before = parsed(was), now = parsed(is);
  if (is.empty()) return "  (the definition is too large to be kept)\n";
  std::string out;
  for (const char* name : kMembers) {
    const Json* old_value = member(before, name);
    const Json* new_value = member(now, name);
    if (old_value == new_value) continue;  // neither has it
    if (old_value != nullptr && new_value != nullptr && *old_value == *new_value) continue;
    out += std::string(name) + "\n" + with_context(compare(lines_of(old_value), lines_of(new_value)));
  }
  return out.empty() ? "  (they differ only in what was redacted before they were kept)\n" : out;
}

}  // namespace aegis::app
