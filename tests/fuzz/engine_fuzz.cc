// Any bytes: the scanner with its database, the scanner with anchors only, and every pattern over the whole
// text find the same, as long as no limit stops one of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rules/families.h"
#include "detectors/scanner.h"
#include "tests/detectors/rule_oracle.h"

namespace {

using namespace aegis::detectors;

// Every pattern over the whole text takes a millisecond for some kilobytes.
constexpr std::size_t kMaxText = 4096;

// What the rules look for, to be put together in ways that nobody thought of.
const std::vector<std::string>& pieces() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> made;
    for (const Rule& rule : Scanner::builtin()->rules()) {
      for (const Example& example : rule.hits) made.push_back(example.text);
      for (const Example& example : rule.misses) made.push_back(example.text);
      made.insert(made.end(), rule.anchors.begin(), rule.anchors.end());
    }
    return made;
  }();
  return all;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Every other time a piece, or a part of one, is put in or written over what is there.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::minstd_rand random(seed);
  if (random() % 2 == 0) return LLVMFuzzerMutate(data, size, most);
  std::string_view piece = pieces()[random() % pieces().size()];
  if (random() % 4 == 0) piece = piece.substr(random() % piece.size());
  std::string text(reinterpret_cast<const char*>(data), size);
  text.replace(random() % (size + 1), random() % 3 == 0 ? piece.size() : random() % 4, piece);
  text.resize(std::min({text.size(), most, kMaxText}));
  std::copy(text.begin(), text.end(), data);
  return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<const Scanner> by_anchors = Scanner::create(builtin_rules()).value();
  static const Oracle oracle(by_anchors->rules());
  if (size > kMaxText) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ScanReport slow = oracle.scan(text);
  if (!slow.complete) return 0;
  const std::string expected = describe(slow.findings);
  for (const auto& scanner : {Scanner::builtin(), by_anchors}) {
    const ScanReport report = scanner->scan(text);
    if (!report.complete) continue;
    const std::string found = describe(report.findings);
    if (found == expected) continue;
    std::fprintf(stderr, "%s finds\n%sand the patterns alone\n%s", scanner->engine().c_str(), found.c_str(),
                 expected.c_str());
    std::abort();
  }
  return 0;
}
