// Fingerprints of a text's passages, so that a passage that turns up elsewhere is known again without keeping
// the text.
//
// Of every run of kRunLetters letters and digits (case and what stands between them are ignored, words with a
// slash in them are left out: paths and addresses stand in every second call) a keyed hash is made, and one
// in kSampleOneIn is kept (Manber, "Finding similar files in a large file system", 1994). Long values, such
// as e-mail addresses, account numbers and keys, are fingerprints of their own. A passage of n letters and
// digits goes unseen with probability (1 - 1/kSampleOneIn)^(n - kRunLetters + 1): 8 % at 70, 0.03 % at 160.
//
// Pure, thread-safe, linear in the text. Any bytes will do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace aegis::guard {

inline constexpr std::size_t kRunLetters = 32;
inline constexpr std::uint64_t kSampleOneIn = 16;
// Shorter values are words and numbers that may well stand in two texts by chance.
inline constexpr std::size_t kMinValueBytes = 12;

// Without it nobody can tell what a fingerprint is of, except by trying texts; with it two processes agree.
using FingerprintKey = std::uint64_t;

// Sorted, each once.
std::vector<std::uint64_t> fingerprints(std::string_view text, FingerprintKey key);

}  // namespace aegis::guard
