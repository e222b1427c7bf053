// Quotations in prose: what a text only cites.
//
// Pure, thread-safe. Linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace aegis::detectors {

// A longer run between two straight marks is taken for two marks that do not belong together.
inline constexpr std::size_t kMaxQuotation = 1200;

// `text` without its quotations of several words (between quotation marks or backticks) and lines that begin
// with ">", each replaced by blanks of the same length. Strings that are values, keys or elements of JSON are
// no quotations: they are what a field says. Nor are fenced blocks, which hold what is meant to be run.
std::string without_quotations(std::string_view text);

}  // namespace aegis::detectors
