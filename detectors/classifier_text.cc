#include "detectors/classifier_text.h"

namespace aegis::detectors::classifier_text {
namespace {

constexpr std::uint32_t kLongestWord = 24;  // folded code points that are hashed; base64 is no word
constexpr std::uint32_t kPrefix = 5;
constexpr std::uint32_t kFnvStart = 0x811C9DC5;
constexpr std::uint32_t kFnvPrime = 0x01000193;

enum class Type : std::uint8_t { other, letter, digit, single };

// U+00C0..U+017F without accents.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
    "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kLatin.size() == 0x180 - 0xC0);

struct Range {
  std::uint32_t low, high;
};
constexpr Range kPunctuation[] = {{0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},      {0xBB, 0xBF},
                                  {0x2000, 0x206F}, {0x2190, 0x2BFF}, {0x3000, 0x303F},  {0xFE10, 0xFE6F},
                                  {0xFF61, 0xFF65}, {0xE000, 0xF8FF}, {0x1F000, 0x1FAFF}};
// Thai and Lao, Myanmar, Khmer, kana, Han, Hangul syllables, Han again.
constexpr Range kSingles[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3040, 0x30FF},
                              {0x3400, 0x9FFF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
constexpr Range kVanishing[] = {
    {0xAD, 0xAD}, {0x300, 0x36F}, {0x200B, 0x200F}, {0x2060, 0x2060}, {0xFEFF, 0xFEFF}};

template <std::size_t N>
bool within(const Range (&ranges)[N], std::uint32_t code) {
  for (const Range& range : ranges) {
    if (code >= range.low && code <= range.high) return true;
  }
  return false;
}

// 0 where it vanishes. A NUL byte folds to 0 too and vanishes like it.
std::uint32_t fold(std::uint32_t code) {
  if (within(kVanishing, code)) return 0;
  if (code >= 0xFF01 && code <= 0xFF5E) code -= 0xFEE0;
  if (code >= 'A' && code <= 'Z') return code + 0x20;
  if (code >= 0xC0 && code <= 0x17F) return static_cast<unsigned char>(kLatin[code - 0xC0]);
  if ((code >= 0x391 && code <= 0x3A9) || (code >= 0x410 && code <= 0x42F)) return code + 0x20;
  if (code >= 0x400 && code <= 0x40F) return code + 0x50;
  return code == 0x3002 ? '.' : code;
}

Type type_of(std::uint32_t code) {
  if (code < 0x80) {
    if (code >= '0' && code <= '9') return Type::digit;
    return code >= 'a' && code <= 'z' ? Type::letter : Type::other;
  }
  if (within(kSingles, code)) return Type::single;
  return within(kPunctuation, code) ? Type::other : Type::letter;
}

struct Folded {
  std::uint8_t code;
  Type type;
};
constexpr std::array<Folded, 128> kAscii = [] {
  std::array<Folded, 128> table{};
  for (std::uint8_t c = 0; c < 128; ++c) {
    const bool capital = c >= 'A' && c <= 'Z';
    const std::uint8_t code = capital ? static_cast<std::uint8_t>(c + 0x20) : c;
    const bool letter = code >= 'a' && code <= 'z';
    table[c] = {code, letter ? Type::letter : c >= '0' && c <= '9' ? Type::digit : Type::other};
  }
  return table;
}();

std::uint32_t add(std::uint32_t state, std::uint32_t byte) { return (state ^ byte) * kFnvPrime; }

// FNV-1a over the UTF-8 of `code`.
std::uint32_t add_code(std::uint32_t state, std::uint32_t code) {
  if (code < 0x80) return add(state, code);
  if (code < 0x800) return add(add(state, 0xC0 | (code >> 6)), 0x80 | (code & 0x3F));
  if (code < 0x10000) {
    return add(add(add(state, 0xE0 | (code >> 12)), 0x80 | ((code >> 6) & 0x3F)), 0x80 | (code & 0x3F));
  }
  state = add(add(state, 0xF0 | (code >> 18)), 0x80 | ((code >> 12) & 0x3F));
  return add(add(state, 0x80 | ((code >> 6) & 0x3F)), 0x80 | (code & 0x3F));
}

}  // namespace

// A byte that starts no well-formed sequence is a space of one byte.
Words::Code Words::decode(std::size_t at) const {
  const auto byte = [&](std::size_t i) {
    return i < text_.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text_[i])) : 0U;
  };
  const auto tail = [](std::uint32_t b) { return (b & 0xC0) == 0x80; };
  const std::uint32_t a = byte(at);
  if (a < 0x80) return {a, 1};
  const std::uint32_t b = byte(at + 1);
  const std::uint32_t c = byte(at + 2);
  const std::uint32_t d = byte(at + 3);
  if (a >= 0xC2 && a <= 0xDF && tail(b)) return {((a & 0x1F) << 6) | (b & 0x3F), 2};
  if ((a & 0xF0) == 0xE0 && tail(b) && tail(c)) {
    const std::uint32_t code = ((a & 0x0F) << 12) | ((b & 0x3F) << 6) | (c & 0x3F);
    if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) return {code, 3};
  }
  if (a >= 0xF0 && a <= 0xF4 && tail(b) && tail(c) && tail(d)) {
    const std::uint32_t code = ((a & 0x07) << 18) | ((b & 0x3F) << 12) | ((c & 0x3F) << 6) | (d & 0x3F);
    if (code >= 0x10000 && code <= 0x10FFFF) return {code, 4};
  }
  return {' ', 1};
}

// The rest of a run of ASCII letters: nearly all of nearly every text.
void Words::read_letters() {
  const char* const text = text_.data();
  const std::size_t size = text_.size();
  std::size_t at = at_;
  std::uint32_t state = state_;
  std::uint32_t length = length_;
  for (; at < size; ++at) {
    // Capital or small, both end up in 'a'..'z'; nothing else does.
    const std::uint32_t code = static_cast<unsigned char>(text[at]) | 0x20U;
    if (code - 'a' > 'z' - 'a') break;
    if (length < kLongestWord) state = add(state, code);
    if (++length == kPrefix) stem_state_ = state;
  }
  end_ = at_ = at;
  state_ = state;
  length_ = length;
}

bool Words::finish(Word& word) {
  if (length_ == 0) return false;
  word = {mix(state_), length_ > kPrefix ? join(mix(stem_state_), kPrefix) : 0, start_, end_, fresh_};
  length_ = 0;
  fresh_ = false;
  return true;
}

bool Words::next(Word& word) {
  while (at_ < text_.size()) {
    std::uint32_t code = static_cast<unsigned char>(text_[at_]);
    std::uint32_t width = 1;
    Type type;
    if (code < 0x80) {
      type = kAscii[code].type;
      code = kAscii[code].code;
      if (code == 0) {
        ++at_;
        continue;
      }
    } else {
      const Code decoded = decode(at_);
      width = decoded.width;
      code = fold(decoded.value);
      if (code == 0) {
        at_ += width;
        continue;
      }
      type = type_of(code);
    }
    if (type == Type::letter || type == Type::digit) {
      if (length_ == 0) {
        state_ = kFnvStart;
        start_ = at_;
        last_digit_ = false;
      }
      at_ += width;
      end_ = at_;
      if (type == Type::digit && last_digit_) continue;
      last_digit_ = type == Type::digit;
      if (length_ < kLongestWord) state_ = add_code(state_, last_digit_ ? '0' : code);
      if (++length_ == kPrefix) stem_state_ = state_;
      if (type == Type::letter && width == 1) read_letters();
      continue;
    }
    // The word ends here; what follows it is read by the next call.
    if (finish(word)) return true;
    const std::size_t start = at_;
    at_ += width;
    if (type == Type::single) {
      word = {mix(add_code(kFnvStart, code)), 0, start, at_, fresh_};
      fresh_ = false;
      return true;
    }
    if (code == '!' || code == '?' || code == '\n') {
      fresh_ = true;
    } else if (code == '.' || code == ':' || code == ';') {
      // The full stops of Chinese and Japanese need no space after them; they are three bytes wide.
      if (width > 1 || at_ >= text_.size()) {
        fresh_ = true;
      } else {
        const std::uint32_t after = decode(at_).value;
        fresh_ = fresh_ || after == ' ' || after == '\n' || after == '\r' || after == '\t';
      }
    }
  }
  return finish(word);
}

}  // namespace aegis::detectors::classifier_text
