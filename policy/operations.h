// Operations on values that need nothing but the values. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "policy/value.h"

namespace aegis::policy {

// Bytes of text that count as one step of work.
inline constexpr std::size_t kBytesPerStep = 64;

// Whether the text is the pieces in order, with anything between each two. REQUIRES: at least one piece. In
// linear time.
bool matches_pattern(std::string_view text, std::span<const std::string_view> pieces, std::uint64_t& work);

// REQUIRES: sets.
bool contains(const Value& set, const Value& element, std::uint64_t& work);
bool contains_all(const Value& set, const Value& other, std::uint64_t& work);
bool contains_any(const Value& set, const Value& other, std::uint64_t& work);

}  // namespace aegis::policy
