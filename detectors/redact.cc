#include "detectors/redact.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/json.h"

namespace aegis::detectors {
namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A UTF-8 sequence has at most three continuation bytes; invalid input is not followed further.
constexpr std::size_t kMaxContinuation = 3;

std::size_t border_before(std::string_view text, std::size_t at) {
  for (std::size_t i = 0; i < kMaxContinuation && at > 0 && at < text.size() && is_continuation(text[at]);
       ++i)
    --at;
  return at;
}

std::size_t border_after(std::string_view text, std::size_t at) {
  for (std::size_t i = 0; i < kMaxContinuation && at < text.size() && is_continuation(text[at]); ++i) ++at;
  return at;
}

bool stronger(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& f) {
    return std::make_tuple(f.severity, f.confidence, f.end - f.start);
  };
  return rank(a) > rank(b) || (rank(a) == rank(b) && a.start < b.start);
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Whether a sentence or a list item can start after the byte at `i`.
bool ends_sentence(std::string_view text, std::size_t i) {
  const char c = text[i];
  if (c == '\n') return true;
  return (c == '.' || c == '!' || c == '?') && i + 1 < text.size() && is_space(text[i + 1]);
}

// Whether the newline at `i` is followed by a line without any text.
bool is_blank_line(std::string_view text, std::size_t i) {
  if (text[i] != '\n') return false;
  for (++i; i < text.size() && is_space(text[i]); ++i) {
    if (text[i] == '\n') return true;
  }
  return false;
}

}  // namespace

std::string label(std::string_view type) {
  std::string out = "[";
  for (const char c : type) out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return out + "_REDACTED]";
}

std::vector<Finding> resolve(std::span<const Finding> findings) {
  std::vector<Finding> sorted;
  for (const Finding& finding : findings) {
    if (finding.start < finding.end) sorted.push_back(finding);
  }
  std::sort(sorted.begin(), sorted.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.start, a.end, a.rule) < std::tie(b.start, b.end, b.rule);
  });
  std::vector<Finding> out;
  Finding strongest;  // of the last cluster, as it was found
  for (const Finding& finding : sorted) {
    if (out.empty() || finding.start >= out.back().end) {
      out.push_back(finding);
      strongest = finding;
      continue;
    }
    const std::size_t start = out.back().start;
    const std::size_t end = std::max(out.back().end, finding.end);
    if (stronger(finding, strongest)) strongest = finding;
    out.back() = strongest;
    out.back().start = start;
    out.back().end = end;
  }
  return out;
}

std::string Placeholders::label_of(const Finding& finding, std::string_view value) {
  std::string same(finding.type);
  same.push_back('\0');
  for (const char c : value) {
    if (finding.kind != Kind::pii) {
      same.push_back(c);
    } else if (c != ' ' && c != '-') {
      same.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  std::string digest = sha256_hex(same);
  auto known = numbers_.find(digest);
  if (known == numbers_.end()) {
    if (numbers_.size() == kMaxValues) return label(finding.type);
    const std::size_t number = ++of_type_[std::string(finding.type)];
    known = numbers_.emplace(std::move(digest), number).first;
  }
  if (known->second == 1) return label(finding.type);
  return label(std::string(finding.type) + "_" + std::to_string(known->second));
}

namespace {

constexpr std::string_view kLabelEnd = "_REDACTED]";
constexpr std::string_view kLabelEndInAddress = "_REDACTED%5D";
constexpr std::string_view kHostEnd = "-redacted.invalid";
constexpr std::string_view kMask = "*****";

// Where in an address a byte stands.
enum class InAddress { no, host, elsewhere };

// The longest address that is looked at, back from a finding. Unit: bytes.
constexpr std::size_t kMaxAddress = 2048;

InAddress place_in_address(std::string_view text, std::size_t at) {
  const std::string_view head = text.substr(at - std::min(at, kMaxAddress), std::min(at, kMaxAddress));
  const std::size_t scheme = head.rfind("://");
  if (scheme == std::string_view::npos || scheme == 0 || !is_word(head[scheme - 1])) return InAddress::no;
  const std::string_view since = head.substr(scheme + 3);
  if (since.find_first_of(" \t\r\n\"'<>`|\\") != std::string_view::npos) return InAddress::no;
  // Behind a comma the next column of a table begins as often as not.
  if (since.find_first_of("/?#") != std::string_view::npos)
    return since.find_first_of(",;") == std::string_view::npos ? InAddress::elsewhere : InAddress::no;
  // What stands before an @ is not the host.
  const std::string_view rest = text.substr(at, kMaxAddress);
  const std::size_t authority = std::min(rest.find_first_of(" \t\r\n\"'<>`|\\/?#"), rest.size());
  const bool user = rest.substr(0, authority).find('@') != std::string_view::npos;
  return user ? InAddress::elsewhere : InAddress::host;
}

// "[IP_ADDRESS_REDACTED]" as an address can hold it.
std::string in_address(std::string_view wanted, InAddress place) {
  if (wanted.size() < 2 || wanted.front() != '[') return std::string(wanted);
  const std::string_view inside = wanted.substr(1, wanted.size() - 2);
  if (place != InAddress::host) return "%5B" + std::string(inside) + "%5D";
  std::string host;
  for (const char c : inside)
    host.push_back(c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return host + ".invalid";
}

// A finding, and what is put in its place.
struct Replacement {
  std::size_t start = 0;
  std::size_t end = 0;
  std::string by;
};

std::vector<Replacement> replacements(std::string_view text, std::span<const Finding> findings,
                                      RedactMode mode, Placeholders* placeholders) {
  std::vector<Finding> whole(findings.begin(), findings.end());
  for (Finding& finding : whole) {
    finding.start = border_before(text, std::min(finding.start, text.size()));
    finding.end = border_after(text, std::min(finding.end, text.size()));
  }
  std::vector<Replacement> out;
  for (const Finding& finding : resolve(whole)) {
    Replacement made{.start = finding.start, .end = finding.end, .by = {}};
    const std::string_view value = text.substr(finding.start, finding.end - finding.start);
    if (mode == RedactMode::redact)
      made.by = placeholders != nullptr ? placeholders->label_of(finding, value) : label(finding.type);
    if (mode == RedactMode::mask) made.by = kMask;
    const InAddress place = place_in_address(text, finding.start);
    if (place != InAddress::no) made.by = in_address(made.by, place);
    out.push_back(std::move(made));
  }
  return out;
}

std::string replaced(std::string_view text, std::span<const Replacement> all) {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (const Replacement& one : all) {
    out.append(text.substr(copied, one.start - copied));
    out += one.by;
    copied = one.end;
  }
  out.append(text.substr(copied));
  return out;
}

// The same in a text that is JSON, one value or one a line.
class JsonReplacing {
 public:
  JsonReplacing(std::string_view text, std::span<const Replacement> all) : text_(text), all_(all) {}

  std::string run() && {
    out_.reserve(text_.size());
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
      } else if (is_scalar(c)) {
        scalar();
      } else {
        take(1);
      }
    }
    return std::move(out_);
  }

 private:
  // Of numbers and of true, false and null.
  static bool is_scalar(char c) { return is_word(c) || c == '-' || c == '+' || c == '.'; }

  void take(std::size_t count) {
    out_.append(text_.substr(at_, count));
    at_ += count;
  }

  // The replacement that covers some of [at, end); null: none.
  const Replacement* covering(std::size_t end) {
    while (next_ < all_.size() && all_[next_].end <= at_) ++next_;
    return next_ < all_.size() && all_[next_].start < end ? &all_[next_] : nullptr;
  }

  // Once for each finding, however many strings it goes over.
  void put(const Replacement& one) {
    if (put_ != &one) out_ += one.by;
    put_ = &one;
  }

  // One character of a string: an escape, with the second half of a surrogate pair, is one.
  [[nodiscard]] std::size_t unit() const {
    if (text_[at_] != '\\') return 1;
    if (text_[at_ + 1] != 'u') return 2;
    const bool high = (text_[at_ + 2] == 'd' || text_[at_ + 2] == 'D') &&
                      std::string_view("89abAB").find(text_[at_ + 3]) != std::string_view::npos;
    return high && text_.substr(at_ + 6, 2) == "\\u" ? 12 : 6;
  }

  void string() {
    take(1);
    while (text_[at_] != '"') {
      const std::size_t size = unit();
      if (const Replacement* one = covering(at_ + size); one != nullptr) {
        put(*one);
        at_ += size;
      } else {
        take(size);
      }
    }
    take(1);
  }

  void scalar() {
    std::size_t end = at_;
    while (end < text_.size() && is_scalar(text_[end])) ++end;
    if (const Replacement* one = covering(end); one != nullptr) {
      out_ += '"';
      put(*one);
      out_ += '"';
      at_ = end;
    } else {
      take(end - at_);
    }
  }

  std::string_view text_;
  std::span<const Replacement> all_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  const Replacement* put_ = nullptr;
  std::string out_;
};

bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  JsonParser parser;
  if (parser.parse(text)) return true;
  // One value a line, as logs and exports have it.
  std::size_t lines = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (!parser.parse(line)) return false;
    ++lines;
  }
  return lines > 1;
}

// A line of YAML: what stands before its value.
struct YamlLine {
  bool is_yaml = false;
  bool is_mapping = false;
  std::size_t value = 0;  // where the value begins; the line's size: there is none
};

YamlLine yaml_line(std::string_view line) {
  std::size_t at = line.find_first_not_of(" \r");
  if (at == std::string_view::npos || line[at] == '#' || line.substr(at, 3) == "---")
    return {.is_yaml = true, .value = line.size()};
  bool item = false;
  while (line.substr(at, 2) == "- ") {
    item = true;
    at = std::min(line.find_first_not_of(' ', at + 2), line.size());
  }
  std::size_t end = at;
  while (end < line.size() &&
         (is_word(line[end]) || line[end] == '-' || line[end] == '.' || line[end] == '/'))
    ++end;
  const bool mapping =
      end > at && end < line.size() && line[end] == ':' && (end + 1 == line.size() || line[end + 1] == ' ');
  if (!mapping) return {.is_yaml = item, .value = at};
  return {.is_yaml = true,
          .is_mapping = true,
          .value = std::min(line.find_first_not_of(' ', end + 1), line.size())};
}

// Each line a setting, an item, a comment or empty, and two settings at least. Prose has other lines.
bool is_yaml(std::string_view text) {
  std::size_t mappings = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const YamlLine line = yaml_line(text.substr(begin, end - begin));
    if (!line.is_yaml) return false;
    mappings += line.is_mapping ? 1 : 0;
    begin = end + 1;
  }
  return mappings >= 2;
}

// A value that begins with "[" is a list in YAML, and text behind its "]" an error.
std::string with_quoted_values(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t from = yaml_line(line).value;
    const std::string_view value = line.substr(from);
    const std::size_t label_end = value.find(kLabelEnd);
    const bool begins_with_label = value.starts_with('[') && label_end != std::string_view::npos &&
                                   label_end < value.find_first_of("], ");
    // An asterisk stands for a value named elsewhere.
    if (begins_with_label || value.starts_with(kMask)) {
      const std::size_t comment = std::min(value.find(" #"), value.size());
      const std::size_t last = value.substr(0, comment).find_last_not_of(" \r");
      out.append(line.substr(0, from)).push_back('\'');
      for (const char c : value.substr(0, last + 1)) out.append(c == '\'' ? 2 : 1, c);
      out.append("'").append(value.substr(last + 1));
    } else {
      out.append(line);
    }
    if (end < text.size()) out.push_back('\n');
    begin = end + 1;
  }
  return out;
}

}  // namespace

std::string redact(std::string_view text, std::span<const Finding> findings, RedactMode mode,
                   Placeholders* placeholders) {
  const auto all = replacements(text, findings, mode, placeholders);
  if (all.empty()) return std::string(text);
  if (is_json(text)) return JsonReplacing(text, all).run();
  std::string out = replaced(text, all);
  return mode != RedactMode::remove && is_yaml(text) ? with_quoted_values(out) : out;
}

bool holds_placeholder(std::string_view text) {
  return text.find(kLabelEnd) != std::string_view::npos ||
         text.find(kLabelEndInAddress) != std::string_view::npos ||
         text.find(kHostEnd) != std::string_view::npos;
}

namespace {

// Whether the text is itself JSON, as tools' texts often are: then a passage ends with the string it stands
// in, and what is left is still JSON. A guess by the first character is enough, a wrong one only makes a
// passage shorter.
bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// An unescaped quotation mark.
bool is_quote(std::string_view text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return text[at] == '"' && backslashes % 2 == 0;
}

}  // namespace

Span injected_passage(std::string_view text, const Finding& finding) {
  const bool json = looks_like_json(text);
  const std::size_t first = border_before(text, std::min(finding.start, text.size()));
  const std::size_t last = border_after(text, std::clamp(finding.end, first, text.size()));

  std::size_t start = first;
  const std::size_t lowest = first - std::min(first, kMaxInjectionSpan);
  while (start > lowest && !ends_sentence(text, start - 1) && !(json && is_quote(text, start - 1))) --start;
  while (start < first && is_space(text[start])) ++start;

  std::size_t end = last;
  const std::size_t highest = std::min(text.size(), last + kMaxInjectionSpan);
  const auto ends_here = [&](std::size_t at) {
    return is_blank_line(text, at) || (json && (is_quote(text, at) || text.substr(at, 4) == "\\n\\n"));
  };
  while (end < highest && !ends_here(end)) ++end;
  // Where the limit cut through a character, that character stays.
  return {std::min(border_after(text, start), first), std::max(border_before(text, end), last)};
}

std::string same_shape(std::string_view value) {
  std::string out(value);
  for (char& c : out) {
    if (c >= '0' && c <= '9') c = '0';
    if (c >= 'a' && c <= 'z') c = 'x';
    if (c >= 'A' && c <= 'Z') c = 'X';
  }
  return out;
}

}  // namespace aegis::detectors
