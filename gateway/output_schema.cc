#include "gateway/output_schema.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include "detectors/pattern.h"

namespace aegis::gateway {
namespace {

// Nested applicators and $ref hops followed before giving up: schemas may refer to themselves.
constexpr int kMaxSchemaDepth = 64;
// Subschemas looked at for one string: a schema that refers to itself twice would double them at every level.
constexpr int kMaxSchemaSteps = 10'000;

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (!tokens.empty()) {
      if (pointer[i] == '~' && i + 1 < pointer.size())
        tokens.back() += pointer[++i] == '1' ? '/' : '~';
      else
        tokens.back() += pointer[i];
    }
  }
  return tokens;
}

bool matches(const std::string& pattern, std::string_view value) {
  const detectors::Pattern compiled(pattern, false);
  detectors::Pattern::Found found;
  return compiled.find(value, 0, value.size(), value.size(), found) == detectors::Pattern::Outcome::found;
}

std::size_t code_points(std::string_view value) {
  return static_cast<std::size_t>(std::count_if(
      value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Formats a placeholder could have; every other known format says no.
bool has_format(const std::string& format, std::string_view value) {
  const auto at = value.find('@');
  if (format == "email" || format == "idn-email") {
    return at != std::string_view::npos && at > 0 && value.find('.', at) != std::string_view::npos &&
           value.find_first_of(" []") == std::string_view::npos;
  }
  if (format == "uri" || format == "iri") {
    const auto colon = value.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           value.find_first_of(" []") == std::string_view::npos;
  }
  static constexpr std::string_view kStrict[] = {"date",  "time",          "date-time",   "duration",
                                                 "ipv4",  "ipv6",          "hostname",    "uuid",
                                                 "regex", "uri-reference", "json-pointer"};
  return std::find(std::begin(kStrict), std::end(kStrict), format) == std::end(kStrict);
}

class Checker {
 public:
  Checker(const Json& root, std::string_view value) : root_(root), value_(value) {}

  bool allowed(const Json& schema, std::span<const std::string> path, int depth) {
    if (++steps_ > kMaxSchemaSteps) return false;
    if (schema.is_boolean()) return schema.get<bool>();
    if (!schema.is_object() || depth > kMaxSchemaDepth) return false;
    if (schema.contains("not") || schema.contains("if")) return false;
    if (const auto ref = schema.find("$ref"); ref != schema.end()) {
      const Json* target = resolve(*ref);
      if (target == nullptr || !allowed(*target, path, depth + 1)) return false;
    }
    if (const auto all = schema.find("allOf"); all != schema.end() && all->is_array()) {
      for (const auto& part : *all) {
        if (!allowed(part, path, depth + 1)) return false;
      }
    }
    for (const char* keyword : {"anyOf", "oneOf"}) {
      const auto any = schema.find(keyword);
      if (any == schema.end() || !any->is_array()) continue;
      if (std::none_of(any->begin(), any->end(),
                       [&](const Json& part) { return allowed(part, path, depth + 1); })) {
        return false;
      }
    }
    return path.empty() ? allows_string(schema) : allows_member(schema, path, depth);
  }

 private:
  const Json* resolve(const Json& ref) const {
    if (!ref.is_string()) return nullptr;
    const auto& text = ref.get_ref<const std::string&>();
    if (text.empty() || text[0] != '#')
      return nullptr;  // never fetched: a schema may not name a network address
    const Json* at = &root_;
    for (const auto& token : tokens_of(std::string_view(text).substr(1))) {
      if (!at->is_object() || !at->contains(token)) return nullptr;
      at = &(*at)[token];
    }
    return at;
  }

  bool allows_string(const Json& schema) const {
    if (const auto type = schema.find("type"); type != schema.end()) {
      const bool lists_string = type->is_array()
                                    ? std::find(type->begin(), type->end(), Json("string")) != type->end()
                                    : *type == "string";
      if (!lists_string) return false;
    }
    if (const auto values = schema.find("enum");
        values != schema.end() && values->is_array() &&
        std::find(values->begin(), values->end(), Json(value_)) == values->end()) {
      return false;
    }
    if (const auto constant = schema.find("const"); constant != schema.end() && *constant != Json(value_))
      return false;
    const auto bound = [&](const char* keyword, std::size_t fallback) {
      const auto found = schema.find(keyword);
      return found != schema.end() && found->is_number_unsigned() ? found->get<std::size_t>() : fallback;
    };
    const std::size_t length = code_points(value_);
    if (length < bound("minLength", 0) || length > bound("maxLength", length)) return false;
    if (const auto pattern = schema.find("pattern"); pattern != schema.end() && pattern->is_string()) {
      if (!matches(pattern->get_ref<const std::string&>(), value_)) return false;
    }
    if (const auto format = schema.find("format"); format != schema.end() && format->is_string()) {
      if (!has_format(format->get_ref<const std::string&>(), value_)) return false;
    }
    return true;
  }

  bool allows_member(const Json& schema, std::span<const std::string> path, int depth) {
    const std::string& token = path.front();
    const auto rest = path.subspan(1);
    bool described = false;
    if (const auto properties = schema.find("properties");
        properties != schema.end() && properties->is_object()) {
      if (const auto property = properties->find(token); property != properties->end()) {
        described = true;
        if (!allowed(*property, rest, depth + 1)) return false;
      }
    }
    if (const auto patterns = schema.find("patternProperties");
        patterns != schema.end() && patterns->is_object()) {
      for (const auto& [pattern, property] : patterns->items()) {
        if (!matches(pattern, token)) continue;
        described = true;
        if (!allowed(property, rest, depth + 1)) return false;
      }
    }
    std::size_t index = 0;
    const auto parsed = std::from_chars(token.data(), token.data() + token.size(), index);
    if (parsed.ec == std::errc() && parsed.ptr == token.data() + token.size()) {
      const auto tuple = schema.find("prefixItems");
      if (tuple != schema.end() && tuple->is_array() && index < tuple->size()) {
        return allowed((*tuple)[index], rest, depth + 1);
      }
      if (const auto items = schema.find("items"); items != schema.end()) {
        if (!items->is_array()) return allowed(*items, rest, depth + 1);
        if (index < items->size()) return allowed((*items)[index], rest, depth + 1);
      }
    }
    if (const auto others = schema.find("additionalProperties"); !described && others != schema.end()) {
      return allowed(*others, rest, depth + 1);
    }
    return true;
  }

  int steps_ = 0;
  const Json& root_;
  std::string_view value_;
};

}  // namespace

bool string_allowed(const Json& schema, std::string_view pointer, std::string_view value) {
  const auto path = tokens_of(pointer);
  return Checker(schema, value).allowed(schema, path, 0);
}

}  // namespace aegis::gateway
