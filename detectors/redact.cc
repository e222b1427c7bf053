#include "detectors/redact.h"

#include <algorithm>
#include <tuple>

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

std::string redact(std::string_view text, std::span<const Finding> findings, RedactMode mode) {
  std::vector<Finding> whole(findings.begin(), findings.end());
  for (Finding& finding : whole) {
    finding.start = border_before(text, std::min(finding.start, text.size()));
    finding.end = border_after(text, std::min(finding.end, text.size()));
  }
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (const Finding& finding : resolve(whole)) {
    out.append(text.substr(copied, finding.start - copied));
    if (mode == RedactMode::redact) out += label(finding.type);
    if (mode == RedactMode::mask) out += "*****";
    copied = finding.end;
  }
  out.append(text.substr(copied));
  return out;
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
