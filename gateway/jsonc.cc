#include "gateway/jsonc.h"

#include <set>

namespace aegis::gateway {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A file with a key given twice is read as clients read it (the last one counts), so the strict reader, which
// refuses it, cannot be used. *twice gets the keys.
Json read_last_counts(const std::string& text, std::vector<std::string>* twice) {
  std::vector<std::set<std::string>> open;
  const auto note = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second)
      twice->push_back(value.get<std::string>());
    return true;
  };
  return Json::parse(text, note, false);
}

bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        in_string = false;
    } else if (text[i] == '"') {
      in_string = true;
    } else if (text[i] == '{' || text[i] == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if ((text[i] == '}' || text[i] == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::string without_comments(std::string_view text) {
  std::string out(text);
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (out[i] != '\n' && out[i] != '\r') out[i] = ' ';
    }
  };
  std::size_t comma = std::string::npos;  // the last thing but blanks, if that was a comma
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
      ++i;
      comma = std::string::npos;
      continue;
    }
    if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
      const bool to_line_end = text[i + 1] == '/';
      auto end = to_line_end ? text.find('\n', i) : text.find("*/", i + 2);
      if (end == std::string_view::npos)
        end = text.size();
      else if (!to_line_end)
        end += 2;
      blank(i, end);
      i = end;
      continue;
    }
    if ((c == '}' || c == ']') && comma != std::string::npos) out[comma] = ' ';
    if (c == ',')
      comma = i;
    else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
      comma = std::string::npos;
    ++i;
  }
  return out;
}

Result<Json> parse_jsonc(std::string_view text, std::vector<std::string>* twice) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string plain = without_comments(text);
  if (too_deep(plain)) {
    return limit_reached("values are nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  Json value = read_last_counts(plain, twice);
  if (!value.is_discarded()) return value;
  // The strict reader says what is wrong and where.
  auto why = parse_json(plain);
  return why ? invalid_input("not valid JSON") : why.error();
}

}  // namespace aegis::gateway
