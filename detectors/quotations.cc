#include "detectors/quotations.h"

#include <algorithm>
#include <array>
#include <optional>

namespace aegis::detectors {
namespace {

struct Marks {
  std::string_view open, close;
};
constexpr auto kMarks = std::to_array<Marks>({{"`", "`"},
                                              {"\"", "\""},
                                              {"\u201C", "\u201D"},
                                              {"\u201E", "\u201C"},
                                              {"\u201E", "\u201D"},
                                              {"\u00AB", "\u00BB"},
                                              {"\u300C", "\u300D"}});

constexpr std::string_view kBlanks = " \t\r\n";

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

char last_of(std::string_view text) {
  const std::size_t at = text.find_last_not_of(kBlanks);
  return at == std::string_view::npos ? '\0' : text[at];
}
char first_of(std::string_view text) {
  const std::size_t at = text.find_first_not_of(kBlanks);
  return at == std::string_view::npos ? '\0' : text[at];
}

bool is_json(std::string_view before, std::string_view after) {
  constexpr std::string_view kBefore = ":[{,", kAfter = ":,]}";
  return kBefore.find(last_of(before)) != std::string_view::npos &&
         kAfter.find(first_of(after)) != std::string_view::npos;
}

class Quotations {
 public:
  explicit Quotations(std::string_view text) : text_(text) {}

  // The end of the quotation that opens at `at`, past its closing mark. `at` must ascend from call to call.
  std::optional<std::size_t> end_of(std::size_t at) {
    for (std::size_t kind = 0; kind < kMarks.size(); ++kind) {
      const Marks& marks = kMarks[kind];
      if (!text_.substr(at).starts_with(marks.open)) continue;
      const std::size_t from = at + marks.open.size();
      const std::size_t close = next_close(kind, from);
      if (close != std::string_view::npos && close - from <= kMaxQuotation && is_quotation(marks, at, close))
        return close + marks.close.size();
    }
    return std::nullopt;
  }

 private:
  // Remembered, so that a text of opening marks alone is not searched to its end for each of them.
  std::size_t next_close(std::size_t kind, std::size_t from) {
    std::optional<std::size_t>& known = next_[kind];
    if (!known || *known < from) known = text_.find(kMarks[kind].close, from);
    return *known;
  }

  [[nodiscard]] bool is_quotation(const Marks& marks, std::size_t at, std::size_t close) const {
    const std::size_t from = at + marks.open.size();
    const std::size_t end = close + marks.close.size();
    const std::string_view inside = text_.substr(from, close - from);
    const bool straight = marks.open == marks.close;
    // A mark within a word, or after one, opens nothing.
    if (straight && at > 0 && is_word_byte(text_[at - 1])) return false;
    if (straight && end < text_.size() && is_word_byte(text_[end])) return false;
    if (marks.open == "\"" && is_json(text_.substr(0, at), text_.substr(end))) return false;
    if (marks.open == "`" && (inside.starts_with('`') || (at > 0 && text_[at - 1] == '`'))) return false;
    if (inside.find("\n\n") != std::string_view::npos) return false;
    // Fewer than three words are a name or a term; scripts without blanks have their own mark.
    return marks.open == "\u300C" || std::count(inside.begin(), inside.end(), ' ') >= 2;
  }

  std::string_view text_;
  std::array<std::optional<std::size_t>, kMarks.size()> next_{};
};

}  // namespace

std::string without_quotations(std::string_view text) {
  std::string out(text);
  const auto blank = [&](std::size_t begin, std::size_t end) {
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.begin() + static_cast<std::ptrdiff_t>(end),
        [](char c) { return c != '\n'; }, ' ');
  };
  Quotations quotations(text);
  for (std::size_t at = 0; at < text.size();) {
    const bool line_begins = at == 0 || text[at - 1] == '\n';
    if (line_begins && text[at] == '>') {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      blank(at, end);
      at = end;
    } else if (const auto end = quotations.end_of(at)) {
      blank(at, *end);
      at = *end;
    } else {
      ++at;
    }
  }
  return out;
}

}  // namespace aegis::detectors
