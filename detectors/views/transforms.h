// The transforms behind the views, and what the look for signs asks of them. One file each.
//
// Pure functions, thread-safe, linear in the text. Those of whole texts return nothing when nothing changes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "detectors/views/offset_map.h"

namespace aegis::detectors {

// A text from which pieces are taken. A text that is itself a view is asked only about what changed: its
// copied parts were looked at before.
struct Source {
  std::string_view text;
  const OffsetMap* made_by = nullptr;  // null: the text is no view, or wholly new

  [[nodiscard]] bool fresh(std::size_t start, std::size_t end) const {
    return made_by == nullptr || !made_by->copied(start, end);
  }
};

// --- Whole texts
// ----------------------------------------------------------------------------------------------

// Escapes of JSON and of most programming languages: \n \t \" \/ \x41 \u0041 \u{41}, escaped any number of
// times.
std::optional<Rewritten> unescape_json(std::string_view text);
// Whether the backslash at `at` begins an escape that hides something from a pattern.
bool hides_text(std::string_view text, std::size_t at);

// Character references of HTML: &lt; &#60; &#x3c, escaped any number of times.
std::optional<Rewritten> unescape_html(std::string_view text);
bool is_entity(std::string_view text, std::size_t at);

// Percent-encoding (RFC 3986), any number of times, with + for blanks in the same word.
std::optional<Rewritten> unescape_percent(std::string_view text);
bool is_percent(std::string_view text, std::size_t at);

// String literals joined with +: "ig" + "nore".
std::optional<Rewritten> join_strings(std::string_view text);
// Whether the + at `at` stands between two string literals.
bool joins_strings(std::string_view text, std::size_t at);

// Characters: NFKC, look-alikes, invisible characters, marks.
std::optional<Rewritten> fold_characters(std::string_view text);

// Letters set apart: "i g n o r e", "i.g.n.o.r.e".
std::optional<Rewritten> close_up(std::string_view text);

// Digits and symbols for letters: "1gn0r3".
std::optional<Rewritten> fold_leet(std::string_view text);
// Whether the word around `at` is leet for one of the vocabulary; `end` becomes the end of what was looked
// at.
bool is_leet(std::string_view text, std::size_t at, std::size_t& end);

// --- Pieces
// ---------------------------------------------------------------------------------------------------

// Text inside base64, base32 and hex.
std::optional<Rewritten> decode_runs(const Source& source);
// Text inside pairs of hex digits set apart: "69 67 6e".
std::optional<Rewritten> decode_hex_pairs(const Source& source);

// Lines in which letters are rotated by 13.
std::optional<Rewritten> decode_rot13(const Source& source);
// Whether [start, end) of the text holds words that make sense once rotated.
bool has_rotated_words(std::string_view text, std::size_t start, std::size_t end);

// What tag characters and variation selectors carry.
std::optional<Rewritten> decode_hidden(const Source& source);

// Comments of several lines without what begins each line.
std::optional<Rewritten> join_comments(const Source& source);

// How a line begins.
struct LineMark {
  char kind = 0;            // 0: no comment; else the same for neighbouring lines of one comment
  std::size_t text_at = 0;  // where the comment's text begins
};
// The mark of the line that starts at `start`; `previous` is the kind of the line before.
LineMark line_mark(std::string_view text, std::size_t start, char previous);

}  // namespace aegis::detectors
