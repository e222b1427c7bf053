#include "detectors/anchors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace aegis::detectors {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_separator(char c) {
  return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')' || c == '+';
}

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

// The trie of the literals, in order of creation; state 0 is the root.
struct Node {
  std::uint16_t first_child = 0;
  std::uint16_t sibling = 0;
  std::uint16_t failure = 0;
  std::uint8_t byte_class = 0;
  bool accepting = false;  // ends a literal, or its failure state does
};

struct Trie {
  std::vector<Node> nodes = std::vector<Node>(1);
  std::array<std::uint16_t, 256> of_root{};  // the root has many children, and is asked most often

  // The child of `state` for this class, or 0.
  [[nodiscard]] std::uint16_t child(std::uint16_t state, std::uint8_t byte_class) const {
    if (state == 0) return of_root[byte_class];
    std::uint16_t next = nodes[state].first_child;
    while (next != 0 && nodes[next].byte_class != byte_class) next = nodes[next].sibling;
    return next;
  }

  std::uint16_t add_child(std::uint16_t state, std::uint8_t byte_class) {
    const auto next = static_cast<std::uint16_t>(nodes.size());
    nodes.push_back({0, nodes[state].first_child, 0, byte_class, false});
    nodes[state].first_child = next;
    if (state == 0) of_root[byte_class] = next;
    return next;
  }
};

}  // namespace

LiteralFinder::LiteralFinder(std::span<const Literal> literals) {
  width_ = 1;
  std::size_t total = 0;
  std::uint8_t blank = 0;  // the class of white space; 0: no literal has any
  for (const Literal& literal : literals) {
    total += literal.text.size();
    longest_ = std::max(longest_, longest_form(literal.text));
    for (const char c : literal.text) {
      std::uint8_t& slot = classes_[static_cast<unsigned char>(c)];
      if (slot != 0) continue;
      slot = static_cast<std::uint8_t>(width_++);
      if (is_blank(c)) blank = slot;
      for (const char other : is_blank(c) ? kBlanks : std::string_view{})
        classes_[static_cast<unsigned char>(other)] = slot;
    }
  }
  for (unsigned char c = 'A'; c <= 'Z'; ++c) classes_[c] = classes_[c + ('a' - 'A')];

  Trie tree;
  std::vector<Node>& trie = tree.nodes;
  trie.reserve(total + 1);
  std::vector<std::pair<std::uint16_t, Output>> ends;  // by state
  for (const Literal& literal : literals) {
    std::uint16_t state = 0;
    for (std::size_t i = 0; i < literal.text.size(); ++i) {
      if (i > 0 && is_blank(literal.text[i]) && is_blank(literal.text[i - 1])) continue;
      const std::uint8_t byte_class = classes_[static_cast<unsigned char>(literal.text[i])];
      const std::uint16_t next = tree.child(state, byte_class);
      state = next != 0 ? next : tree.add_child(state, byte_class);
    }
    trie[state].accepting = true;
    ends.push_back({state,
                    {literal.owner, static_cast<std::uint16_t>(literal.text.size()),
                     static_cast<std::uint16_t>(longest_form(literal.text))}});
  }
  std::stable_sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  // Breadth first: a failure state is shallower, so it is finished before it is needed.
  std::vector<std::uint16_t> order = {0};
  order.reserve(trie.size());
  for (std::size_t head = 0; head < order.size(); ++head) {
    const std::uint16_t state = order[head];
    for (std::uint16_t next = trie[state].first_child; next != 0; next = trie[next].sibling) {
      Node& node = trie[next];
      if (state != 0) {
        std::uint16_t back = trie[state].failure;
        while ((node.failure = tree.child(back, node.byte_class)) == 0 && back != 0)
          back = trie[back].failure;
      }
      node.accepting = node.accepting || trie[node.failure].accepting;
      order.push_back(next);
    }
  }

  // Accepting states get the last numbers, so that one comparison tells them.
  std::vector<std::uint16_t> by_number = order;
  const auto first = std::stable_partition(by_number.begin(), by_number.end(),
                                           [&](std::uint16_t state) { return !trie[state].accepting; });
  first_accepting_ = static_cast<std::uint16_t>(first - by_number.begin());
  std::vector<std::uint16_t> number(trie.size());
  for (std::size_t i = 0; i < by_number.size(); ++i) number[by_number[i]] = static_cast<std::uint16_t>(i);

  // A row is its failure state's row, but for the children; and white space after white space changes
  // nothing.
  table_.resize(trie.size() * width_);
  for (const std::uint16_t state : order) {
    std::uint16_t* row = &table_[number[state] * width_];
    if (state != 0) std::copy_n(&table_[number[trie[state].failure] * width_], width_, row);
    for (std::uint16_t next = trie[state].first_child; next != 0; next = trie[next].sibling) {
      row[trie[next].byte_class] = number[next];
    }
    if (blank != 0 && trie[state].byte_class == blank) row[blank] = number[state];
  }

  output_begin_.push_back(0);
  for (std::size_t i = first_accepting_; i < by_number.size(); ++i) {
    for (std::uint16_t state = by_number[i]; state != 0; state = trie[state].failure) {
      const auto before = [](const auto& end, std::uint16_t wanted) { return end.first < wanted; };
      for (auto it = std::lower_bound(ends.begin(), ends.end(), state, before);
           it != ends.end() && it->first == state; ++it) {
        outputs_.push_back(it->second);
      }
    }
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
  // Spelled out, so that states and tables stay in registers.
  static_assert(kStreams == 4);
  const std::uint16_t* const table = table_.data();
  const std::uint8_t* const classes = classes_.data();
  const std::size_t width = width_;
  const std::uint32_t accepting = first_accepting_;
  const auto next = [=](std::uint32_t at, char byte) -> std::uint32_t {
    return table[at * width + classes[static_cast<unsigned char>(byte)]];
  };
  auto [s0, s1, s2, s3] = states;
  const auto [t0, t1, t2, t3] = from;
  for (std::size_t i = 0; i < segment; ++i) {
    s0 = next(s0, t0[i]);
    s1 = next(s1, t1[i]);
    s2 = next(s2, t2[i]);
    s3 = next(s3, t3[i]);
    if (std::max(std::max(s0, s1), std::max(s2, s3)) < accepting) continue;
    states = {s0, s1, s2, s3};
    for (std::size_t s = 0; s < kStreams; ++s) {
      if (states[s] < accepting) continue;
      hits[s][counts[s]++] = {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(states[s])};
    }
  }
  state = s3;
  return segment;
}

DigitRun next_digit_run(std::string_view text, std::size_t from, std::size_t min_digits) {
  std::size_t i = from;
  while ((i = next_digit(text, i)) < text.size()) {
    DigitRun run{.start = i, .end = i};
    std::size_t separators = 0;
    // Where the rows of digits began, as numbers of digits, that this one may continue.
    std::size_t together = 0;
    std::size_t spaced = 0;
    std::size_t dashed = 0;
    for (; i < text.size() && separators <= kMaxRunSeparators; ++i) {
      const char c = text[i];
      if (is_digit(c)) {
        ++run.digits;
        run.end = i + 1;
        separators = 0;
        run.together = std::max(run.together, run.digits - together);
        run.spaced = std::max(run.spaced, run.digits - spaced);
        run.dashed = std::max(run.dashed, run.digits - dashed);
      } else if (is_separator(c)) {
        ++separators;
        together = run.digits;
        if (c != ' ' || separators > 1) spaced = run.digits;
        if (c != '-' || separators > 1) dashed = run.digits;
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

LineRun next_line_run(std::string_view text, std::size_t from, std::size_t min_lines) {
  for (std::size_t i = text.find('\n', from); i != std::string_view::npos; i = text.find('\n', i)) {
    LineRun run{i, i, 0};
    for (; i < text.size() && (text[i] == '\n' || text[i] == ' ' || text[i] == '\t'); ++i)
      run.lines += text[i] == '\n' ? 1 : 0;
    run.end = i;
    if (run.lines >= min_lines) return run;
  }
  return {};
}

}  // namespace aegis::detectors
