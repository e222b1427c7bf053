#include "detectors/classifier.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "detectors/classifier_text.h"
#include "detectors/classifier_weights.h"

namespace aegis::detectors {
namespace {

using classifier_text::join;
using classifier_text::kStart;
using classifier_text::mix;
using classifier_text::Word;
using classifier_text::Words;

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the weights file is read in place");

constexpr std::string_view kMagic = "AEGISPI1";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeader = 72;   // bytes before the first part
constexpr std::size_t kChecked = 20;  // the checksum covers everything from here on
// Fixed here so that the inner loops have constant bounds; a file with others is refused.
constexpr std::size_t kFilters = 24;
constexpr std::size_t kPlaces = 4;
constexpr std::size_t kPlacesBefore = 2;
constexpr std::size_t kBlock = 32;          // words
constexpr std::size_t kWindow = 3;          // blocks
constexpr std::size_t kKept = kWindow + 1;  // blocks in memory: a window's, and the one that is being read
constexpr std::size_t kRow = kPlaces * kFilters;
constexpr std::uint32_t kFeatures = 4;   // of a word: itself, the pair, the pair with a gap, the triple
constexpr std::size_t kAhead = 16;       // words read before they are used
constexpr std::size_t kFewestWords = 8;  // a shorter window's mean is taken as if it had so many

// FNV-1a over 32-bit words.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t value = 0x811C9DC5;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, 4);
    value = (value ^ word) * 0x01000193;
  }
  return value;
}

// What a window needs to know of one of its blocks.
struct Block {
  std::array<std::int16_t, kFilters> top{};
  std::array<std::int32_t, kFilters> sum{};
  std::int32_t linear = 0;
  std::uint32_t words = 0;
  std::size_t start = 0;
  std::size_t end = 0;
};

}  // namespace

Result<std::shared_ptr<const Classifier>> Classifier::create(std::string_view weights) {
  const auto wrong = [](const char* what) {
    return Error{ErrorCode::invalid_input, std::string("the classifier's weights cannot be used: ") + what};
  };
  if (weights.size() < kHeader || weights.substr(0, kMagic.size()) != kMagic)
    return wrong("not a weights file");
  std::array<std::uint32_t, 12> numbers{};  // version, size, checksum, then the sizes of the parts
  std::memcpy(numbers.data(), weights.data() + 8, sizeof numbers);
  if (numbers[0] != kVersion) return wrong("another version of the file");
  if (numbers[1] != weights.size() || weights.size() % 4 != 0)
    return wrong("the file is cut off or too long");
  if (numbers[2] != checksum(weights.substr(kChecked)))
    return wrong("the checksum differs, so the file is damaged");
  const auto [buckets, filters, places, before, block, window, slot_bits, rows, knots] =
      std::array<std::uint32_t, 9>{numbers[3], numbers[4], numbers[5],  numbers[6], numbers[7],
                                   numbers[8], numbers[9], numbers[10], numbers[11]};
  if (filters != kFilters || places != kPlaces || before != kPlacesBefore || block != kBlock ||
      window != kWindow) {
    return wrong("made for another program: filters, places or windows differ");
  }
  if (buckets < 8 || buckets > 24 || slot_bits < 8 || slot_bits > 16 || rows == 0 || rows > 0x10000 ||
      knots < 2 || knots > 64) {
    return wrong("a size is out of range");
  }
  std::array<float, 4> scalars{};
  std::memcpy(scalars.data(), weights.data() + 56, sizeof scalars);

  const std::shared_ptr<Classifier> made(new Classifier);
  std::size_t at = kHeader;
  const auto take = [&](auto& pointer, std::size_t count) {
    at = (at + 63) / 64 * 64;
    pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(weights.data() + at);
    at += count * sizeof *pointer;
  };
  take(made->head_max_, 2 * kFilters);
  made->head_mean_ = made->head_max_ + kFilters;
  take(made->knots_, std::size_t{2} * knots);
  take(made->bias_, kFilters);
  take(made->start_, kRow);
  take(made->linear_, std::size_t{1} << buckets);
  take(made->slots_, std::size_t{1} << slot_bits);
  take(made->rows_, rows * kRow);
  if (at > weights.size()) return wrong("the parts do not fit into the file");
  made->knot_count_ = knots;
  made->slot_mask_ = (1U << slot_bits) - 1;
  made->row_count_ = rows;
  made->linear_shift_ = 32 - buckets;
  made->linear_scale_ = scalars[0];
  made->constant_ = static_cast<double>(scalars[1]) + static_cast<double>(scalars[3]);
  made->threshold_ = scalars[2];
  // Look-ups end at an empty slot and never check the row.
  const std::uint32_t* slots = made->slots_;
  if (std::find(slots, slots + made->slot_mask_ + 1, 0U) == slots + made->slot_mask_ + 1)
    return wrong("its table is full");
  for (std::uint32_t slot = 0; slot <= made->slot_mask_; ++slot) {
    if ((slots[slot] & 0xFFFF) >= rows) return wrong("its table points past its end");
  }
  return std::shared_ptr<const Classifier>(made);
}

std::shared_ptr<const Classifier> Classifier::builtin() {
  static const std::shared_ptr<const Classifier> made = [] {
    auto result = create(injection_weights());
    return result ? std::move(*result) : nullptr;
  }();
  return made;
}

std::uint32_t Classifier::row(std::uint32_t hash) const {
  for (std::uint32_t at = hash & slot_mask_;; at = (at + 1) & slot_mask_) {
    const std::uint32_t slot = slots_[at];
    if (slot == 0) return 0;
    if (slot >> 16 == hash >> 16) return slot & 0xFFFF;
  }
}

// A word and where its weights are.
struct Classifier::Ready {
  Word word;
  const std::int8_t* row = nullptr;
  std::array<const std::int8_t*, kFeatures> linear{};
};

// One pass over a text. A word's filters need the word after it, so each is finished when the next one
// arrives.
struct Classifier::Pass {
  const Classifier& model;
  // The last four words, at their number modulo four.
  std::array<const std::int8_t*, kPlaces> rows{};
  std::array<bool, kPlaces> fresh{};
  std::array<Block, kKept> blocks{};
  std::size_t words = 0;     // read
  std::size_t finished = 0;  // whose filters are added to their block
  std::uint32_t one = kStart;
  std::uint32_t two = kStart;

  Block& block_of(std::size_t word) { return blocks[word / kBlock % kKept]; }

  // Where the weights of a word are. The tables are larger than the caches next to the core, so they are
  // asked for some words before they are used.
  void look_up(Ready& next) {
    const Word& word = next.word;
    std::uint32_t index = model.row(word.hash);
    if (index == 0 && word.stem != 0) index = model.row(word.stem);
    next.row = model.rows_ + index * kRow;
    __builtin_prefetch(next.row);
    __builtin_prefetch(next.row + kRow - 1);

    if (word.fresh) one = two = kStart;
    const std::uint32_t pair = join(one, word.hash);
    const std::array<std::uint32_t, kFeatures> hashes = {
        word.hash, mix(pair + 0x11), mix(join(two, word.hash) + 0x22), mix(join(two, pair) + 0x33)};
    for (std::size_t i = 0; i < kFeatures; ++i) {
      next.linear[i] = model.linear_ + (hashes[i] >> model.linear_shift_);
      __builtin_prefetch(next.linear[i]);
    }
    two = one;
    one = word.hash;
  }

  void read(const Ready& next) {
    const Word& word = next.word;
    if (words % kBlock == 0) block_of(words) = Block{.start = word.start};
    Block& block = block_of(words);
    block.end = word.end;
    ++block.words;

    rows[words % kPlaces] = next.row;
    fresh[words % kPlaces] = word.fresh;
    ++words;
    for (const std::int8_t* const weight : next.linear) block.linear += *weight;
  }

  // The filters of word `finished`, whose neighbours are read as far as they exist.
  void finish_one() {
    std::array<std::int16_t, kFilters> value;
    std::copy_n(model.bias_, kFilters, value.begin());
    const auto add = [&value](const std::int8_t* row) {
      for (std::size_t f = 0; f < kFilters; ++f) value[f] = static_cast<std::int16_t>(value[f] + row[f]);
    };
    for (std::size_t place = 0; place < kPlaces; ++place) {
      const std::size_t neighbour = finished + place;  // plus kPlacesBefore
      if (neighbour < kPlacesBefore || neighbour - kPlacesBefore >= words) continue;
      const std::size_t slot = (neighbour - kPlacesBefore) % kPlaces;
      add(rows[slot] + place * kFilters);
      if (fresh[slot]) add(model.start_ + place * kFilters);
    }
    Block& block = block_of(finished);
    for (std::size_t f = 0; f < kFilters; ++f) value[f] = std::max<std::int16_t>(value[f], 0);
    for (std::size_t f = 0; f < kFilters; ++f) block.top[f] = std::max(block.top[f], value[f]);
    for (std::size_t f = 0; f < kFilters; ++f) block.sum[f] += value[f];
    ++finished;
  }

  // The window of the `count` blocks from block number `first` on.
  [[nodiscard]] Window window(std::size_t first, std::size_t count) const {
    Block all = blocks[first % kKept];
    for (std::size_t b = first + 1; b < first + count; ++b) {
      const Block& block = blocks[b % kKept];
      for (std::size_t f = 0; f < kFilters; ++f) all.top[f] = std::max(all.top[f], block.top[f]);
      for (std::size_t f = 0; f < kFilters; ++f) all.sum[f] += block.sum[f];
      all.linear += block.linear;
      all.words += block.words;
      all.end = block.end;
    }
    double logit = model.linear_scale_ * all.linear / std::sqrt(static_cast<double>(kFeatures) * all.words) +
                   model.constant_;
    double top = 0;
    double mean = 0;
    for (std::size_t f = 0; f < kFilters; ++f) {
      top += static_cast<double>(model.head_max_[f]) * all.top[f];
      mean += static_cast<double>(model.head_mean_[f]) * all.sum[f];
    }
    logit += top + mean / static_cast<double>(std::max<std::size_t>(kFewestWords, all.words));
    return {all.start, all.end, logit};
  }
};

template <class OnWindow>
void Classifier::walk(std::string_view text, OnWindow&& on_window) const {
  Pass pass{.model = *this};
  Words words(text);
  std::array<Ready, kAhead> ahead;
  for (std::size_t count = kAhead; count == kAhead;) {
    for (count = 0; count < kAhead && words.next(ahead[count].word); ++count)
      __builtin_prefetch(slots_ + (ahead[count].word.hash & slot_mask_));
    for (std::size_t i = 0; i < count; ++i) pass.look_up(ahead[i]);
    for (std::size_t i = 0; i < count; ++i) {
      pass.read(ahead[i]);
      if (pass.words > pass.finished + 1) pass.finish_one();
      // The first word of a block was the last thing the blocks before it waited for.
      if (pass.words % kBlock == 1 && pass.words > kBlock * kWindow) {
        on_window(pass.window(pass.words / kBlock - kWindow, kWindow));
      }
    }
  }
  if (pass.words == 0) return;
  pass.finish_one();
  const std::size_t blocks = (pass.words + kBlock - 1) / kBlock;
  const std::size_t count = std::min(blocks, kWindow);
  on_window(pass.window(blocks - count, count));
}

std::vector<Classifier::Window> Classifier::windows(std::string_view text) const {
  std::vector<Window> out;
  walk(text, [&](const Window& window) { out.push_back(window); });
  return out;
}

std::vector<Classifier::Window> Classifier::fired(std::string_view text) const {
  std::vector<Window> out;
  walk(text, [&](const Window& window) {
    if (window.logit > threshold_) out.push_back(window);
  });
  return out;
}

double Classifier::confidence(double logit) const {
  if (logit <= knots_[0]) return knots_[1];
  for (std::uint32_t k = 1; k < knot_count_; ++k) {
    const double x0 = knots_[2 * k - 2];
    const double x1 = knots_[2 * k];
    if (logit <= x1)
      return knots_[2 * k - 1] + (knots_[2 * k + 1] - knots_[2 * k - 1]) * (logit - x0) / (x1 - x0);
  }
  return knots_[2 * knot_count_ - 1];
}

}  // namespace aegis::detectors
