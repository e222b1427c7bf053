#include "gateway/http/head.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace aegis::gateway {
namespace {

constexpr int kBad = 400;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool starts_with_letters(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_letters(text.substr(0, prefix.size()), prefix);
}

// A second one of these would let two readers of one request see two requests, or two callers.
bool must_not_repeat(std::string_view name) {
  constexpr std::array kNames{"host",          "content-length",   "transfer-encoding",
                              "content-type",  "content-encoding", "authorization",
                              "origin",        "cookie",           "expect",
                              "last-event-id", "x-api-key"};
  return starts_with_letters(name, "mcp-") ||
         std::any_of(kNames.begin(), kNames.end(),
                     [&](const char* known) { return same_letters(name, known); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Plain digits, few enough not to overflow.
bool read_length(std::string_view text, std::size_t* length) {
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  *length = value;
  return true;
}

// No path that means one thing escaped and another plain.
bool unescape_path(std::string_view text, std::string* path) {
  path->reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') return false;
    if (text[i] != '%') {
      *path += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return false;
    const int byte = high * 16 + low;
    if (byte < 0x20 || byte == 0x7F || byte == '/' || byte == '\\' || byte == '%') return false;
    *path += static_cast<char>(byte);
    i += 2;
  }
  for (std::size_t at = 0; at != std::string::npos;) {
    const std::size_t end = path->find('/', at + 1);
    const std::string_view segment =
        std::string_view(*path).substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (segment == "." || segment == "..") return false;
    at = end;
  }
  return true;
}

// `authority`: of a target in absolute form; empty otherwise.
int read_target(std::string_view target, RequestHead* head, std::string_view* authority) {
  if (target.size() > kMaxTargetBytes) return 414;
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F && c != '#'; };
  if (target.empty() || !std::all_of(target.begin(), target.end(), printable)) return kBad;
  if (target == "*" && head->method == "OPTIONS") {
    head->path = "*";
    return 0;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_letters(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t slash = std::min(target.find_first_of("/?"), target.size());
    *authority = target.substr(0, slash);
    if (authority->empty()) return kBad;
    target.remove_prefix(slash);
    if (target.empty()) target = "/";
    break;
  }
  if (target.front() != '/') return kBad;
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos) head->query = target.substr(question + 1);
  return unescape_path(target.substr(0, question), &head->path) ? 0 : kBad;
}

int read_request_line(std::string_view line, RequestHead* head, std::string_view* authority) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kBad;
  const std::string_view version = line.substr(last + 1);
  head->method = line.substr(0, first);
  if (!is_token(head->method) || head->method.size() > 32) return kBad;
  if (version == "HTTP/1.0") {
    head->http11 = head->keep_alive = false;
  } else if (version != "HTTP/1.1") {
    const bool other = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                       version[6] == '.' && is_digit(version[7]);
    return other ? 505 : kBad;
  }
  return read_target(line.substr(first + 1, last - first - 1), head, authority);
}

void read_connection(std::string_view value, RequestHead* head) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trimmed(value.substr(0, comma));
    if (same_letters(option, "close")) head->keep_alive = false;
    if (same_letters(option, "keep-alive") && !head->http11) head->keep_alive = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

}  // namespace

bool same_letters(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

HeadEnd::Found HeadEnd::look(std::string_view bytes) {
  for (;;) {
    const std::size_t newline = bytes.find('\n', seen_);
    if (newline == std::string_view::npos) {
      seen_ = bytes.size();
      return Found::not_yet;
    }
    seen_ = newline + 1;
    if (newline == line_ || bytes[newline - 1] != '\r') return Found::bare_newline;
    if (newline == line_ + 1) {
      size_ = seen_;
      return Found::end;
    }
    line_ = seen_;
  }
}

int read_head(std::string_view bytes, std::size_t max_headers, RequestHead* head) {
  *head = RequestHead();
  std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return kBad;
  std::string_view authority;
  if (const int status = read_request_line(bytes.substr(0, end), head, &authority)) return status;

  bool has_length = false, has_host = false, has_coding = false;
  for (;;) {
    bytes.remove_prefix(end + 2);
    end = bytes.find("\r\n");
    if (end == std::string_view::npos) return kBad;
    if (end == 0) break;
    if (head->headers.size() == max_headers) return 431;
    const std::string_view line = bytes.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return kBad;
    const std::string_view name = line.substr(0, colon);  // a token has no blanks, so no folding either
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_token(name) || !is_field_value(value)) return kBad;
    if (must_not_repeat(name) &&
        std::any_of(head->headers.begin(), head->headers.end(),
                    [&](const auto& other) { return same_letters(other.first, name); })) {
      return kBad;
    }
    if (same_letters(name, "content-length")) {
      has_length = true;
      if (!read_length(value, &head->content_length)) return kBad;
    } else if (same_letters(name, "transfer-encoding")) {
      has_coding = true;
      head->chunked = same_letters(value, "chunked");
    } else if (same_letters(name, "host")) {
      has_host = true;
      head->host = value;
    } else if (same_letters(name, "connection")) {
      read_connection(value, head);
    } else if (same_letters(name, "expect")) {
      if (!same_letters(value, "100-continue")) return 417;
      head->expects_continue = head->http11;
    }
    head->headers.emplace_back(name, value);
  }
  if (bytes.size() != 2) return kBad;  // something behind the end
  if (has_coding && (has_length || !head->http11)) return kBad;
  if (has_coding && !head->chunked) return 501;
  if (head->http11 && (!has_host || head->host.empty())) return kBad;
  if (!authority.empty() && !same_letters(authority, head->host)) return kBad;
  return 0;
}

std::optional<std::string> find_header(const mcp::HeaderList& headers, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [key, value] : headers) {
    if (!same_letters(key, name)) continue;
    if (found) {
      *found += ", " + value;
    } else {
      found = value;
    }
  }
  return found;
}

}  // namespace aegis::gateway
