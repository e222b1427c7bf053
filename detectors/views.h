// Views: the further texts a scanner should look at, because a text hides them from a plain look: decoded,
// unescaped, with look-alikes and invisible characters put right.
//
// Pure functions, thread-safe. Any bytes will do; malformed UTF-8 is left as it is. Time is linear in the
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/views/offset_map.h"

namespace aegis::detectors {

// What was done to get a view.
enum class ViewKind : std::uint16_t {
  json_escapes = 1U << 0U,    // \n \" \u0041
  html_entities = 1U << 1U,   // &lt; &#60;
  percent = 1U << 2U,         // %3C
  joined_strings = 1U << 3U,  // "ig" + "nore"
  characters = 1U << 4U,      // NFKC, look-alikes, invisible characters, marks
  spacing = 1U << 5U,         // i g n o r e
  leet = 1U << 6U,            // 1gn0r3
  encoded = 1U << 7U,         // base64, base32, hex
  rot13 = 1U << 8U,           //
  hidden = 1U << 9U,          // tag characters, variation selectors
  comment = 1U << 10U,        // comments and quoted mail over several lines
};

class ViewKinds {
 public:
  void add(ViewKind kind) { bits_ = static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(kind)); }
  void add(ViewKinds kinds) { bits_ = static_cast<std::uint16_t>(bits_ | kinds.bits_); }
  [[nodiscard]] bool has(ViewKind kind) const { return (bits_ & static_cast<std::uint16_t>(kind)) != 0; }
  // In words, in no particular order of the steps: "base64 or hex, HTML entities".
  [[nodiscard]] std::string describe() const;

 private:
  std::uint16_t bits_ = 0;
};

struct View {
  ViewKinds kinds;  // all steps from the original to this text
  std::string text;
  OffsetMap map;  // to the original, whatever lay in between
};

struct ViewLimits {
  // Decodings inside each other: base64 of percent-encoded base64 has three.
  unsigned max_depth = 3;
  // All views of a text together, in bytes: this many times the text, and this much more.
  std::size_t max_times = 2;
  std::size_t max_more = std::size_t{64} << 10U;
};

// Bytes of unchanged text kept on each side of what a view changes: what a rule may need to see around it.
inline constexpr std::size_t kViewContext = 320;
// Texts up to here are kept whole. Unit: bytes.
inline constexpr std::size_t kWholeView = 2048;

struct Views {
  // Those nearest to the text first.
  std::vector<View> views;
  // False when a limit was reached with something left to decode: nothing is known of that.
  bool complete = true;
};

// Whether `text` may have views. Costs next to nothing where it has none: this is for every text.
bool needs_views(std::string_view text);

Views views_of(std::string_view text, const ViewLimits& limits = {});

}  // namespace aegis::detectors
