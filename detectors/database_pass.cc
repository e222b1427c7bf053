// The first pass over whole patterns, by Vectorscan. The database is compiled ahead and only loaded here.
#include <hs/hs_common.h>
#include <hs/hs_runtime.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "detectors/compiled_rules.h"
#include "detectors/first_pass.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Vectorscan before 5.4.12 loses matches on x86 (its issue 317): an accelerator that looks for two bytes next
// to each other (shuftiDoubleExec, once for each kind of CPU) skips places where they are. The linker puts
// this one in its stead (--wrap, cmake/Vectorscan.cmake). It returns the first place at or after `at` where a
// pair may stand; to stop too early costs time, to stop too late costs findings. A pair may stand where the
// two lookups, by low and high half of either byte, leave a bit clear.
extern "C" __attribute__((target("ssse3"))) const unsigned char* aegis_double_shufti(
    __m128i low1, __m128i high1, __m128i low2, __m128i high2, const unsigned char* at,
    const unsigned char* end);

extern "C" const unsigned char* aegis_double_shufti(__m128i low1, __m128i high1, __m128i low2, __m128i high2,
                                                    const unsigned char* at, const unsigned char* end) {
  const __m128i half = _mm_set1_epi8(0x0F);
  const auto lookup = [&](__m128i low, __m128i high, __m128i bytes) __attribute__((target("ssse3"))) {
    return _mm_or_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, half)),
                        _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
  };
  for (; end - at > 16; at += 16) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
    const __m128i both = _mm_or_si128(lookup(low1, high1, first), lookup(low2, high2, second));
    const auto none = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(both, _mm_set1_epi8(-1))));
    if (none != 0xFFFF) return at + std::countr_one(none);
  }
  return at;  // too few are left to look at so many at once
}

#define AEGIS_REPLACE(name)                                                                               \
  extern "C" const unsigned char* __wrap_##name(__m128i, __m128i, __m128i, __m128i, const unsigned char*, \
                                                const unsigned char*)                                     \
      __attribute__((alias("aegis_double_shufti")))
AEGIS_REPLACE(shuftiDoubleExec);
AEGIS_REPLACE(core2_shuftiDoubleExec);
AEGIS_REPLACE(corei7_shuftiDoubleExec);
AEGIS_REPLACE(avx2_shuftiDoubleExec);
AEGIS_REPLACE(avx512_shuftiDoubleExec);
AEGIS_REPLACE(avx512vbmi_shuftiDoubleExec);
#undef AEGIS_REPLACE
#endif

namespace aegis::detectors {
namespace {

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

// The library's working memory. A thread has one, which grows to what the database it meets needs.
class ThreadScratch {
 public:
  ThreadScratch() = default;
  ThreadScratch(const ThreadScratch&) = delete;
  ThreadScratch& operator=(const ThreadScratch&) = delete;
  ~ThreadScratch() { hs_free_scratch(scratch_); }

  // Null when there is no memory.
  hs_scratch_t* of(const hs_database_t* database) {
    if (database != fits_) {
      if (hs_alloc_scratch(database, &scratch_) != HS_SUCCESS) return nullptr;
      fits_ = database;
    }
    return scratch_;
  }

 private:
  hs_scratch_t* scratch_ = nullptr;
  const hs_database_t* fits_ = nullptr;
};

// The least that the library runs on; hs_valid_platform(), which asks the same, is no part of its runtime.
bool cpu_is_supported() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0;
#else
  return true;
#endif
}

class DatabasePass final : public FirstPass {
 public:
  DatabasePass(std::span<const Rule> rules, std::span<const Expression> expressions, Database database,
               std::string name)
      : rules_(rules),
        expressions_(expressions),
        database_(std::move(database)),
        name_(std::move(name)),
        runs_(rules) {}

  bool find(std::string_view text, Windows& windows) const override {
    // The library counts bytes in 32 bits; longer texts than a message can hold are for the other pass.
    if (text.size() > std::numeric_limits<unsigned>::max()) return false;
    thread_local ThreadScratch scratch;
    hs_scratch_t* const memory = scratch.of(database_.get());
    if (memory == nullptr) return false;
    Search search{*this, windows, text.size()};
    if (hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, memory, &on_match,
                &search) != HS_SUCCESS) {
      return false;
    }
    runs_.find(text, windows);
    return true;
  }

  [[nodiscard]] std::string name() const override { return name_; }

 private:
  struct Search {
    const DatabasePass& pass;
    Windows& windows;
    std::size_t text_size;
  };

  // Only the ends of matches are reported, in no order that could be relied on, and all of them: so the
  // window of a match ends where the last of them does.
  static int on_match(unsigned id, unsigned long long /*from*/, unsigned long long to, unsigned /*flags*/,
                      void* context) {
    const auto& search = *static_cast<const Search*>(context);
    const Expression& expression = search.pass.expressions_[id];
    const auto end = static_cast<std::size_t>(to);
    const std::size_t first = end - std::min<std::size_t>(end, expression.longest);
    const std::size_t last = end - std::min<std::size_t>(end, expression.shortest);
    if (expression.anchor) {
      const std::size_t anchor_end = std::min(end + expression.beyond, search.text_size);
      search.windows.add(expression.rule,
                         window_around(search.pass.rules_[expression.rule],
                                       {expression.rule, first, last, anchor_end}, search.text_size));
    } else {
      search.windows.add(expression.rule, {.first = first, .last = last, .end = end});
    }
    return 0;
  }

  std::span<const Rule> rules_;
  std::span<const Expression> expressions_;
  Database database_;
  std::string name_;
  RunPass runs_;
};

}  // namespace

std::unique_ptr<FirstPass> database_pass(std::span<const Rule> rules, std::string& why_not) {
  const CompiledRules& compiled = compiled_rules();
  if (rules_digest(rules) != compiled.digest) {
    why_not = "the Vectorscan database was compiled from other rules";
    return nullptr;
  }
  if (!cpu_is_supported()) {
    why_not = "Vectorscan does not support this CPU";
    return nullptr;
  }
  const std::string version(hs_version());
  for (const CompiledDatabase& candidate : compiled.databases) {
    hs_database_t* made = nullptr;
    // Refuses what another version of the library or a better CPU than this one's is needed for.
    const hs_error_t error = hs_deserialize_database(candidate.bytes.data(), candidate.bytes.size(), &made);
    if (error == HS_SUCCESS) {
      return std::make_unique<DatabasePass>(
          rules, compiled.expressions, Database(made),
          "Vectorscan " + version.substr(0, version.find(' ')) + ", " + std::string(candidate.variant));
    }
    why_not = error == HS_DB_VERSION_ERROR ? "the Vectorscan database is of another version of the library"
                                           : "no Vectorscan database fits this CPU";
  }
  return nullptr;
}

}  // namespace aegis::detectors
