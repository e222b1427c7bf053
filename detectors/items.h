// Items: the numbers of a text that is nothing but a list of them. Rules about whole texts are meant for
// fields that hold one number; a field may hold several.
//
// Pure function, thread-safe.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace aegis::detectors {

// A list somebody wrote into a field. Longer ones are tables, where a number beside others means anything.
// Unit: bytes.
inline constexpr std::size_t kMaxList = 256;
inline constexpr std::size_t kMaxItems = 8;

// The items of `text`, in order: two to kMaxItems of them, each with a digit in it, between commas,
// semicolons, bars or line breaks, or else between blanks. None where it is longer than kMaxList, or anything
// else than such a list.
std::vector<std::string_view> items_of(std::string_view text);

}  // namespace aegis::detectors
