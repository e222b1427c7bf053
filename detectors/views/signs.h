// Signs: the cheap look at a text that tells which views it may need. One pass over classes of bytes.
//
// Pure, thread-safe; allocates nothing. A sign that is not there is sure; one that is there is only a reason
// to look closer.
#pragma once

#include <cstdint>
#include <string_view>

namespace aegis::detectors {

enum class Sign : std::uint16_t {
  non_ascii = 1U << 0U,
  json_escape = 1U << 1U,
  html_entity = 1U << 2U,
  percent = 1U << 3U,
  concatenation = 1U << 4U,
  spaced = 1U << 5U,  // "i g n o r e"
  leet = 1U << 6U,
  encoded = 1U << 7U,    // a long run of letters and digits
  hex_pairs = 1U << 8U,  // "69 67 6e"
  rot13 = 1U << 9U,
  comment = 1U << 10U,  // neighbouring lines that begin with the same comment sign
};

class Signs {
 public:
  void add(Sign sign) { bits_ = static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(sign)); }
  [[nodiscard]] bool has(Sign sign) const { return (bits_ & static_cast<std::uint16_t>(sign)) != 0; }
  [[nodiscard]] bool any() const { return bits_ != 0; }

 private:
  std::uint16_t bits_ = 0;
};

Signs signs_of(std::string_view text);

// The same without vector instructions: what machines without AVX2 do. For tests.
Signs signs_of_portable(std::string_view text);

}  // namespace aegis::detectors
