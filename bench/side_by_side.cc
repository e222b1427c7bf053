#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "bench/payload.h"
#include "bench/scan_bench.h"
#include "detectors/classifier.h"
#include "detectors/detector.h"
#include "detectors/expressions.h"
#include "detectors/first_pass.h"
#include "detectors/rules/families.h"
#include "detectors/views.h"

#ifdef AEGIS_VECTORSCAN
#include <hs/hs_compile.h>
#include <hs/hs_runtime.h>
#endif

namespace aegis::bench {
namespace {

using detectors::Rule;
using detectors::Scanner;

std::int64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// PCRE2 rule by rule is so slow that a part of the text must do.
constexpr std::size_t kSample = 16384;

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

// Different texts of one length, one after another: a text that is scanned again and again is known to the
// caches and to the branch predictor.
std::vector<std::string> pieces(const ScanOptions& options, std::size_t bytes) {
  constexpr std::size_t kMost = 64;
  const std::string all = ordinary(options, std::max(bytes, std::min<std::size_t>(kMost * bytes, 1'048'576)));
  std::vector<std::string> texts;
  for (std::size_t at = 0; at + bytes <= all.size() && texts.size() < kMost; at += bytes)
    texts.push_back(all.substr(at, bytes));
  return texts;
}

std::function<void()> each(const std::vector<std::string>& texts,
                           const std::function<std::size_t(const std::string&)>& work) {
  return [&texts, work] {
    for (const std::string& text : texts) use(work(text));
  };
}

// Contestants that take turns, so that what else the machine does meets them alike.
class Turns {
 public:
  // Each contestant gets so many milliseconds, over all turns; 0: a call in each of a few turns.
  explicit Turns(std::int64_t milliseconds)
      : turns_(milliseconds == 0 ? 3 : 15), share_(milliseconds * 1'000'000 / turns_) {}

  std::size_t add(std::function<void()> work) {
    work();  // compiles what is not compiled yet
    works_.push_back(std::move(work));
    took_.emplace_back();
    return works_.size() - 1;
  }

  void run() {
    for (int turn = 0; turn < turns_; ++turn) {
      for (std::size_t i = 0; i < works_.size(); ++i) {
        const auto start = cpu_ns();
        std::int64_t elapsed = 0;
        std::int64_t calls = 0;
        do {
          works_[i]();
          ++calls;
          elapsed = cpu_ns() - start;
        } while (elapsed < share_);
        took_[i].push_back(static_cast<double>(elapsed) / static_cast<double>(calls));
      }
    }
    for (auto& turns : took_) std::sort(turns.begin(), turns.end());
  }

  // Of CPU, a call: the median of the turns. REQUIRES: run().
  [[nodiscard]] double nanoseconds(std::size_t contestant) const {
    return took_[contestant][took_[contestant].size() / 2];
  }

 private:
  int turns_;
  std::int64_t share_;
  std::vector<std::function<void()>> works_;
  std::vector<std::vector<double>> took_;
};

// What everything together costs for a kilobyte, and its parts.
void parts_of_a_scan(const ScanOptions& options, const Scanner& scanner) {
  const std::vector<std::string> texts = pieces(options, 1024);
  const auto detector = detectors::Detector::builtin();
  const auto classifier = detectors::Classifier::builtin();
  Turns turns(options.milliseconds);
  const auto rules = turns.add(each(texts, [&](const auto& t) { return scanner.scan(t).findings.size(); }));
  const auto views =
      turns.add(each(texts, [](const auto& t) { return detectors::needs_views(t) ? 1U : 0U; }));
  const auto learned = turns.add(each(texts, [&](const auto& t) { return classifier->fired(t).size(); }));
  const auto by_rules =
      turns.add(each(texts, [&](const auto& t) { return detector->scan_by_rules(t).findings.size(); }));
  const auto all = turns.add(each(texts, [&](const auto& t) { return detector->scan(t).findings.size(); }));
  turns.run();

  std::vector<double> single;
  for (const std::string& text : texts) {
    std::vector<double> calls;
    for (int i = 0; i < 25; ++i) {
      const auto start = cpu_ns();
      use(detector->scan(text).findings.size());
      calls.push_back(static_cast<double>(cpu_ns() - start));
    }
    std::sort(calls.begin(), calls.end());
    single.push_back(calls[calls.size() / 2]);
  }
  std::sort(single.begin(), single.end());
  const auto microseconds = [&](std::size_t part) {
    return turns.nanoseconds(part) / 1000 / static_cast<double>(texts.size());
  };
  std::printf(
      "\n1 KB, µs (%zu texts): rules %.2f, needs_views %.2f, classifier %.2f; guard's scan %.2f, whole scan "
      "%.2f (p50 %.2f); classifier's share %.0f %%\n",
      texts.size(), microseconds(rules), microseconds(views), microseconds(learned), microseconds(by_rules),
      microseconds(all), single[single.size() / 2] / 1000, 100 * microseconds(learned) / microseconds(all));
}

}  // namespace

void side_by_side(const ScanOptions& options) {
  const auto scanner = Scanner::builtin();
  const auto by_anchors = Scanner::create(detectors::builtin_rules()).value();
  const auto& rules = scanner->rules();
  std::printf("\nEngines side by side, MB/s, medians of turns (first pass of the scanner: %s)\n",
              scanner->engine().c_str());
  load_time(rules);
#ifdef AEGIS_VECTORSCAN
  const Literals literals(rules);
#endif
  std::printf("%9s %13s %13s %13s %11s %13s %13s %11s %10s  %s\n", "bytes", "literals only", "scan+confirm",
              "Aho-Corasick", "PCRE2 1x1", "÷ literals", "× PCRE2 1x1", "µs a KB", "hostile ÷",
              "worst hostile text");
  for (const std::size_t bytes : {std::size_t{1024}, std::size_t{20'480}, std::size_t{1'048'576}}) {
    const std::vector<std::string> texts = pieces(options, bytes);
    const std::string sample = texts.front().substr(0, kSample);
    const std::vector<Text> hostile = hostile_texts(rules, bytes);
    Turns turns(options.milliseconds);
    double literal_rate = 0;
#ifdef AEGIS_VECTORSCAN
    const std::size_t literal =
        turns.add(each(texts, [&](const std::string& t) { return literals.find(t); }));
#endif
    const auto scan = turns.add(each(texts, [&](const auto& t) { return scanner->scan(t).findings.size(); }));
    const auto fallback =
        turns.add(each(texts, [&](const auto& t) { return by_anchors->scan(t).findings.size(); }));
    const auto slow = turns.add([&] { use(every_pattern(rules, sample)); });
    turns.run();
    Turns attacks(0);
    for (const Text& text : hostile) attacks.add([&] { use(scanner->scan(text.bytes).findings.size()); });
    attacks.run();

    const auto rate = [&](std::size_t contestant, std::size_t of) {
      return 1000.0 * static_cast<double>(of) / turns.nanoseconds(contestant);
    };
    const std::size_t all = bytes * texts.size();
#ifdef AEGIS_VECTORSCAN
    literal_rate = rate(literal, all);
#endif
    std::size_t worst = 0;
    for (std::size_t i = 1; i < hostile.size(); ++i) {
      if (attacks.nanoseconds(i) > attacks.nanoseconds(worst)) worst = i;
    }
    const double worst_rate = 1000.0 * static_cast<double>(bytes) / attacks.nanoseconds(worst);
    std::printf("%9zu %13.0f %13.0f %13.0f %11.2f %12.2f %12.0f %11.2f %10.2f  %s\n", bytes, literal_rate,
                rate(scan, all), rate(fallback, all), rate(slow, sample.size()),
                literal_rate > 0 ? rate(scan, all) / literal_rate : 0,
                rate(scan, all) / rate(slow, sample.size()), 1024 / rate(scan, all),
                worst_rate / rate(scan, all), hostile[worst].name.c_str());
    std::fflush(stdout);
  }
  parts_of_a_scan(options, *scanner);
}

}  // namespace aegis::bench
