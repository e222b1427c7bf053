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

// Letters that tell English from rotated English: b g j q v z are o t w d i m rotated. A stretch of 64 bytes
// of English has some 14 of d i o t and two of the others, rotated English the other way round.
constexpr unsigned kFewestRotated = 5;

// Two halves of a block.
using Counts = std::array<std::uint8_t, 2>;

// A bit for each byte of a block.
struct Masks {
  std::uint64_t high = 0;  // not ASCII
  std::uint64_t letters = 0;
  std::uint64_t digits = 0;
  std::uint64_t joiners =
      0;  // the rest of the alphabets of base64, and what shares their columns: + - / [ ] _
  std::uint64_t newlines = 0;
  std::uint64_t events = 0;  // & % \ + @ $ ! |
  Counts rotated{};          // b g j q v z
  Counts unrotated{};        // d i o t
};

// A byte is in the classes that its two halves agree on.
enum : std::uint8_t {
  kLetterLow = 1U << 0U,   // 4x and 6x
  kLetterHigh = 1U << 1U,  // 5x and 7x, up to z
  kDigit = 1U << 2U,
  kJoiner = 1U << 3U,
  kPlus = 1U << 4U,       // and & and %
  kBackslash = 1U << 5U,  // and |
  kNewline = 1U << 6U,
  kSymbol = 1U << 7U,  // $ and !
};
// The same for a second pair of tables.
enum : std::uint8_t {
  kRotatedLow = 1U << 0U,
  kRotatedHigh = 1U << 1U,
  kUnrotatedLow = 1U << 2U,
  kUnrotatedHigh = 1U << 3U,
  kAt = 1U << 4U,
};

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
  halves.add(kPlus, {2}, {5, 6, 11});
  halves.add(kBackslash, {5, 7}, {12});
  halves.add(kNewline, {0}, {10});
  halves.add(kSymbol, {2}, {1, 4});
  return halves;
}

constexpr Halves make_second() {
  Halves halves;
  halves.add(kRotatedLow, {4, 6}, {2, 7, 10});
  halves.add(kRotatedHigh, {5, 7}, {1, 6, 10});
  halves.add(kUnrotatedLow, {4, 6}, {4, 9, 15});
  halves.add(kUnrotatedHigh, {5, 7}, {4});
  halves.add(kAt, {4}, {0});
  return halves;
}

constexpr Halves kFirst = make_first();
constexpr Halves kSecond = make_second();

constexpr std::uint8_t kLetters = kLetterLow | kLetterHigh;
constexpr std::uint8_t kEvents = kPlus | kBackslash | kSymbol;
constexpr std::uint8_t kRotated = kRotatedLow | kRotatedHigh;
constexpr std::uint8_t kUnrotated = kUnrotatedLow | kUnrotatedHigh;

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
      if ((first & kNewline) != 0) out.newlines |= bit;
      if ((first & kEvents) != 0 || (second & kAt) != 0) out.events |= bit;
      if ((second & kRotated) != 0) ++out.rotated[i / (kBlock / 2)];
      if ((second & kUnrotated) != 0) ++out.unrotated[i / (kBlock / 2)];
    }
  }
}

#if defined(__x86_64__)
#define AEGIS_AVX2 __attribute__((target("avx2,popcnt")))

AEGIS_AVX2 inline std::uint64_t bits(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         (static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32U);
}

// The bytes that have any of `wanted`.
AEGIS_AVX2 inline std::uint64_t having(__m256i low, __m256i high, std::uint8_t wanted) {
  const __m256i mask = _mm256_set1_epi8(static_cast<char>(wanted));
  const __m256i zero = _mm256_setzero_si256();
  return ~bits(_mm256_cmpeq_epi8(_mm256_and_si256(low, mask), zero),
               _mm256_cmpeq_epi8(_mm256_and_si256(high, mask), zero));
}

AEGIS_AVX2 inline std::uint8_t count(__m256i half, std::uint8_t wanted) {
  const __m256i without = _mm256_cmpeq_epi8(
      _mm256_and_si256(half, _mm256_set1_epi8(static_cast<char>(wanted))), _mm256_setzero_si256());
  return static_cast<std::uint8_t>(
      32 - __builtin_popcount(static_cast<std::uint32_t>(_mm256_movemask_epi8(without))));
}

AEGIS_AVX2 inline __m256i table(const std::array<std::uint8_t, 16>& half) {
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(half.data())));
}

AEGIS_AVX2 void classify_avx2(const char* data, std::size_t blocks, Masks* masks) {
  const __m256i first_low = table(kFirst.low);
  const __m256i first_high = table(kFirst.high);
  const __m256i second_low = table(kSecond.low);
  const __m256i second_high = table(kSecond.high);
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i event = _mm256_set1_epi8(static_cast<char>(kEvents));
  const __m256i at = _mm256_set1_epi8(static_cast<char>(kAt));
  for (std::size_t block = 0; block < blocks; ++block, data += kBlock) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + kBlock / 2));
    // A byte of 0x80 or more selects nothing from a table: it is in no class.
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
    out.newlines = having(a1, b1, kNewline);
    out.events = having(_mm256_or_si256(_mm256_and_si256(a1, event), _mm256_and_si256(a2, at)),
                        _mm256_or_si256(_mm256_and_si256(b1, event), _mm256_and_si256(b2, at)), 0xFF);
    out.rotated = {count(a2, kRotated), count(b2, kRotated)};
    out.unrotated = {count(a2, kUnrotated), count(b2, kUnrotated)};
  }
}
#endif

using Classify = void (*)(const char*, std::size_t, Masks*);

// Masks of one block after the other, as one row of bits.
class Row {
 public:
  // The next block's mask; comes back as it is.
  std::uint64_t next(std::uint64_t mask) {
    before_ = now_;
    return now_ = mask;
  }
  // For each bit of the last block the one `distance` places before it. REQUIRES: 0 < distance < 64.
  [[nodiscard]] std::uint64_t back(unsigned distance) const {
    return (now_ << distance) | (before_ >> (kBlock - distance));
  }

 private:
  std::uint64_t now_ = 0;
  std::uint64_t before_ = 0;
};

// Finds 24 ones in a row.
class LongRuns {
 public:
  bool next(std::uint64_t mask) {
    ones_.next(mask);
    const std::uint64_t two = twos_.next(mask & ones_.back(1));
    const std::uint64_t four = fours_.next(two & twos_.back(2));
    const std::uint64_t eight = eights_.next(four & fours_.back(4));
    return eight != 0 && (eight & eights_.back(8) & eights_.back(16)) != 0;
  }

 private:
  Row ones_;
  Row twos_;
  Row fours_;
  Row eights_;
};

// Finds four ones with a zero between neighbours and around them.
class Spaced {
 public:
  bool next(std::uint64_t mask) {
    ones_.next(mask);
    // Whether the last bit of a block is alone is not known yet; it is taken to be.
    const std::uint64_t alone = alone_.next(mask & ~(mask >> 1U) & ~ones_.back(1));
    const std::uint64_t two = twos_.next(alone & alone_.back(2));
    return two != 0 && (two & twos_.back(4)) != 0;
  }

 private:
  Row ones_;
  Row alone_;
  Row twos_;
};

// Finds eight pairs of ones, each followed by one zero.
class Pairs {
 public:
  bool next(std::uint64_t mask) {
    ones_.next(mask);
    const std::uint64_t pair = pairs_.next(~mask & ones_.back(1) & ones_.back(2) & ~ones_.back(3));
    const std::uint64_t two = twos_.next(pair & pairs_.back(3));
    const std::uint64_t four = fours_.next(two & twos_.back(6));
    return four != 0 && (four & fours_.back(12)) != 0;
  }

 private:
  Row ones_;
  Row pairs_;
  Row twos_;
  Row fours_;
};

// Of 64 bytes. Half of them may be English around a rotated phrase.
bool seems_rotated(unsigned rotated, unsigned unrotated) {
  return rotated >= kFewestRotated && rotated * 3 >= unrotated * 2;
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
    if (runs_.next(now.letters | now.digits | now.joiners)) add_encoded(at);
    if (spaced_.next(now.letters)) signs_.add(Sign::spaced);
    if (pairs_.next(now.letters | now.digits)) signs_.add(Sign::hex_pairs);
    if (seems_rotated(rotated_ + now.rotated[0], unrotated_ + now.unrotated[0]) ||
        seems_rotated(now.rotated[0] + now.rotated[1], now.unrotated[0] + now.unrotated[1])) {
      look_rotated(at);
    }
    if (const std::uint64_t inside = now.digits & (now.letters >> 1U); inside != 0) look_leet(inside, at);
    for (std::uint64_t left = now.events; left != 0; left &= left - 1) {
      look_event(at + static_cast<std::size_t>(std::countr_zero(left)));
    }
    // Lines that begin with a letter are no comments.
    for (std::uint64_t left = now.newlines & ~(now.letters >> 1U); left != 0; left &= left - 1) {
      look_line(at + static_cast<std::size_t>(std::countr_zero(left)) + 1);
    }
    rotated_ = now.rotated[1];
    unrotated_ = now.unrotated[1];
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
      default:
        if (at > 0 && at + 1 < text_.size() && is_letter(text_[at - 1])) look_word(at);
    }
  }

  void look_line(std::size_t start) {
    if (signs_.has(Sign::comment)) return;
    if (line_ != 0 && line_end_ == 0) line_end_ = text_.find('\n', line_start_);
    const bool next = line_ != 0 && line_end_ == start - 1;  // the line after the last comment
    const char mark = line_mark(text_, start, next ? line_ : '\0').kind;
    if (mark == 0) return;
    if (next && mark == line_) signs_.add(Sign::comment);
    line_ = mark;
    line_start_ = start;
    line_end_ = 0;
  }

  void look_for(Sign sign, bool (*is_there)(std::string_view, std::size_t), std::size_t at) {
    if (!signs_.has(sign) && is_there(text_, at)) signs_.add(sign);
  }

  static constexpr std::size_t kShortestRun = 24;

  std::string_view text_;
  Classify classify_;
  Signs signs_;
  LongRuns runs_;
  Spaced spaced_;
  Pairs pairs_;
  unsigned rotated_ = 0;  // in the half block before
  unsigned unrotated_ = 0;
  char line_ = 0;  // the mark of the last line that is a comment
  std::size_t line_start_ = 0;
  std::size_t line_end_ = 0;      // 0: not looked for yet
  std::size_t word_end_ = 0;      // words before here were looked at for leet
  std::size_t rotated_seen_ = 0;  // as for rotated words
};

}  // namespace

Signs signs_of(std::string_view text) {
#if defined(__x86_64__)
  static const Classify classify =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? classify_avx2 : classify_portable;
  return Looker(text, classify).look();
#else
  return signs_of_portable(text);
#endif
}

Signs signs_of_portable(std::string_view text) { return Looker(text, classify_portable).look(); }

}  // namespace aegis::detectors
