#include "mcp/splice.h"

#include <algorithm>

#include "base/json.h"

namespace aegis::mcp {
namespace {

// Walks over valid JSON; on anything else it stops at the end of the text.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const { return at_; }

  void blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }

  bool take(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A string token with its quotes.
  std::string_view string() {
    blanks();
    const std::size_t begin = at_;
    if (at_ >= text_.size() || text_[at_] != '"') return {};
    for (++at_; at_ < text_.size(); ++at_) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) break;
      if (text_[at_] == '\\') {
        ++at_;  // whatever is escaped, it does not end the string
        continue;
      }
      ++at_;
      return text_.substr(begin, at_ - begin);
    }
    at_ = text_.size();
    return {};
  }

  // Past one value, however deep. Its end excludes blanks.
  void value() {
    blanks();
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
        continue;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return;
        --depth;
        ++at_;
      } else if (depth > 0) {
        // Inside a container only strings and brackets matter.
        at_ = std::min(text_.find_first_of("\"{}[]", at_), text_.size());
        continue;
      } else {
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      }
      if (depth == 0) return;
    }
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_key(std::string_view token, std::string_view key) {
  if (token.size() < 2) return false;
  const std::string_view inside = token.substr(1, token.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside == key;
  // Rare enough to let the library read the escapes.
  const Json read = Json::parse(token, nullptr, false);
  return read.is_string() && read.get_ref<const std::string&>() == key;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::optional<ValueSpan> find_value(std::string_view text, std::initializer_list<std::string_view> path) {
  Walker walker(text);
  const auto* wanted = path.begin();
  if (wanted == path.end() || !walker.take('{')) return std::nullopt;
  for (;;) {
    walker.blanks();
    const std::size_t name = walker.at();
    const std::string_view key = walker.string();
    if (key.empty() || !walker.take(':')) return std::nullopt;  // `}` ends here too
    walker.blanks();
    const std::size_t begin = walker.at();
    if (!is_key(key, *wanted)) {
      walker.value();
    } else if (++wanted == path.end()) {
      walker.value();
      return ValueSpan{begin, walker.at(), name};
    } else {
      // Keys do not repeat, so what is not below this one is nowhere.
      if (!walker.take('{')) return std::nullopt;
      continue;
    }
    if (!walker.take(',')) return std::nullopt;
  }
}

std::string_view raw_value(std::string_view text, std::initializer_list<std::string_view> path) {
  const auto span = find_value(text, path);
  return span ? text.substr(span->begin, span->end - span->begin) : std::string_view();
}

std::string replace_value(std::string_view text, std::initializer_list<std::string_view> path,
                          std::string_view value) {
  const auto span = find_value(text, path);
  if (!span) return std::string(text);
  std::string changed;
  changed.reserve(text.size() - (span->end - span->begin) + value.size());
  changed.append(text.substr(0, span->begin)).append(value).append(text.substr(span->end));
  return changed;
}

std::string without_value(std::string_view text, std::initializer_list<std::string_view> path) {
  const auto span = find_value(text, path);
  if (!span) return std::string(text);
  constexpr std::string_view kBlanks = " \t\r\n";
  std::size_t begin = span->name, end = span->end;
  // One comma goes with it: the one after it, or of the last member the one before.
  const auto after = text.find_first_not_of(kBlanks, end);
  const auto before = text.find_last_not_of(kBlanks, begin - 1);
  if (after != std::string_view::npos && text[after] == ',')
    end = after + 1;
  else if (before != std::string_view::npos && text[before] == ',')
    begin = before;
  return std::string(text.substr(0, begin)).append(text.substr(end));
}

std::vector<std::string_view> array_items(std::string_view array) {
  array = trimmed(array);
  std::vector<std::string_view> items;
  if (array.size() < 2) return items;
  array = array.substr(1, array.size() - 2);
  std::size_t depth = 0, begin = 0;
  for (std::size_t i = 0; i < array.size(); ++i) {
    switch (array[i]) {
      case '"':
        for (++i; i < array.size() && array[i] != '"'; ++i) {
          if (array[i] == '\\') ++i;
        }
        break;
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']': --depth; break;
      case ',':
        if (depth == 0) {
          items.push_back(trimmed(array.substr(begin, i - begin)));
          begin = i + 1;
        }
        break;
      default: break;
    }
  }
  const std::string_view last = trimmed(array.substr(begin));
  if (!last.empty()) items.push_back(last);
  return items;
}

}  // namespace aegis::mcp
