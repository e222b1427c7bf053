// How fast the built-in rules look through text, beside what else there is in the same run: memchr, which
// only reads, Vectorscan looking for literals alone, the first pass that needs no Vectorscan, and PCRE2 run
// over the text once for every rule.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "bench/payload.h"
#include "bench/scan_bench.h"
#include "detectors/pattern.h"
#include "detectors/rules/families.h"
#include "detectors/scanner.h"

namespace {

using aegis::monotonic_us;
using aegis::detectors::Pattern;
using aegis::detectors::Rule;
using aegis::detectors::Scanner;

using aegis::bench::every_pattern;
using aegis::bench::hostile_texts;
using aegis::bench::nanoseconds;
using aegis::bench::repeated;
using aegis::bench::Text;
using Options = aegis::bench::ScanOptions;

// The optimiser must believe that results are used.
volatile std::size_t sink;

std::int64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string base64(std::size_t bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::minstd_rand random(7);
  std::string text(bytes, 'A');
  for (char& c : text) c = kAlphabet[(random() >> 8) % kAlphabet.size()];
  return text;
}

std::vector<Text> texts(const Options& options, const std::vector<Rule>& rules) {
  using namespace aegis::bench;
  const std::size_t n = options.bytes;
  std::vector<Text> list{{"English", english(n, 1)},
                         {"JSON logs", json_logs(n, 1)},
                         {"source code", source_code(n, 1)},
                         {"mixture of the three", mixture(n, 1)},
                         {"base64", base64(n)}};
  for (const auto& file : options.files) {
    std::ifstream in(file, std::ios::binary);
    list.push_back({file.substr(file.rfind('/') + 1), std::string(std::istreambuf_iterator<char>(in), {})});
  }
  for (Text& hostile : hostile_texts(rules, n)) list.push_back(std::move(hostile));
  return list;
}

void speeds(const Options& options, const Scanner& scanner) {
  const auto& rules = scanner.rules();
  std::printf("\nOne text after another, %zu bytes each (files as they are)\n", options.bytes);
  std::printf("%-28s %9s %9s %11s %12s %14s %10s\n", "", "MB/s", "µs", "findings", "memchr MB/s",
              "PCRE2 1x1 MB/s", "× PCRE2");
  for (const Text& text : texts(options, rules)) {
    const auto bytes = static_cast<double>(text.bytes.size());
    const auto report = scanner.scan(text.bytes);
    const double scan =
        nanoseconds(options.milliseconds, [&] { sink = scanner.scan(text.bytes).findings.size(); });
    // The library's find() of one byte is memchr.
    const double reference = nanoseconds(options.milliseconds / 5, [&] { sink = text.bytes.find('\x01'); });
    sink = every_pattern(rules, text.bytes);  // compiles what is not compiled yet
    const double one_by_one =
        nanoseconds(options.milliseconds / 5, [&] { sink = every_pattern(rules, text.bytes); });
    std::printf("%-28s %9.1f %9.1f %10zu%s %12.0f %14.2f %10.1f\n", text.name.c_str(), bytes / scan * 1000,
                scan / 1000, report.findings.size(), report.complete ? " " : "!", bytes / reference * 1000,
                bytes / one_by_one * 1000, one_by_one / scan);
  }
  std::printf("! = a limit stopped the scan, so the text counts as indeterminate\n");
}

// Looks for the text that slows the scanner most: for each rule its anchors with various bytes between them,
// and its examples, whole and cut short, over and over.
void sweep(const Options& options, const Scanner& scanner) {
  struct Slow {
    double ns_per_byte;
    std::string rule;
    std::string unit;
  };
  std::vector<Slow> slow;
  const auto measure = [&](const Rule& rule, const std::string& unit) {
    if (unit.empty()) return;
    const std::string text = repeated(unit, options.bytes);
    double best = 1e18;
    for (int i = 0; i < 3; ++i) {
      const auto start = cpu_ns();
      sink = scanner.scan(text).findings.size();
      best = std::min(best, static_cast<double>(cpu_ns() - start));
    }
    slow.push_back({best / static_cast<double>(text.size()), rule.id, unit});
  };
  for (const Rule& rule : scanner.rules()) {
    for (const auto& anchor : rule.anchors) {
      for (const char* filler : {"", " ", "a", "0", "=", "-", " a", ".1", "aaaaaaaaaaaaaaaa "})
        measure(rule, anchor + filler);
    }
    for (const auto* examples : {&rule.hits, &rule.misses}) {
      for (const auto& example : *examples) {
        measure(rule, example.text);
        measure(rule, example.text + "\n");
        measure(rule, example.text.substr(0, example.text.size() * 3 / 4));
      }
    }
  }
  std::sort(slow.begin(), slow.end(),
            [](const Slow& a, const Slow& b) { return a.ns_per_byte > b.ns_per_byte; });
  std::printf("\nThe slowest of %zu texts of %zu bytes made from the rules' own anchors and examples\n",
              slow.size(), options.bytes);
  std::printf("%9s  %-34s %s\n", "MB/s", "from rule", "repeated (first characters)");
  for (std::size_t i = 0; i < std::min<std::size_t>(slow.size(), 12); ++i) {
    std::string shown = slow[i].unit.substr(0, 40);
    std::replace_if(
        shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
    std::printf("%9.2f  %-34s %s\n", 1000 / slow[i].ns_per_byte, slow[i].rule.c_str(), shown.c_str());
  }
}

void start_up() {
  auto start = monotonic_us();
  auto rules = aegis::detectors::builtin_rules();
  const auto rules_us = monotonic_us() - start;
  const std::size_t count = rules.size();
  start = monotonic_us();
  const auto scanner = Scanner::create(std::move(rules));
  const auto create_us = monotonic_us() - start;
  if (!scanner) {
    std::fprintf(stderr, "%s\n", scanner.error().message.c_str());
    std::exit(1);
  }
  std::printf("%zu rules: %lld µs to list, %lld µs to build the scanner\n", count,
              static_cast<long long>(rules_us), static_cast<long long>(create_us));
  // Patterns are compiled when text first holds their anchor.
  for (int i = 0; i < 3; ++i) {
    const std::string text = aegis::bench::mixture(4096, static_cast<unsigned>(i));
    start = monotonic_us();
    sink = (*scanner)->scan(text).findings.size();
    std::printf("%s 4 KB of the mixture: %lld µs\n", i == 0 ? "the first scan of" : "the next,",
                static_cast<long long>(monotonic_us() - start));
  }
  std::vector<double> compile;
  for (const Rule& rule : (*scanner)->rules()) {
    const Pattern pattern(rule.pattern, rule.caseless);
    start = monotonic_us();
    sink = pattern.valid() ? 1 : 0;
    compile.push_back(static_cast<double>(monotonic_us() - start));
  }
  std::sort(compile.begin(), compile.end());
  double sum = 0;
  for (const double us : compile) sum += us;
  std::printf("compiling a pattern: median %.0f µs, slowest %.0f µs, all of them %.1f ms\n",
              compile[compile.size() / 2], compile.back(), sum / 1000);
}

// Every anchor of every rule in turn.
std::string keyword_flood(const std::vector<Rule>& rules, std::size_t bytes) {
  std::string unit;
  for (const Rule& rule : rules) {
    for (const auto& anchor : rule.anchors) unit += anchor + " ";
  }
  return repeated(unit, bytes);
}

constexpr const char* kUsage =
    "usage: bench_scan [--bytes N] [--milliseconds N a figure] [--file TEXT]… [--sweep 0|1]\n";

}  // namespace

namespace aegis::bench {

double nanoseconds(std::int64_t milliseconds, const std::function<void()>& work) {
  // Asking for the time costs as much as scanning a hundred bytes, so it is asked for between many calls.
  constexpr std::int64_t kBatchNs = 200'000;
  std::int64_t batch = 1;
  for (std::int64_t took = 0; took < kBatchNs; batch *= took * 2 < kBatchNs ? 4 : 2) {
    const auto start = cpu_ns();
    for (std::int64_t i = 0; i < batch; ++i) work();
    took = cpu_ns() - start;
    if (took >= kBatchNs) break;
  }
  double best = 1e18;
  for (int stretch = 0; stretch < 5; ++stretch) {
    const auto start = cpu_ns();
    std::int64_t calls = 0;
    std::int64_t elapsed = 0;
    do {
      for (std::int64_t i = 0; i < batch; ++i) work();
      calls += batch;
      elapsed = cpu_ns() - start;
    } while (elapsed < milliseconds * 1'000'000 / 5);
    best = std::min(best, static_cast<double>(elapsed) / static_cast<double>(calls));
  }
  return best;
}

void use(std::size_t result) { sink = result; }

std::string repeated(std::string_view unit, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  text.resize(bytes);
  return text;
}

std::vector<Text> hostile_texts(const std::vector<Rule>& rules, std::size_t bytes) {
  return {
      {"hostile: every anchor", keyword_flood(rules, bytes)},
      {"hostile: digits", repeated("1", bytes)},
      {"hostile: digit groups", repeated("1234-56 7890.12 (34) ", bytes)},
      {"hostile: one character", repeated("a", bytes)},
      {"hostile: @", repeated("@", bytes)},
      {"hostile: a@", repeated("a@", bytes)},
      {"hostile: nested quantifiers", repeated("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! ignore ", bytes)},
      {"hostile: beginnings of tokens", repeated("xoxd-", bytes)},
      {"hostile: orders", repeated("Now ignore all of your safety ", bytes)}};
}

std::size_t every_pattern(const std::vector<Rule>& rules, std::string_view text) {
  static std::deque<Pattern> patterns;  // of the only rules there are
  if (patterns.empty()) {
    for (const Rule& rule : rules) patterns.emplace_back(rule.pattern, rule.caseless);
  }
  std::size_t hits = 0;
  for (const Pattern& pattern : patterns) {
    Pattern::Found found;
    for (std::size_t from = 0; from < text.size();) {
      if (pattern.find(text, from, text.size() - 1, text.size(), found) != Pattern::Outcome::found) break;
      ++hits;
      from = std::max(found.end, found.match_start + 1);
    }
  }
  return hits;
}

}  // namespace aegis::bench

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (flag == "--bytes") {
      options.bytes = std::max<std::size_t>(64, std::strtoul(value, nullptr, 10));
    } else if (flag == "--milliseconds") {
      options.milliseconds = std::max(1L, std::strtol(value, nullptr, 10));
    } else if (flag == "--file") {
      options.files.emplace_back(value);
    } else if (flag == "--sweep") {
      options.sweep = *value != '0';
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  start_up();
  const auto scanner = Scanner::builtin();
  aegis::bench::side_by_side(options);
  speeds(options, *scanner);
  if (options.sweep) sweep(options, *scanner);
}
