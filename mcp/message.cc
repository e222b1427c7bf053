#include "mcp/message.h"

#include <algorithm>

namespace aegis::mcp {
namespace {

namespace dom = simdjson::dom;

}  // namespace

Result<std::string> read_id(dom::element value) {
  switch (value.type()) {
    case dom::element_type::STRING: return json_quote(std::string_view(value));
    case dom::element_type::INT64: return std::to_string(std::int64_t(value));
    case dom::element_type::UINT64: return std::to_string(std::uint64_t(value));
    case dom::element_type::NULL_VALUE:
      return invalid_input("the id is null; it must be a string or an integer");
    case dom::element_type::DOUBLE:
      return invalid_input("the id is not a whole number; it must be a string or an integer");
    default: return invalid_input("the id must be a string or an integer");
  }
}

// Some parsers match the names of members whatever their case; to them such a message would be another one.
bool resembles(std::string_view name, std::initializer_list<std::string_view> known) {
  return std::any_of(known.begin(), known.end(), [&](std::string_view one) {
    return one.size() == name.size() && one != name &&
           std::equal(one.begin(), one.end(), name.begin(), [](char a, char b) { return a == (b | 0x20); });
  });
}

Result<Message> read_message(dom::element root, std::string* id) {
  id->clear();
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    return invalid_input(root.is_array() ? "a batch is not allowed here" : "a message must be a JSON object");
  }
  Message message;
  message.root = root;
  bool has_version = false;
  bool has_id = false;
  bool has_method = false;
  dom::element version, id_value, method, params, result, error;
  bool has_params = false, has_result = false, has_error = false;
  for (const auto field : object) {
    if (field.key == "jsonrpc") {
      version = field.value;
      has_version = true;
    } else if (field.key == "id") {
      id_value = field.value;
      has_id = true;
    } else if (field.key == "method") {
      method = field.value;
      has_method = true;
    } else if (field.key == "params") {
      params = field.value;
      has_params = true;
    } else if (field.key == "result") {
      result = field.value;
      has_result = true;
    } else if (field.key == "error") {
      error = field.value;
      has_error = true;
    } else if (resembles(field.key, {"jsonrpc", "id", "method", "params", "result", "error"})) {
      return invalid_input("a member's name differs from JSON-RPC's only in case");
    }
  }

  // An error whose request could not be read has a null id, or none (JSON-RPC 2.0, section 5).
  const bool unaddressed_error = has_error && !has_method && (!has_id || id_value.is_null());
  if (has_id && !unaddressed_error) {
    auto text = read_id(id_value);
    if (!text) return text.error();
    message.id = *text;
    *id = *text;
  }
  std::string_view version_text;
  if (!has_version || version.get(version_text) != simdjson::SUCCESS || version_text != "2.0") {
    return invalid_input("\"jsonrpc\" must be \"2.0\"");
  }
  if (has_method) {
    if (method.get(message.method) != simdjson::SUCCESS) return invalid_input("\"method\" must be a string");
    if (std::any_of(message.method.begin(), message.method.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
      return invalid_input("\"method\" holds a control character");
    }
    if (has_result || has_error) return invalid_input("a message holds both a method and a result or error");
    message.kind = has_id ? MessageKind::request : MessageKind::notification;
    if (has_params && !params.is_object()) return invalid_input("\"params\" must be an object");
    message.body = params;
    message.has_body = has_params;
    return message;
  }
  if (has_result && has_error) return invalid_input("a response holds both a result and an error");
  if (has_result) {
    if (!has_id) return invalid_input("a result has no id");
    message.kind = MessageKind::result;
    message.body = result;
    message.has_body = true;
    return message;
  }
  if (has_error) {
    if (!error.is_object()) return invalid_input("\"error\" must be an object");
    message.kind = MessageKind::error;
    message.body = error;
    message.has_body = true;
    return message;
  }
  return invalid_input("a message must hold a method, a result or an error");
}

std::string json_quote(std::string_view text) { return dump_json(Json(text)); }

std::string result_message(std::string_view id, const Json& result) {
  return std::string(R"({"jsonrpc":"2.0","id":)") + std::string(id.empty() ? "null" : id) +
         ",\"result\":" + dump_json(result) + "}";
}

std::string error_message(std::string_view id, int code, std::string_view text) {
  return std::string(R"({"jsonrpc":"2.0","id":)") + std::string(id.empty() ? "null" : id) +
         ",\"error\":{\"code\":" + std::to_string(code) + ",\"message\":" + json_quote(text) + "}}";
}

std::string unaddressed_error(int code, std::string_view text, const Revision* revision) {
  const bool omit_id = revision != nullptr && revision->error_without_id;
  return std::string(omit_id ? R"({"jsonrpc":"2.0")" : R"({"jsonrpc":"2.0","id":null)") +
         ",\"error\":{\"code\":" + std::to_string(code) + ",\"message\":" + json_quote(text) + "}}";
}

}  // namespace aegis::mcp
