#include "detectors/anchors.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_separator(char c) {
  return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')' || c == '+';
}

// ") " and " (" stand between the groups of a telephone number.
constexpr std::size_t kMaxSeparators = 2;

// 0x80 in each byte of `word` that is an ASCII digit. No carry crosses a byte: the sums stay below 0x100.
constexpr std::uint64_t digit_bytes(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  const std::uint64_t x = word ^ (kOnes * 0x30);
  return ~(((x & (kOnes * 0x7F)) + kOnes * 0x76) | x) & (kOnes * 0x80);
}

std::size_t next_digit(std::string_view text, std::size_t from) {
  std::size_t i = from;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    const std::uint64_t digits = digit_bytes(word);
    if (digits == 0) continue;
    const int bit =
        std::endian::native == std::endian::little ? std::countr_zero(digits) : std::countl_zero(digits);
    return i + static_cast<std::size_t>(bit) / 8;
  }
  while (i < text.size() && !is_digit(text[i])) ++i;
  return i;
}

}  // namespace

LiteralFinder::LiteralFinder(std::span<const Literal> literals) {
  std::size_t total = 0;
  unsigned classes = 1;
  for (const Literal& literal : literals) {
    total += literal.text.size();
    longest_ = std::max(longest_, literal.text.size());
    for (const char c : literal.text) {
      std::uint8_t& slot = classes_[static_cast<unsigned char>(c)];
      if (slot == 0) slot = static_cast<std::uint8_t>(classes++);
    }
  }
  for (unsigned char c = 'A'; c <= 'Z'; ++c) classes_[c] = classes_[c + ('a' - 'A')];
  shift_ = std::bit_width(classes - 1);
  const std::size_t width = std::size_t{1} << shift_;

  // The trie, in order of creation; 0 is the root and also "no child yet".
  std::vector<std::uint16_t> trie((total + 1) * width);
  std::vector<std::vector<Output>> ends(total + 1);
  std::uint16_t states = 1;
  for (const Literal& literal : literals) {
    std::uint16_t state = 0;
    for (const char c : literal.text) {
      std::uint16_t& next = trie[state * width + classes_[static_cast<unsigned char>(c)]];
      if (next == 0) next = states++;
      state = next;
    }
    ends[state].push_back({literal.owner, static_cast<std::uint16_t>(literal.text.size())});
  }

  // Breadth first: a state's failure state is shallower, so its row and its outputs are already complete.
  std::vector<std::uint16_t> order = {0};
  order.reserve(states);
  std::vector<std::uint16_t> failure(states);
  for (std::size_t head = 0; head < order.size(); ++head) {
    const std::uint16_t state = order[head];
    std::uint16_t* row = &trie[state * width];
    const std::uint16_t* fallback = &trie[failure[state] * width];
    for (unsigned c = 0; c < classes; ++c) {
      const std::uint16_t child = row[c];
      if (child == 0) {
        row[c] = fallback[c];
        continue;
      }
      failure[child] = state == 0 ? std::uint16_t{0} : fallback[c];
      const std::vector<Output>& inherited = ends[failure[child]];
      ends[child].insert(ends[child].end(), inherited.begin(), inherited.end());
      order.push_back(child);
    }
  }

  // Renumber: accepting states last, so that one comparison tells them, and the others breadth first, so that the
  // rows a text without literals visits lie together.
  std::stable_partition(order.begin(), order.end(), [&](std::uint16_t state) { return ends[state].empty(); });
  std::vector<std::uint16_t> number(states);
  for (std::uint16_t i = 0; i < states; ++i) number[order[i]] = i;
  table_.resize(states * width);
  output_begin_.push_back(0);
  first_accepting_ = states;
  for (std::uint16_t i = 0; i < states; ++i) {
    const std::uint16_t* row = &trie[order[i] * width];
    for (std::size_t c = 0; c < classes; ++c) table_[i * width + c] = number[row[c]];
    const std::vector<Output>& here = ends[order[i]];
    if (here.empty()) continue;
    first_accepting_ = std::min(first_accepting_, i);
    outputs_.insert(outputs_.end(), here.begin(), here.end());
    output_begin_.push_back(static_cast<std::uint32_t>(outputs_.size()));
  }
}

std::size_t LiteralFinder::walk(std::string_view text, std::size_t begin, std::uint32_t& state,
                                std::array<std::array<Hit, kSegment>, kStreams>& hits,
                                std::array<std::size_t, kStreams>& counts) const {
  const std::size_t left = text.size() - begin;
  // Below this the extra steps that bring a stream into its state cost more than they save.
  constexpr std::size_t kMinSegment = 128;
  if (left < kStreams * kMinSegment) {
    const std::size_t length = std::min(left, kSegment);
    for (std::size_t i = 0; i < length; ++i) {
      state = step(state, text[begin + i]);
      if (state >= first_accepting_) {
        hits[0][counts[0]++] = {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(state)};
      }
    }
    return length;
  }

  const std::size_t segment = std::min(left / kStreams, kSegment);
  std::array<const char*, kStreams> from;
  std::array<std::uint32_t, kStreams> states;
  for (std::size_t s = 0; s < kStreams; ++s) {
    from[s] = text.data() + begin + s * segment;
    states[s] = s == 0 ? state : 0;
  }
  for (std::size_t back = std::min(longest_, segment); back > 0; --back) {
    for (std::size_t s = 1; s < kStreams; ++s) states[s] = step(states[s], *(from[s] - back));
  }
  // Spelled out, so that the four states stay in registers.
  static_assert(kStreams == 4);
  const auto note = [&](std::size_t s, std::size_t i) {
    hits[s][counts[s]++] = {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(states[s])};
  };
  auto [s0, s1, s2, s3] = states;
  const std::uint32_t accepting = first_accepting_;
  for (std::size_t i = 0; i < segment; ++i) {
    s0 = step(s0, from[0][i]);
    s1 = step(s1, from[1][i]);
    s2 = step(s2, from[2][i]);
    s3 = step(s3, from[3][i]);
    if (std::max(std::max(s0, s1), std::max(s2, s3)) < accepting) continue;
    states = {s0, s1, s2, s3};
    for (std::size_t s = 0; s < kStreams; ++s) {
      if (states[s] >= accepting) note(s, i);
    }
  }
  state = s3;
  return segment;
}

DigitRun next_digit_run(std::string_view text, std::size_t from, std::size_t min_digits) {
  std::size_t i = from;
  while ((i = next_digit(text, i)) < text.size()) {
    DigitRun run{i, i, 0, 0, 0};
    std::size_t separators = 0;
    for (; i < text.size() && separators <= kMaxSeparators; ++i) {
      const char c = text[i];
      if (is_digit(c)) {
        ++run.digits;
        run.end = i + 1;
        separators = 0;
      } else if (is_separator(c)) {
        ++separators;
        if (c == '.' && run.dots < 255) ++run.dots;
        if (c == '-' && run.dashes < 255) ++run.dashes;
      } else {
        break;
      }
    }
    if (run.digits >= min_digits) return run;
  }
  return {};
}

}  // namespace aegis::detectors
