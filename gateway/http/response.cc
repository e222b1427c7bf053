#include <algorithm>
#include <array>
#include <ctime>
#include <string>

#include "gateway/http/connection.h"
#include "gateway/http/head.h"

namespace aegis::gateway {
namespace {

struct Status {
  int code;
  const char* reason;
};
constexpr std::array kStatuses{
    Status{200, "OK"},
    Status{201, "Created"},
    Status{202, "Accepted"},
    Status{204, "No Content"},
    Status{301, "Moved Permanently"},
    Status{302, "Found"},
    Status{303, "See Other"},
    Status{304, "Not Modified"},
    Status{307, "Temporary Redirect"},
    Status{400, "Bad Request"},
    Status{401, "Unauthorized"},
    Status{403, "Forbidden"},
    Status{404, "Not Found"},
    Status{405, "Method Not Allowed"},
    Status{406, "Not Acceptable"},
    Status{408, "Request Timeout"},
    Status{409, "Conflict"},
    Status{410, "Gone"},
    Status{413, "Content Too Large"},
    Status{414, "URI Too Long"},
    Status{415, "Unsupported Media Type"},
    Status{417, "Expectation Failed"},
    Status{422, "Unprocessable Content"},
    Status{429, "Too Many Requests"},
    Status{431, "Request Header Fields Too Large"},
    Status{500, "Internal Server Error"},
    Status{501, "Not Implemented"},
    Status{502, "Bad Gateway"},
    Status{503, "Service Unavailable"},
    Status{504, "Gateway Timeout"},
    Status{505, "HTTP Version Not Supported"},
};

const char* reason(int status) {
  const auto* found =
      std::find_if(kStatuses.begin(), kStatuses.end(), [&](const Status& one) { return one.code == status; });
  return found == kStatuses.end() ? "Unknown" : found->reason;
}

// Frames the message or is the listener's business; a handler's own would contradict it.
bool is_listeners(std::string_view name) {
  constexpr std::array kNames{"connection", "content-length", "content-type",
                              "date",       "keep-alive",     "server",
                              "trailer",    "upgrade",        "transfer-encoding"};
  return std::any_of(kNames.begin(), kNames.end(), [&](const char* one) { return same_letters(name, one); });
}

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second on each thread. Not strftime: the locale is not ours.
const std::string& http_date() {
  thread_local std::time_t made_for = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_for) {
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                  kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                  parts.tm_min, parts.tm_sec);
    text = buffer.data();
    made_for = now;
  }
  return text;
}

void add(std::string* head, std::string_view name, std::string_view value) {
  head->append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

HttpResponse error_response(int status, std::string_view hint) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::string(R"({"error":")") + reason(status);
  if (!hint.empty()) response.body.append(": ").append(hint);
  response.body += "\"}";
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

std::string response_head(const HttpResponse& response, const mcp::HeaderList& cors,
                          std::optional<std::size_t> body_bytes, bool http11, bool keep_alive) {
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason(response.status))
      .append("\r\n");
  add(&head, "Date", http_date());
  const bool events = response.content_type.starts_with("text/event-stream");
  bool cache_control = false;
  for (const auto& [name, value] : response.headers) {
    if (is_listeners(name)) continue;
    cache_control = cache_control || same_letters(name, "cache-control");
    add(&head, name, value);
  }
  if (!response.content_type.empty()) add(&head, "Content-Type", response.content_type);
  add(&head, "X-Content-Type-Options", "nosniff");
  if (!cache_control) add(&head, "Cache-Control", events ? "no-cache" : "no-store");
  if (events) add(&head, "X-Accel-Buffering", "no");  // a proxy that gathers events breaks them
  for (const auto& [name, value] : cors) add(&head, name, value);
  const bool bodiless = response.status == 204 || response.status == 304;
  if (body_bytes) {
    if (!bodiless) add(&head, "Content-Length", std::to_string(*body_bytes));
  } else if (http11) {
    add(&head, "Transfer-Encoding", "chunked");
  }
  if (!keep_alive) {
    add(&head, "Connection", "close");
  } else if (!http11) {
    add(&head, "Connection", "keep-alive");
  }
  head += "\r\n";
  return head;
}

}  // namespace aegis::gateway
