// Expressions: what a Vectorscan database is asked to look for on behalf of the rules. Shared by the tool
// that compiles the database when the program is built and by the pass that uses it.
//
// Plain values and pure functions; thread-safe as such.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

// An expression's place in the table is its id in the database.
struct Expression {
  std::uint16_t rule = 0;  // index of the rule
  bool anchor = false;     // one of the rule's anchors, or a word of it; else its whole pattern
  // The bytes from where it begins to where a match ends, look-around not counted. No match of a pattern is
  // longer than what the rule's anchors and window allow, so `longest` is at most that.
  std::uint32_t shortest = 0;
  std::uint32_t longest = 0;
  std::uint32_t beyond = 0;  // of a word: the bytes of its anchor that may follow
};

struct CompiledDatabase {
  std::string_view variant;  // the CPU it is for: "avx2", "generic"
  std::string_view bytes;    // as hs_serialize_database() wrote them
};

// What the build compiled into the program. All views are of static storage.
struct CompiledRules {
  std::string_view digest;  // rules_digest() of the rules
  std::span<const Expression> expressions;
  std::span<const CompiledDatabase> databases;  // the best first
};

// What is looked for in place of an anchor: a literal is cheaper than white space of several kinds and
// widths, so where the anchor has a word that is rare enough, that.
struct AnchorText {
  std::string_view text;       // of the anchor; white space in it stands for any
  std::uint32_t shortest = 0;  // as in Expression
  std::uint32_t longest = 0;
  std::uint32_t beyond = 0;
};
AnchorText text_to_find(std::string_view anchor);

// How the first pass looks for a rule.
enum class Route {
  pattern,    // the whole pattern, in the database
  anchors,    // its literals, in the database
  elsewhere,  // it has no literals, and a pass of its own finds it
};
Route route(const Rule& rule);

// The longest a match of the rule can be by its anchors and window, in bytes.
std::size_t allowed_width(const Rule& rule);

// Of everything about the rules that the database and the windows depend on, as 64 hexadecimal digits:
// another digest means another database.
std::string rules_digest(std::span<const Rule> rules);

}  // namespace aegis::detectors
