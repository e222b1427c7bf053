// From bytes to words for the classifier: decoding, folding, hashing. Mirrors scripts/train/features.py,
// which defines it.
//
// A Words object reads one text once; use by one thread. The text must outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aegis::detectors::classifier_text {

inline constexpr std::uint32_t kStart =
    0x2545F491;  // hash that stands for "nothing before this in the sentence"

inline std::uint32_t mix(std::uint32_t value) {
  value = (value ^ (value >> 16)) * 0x7FEB352D;
  value = (value ^ (value >> 15)) * 0x846CA68B;
  return value ^ (value >> 16);
}

inline std::uint32_t join(std::uint32_t first, std::uint32_t second) {
  return mix(first * 0x9E3779B1 + second);
}

struct Word {
  std::uint32_t hash = 0;
  std::uint32_t stem = 0;  // hash of its first five letters; 0 where the word has no more than that
  std::size_t start = 0;   // bytes
  std::size_t end = 0;
  bool fresh = false;  // begins a sentence
};

class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  // False at the end of the text.
  bool next(Word& word);

 private:
  struct Code {
    std::uint32_t value;
    std::uint32_t width;  // bytes
  };
  [[nodiscard]] Code decode(std::size_t at) const;
  void read_letters();
  bool finish(Word& word);

  std::string_view text_;
  std::size_t at_ = 0;
  bool fresh_ = true;

  // The word being read.
  std::uint32_t state_ = 0;       // of FNV-1a
  std::uint32_t stem_state_ = 0;  // the same after kPrefix letters
  std::uint32_t length_ = 0;      // folded code points; 0: none is being read
  bool last_digit_ = false;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

}  // namespace aegis::detectors::classifier_text
