// What the parts of bench_scan share. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/scanner.h"

namespace aegis::bench {

struct Text {
  std::string name;
  std::string bytes;
};

struct ScanOptions {
  std::size_t bytes = 4096;
  std::int64_t milliseconds = 100;  // of each figure
  bool sweep = true;
  std::vector<std::string> files;
};

// Nanoseconds of CPU one call of `work` takes: the fastest of five stretches, because other programs can only
// slow it down.
double nanoseconds(std::int64_t milliseconds, const std::function<void()>& work);

// Keeps the optimiser from dropping results nobody looks at.
void use(std::size_t result);

std::string repeated(std::string_view unit, std::size_t bytes);

// Texts written to make scanning slow.
std::vector<Text> hostile_texts(const std::vector<detectors::Rule>& rules, std::size_t bytes);

// What a scanner without a first pass does: each pattern over the whole text. Returns the number of matches.
std::size_t every_pattern(const std::vector<detectors::Rule>& rules, std::string_view text);

// The engines beside each other on 1 KB, 20 KB and 1 MB of ordinary text, and the worst hostile text beside
// them.
void side_by_side(const ScanOptions& options);

}  // namespace aegis::bench
