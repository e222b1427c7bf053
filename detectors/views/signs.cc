#include "detectors/views/signs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace aegis::detectors {
namespace {

constexpr std::size_t kBlock = 64;   // bytes: a bit of a mask each
constexpr std::size_t kBlocks = 16;  // classified at once
constexpr int kRotatedLetters = 4;   // of j, q, v and z in two blocks; English has one or two

// A bit for each byte of a block. `events` are bytes that are looked at one by one.
struct Masks {
  std::uint64_t high = 0;  // not ASCII
  std::uint64_t letters = 0;
  std::uint64_t digits = 0;
  std::uint64_t joiners =
      0;  // the rest of the alphabets of base64, and what shares their columns: + - / [ ] _
  std::uint64_t rotated = 0;  // letters rare in English and frequent in rotated English: j q v z
  std::uint64_t events = 0;   // & % \ + newline @ $ ! |
};

// A byte is in the classes that its two halves agree on.
enum : std::uint8_t {
  kLetterLow = 1U << 0U,   // @-less 4x and 6x
  kLetterHigh = 1U << 1U,  // 5x and 7x up to Z
  kDigit = 1U << 2U,
  kJoiner = 1U << 3U,
  kRotatedLow = 1U << 4U,
  kRotatedHigh = 1U << 5U,
  kEventLow = 1U << 6U,   // & % and +
  kEventHigh = 1U << 7U,  // backslash and |
};
enum : std::uint8_t { kNewline = 1U << 0U, kAt = 1U << 1U, kSymbol = 1U << 2U };

struct Halves {
  alignas(16) std::array<std::uint8_t, 16> low{};
  alignas(16) std::array<std::uint8_t, 16> high{};

  constexpr void add(std::uint8_t bit, std::initializer_list<int> highs, std::initializer_list<int> lows) {
    for (const int h : highs) high[static_cast<std::size_t>(h)] |= bit;
    for (const int l : lows) low[static_cast<std::size_t>(l)] |= bit;
  }
};

constexpr Halves make_first() {
  Halves halves;
  halves.add(kLetterLow, {4, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  halves.add(kLetterHigh, {5, 7}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  halves.add(kDigit, {3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  halves.add(kJoiner, {2, 5}, {11, 13, 15});
  halves.add(kRotatedLow, {4, 6}, {10});
  halves.add(kRotatedHigh, {5, 7}, {1, 6, 10});
  halves.add(kEventLow, {2}, {5, 6, 11});
  halves.add(kEventHigh, {5, 7}, {12});
  return halves;
}

constexpr Halves make_second() {
  Halves halves;
  halves.add(kNewline, {0}, {10});
  halves.add(kAt, {4}, {0});
  halves.add(kSymbol, {2}, {1, 4});
  return halves;
}

constexpr Halves kFirst = make_first();
constexpr Halves kSecond = make_second();

constexpr std::uint8_t kLetters = kLetterLow | kLetterHigh;
constexpr std::uint8_t kRotated = kRotatedLow | kRotatedHigh;
constexpr std::uint8_t kEvents = kEventLow | kEventHigh;

void classify_portable(const char* data, std::size_t blocks, Masks* masks) {
  for (std::size_t block = 0; block < blocks; ++block) {
    Masks& out = masks[block] = Masks{};
    for (std::size_t i = 0; i < kBlock; ++i) {
      const auto byte = static_cast<unsigned char>(data[block * kBlock + i]);
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (byte >= 0x80) {
        out.high |= bit;
        continue;
      }
      const unsigned first = kFirst.low[byte & 15U] & kFirst.high[byte >> 4U];
      const unsigned second = kSecond.low[byte & 15U] & kSecond.high[byte >> 4U];
      if ((first & kLetters) != 0) out.letters |= bit;
      if ((first & kDigit) != 0) out.digits |= bit;
      if ((first & kJoiner) != 0) out.joiners |= bit;
      if ((first & kRotated) != 0) out.rotated |= bit;
      if ((first & kEvents) != 0 || second != 0) out.events |= bit;
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) inline std::uint64_t bits(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         (static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32U);
}

// The bytes that have any of `wanted`.
__attribute__((target("avx2"))) inline std::uint64_t having(__m256i low, __m256i high, std::uint8_t wanted) {
  const __m256i mask = _mm256_set1_epi8(static_cast<char>(wanted));
  const __m256i zero = _mm256_setzero_si256();
  return ~bits(_mm256_cmpeq_epi8(_mm256_and_si256(low, mask), zero),
               _mm256_cmpeq_epi8(_mm256_and_si256(high, mask), zero));
}

__attribute__((target("avx2"))) inline __m256i table(const std::array<std::uint8_t, 16>& half) {
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(half.data())));
}

__attribute__((target("avx2"))) void classify_avx2(const char* data, std::size_t blocks, Masks* masks) {
  const __m256i first_low = table(kFirst.low);
  const __m256i first_high = table(kFirst.high);
  const __m256i second_low = table(kSecond.low);
  const __m256i second_high = table(kSecond.high);
  const __m256i nibble = _mm256_set1_epi8(15);
  for (std::size_t block = 0; block < blocks; ++block, data += kBlock) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + kBlock / 2));
    // A byte of 0x80 or more selects nothing from a table: all its classes are 0.
    const __m256i a_high = _mm256_and_si256(_mm256_srli_epi16(a, 4), nibble);
    const __m256i b_high = _mm256_and_si256(_mm256_srli_epi16(b, 4), nibble);
    const __m256i a1 =
        _mm256_and_si256(_mm256_shuffle_epi8(first_low, a), _mm256_shuffle_epi8(first_high, a_high));
    const __m256i b1 =
        _mm256_and_si256(_mm256_shuffle_epi8(first_low, b), _mm256_shuffle_epi8(first_high, b_high));
    const __m256i a2 =
        _mm256_and_si256(_mm256_shuffle_epi8(second_low, a), _mm256_shuffle_epi8(second_high, a_high));
    const __m256i b2 =
        _mm256_and_si256(_mm256_shuffle_epi8(second_low, b), _mm256_shuffle_epi8(second_high, b_high));
    Masks& out = masks[block];
    out.high = bits(a, b);
    out.letters = having(a1, b1, kLetters);
    out.digits = having(a1, b1, kDigit);
    out.joiners = having(a1, b1, kJoiner);
    out.rotated = having(a1, b1, kRotated);
    const __m256i events = _mm256_set1_epi8(static_cast<char>(kEvents));
    out.events = having(_mm256_or_si256(_mm256_and_si256(a1, events), a2),
                        _mm256_or_si256(_mm256_and_si256(b1, events), b2), 0xFF);
  }
}
#endif

using Classify = void (*)(const char*, std::size_t, Masks*);

// Whether `mask` has a run of at least 24 ones.
bool has_long_run(std::uint64_t mask) {
  mask &= mask >> 1U;
  mask &= mask >> 2U;
  mask &= mask >> 4U;
  return (mask & (mask >> 8U) & (mask >> 16U)) != 0;
}

// Four ones with zeros between them.
bool has_spaced(std::uint64_t mask) {
  mask &= ~(mask << 1U) & ~(mask >> 1U);
  mask &= mask >> 2U;
  return (mask & (mask >> 4U)) != 0;
}

// Eight pairs of ones with a zero after each.
bool has_pairs(std::uint64_t mask) {
  mask &= (mask >> 1U) & ~(mask >> 2U) & ~(mask << 1U);
  mask &= mask >> 3U;
  mask &= mask >> 6U;
  return (mask & (mask >> 12U)) != 0;
}

class Looker {
 public:
  Looker(std::string_view text, Classify classify) : text_(text), classify_(classify) {}

  Signs look() {
    line_ = line_mark(text_, 0, 0).kind;
    std::array<Masks, kBlocks> masks;
    const std::size_t whole = text_.size() / kBlock * kBlock;
    for (std::size_t at = 0; at < whole; at += kBlock * kBlocks) {
      const std::size_t count = std::min(kBlocks, (whole - at) / kBlock);
      classify_(text_.data() + at, count, masks.data());
      for (std::size_t i = 0; i < count; ++i) look_at(masks[i], at + i * kBlock);
    }
    if (whole < text_.size()) {
      std::array<char, kBlock> rest{};
      std::memcpy(rest.data(), text_.data() + whole, text_.size() - whole);
      classify_(rest.data(), 1, masks.data());
      look_at(masks[0], whole);
    }
    return signs_;
  }

 private:
  void look_at(const Masks& now, std::size_t at) {
    if (now.high != 0) signs_.add(Sign::non_ascii);
    const std::uint64_t alphabet = now.letters | now.digits | now.joiners;
    const std::uint64_t straddling = (before_alphabet_ >> 32U) | (alphabet << 32U);
    // Each window of 64 bytes at a distance of 32 is looked at: what is shorter than 33 bytes lies in one.
    if (has_long_run(straddling) || has_long_run(alphabet)) add_encoded(at);
    const std::uint64_t letters_astride = (before_.letters >> 32U) | (now.letters << 32U);
    if (has_spaced(letters_astride) || has_spaced(now.letters)) signs_.add(Sign::spaced);
    const std::uint64_t alnum = now.letters | now.digits;
    const std::uint64_t alnum_astride = ((before_.letters | before_.digits) >> 32U) | (alnum << 32U);
    if (has_pairs(alnum_astride) || has_pairs(alnum)) signs_.add(Sign::hex_pairs);
    if (std::popcount(now.rotated) + std::popcount(before_.rotated) >= kRotatedLetters) look_rotated(at);
    if (const std::uint64_t inside = now.digits & (now.letters >> 1U); inside != 0) look_leet(inside, at);
    for (std::uint64_t left = now.events; left != 0; left &= left - 1) {
      look_event(at + static_cast<std::size_t>(std::countr_zero(left)));
    }
    before_ = now;
    before_alphabet_ = alphabet;
  }

  // Rulers ("-----") are long runs, too.
  void add_encoded(std::size_t at) {
    if (signs_.has(Sign::encoded)) return;
    const std::size_t from = at < kBlock ? 0 : at - kBlock;
    const std::string_view near = text_.substr(from, 2 * kBlock);
    std::size_t run = 0;
    std::size_t changes = 0;
    for (std::size_t i = 0; i < near.size(); ++i) {
      if (!is_alnum(near[i]) && near[i] != '+' && near[i] != '/' && near[i] != '-' && near[i] != '_') {
        run = changes = 0;
        continue;
      }
      ++run;
      if (i > 0 && near[i] != near[i - 1]) ++changes;
      if (run >= kShortestRun && changes >= run / 2) return signs_.add(Sign::encoded);
    }
  }

  void look_rotated(std::size_t at) {
    if (signs_.has(Sign::rot13)) return;
    const std::size_t start = std::max(rotated_seen_, at < kBlock ? 0 : at - kBlock);
    if (has_rotated_words(text_, start, std::min(text_.size(), at + kBlock + kBlock / 2))) {
      signs_.add(Sign::rot13);
    }
    rotated_seen_ = at;
  }

  void look_leet(std::uint64_t mask, std::size_t at) {
    for (; mask != 0 && !signs_.has(Sign::leet); mask &= mask - 1) {
      look_word(at + static_cast<std::size_t>(std::countr_zero(mask)));
    }
  }

  void look_word(std::size_t at) {
    if (at < word_end_ || signs_.has(Sign::leet)) return;
    if (is_leet(text_, at, word_end_)) signs_.add(Sign::leet);
  }

  void look_event(std::size_t at) {
    switch (text_[at]) {
      case '&': return look_for(Sign::html_entity, is_entity, at);
      case '%': return look_for(Sign::percent, is_percent, at);
      case '\\': return look_for(Sign::json_escape, hides_text, at);
      case '+': return look_for(Sign::concatenation, joins_strings, at);
      case '\n':
        if (signs_.has(Sign::comment)) return;
        if (const char mark = line_mark(text_, at + 1, line_).kind; mark == 0 || mark != line_) {
          line_ = mark;
        } else {
          signs_.add(Sign::comment);
        }
        return;
      default:
        if (at > 0 && at + 1 < text_.size() && is_letter(text_[at - 1])) look_word(at);
    }
  }

  void look_for(Sign sign, bool (*is_there)(std::string_view, std::size_t), std::size_t at) {
    if (!signs_.has(sign) && is_there(text_, at)) signs_.add(sign);
  }

  static constexpr std::size_t kShortestRun = 24;

  std::string_view text_;
  Classify classify_;
  Signs signs_;
  Masks before_;
  std::uint64_t before_alphabet_ = 0;
  char line_ = 0;
  std::size_t word_end_ = 0;      // words before here were looked at for leet
  std::size_t rotated_seen_ = 0;  // as for rotated words
};

}  // namespace

Signs signs_of(std::string_view text) {
#if defined(__x86_64__)
  static const Classify classify = __builtin_cpu_supports("avx2") ? classify_avx2 : classify_portable;
  return Looker(text, classify).look();
#else
  return signs_of_portable(text);
#endif
}

Signs signs_of_portable(std::string_view text) { return Looker(text, classify_portable).look(); }

}  // namespace aegis::detectors
