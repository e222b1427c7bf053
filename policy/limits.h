// Bounds on what a policy text or an entity list may make us do. docs/limits.md says why each is what it is.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aegis::policy {

inline constexpr std::size_t kMaxPolicyBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxPolicyJsonBytes = std::size_t{8} << 20;
inline constexpr std::size_t kMaxPolicies = 10'000;
// Levels of an expression, and of parentheses. A chain of `&&` or `||` is one level.
inline constexpr std::size_t kMaxExpressionDepth = 256;
inline constexpr std::size_t kMaxEntitiesBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxEntities = 100'000;
// Ancestors of all entities together; one reached over several parents counts as often.
inline constexpr std::size_t kMaxAncestors = 2'000'000;
// Steps of one decision: a visited expression, a compared value, 64 bytes of text.
inline constexpr std::uint64_t kMaxDecisionWork = 10'000'000;

}  // namespace aegis::policy
