#include "gateway/aggregator/names.h"

#include <algorithm>

namespace aegis::gateway {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool is_server_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxServerName && name.back() != '_' &&
         name.find(kNameSeparator) == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

std::string to_server_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    // A character of several bytes becomes one "_", as would any run of characters that are not allowed.
    const char kept = is_name_character(c) ? c : '_';
    if (kept == '_' && !name.empty() && name.back() == '_') continue;
    name += kept;
    if (name.size() == kMaxServerName) break;
  }
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? "server" : name;
}

std::string joined(std::string_view server, std::string_view name) {
  std::string text;
  text.reserve(server.size() + kNameSeparator.size() + name.size());
  return text.append(server).append(kNameSeparator).append(name);
}

std::optional<std::pair<std::string_view, std::string_view>> split_joined(std::string_view text) {
  const auto at = text.find(kNameSeparator);
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  return std::pair{text.substr(0, at), text.substr(at + kNameSeparator.size())};
}

TemplateShape shape_of(std::string_view uri_template) {
  const auto open = uri_template.find('{');
  if (open == std::string_view::npos) return {std::string(uri_template), "", false};
  const auto close = uri_template.rfind('}');
  const bool closed = close != std::string_view::npos && close > open;
  return {std::string(uri_template.substr(0, open)),
          closed ? std::string(uri_template.substr(close + 1)) : std::string(), true};
}

bool may_expand_to(const TemplateShape& shape, std::string_view uri) {
  if (!shape.has_expression) return uri == shape.prefix;
  return uri.size() >= shape.prefix.size() + shape.suffix.size() && uri.starts_with(shape.prefix) &&
         uri.ends_with(shape.suffix);
}

}  // namespace aegis::gateway
