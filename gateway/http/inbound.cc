#include "gateway/http/inbound.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "mcp/splice.h"

namespace aegis::gateway {
namespace {

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool same_word(std::string_view a, std::string_view lower_case) {
  return a.size() == lower_case.size() &&
         std::equal(a.begin(), a.end(), lower_case.begin(), [](unsigned char x, unsigned char y) {
           return static_cast<unsigned char>(std::tolower(x)) == y;
         });
}

// Calls `each` with the trimmed parts of `text` between `separator`s, until it returns true.
template <class Each>
bool any_part(std::string_view text, char separator, Each each) {
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (each(trim(text.substr(0, end)))) return true;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return false;
}

// "q=0", "q=0.0", …: the client refuses this type.
bool refused_by_weight(std::string_view parameters) {
  return any_part(parameters, ';', [](std::string_view parameter) {
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !same_word(trim(parameter.substr(0, equals)), "q")) return false;
    const auto value = trim(parameter.substr(equals + 1));
    return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
  });
}

bool names_modern(const Inbound& inbound) {
  return inbound.header_revision != nullptr && inbound.header_revision->modern;
}

}  // namespace

bool accepts(const std::optional<std::string>& accept, std::string_view type) {
  if (!accept) return false;
  const std::string_view main = type.substr(0, type.find('/'));
  return any_part(*accept, ',', [&](std::string_view range) {
    const auto semicolon = range.find(';');
    const auto name = trim(range.substr(0, semicolon));
    const auto slash = name.find('/');
    const bool fits = same_word(name, type) || name == "*/*" ||
                      (slash != std::string_view::npos && same_word(name.substr(0, slash), main) &&
                       name.substr(slash) == "/*");
    return fits && (semicolon == std::string_view::npos || !refused_by_weight(range.substr(semicolon + 1)));
  });
}

bool is_json(const std::optional<std::string>& content_type) {
  if (!content_type) return false;
  const std::string_view whole = *content_type;
  return same_word(trim(whole.substr(0, whole.find(';'))), "application/json");
}

HttpResponse refuse(const Refusal& refusal, const mcp::Revision* revision) {
  HttpResponse response;
  response.status = refusal.status;
  response.content_type = "application/json";
  if (!refusal.id.empty()) {
    response.body = mcp::error_message(refusal.id, refusal.code, refusal.text);
  } else {
    response.body = mcp::unaddressed_error(refusal.code, refusal.text, revision);
  }
  if (!refusal.allow.empty()) response.headers.emplace_back("Allow", refusal.allow);
  return response;
}

bool InboundReader::read(const HttpRequest& request, Inbound* inbound, Refusal* refusal) {
  const auto version = request.header("MCP-Protocol-Version");
  inbound->has_version_header = version.has_value();
  if (version) inbound->header_revision = mcp::find_revision(trim(*version));

  const auto no = [&](int status, int code, std::string text, std::string id = {}) {
    *refusal = {.status = status, .code = code, .text = std::move(text), .id = std::move(id)};
    return false;
  };
  if (!is_json(request.header("Content-Type"))) {
    return no(415, mcp::kInvalidRequest, "Content-Type must be application/json");
  }
  const auto accept = request.header("Accept");
  if (!accepts(accept, "application/json") || !accepts(accept, "text/event-stream")) {
    return no(406, mcp::kInvalidRequest, "Accept must list both application/json and text/event-stream");
  }
  const auto parsed = parser_.parse(request.body);
  if (!parsed) {
    const bool too_long = parsed.error().code == ErrorCode::limit;
    return no(400, too_long ? mcp::kInvalidRequest : mcp::kParseError, parsed.error().message);
  }

  // Within strings a line break is always written as an escape, so these stand between tokens.
  inbound->line = parsed->text;
  if (inbound->line.find_first_of("\r\n") != std::string_view::npos) {
    line_.assign(parsed->text);
    std::replace_if(
        line_.begin(), line_.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    inbound->line = line_;
  }

  if (parsed->root.is_array()) {
    if (names_modern(*inbound)) {
      return no(400, mcp::kInvalidRequest,
                "protocol revision " + std::string(inbound->header_revision->name) + " has no batches");
    }
    inbound->batch = true;
    inbound->items = mcp::array_items(inbound->line);
    if (inbound->items.empty()) return no(400, mcp::kInvalidRequest, "an empty batch is no message");
    if (inbound->items.size() > kMaxBatchItems) {
      return no(400, mcp::kInvalidRequest,
                "the batch has more than the limit of " + std::to_string(kMaxBatchItems) + " messages");
    }
    return true;
  }

  std::string id;
  auto message = mcp::read_message(parsed->root, &id);
  if (!message) return no(400, mcp::kInvalidRequest, message.error().message, std::move(id));
  inbound->message = std::move(*message);
  const bool asks = inbound->message.kind == mcp::MessageKind::request ||
                    inbound->message.kind == mcp::MessageKind::notification;
  if (asks && (mcp::is_modern_request(inbound->message) || names_modern(*inbound))) {
    inbound->era = mcp::Era::modern;
  } else if (names_modern(*inbound)) {
    return no(400, mcp::kInvalidRequest,
              "protocol revision " + std::string(inbound->header_revision->name) +
                  " has no responses sent by clients");
  }
  return true;
}

}  // namespace aegis::gateway
