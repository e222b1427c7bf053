#include "guard/fingerprints.h"

#include <algorithm>
#include <array>

namespace aegis::guard {
namespace {

constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;  // 2^64 / the golden ratio: odd, bits well spread

constexpr std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t out = 1;
  for (std::size_t i = 0; i < exponent; ++i) out *= base;
  return out;
}
constexpr std::uint64_t kOldest = power(kFactor, kRunLetters);

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EB;
  return x ^ (x >> 31U);
}

// What a byte counts as: 0 for what is ignored, the same for upper and lower case. Bytes of other scripts'
// letters count as they are.
constexpr std::array<std::uint8_t, 256> kLetter = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
      table[c] = static_cast<std::uint8_t>(upper ? c | 0x20U : c);
  }
  return table;
}();

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Signs around a value that do not belong to it.
std::string_view without_punctuation(std::string_view word) {
  const auto is_punctuation = [](char c) {
    return std::string_view("\"'`()[]{}<>,;:.!?").find(c) != std::string_view::npos;
  };
  while (!word.empty() && is_punctuation(word.front())) word.remove_prefix(1);
  while (!word.empty() && is_punctuation(word.back())) word.remove_suffix(1);
  return word;
}

// An address, a number, a key: what is hardly written twice by chance.
bool is_value(std::string_view word) {
  if (word.size() < kMinValueBytes) return false;
  const std::size_t at = word.find('@');
  if (at != std::string_view::npos && at > 0) return word.find('.', at) != std::string_view::npos;
  const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
  // A date with its time has as many digits as an account number, but signs between them.
  const bool is_number = digits == word.size();
  const bool is_key = digits >= 3 &&
                      std::all_of(word.begin(), word.end(),
                                  [](char c) {
                                    return kLetter[static_cast<unsigned char>(c)] != 0 || c == '_' ||
                                           c == '-' || c == '+' || c == '=';
                                  }) &&
                      word.size() - digits >= 6 && word.size() >= 20;
  return is_number || is_key;
}

class Fingerprinting {
 public:
  explicit Fingerprinting(FingerprintKey key) : key_(key) {}

  std::vector<std::uint64_t> run(std::string_view text) && {
    for (std::size_t at = 0; at < text.size();) {
      if (is_space(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      bool has_slash = false;
      for (; end < text.size() && !is_space(text[end]); ++end)
        has_slash |= text[end] == '/' || text[end] == '\\';
      if (!has_slash) word(text.substr(at, end - at));
      at = end;
    }
    std::sort(out_.begin(), out_.end());
    out_.erase(std::unique(out_.begin(), out_.end()), out_.end());
    return std::move(out_);
  }

 private:
  void word(std::string_view bytes) {
    for (const char c : bytes) {
      if (const std::uint8_t letter = kLetter[static_cast<unsigned char>(c)]; letter != 0) take(letter);
    }
    const std::string_view value = without_punctuation(bytes);
    if (is_value(value)) out_.push_back(hash_of(value));
  }

  void take(std::uint8_t letter) {
    std::uint8_t& slot = run_[count_ % kRunLetters];
    rolling_ = rolling_ * kFactor + letter - kOldest * slot;
    slot = letter;
    if (++count_ < kRunLetters) return;
    const std::uint64_t hash = mixed(rolling_ ^ key_);
    if (hash % kSampleOneIn == 0) out_.push_back(hash);
  }

  [[nodiscard]] std::uint64_t hash_of(std::string_view value) const {
    std::uint64_t hash = value.size();
    for (const char c : value) {
      const std::uint8_t letter = kLetter[static_cast<unsigned char>(c)];
      hash = hash * kFactor + (letter != 0 ? letter : static_cast<unsigned char>(c));
    }
    return mixed(mixed(hash) ^ key_);
  }

  FingerprintKey key_;
  std::array<std::uint8_t, kRunLetters> run_{};  // the latest letters, a ring
  std::size_t count_ = 0;
  std::uint64_t rolling_ = 0;
  std::vector<std::uint64_t> out_;
};

}  // namespace

std::vector<std::uint64_t> fingerprints(std::string_view text, FingerprintKey key) {
  return Fingerprinting(key).run(text);
}

}  // namespace aegis::guard
