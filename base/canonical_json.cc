#include "base/canonical_json.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace aegis {
namespace {

void append_string(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\b': *out += "\\b"; break;
      case '\f': *out += "\\f"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      default:
        if (const auto byte = static_cast<unsigned char>(c); byte < 0x20) {
          *out += "\\u00";
          out->push_back(kHex[byte >> 4]);
          out->push_back(kHex[byte & 0xF]);
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

// Walks over one value; on a text that is not JSON it ends early.
class Writer {
 public:
  explicit Writer(std::string_view text) : text_(text) {}

  void value(std::string* out) {
    blanks();
    if (at_ >= text_.size()) return;
    switch (text_[at_]) {
      case '{': object(out); break;
      case '[': array(out); break;
      case '"': append_string(string(), out); break;
      default: {
        const std::size_t end = std::min(text_.find_first_of(",:]} \t\r\n", at_), text_.size());
        out->append(text_, at_, end - at_);
        at_ = end == at_ ? end + 1 : end;
      }
    }
  }

 private:
  void blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool take(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void object(std::string* out) {
    ++at_;
    std::vector<std::pair<std::string, std::string>> members;
    while (at_ < text_.size() && !take('}')) {
      blanks();
      if (at_ >= text_.size() || text_[at_] != '"') break;
      auto& [name, written] = members.emplace_back(string(), "");
      if (!take(':')) break;
      value(&written);
      take(',');
    }
    // The order of UTF-8's bytes is the order of code points.
    std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    out->push_back('{');
    for (const auto& [name, written] : members) {
      if (&name != &members.front().first) out->push_back(',');
      append_string(name, out);
      out->push_back(':');
      *out += written;
    }
    out->push_back('}');
  }

  void array(std::string* out) {
    ++at_;
    out->push_back('[');
    for (bool first = true; at_ < text_.size() && !take(']'); first = false) {
      if (!first) out->push_back(',');
      value(out);
      take(',');
    }
    out->push_back(']');
  }

  std::uint32_t four_digits() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4 && at_ < text_.size(); ++i, ++at_) {
      const char c = text_[at_];
      value = value * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
  }

  // What follows a backslash and a `u`.
  void escaped_code_point(std::string* out) {
    std::uint32_t value = four_digits();
    if (value >= 0xD800 && value < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      value = 0x10000 + ((value & 0x3FF) << 10) + (four_digits() & 0x3FF);
    }
    append_utf8(*out, value);
  }

  // The string at `at_`, decoded.
  std::string string() {
    std::string out;
    ++at_;
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find_first_of("\"\\", at_), text_.size());
      out.append(text_, at_, end - at_);
      at_ = end + 1;
      if (end >= text_.size() || text_[end] == '"' || at_ >= text_.size()) break;
      switch (const char c = text_[at_++]; c) {
        case 'b': out.push_back('\b'); break;
        case 'f': out.push_back('\f'); break;
        case 'n': out.push_back('\n'); break;
        case 'r': out.push_back('\r'); break;
        case 't': out.push_back('\t'); break;
        case 'u': escaped_code_point(&out); break;
        default: out.push_back(c);
      }
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string canonical_json(std::string_view text) {
  std::string out;
  Writer(text).value(&out);
  return out;
}

std::string canonical_json_string(std::string_view text) {
  std::string out;
  append_string(text, &out);
  return out;
}

}  // namespace aegis
