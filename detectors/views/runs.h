// Text inside decoded bytes. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::detectors {

inline constexpr std::size_t kShortestEncoded = 24;  // characters; shorter runs are words and identifiers
inline constexpr std::size_t kShortestText = 16;     // bytes of text in a row that chance hardly makes

// The stretches of `bytes` that are text (printable UTF-8, blanks and line breaks) and at least kShortestText
// long, each on a line of its own. Text in UTF-16 is found where it is ASCII. Empty if there are none.
std::string text_inside(std::string_view bytes);

}  // namespace aegis::detectors
