#include "mcp/http_headers.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "mcp/meta.h"

namespace aegis::mcp {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kEncodedBegin = "=?base64?";
constexpr std::string_view kEncodedEnd = "?=";

// Integers that every JSON reader holds exactly; the specification mirrors no others.
constexpr std::int64_t kSafeInteger = (std::int64_t{1} << 53) - 1;

bool is_encoded(std::string_view value) {
  return value.size() >= kEncodedBegin.size() + kEncodedEnd.size() &&
         value.substr(0, kEncodedBegin.size()) == kEncodedBegin &&
         value.substr(value.size() - kEncodedEnd.size()) == kEncodedEnd;
}

bool is_visible_or_blank(char c) { return c >= 0x20 && c < 0x7F; }

// RFC 9110, section 5.6.2.
bool is_token(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool member(dom::element object, std::string_view key, dom::element* value) {
  return object.is_object() && dom::object(object).at_key(key).get(*value) == simdjson::SUCCESS;
}

// The parameter Mcp-Name mirrors; "" for a method without one. Only the first three must have it by the core
// specification; the tasks extension adds its own.
struct NameSource {
  std::string_view key;
  bool required = false;
};
NameSource name_source(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return {"name", true};
  if (method == "resources/read") return {"uri", true};
  if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel") return {"taskId", false};
  return {};
}

// What the parameter looks like in a header; nothing for a value that cannot be mirrored (which includes an
// integer that readers do not hold exactly).
std::optional<std::string> mirrored(dom::element value) {
  std::string_view text;
  bool truth = false;
  std::int64_t integer = 0;
  double number = 0;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(truth) == simdjson::SUCCESS) return truth ? "true" : "false";
  if (value.is_double() && value.get(number) == simdjson::SUCCESS) {  // 42.0 is an integer to JSON Schema
    if (!(number >= -static_cast<double>(kSafeInteger) && number <= static_cast<double>(kSafeInteger)))
      return std::nullopt;
    integer = static_cast<std::int64_t>(number);
    if (static_cast<double>(integer) != number) return std::nullopt;
    return std::to_string(integer);
  }
  if (value.get(integer) != simdjson::SUCCESS || integer > kSafeInteger || integer < -kSafeInteger)
    return std::nullopt;
  return std::to_string(integer);
}

// "42", "42.0" and "042" are the same to whoever calculates with them; anything else is no integer.
std::optional<std::int64_t> read_integer(std::string_view text) {
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    const std::string_view fraction = text.substr(dot + 1);
    if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    text = text.substr(0, dot);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The argument a parameter header mirrors; nothing where it is absent or null.
std::optional<dom::element> argument(const Message& message, const ParamHeader& param) {
  dom::element value;
  if (!message.has_body || !member(message.body, "arguments", &value)) return std::nullopt;
  for (const auto& key : param.path) {
    dom::element below;
    if (!member(value, key, &below)) return std::nullopt;
    value = below;
  }
  if (value.is_null()) return std::nullopt;
  return value;
}

Error wrong(std::string_view header, std::string_view what) {
  return invalid_input("header mismatch: " + std::string(header) + " " + std::string(what));
}

Result<void> check_param(const Message& message, const ParamHeader& param, const HeaderLookup& headers) {
  const auto value = argument(message, param);
  const auto sent = headers(param.header);
  if (!value) {
    if (sent) return wrong(param.header, "is given but the argument is not");
    return {};
  }
  const auto expected = mirrored(*value);
  if (!sent) {
    // No client can send what cannot be mirrored; the tool will say what it thinks of such a value.
    if (expected) return wrong(param.header, "is missing");
    return {};
  }
  const auto decoded = decode_header_value(*sent);
  if (!decoded) return wrong(param.header, decoded.error().message);
  const bool is_number = value->is_number();
  const bool same =
      expected && (*decoded == *expected || (is_number && read_integer(*decoded) == read_integer(*expected)));
  if (!same) return wrong(param.header, "is not the value of the argument");
  return {};
}

// Data, not schemas: what looks like an annotation in there is none.
bool holds_data(std::string_view keyword) {
  return keyword == "const" || keyword == "enum" || keyword == "default" || keyword == "examples";
}

// Keywords whose members are named by the author, each with a schema.
bool holds_named_schemas(std::string_view keyword) {
  return keyword == "properties" || keyword == "patternProperties" || keyword == "dependentSchemas" ||
         keyword == "$defs" || keyword == "definitions";
}

constexpr std::string_view kAnnotation = "x-mcp-header";

class AnnotationReader {
 public:
  // Depth is bounded by the parser (kMaxJsonDepth). `reachable`: only `properties` led here.
  Result<void> read(dom::element schema, bool reachable) {
    if (schema.is_array()) {
      for (const auto item : dom::array(schema)) {
        if (auto done = read(item, false); !done) return done;
      }
      return {};
    }
    if (!schema.is_object()) return {};
    for (const auto field : dom::object(schema)) {
      if (holds_data(field.key)) continue;
      Result<void> done;
      if (field.key == kAnnotation) {
        done = annotation(schema, field.value, reachable);
      } else if (holds_named_schemas(field.key) && field.value.is_object()) {
        for (const auto named : dom::object(field.value)) {
          path_.emplace_back(named.key);
          done = read(named.value, reachable && field.key == "properties");
          path_.pop_back();
          if (!done) break;
        }
      } else {
        done = read(field.value, false);
      }
      if (!done) return done;
    }
    return {};
  }

  std::vector<ParamHeader> take() { return std::move(found_); }

 private:
  Result<void> annotation(dom::element schema, dom::element value, bool reachable) {
    if (!reachable || path_.empty())
      return invalid_input("x-mcp-header stands where no chain of 'properties' leads");
    std::string_view name;
    if (value.get(name) != simdjson::SUCCESS || !is_token(name))
      return invalid_input("the value of x-mcp-header is no header name");
    dom::element type_value;
    std::string_view type;
    if (!member(schema, "type", &type_value) || type_value.get(type) != simdjson::SUCCESS) type = "";
    ParamHeader param{"Mcp-Param-" + std::string(name), path_};
    if (type == "integer")
      param.type = ParamHeader::Type::integer;
    else if (type == "boolean")
      param.type = ParamHeader::Type::boolean;
    else if (type != "string")
      return invalid_input("x-mcp-header stands on a parameter that is no string, integer or boolean");
    if (std::any_of(found_.begin(), found_.end(),
                    [&](const ParamHeader& other) { return same_name(other.header, param.header); }))
      return invalid_input("two parameters have the same x-mcp-header");
    if (found_.size() == kMaxParamHeaders)
      return invalid_input("more than " + std::to_string(kMaxParamHeaders) +
                           " parameters have an x-mcp-header");
    found_.push_back(std::move(param));
    return {};
  }

  std::vector<std::string> path_;
  std::vector<ParamHeader> found_;
};

}  // namespace

std::string encode_header_value(std::string_view value) {
  // An empty value is encoded as well: on the way some drop headers that have none.
  const bool safe = !value.empty() && value.front() != ' ' && value.back() != ' ' && !is_encoded(value) &&
                    std::all_of(value.begin(), value.end(), is_visible_or_blank);
  if (safe) return std::string(value);
  return std::string(kEncodedBegin) + base64_encode(value) + std::string(kEncodedEnd);
}

Result<std::string> decode_header_value(std::string_view header) {
  if (!std::all_of(header.begin(), header.end(), [](char c) { return is_visible_or_blank(c) || c == '\t'; }))
    return invalid_input("holds bytes that no header may hold");
  if (!is_encoded(header)) return std::string(header);
  header.remove_prefix(kEncodedBegin.size());
  header.remove_suffix(kEncodedEnd.size());
  auto decoded = base64_decode(header);
  if (!decoded) return invalid_input("is not valid base64");
  if (!simdjson::validate_utf8(*decoded)) return invalid_input("is not the base64 of UTF-8 text");
  return std::move(*decoded);
}

Result<std::vector<ParamHeader>> param_headers(dom::element input_schema) {
  AnnotationReader reader;
  if (auto done = reader.read(input_schema, true); !done) return done.error();
  return reader.take();
}

HeaderList request_headers(const Message& message, std::string_view protocol_version,
                           const std::vector<ParamHeader>& params) {
  HeaderList headers{{"MCP-Protocol-Version", std::string(protocol_version)}};
  if (message.kind != MessageKind::request && message.kind != MessageKind::notification) return headers;
  headers.emplace_back("Mcp-Method", std::string(message.method));
  const auto source = name_source(message.method);
  dom::element name_value;
  std::string_view name;
  if (!source.key.empty() && message.has_body && member(message.body, source.key, &name_value) &&
      name_value.get(name) == simdjson::SUCCESS)
    headers.emplace_back("Mcp-Name", encode_header_value(name));
  for (const auto& param : params) {
    const auto value = argument(message, param);
    if (const auto text = value ? mirrored(*value) : std::nullopt)
      headers.emplace_back(param.header, encode_header_value(*text));
  }
  return headers;
}

Result<void> check_headers(const Message& message, const HeaderLookup& headers,
                           const std::vector<ParamHeader>& params) {
  const auto version = headers("MCP-Protocol-Version");
  if (!version) return wrong("MCP-Protocol-Version", "is missing");
  dom::element meta, value;
  std::string_view text;
  if (message.has_body && member(message.body, "_meta", &meta) &&
      member(meta, kMetaProtocolVersion, &value) &&
      (value.get(text) != simdjson::SUCCESS || text != *version))
    return wrong("MCP-Protocol-Version", "is not the version in the body's _meta");

  const auto method = headers("Mcp-Method");
  if (!method && message.kind == MessageKind::request) return wrong("Mcp-Method", "is missing");
  if (method && *method != message.method) return wrong("Mcp-Method", "is not the method in the body");

  if (const auto source = name_source(message.method); !source.key.empty()) {
    const bool has_name = message.has_body && member(message.body, source.key, &value);
    if (const auto name = headers("Mcp-Name")) {
      const auto decoded = decode_header_value(*name);
      if (!decoded) return wrong("Mcp-Name", decoded.error().message);
      if (!has_name || value.get(text) != simdjson::SUCCESS || text != *decoded)
        return wrong("Mcp-Name", "is not params." + std::string(source.key) + " of the body");
    } else if (source.required && has_name) {
      // Where the body has none either, that is what is wrong with the request.
      return wrong("Mcp-Name", "is missing");
    }
  }
  for (const auto& param : params) {
    if (auto checked = check_param(message, param, headers); !checked) return checked;
  }
  return {};
}

}  // namespace aegis::mcp
