// The head of an HTTP/1.x request, read strictly: whatever two parsers could read in two ways is refused.
//
// Refused: bare CR or LF, NUL and other control characters, folded lines, blanks before a colon, header names
// that are no tokens, more than one length or a length that is not plain digits, a length beside a transfer
// coding, any transfer coding but "chunked", a second Host, Origin, Authorization, Content-Type or Mcp-*
// header, a path with an escaped separator or a dot segment, an absolute target that is not the Host.
//
// Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/http_headers.h"

namespace aegis::gateway {

struct RequestHead {
  std::string method;
  std::string path;   // unescaped once; starts with '/' (or is "*", for OPTIONS only)
  std::string query;  // as sent, without the '?'
  std::string host;   // the Host header; empty only in HTTP/1.0
  mcp::HeaderList headers;
  std::size_t content_length = 0;
  bool http11 = true;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

// Finds the end of a head in bytes that come in piece by piece.
class HeadEnd {
 public:
  enum class Found { not_yet, bare_newline, end };
  // `bytes`: everything so far, from the first byte of the request. Only what is new is looked at.
  Found look(std::string_view bytes);
  // Of the head, its last blank line included. REQUIRES: end was found.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t seen_ = 0, line_ = 0, size_ = 0;
};

inline constexpr std::size_t kMaxTargetBytes = std::size_t{8} * 1024;  // path and query

// `bytes`: a whole head as HeadEnd found it. Returns 0, or the HTTP status to refuse it with: 400, 414, 417,
// 431, 501 or 505. `head` is complete only for 0.
int read_head(std::string_view bytes, std::size_t max_headers, RequestHead* head);

// A header's value; those that may repeat are joined by commas (RFC 9110, 5.3).
std::optional<std::string> find_header(const mcp::HeaderList& headers, std::string_view name);

bool same_letters(std::string_view a, std::string_view b);  // ASCII, without case
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);

}  // namespace aegis::gateway
