#include "mcp/bridge/members.h"

#include <algorithm>

#include "base/json.h"
#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// `at` is the opening quote; the result is behind the closing one.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return text.size();
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  if (text[at] == '"') return skip_string(text, at);
  if (text[at] != '{' && text[at] != '[') {
    return std::min(text.find_first_of(",]} \t\r\n", at), text.size());
  }
  for (std::size_t depth = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return text.size();
}

struct Field {
  std::string key;
  std::string_view whole;  // key, colon and value
  std::string_view value;
};

// Calls visit(field) for each member of the object that `text` is, until it returns false.
template <class Visit>
void each_member(std::string_view text, Visit visit) {
  std::size_t at = skip_blanks(text, 0);
  if (at >= text.size() || text[at] != '{') return;
  for (++at;;) {
    at = skip_blanks(text, at);
    if (at >= text.size() || text[at] != '"') return;  // the end, or no object
    const std::size_t key_end = skip_string(text, at);
    const auto quoted = text.substr(at, key_end - at);
    const std::size_t value_begin = skip_blanks(text, std::min(skip_blanks(text, key_end) + 1, text.size()));
    const std::size_t value_end = skip_value(text, value_begin);
    Field field{.key = {},
                .whole = text.substr(at, value_end - at),
                .value = text.substr(value_begin, value_end - value_begin)};
    if (quoted.find('\\') == std::string_view::npos) {
      field.key = quoted.substr(1, quoted.size() - 2);
    } else {
      const Json key = Json::parse(quoted, nullptr, false);
      if (key.is_string()) field.key = key.get<std::string>();
    }
    if (!visit(field)) return;
    at = skip_blanks(text, value_end);
    if (at >= text.size() || text[at] != ',') return;
    ++at;
  }
}

bool is_object(std::string_view text) {
  const auto at = skip_blanks(text, 0);
  return at < text.size() && text[at] == '{';
}

}  // namespace

std::optional<std::string_view> value_text(std::string_view text, Path path) {
  for (const auto key : path) {
    std::optional<std::string_view> found;
    each_member(text, [&](const Field& field) {
      if (field.key == key) found = field.value;
      return !found;
    });
    if (!found) return std::nullopt;
    text = *found;
  }
  return text;
}

std::string edit_object(std::string_view text, Path path, const std::vector<Member>& set, Path remove) {
  const auto object = value_text(text, path);
  if (!object || !is_object(*object)) return std::string(text);
  const auto begin = static_cast<std::size_t>(object->data() - text.data());
  std::string edited(text.substr(0, begin));
  edited += '{';
  std::string_view separator;
  for (const auto& member : set) {
    ((edited += separator) += dump_json(Json(member.key))) += ':';
    edited += member.value;
    separator = ",";
  }
  each_member(*object, [&](const Field& field) {
    const bool drop =
        std::find(remove.begin(), remove.end(), field.key) != remove.end() ||
        std::any_of(set.begin(), set.end(), [&](const Member& member) { return member.key == field.key; });
    if (!drop) {
      (edited += separator) += field.whole;
      separator = ",";
    }
    return true;
  });
  edited += '}';
  edited += text.substr(begin + object->size());
  return edited;
}

std::string without_reserved(std::string_view object) {
  std::string kept = "{";
  each_member(object, [&](const Field& field) {
    if (!field.key.starts_with(kReservedPrefix)) (kept += kept.size() > 1 ? "," : "") += field.whole;
    return true;
  });
  return kept + "}";
}

std::optional<std::string> quoted_number(const Message& message) {
  if (message.kind != MessageKind::result && message.kind != MessageKind::error) return std::nullopt;
  if (message.id.size() < 3 || message.id.front() != '"') return std::nullopt;
  std::string number = message.id.substr(1, message.id.size() - 2);
  const auto first = number.front() == '-' ? 1U : 0U;
  if (number.find_first_not_of("0123456789", first) != std::string::npos) return std::nullopt;
  return number;
}

}  // namespace aegis::mcp
