#include "policy/names.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "base/utf8.h"

namespace aegis::policy {

namespace {

constexpr std::array<std::string_view, 10> kReserved = {"true", "false", "if",   "then", "else",
                                                        "in",   "is",    "like", "has",  "__cedar"};
constexpr std::size_t kMostUnicodeDigits = 6;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// \u{1F600}: `at` stands on the brace and ends behind the closing one.
bool unicode_escape(std::string_view text, std::size_t& at, std::string& out) {
  if (at >= text.size() || text[at] != '{') return false;
  ++at;
  std::uint32_t code = 0;
  std::size_t digits = 0;
  for (; at < text.size() && text[at] != '}'; ++at) {
    if (text[at] == '_' && digits > 0) continue;
    const int digit = hex_digit(text[at]);
    if (digit < 0 || ++digits > kMostUnicodeDigits) return false;
    code = code * 16 + static_cast<std::uint32_t>(digit);
  }
  if (at >= text.size() || digits == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  ++at;
  append_utf8(out, code);
  return true;
}

// `at` stands behind the backslash and ends behind the escape.
bool escape(std::string_view text, std::size_t& at, std::string& out) {
  if (at >= text.size()) return false;
  switch (text[at++]) {
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case '0': out += '\0'; return true;
    case '\\': out += '\\'; return true;
    case '\'': out += '\''; return true;
    case '"': out += '"'; return true;
    case 'u': return unicode_escape(text, at, out);
    case 'x': {
      if (at + 2 > text.size()) return false;
      const int high = hex_digit(text[at]);
      const int low = hex_digit(text[at + 1]);
      if (high < 0 || high > 7 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      at += 2;
      return true;
    }
    default: return false;
  }
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\0': out += "\\0"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          char hex[8];
          std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += hex;
        } else {
          out += c;
        }
    }
  }
}

Result<std::vector<std::string>> unescape_pieces(std::string_view literal, bool pattern) {
  std::vector<std::string> pieces(1);
  std::size_t at = 0;
  while (at < literal.size()) {
    const char c = literal[at];
    if (c == '\\') {
      if (pattern && at + 1 < literal.size() && literal[at + 1] == '*') {
        pieces.back() += '*';
        at += 2;
        continue;
      }
      const std::size_t start = at++;
      if (!escape(literal, at, pieces.back())) {
        std::string shown(literal.substr(start, 2));
        if (shown.size() < 2 || shown[1] < 0x20 || shown[1] > 0x7E) shown = "\\";
        return invalid_input("the escape " + shown + " in this string is not valid");
      }
    } else if (c == '\r') {
      return invalid_input("a string may not hold a carriage return; write it as \\r");
    } else if (pattern && c == '*') {
      pieces.emplace_back();
      ++at;
    } else {
      pieces.back() += c;
      ++at;
    }
  }
  return pieces;
}

}  // namespace

bool is_identifier(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_reserved(std::string_view identifier) {
  return std::find(kReserved.begin(), kReserved.end(), identifier) != kReserved.end();
}

bool is_name(std::string_view path) {
  while (true) {
    const std::size_t end = path.find("::");
    const std::string_view part = path.substr(0, end);
    if (!is_identifier(part) || is_reserved(part)) return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 2);
  }
}

bool is_action_type(std::string_view type) {
  const std::size_t last = type.rfind("::");
  return (last == std::string_view::npos ? type : type.substr(last + 2)) == "Action";
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  return out + '"';
}

std::string quoted_pattern(const std::vector<std::string_view>& pieces) {
  std::string out = "\"";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out += '*';
    std::string_view rest = pieces[i];
    for (std::size_t star = rest.find('*'); star != std::string_view::npos; star = rest.find('*')) {
      append_escaped(out, rest.substr(0, star));
      out += "\\*";
      rest.remove_prefix(star + 1);
    }
    append_escaped(out, rest);
  }
  return out + '"';
}

Result<std::string> unescape(std::string_view literal) {
  Result<std::vector<std::string>> pieces = unescape_pieces(literal, false);
  if (!pieces) return pieces.error();
  return std::move((*pieces)[0]);
}

Result<std::vector<std::string>> unescape_pattern(std::string_view literal) {
  return unescape_pieces(literal, true);
}

}  // namespace aegis::policy
