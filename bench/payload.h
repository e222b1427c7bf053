// Text to measure with: ordinary English, log lines and source code, made up from fixed word lists.
//
// Pure functions; the same arguments give the same text on every machine. None of the texts holds anything
// the product's rules act on, so that what is measured is the usual case: looking and finding nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::bench {

// Each returns exactly `bytes` bytes of ASCII. Another seed gives another text of the same kind.
std::string english(std::size_t bytes, unsigned seed);
std::string json_logs(std::size_t bytes, unsigned seed);
std::string source_code(std::size_t bytes, unsigned seed);
// The three in turn, a few hundred bytes each: what a tool that reads files returns.
std::string mixture(std::size_t bytes, unsigned seed);

// As the inside of a JSON string. REQUIRES: printable ASCII, newlines and tabs.
std::string json_escaped(std::string_view text);

}  // namespace aegis::bench
