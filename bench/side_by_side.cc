#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/payload.h"
#include "bench/scan_bench.h"
#include "detectors/expressions.h"
#include "detectors/first_pass.h"
#include "detectors/rules/families.h"

#ifdef AEGIS_VECTORSCAN
#include <hs/hs_compile.h>
#include <hs/hs_runtime.h>
#endif

namespace aegis::bench {
namespace {

using detectors::Rule;
using detectors::Scanner;

// PCRE2 rule by rule is so slow that a part of the text must do.
constexpr std::size_t kSample = 65536;

#ifdef AEGIS_VECTORSCAN
// The rules' anchors alone in a Vectorscan database: how fast one can look for so many literals at all.
class Literals {
 public:
  explicit Literals(const std::vector<Rule>& rules) {
    std::vector<std::string> sources;
    for (const Rule& rule : rules) {
      for (const std::string& anchor : rule.anchors) {
        std::string source;
        for (const char c : anchor) {
          char hex[8];
          std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
          source += hex;
        }
        sources.push_back(source);
      }
    }
    std::vector<const char*> pointers;
    for (const std::string& source : sources) pointers.push_back(source.c_str());
    const std::vector<unsigned> flags(sources.size(), HS_FLAG_CASELESS);
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(pointers.data(), flags.data(), nullptr, static_cast<unsigned>(pointers.size()),
                         HS_MODE_BLOCK, nullptr, &database_, &error) != HS_SUCCESS) {
      std::printf("literals: %s\n", error->message);
      hs_free_compile_error(error);
      return;
    }
    hs_alloc_scratch(database_, &scratch_);
  }
  Literals(const Literals&) = delete;
  Literals& operator=(const Literals&) = delete;
  ~Literals() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }

  [[nodiscard]] std::size_t find(const std::string& text) const {
    std::size_t found = 0;
    const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
      ++*static_cast<std::size_t*>(count);
      return 0;
    };
    if (database_ != nullptr)
      hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch_, on_match, &found);
    return found;
  }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
};
#endif

// `bytes` of what is given by --file, else of the mixture.
std::string ordinary(const ScanOptions& options, std::size_t bytes) {
  std::string all;
  for (const std::string& file : options.files) {
    std::ifstream in(file, std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all.empty() ? mixture(bytes, 1) : repeated(all, bytes);
}

void load_time(const std::vector<Rule>& rules) {
  double best = 1e18;
  std::string why_not;
  for (int i = 0; i < 20; ++i) {
    const auto start = monotonic_us();
    const auto pass = detectors::database_pass(rules, why_not);
    best = std::min(best, static_cast<double>(monotonic_us() - start));
    if (pass == nullptr) {
      std::printf("no database: %s\n", why_not.c_str());
      return;
    }
  }
  std::printf("loading the database, with the check that it fits the rules: %.2f ms\n", best / 1000);
}

}  // namespace

void side_by_side(const ScanOptions& options) {
  const auto scanner = Scanner::builtin();
  const auto by_anchors = Scanner::create(detectors::builtin_rules()).value();
  const auto& rules = scanner->rules();
  std::printf("\nEngines side by side, MB/s (first pass of the scanner: %s)\n", scanner->engine().c_str());
  load_time(rules);
#ifdef AEGIS_VECTORSCAN
  const Literals literals(rules);
#endif
  std::printf("%9s %13s %13s %13s %11s %13s %13s %11s %10s  %s\n", "bytes", "literals only", "scan+confirm",
              "Aho-Corasick", "PCRE2 1x1", "÷ literals", "× PCRE2 1x1", "µs a KB", "hostile ÷",
              "worst hostile text");
  for (const std::size_t bytes : {std::size_t{1024}, std::size_t{20'480}, std::size_t{1'048'576}}) {
    const std::string text = ordinary(options, bytes);
    const std::string sample = text.substr(0, kSample);
    const auto rate = [&](std::size_t of, const std::function<void()>& work) {
      work();  // compiles what is not compiled yet
      return 1000.0 * static_cast<double>(of) / nanoseconds(options.milliseconds, work);
    };
    double literal_rate = 0;
#ifdef AEGIS_VECTORSCAN
    literal_rate = rate(bytes, [&] { use(literals.find(text)); });
#endif
    const double scan = rate(bytes, [&] { use(scanner->scan(text).findings.size()); });
    const double fallback = rate(bytes, [&] { use(by_anchors->scan(text).findings.size()); });
    const double slow = rate(sample.size(), [&] { use(every_pattern(rules, sample)); });
    double worst = 1e18;
    std::string worst_name;
    for (const Text& hostile : hostile_texts(rules, bytes)) {
      const double speed = rate(bytes, [&] { use(scanner->scan(hostile.bytes).findings.size()); });
      if (speed >= worst) continue;
      worst = speed;
      worst_name = hostile.name;
    }
    std::printf("%9zu %13.0f %13.0f %13.0f %11.2f %12.2f %12.0f %11.2f %10.2f  %s\n", bytes, literal_rate,
                scan, fallback, slow, literal_rate > 0 ? scan / literal_rate : 0, scan / slow, 1024 / scan,
                worst / scan, worst_name.c_str());
  }
}

}  // namespace aegis::bench
