#include "detectors/pattern_tree.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace aegis::detectors {
namespace {

using Node = PatternTree;

ByteSet range(unsigned from, unsigned to) {
  ByteSet set;
  for (unsigned byte = from; byte <= to; ++byte) set.set(byte);
  return set;
}

ByteSet of(std::string_view bytes) {
  ByteSet set;
  for (const char c : bytes) set.set(static_cast<unsigned char>(c));
  return set;
}

ByteSet word_bytes() { return range('0', '9') | range('a', 'z') | range('A', 'Z') | of("_"); }

ByteSet either_case(ByteSet set) {
  for (unsigned lower = 'a'; lower <= 'z'; ++lower) {
    const unsigned upper = lower - 'a' + 'A';
    if (set[lower] || set[upper]) set.set(lower).set(upper);
  }
  return set;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a pattern. The first thing it cannot read stops it.
class Parser {
 public:
  Parser(std::string_view pattern, bool caseless) : pattern_(pattern), caseless_(caseless) {}

  Result<Node> parse() {
    Node all = either();
    if (fault_) return *fault_;
    return all;
  }

  [[nodiscard]] bool knows_end() const { return knows_end_; }

 private:
  [[nodiscard]] bool more() const { return !fault_ && at_ < pattern_.size(); }
  [[nodiscard]] bool at(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }
  bool take(std::string_view text) {
    if (!at(text)) return false;
    at_ += text.size();
    return true;
  }
  Node unknown() {
    if (!fault_)
      fault_ = invalid_input("the pattern holds what lint cannot read, at offset " + std::to_string(at_));
    return {};
  }

  Node either() {
    Node node{.kind = Node::Kind::either};
    do {
      Node sequence{.kind = Node::Kind::sequence};
      while (more() && !at("|") && !at(")")) sequence.parts.push_back(repeated(atom()));
      node.parts.push_back(std::move(sequence));
    } while (more() && take("|"));
    return node;
  }

  Node repeated(Node part) {
    std::size_t least = 1;
    std::size_t most = 1;
    if (at("*") || at("+")) {
      fault_ = limit_reached("the repetition at offset " + std::to_string(at_) +
                             " of the pattern has no upper bound: write {0,n} instead");
      return {};
    }
    if (take("?")) {
      least = 0;
    } else if (!bounds(least, most)) {
      return part;
    }
    if (!take("+")) take("?");
    std::size_t again = 0;
    if (at("+") || at("*") || at("?") || bounds(again, again)) return unknown();
    return {.kind = Node::Kind::repeat, .parts = {std::move(part)}, .least = least, .most = most};
  }

  // "{3}", "{3,5}"; another "{" stands for itself.
  bool bounds(std::size_t& least, std::size_t& most) {
    std::size_t i = at_;
    const auto number = [&](std::size_t& value) {
      const std::size_t from = i;
      for (value = 0; i < pattern_.size() && is_digit(pattern_[i]); ++i)
        value = value * 10 + static_cast<std::size_t>(pattern_[i] - '0');
      return i > from;
    };
    if (!at("{")) return false;
    ++i;
    if (!number(least)) return false;
    most = least;
    if (i < pattern_.size() && pattern_[i] == ',') {
      ++i;
      if (!number(most)) {
        fault_ = limit_reached("the repetition at offset " + std::to_string(at_) +
                               " of the pattern has no upper bound: write {0,n} instead");
        return false;
      }
    }
    if (i >= pattern_.size() || pattern_[i] != '}') return false;
    at_ = i + 1;
    return true;
  }

  Node atom() {
    if (take("(")) return group();
    if (take("[")) return one_of(set());
    if (take(".")) return one_of(~of("\n"));
    if (take("^") || take("$")) return {};
    if (take("\\")) return escaped();
    return one_of(of(pattern_.substr(at_++, 1)));
  }

  Node one_of(ByteSet bytes) const {
    return {.kind = Node::Kind::bytes, .bytes = caseless_ ? either_case(bytes) : bytes};
  }

  Node group() {
    const bool outside = caseless_;
    enum class Sort { plain, counted, ahead, dropped } sort = Sort::plain;
    if (take("?<=") || take("?<!") || take("?!")) {
      sort = pattern_[at_ - 1] == '!' && pattern_[at_ - 2] == '?' ? Sort::ahead : Sort::dropped;
    } else if (take("?=")) {
      sort = Sort::ahead;
    } else if (take("?i)")) {
      caseless_ = true;  // up to the end of the group around it
      return {};
    } else if (take("?i:")) {
      caseless_ = true;
    } else if (take("?-i:")) {
      caseless_ = false;
    } else if (at("?") && !take("?:") && !take("?>")) {
      return unknown();
    } else if (at("*")) {
      return unknown();
    } else if (pattern_[at_ - 1] == '(') {
      sort = Sort::counted;
    }
    const bool negative = sort == Sort::ahead && pattern_[at_ - 1] == '!';
    const std::size_t number = sort == Sort::counted ? ++groups_ : 0;
    Node inside = either();
    take(")");
    caseless_ = outside;
    if (sort == Sort::dropped) return {};
    if (sort == Sort::counted) by_number_[number] = inside;
    if (sort != Sort::ahead) return inside;
    // What a negative look-ahead reads only rules matches out; `least` tells them apart.
    return {.kind = Node::Kind::ahead, .parts = {std::move(inside)}, .least = negative ? 0U : 1U};
  }

  Node escaped() {
    const char c = pattern_[at_++];
    if (c == 'z' || c == 'Z') knows_end_ = true;
    if (c == 'z' || c == 'Z' || c == 'A' || c == 'b' || c == 'B') return {};
    if (c >= '1' && c <= '9') {
      if (at_ < pattern_.size() && is_digit(pattern_[at_])) return unknown();  // a tenth group, or an octal
      const auto group = by_number_.find(static_cast<std::size_t>(c - '0'));
      return group == by_number_.end() ? unknown() : group->second;
    }
    return one_of(escaped_bytes(c));
  }

  // What "\c" stands for in a class and outside of one.
  ByteSet escaped_bytes(char c) {
    switch (c) {
      case 'd': return range('0', '9');
      case 'D': return ~range('0', '9');
      case 'w': return word_bytes();
      case 'W': return ~word_bytes();
      case 's': return of(" \t\n\v\f\r");
      case 'S': return ~of(" \t\n\v\f\r");
      case 'n': return of("\n");
      case 'r': return of("\r");
      case 't': return of("\t");
      case 'x': return hexadecimal();
      default: break;
    }
    if (word_bytes()[static_cast<unsigned char>(c)]) unknown();
    return of({&c, 1});
  }

  ByteSet hexadecimal() {
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < 2 && at_ < pattern_.size(); ++digits, ++at_) {
      const char c = pattern_[at_];
      if (!is_digit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F')) break;
      value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (digits == 0) unknown();
    return range(value, value);
  }

  // A class after its "[".
  ByteSet set() {
    const bool negated = take("^");
    ByteSet all;
    std::optional<unsigned> low;  // where a range may begin
    for (bool first = true; more() && (first || !at("]")); first = false) {
      if (at("[:")) {
        unknown();
        return {};
      }
      const bool to = low && at("-") && !at("-]");
      if (to) ++at_;
      const char c = pattern_[at_++];
      const ByteSet bytes = c == '\\' ? escaped_bytes(pattern_[at_++]) : of({&c, 1});
      std::optional<unsigned> single;
      for (unsigned byte = 0; byte < bytes.size(); ++byte) {
        if (bytes[byte]) single = byte;
      }
      if (bytes.count() != 1) single.reset();
      all |= bytes;
      if (to && single) {
        all |= range(*low, *single);
        single.reset();
      } else if (to) {
        all |= of("-");
      }
      low = single;
    }
    take("]");
    if (caseless_) all = either_case(all);
    return negated ? ~all : all;
  }

  std::string_view pattern_;
  bool caseless_;
  std::size_t at_ = 0;
  std::size_t groups_ = 0;
  std::map<std::size_t, Node> by_number_;
  bool knows_end_ = false;
  std::optional<Error> fault_;
};

}  // namespace

Result<PatternTree> pattern_tree(std::string_view pattern, bool caseless) {
  Parser parser(pattern, caseless);
  auto all = parser.parse();
  if (all) all->knows_end = parser.knows_end();
  return all;
}

std::size_t least_digits(const PatternTree& tree) {
  std::size_t all = 0;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const PatternTree& part : tree.parts) {
    const std::size_t digits = least_digits(part);
    all += digits;
    fewest = std::min(fewest, digits);
  }
  switch (tree.kind) {
    case PatternTree::Kind::nothing: break;
    case PatternTree::Kind::ahead: break;  // it may look past the match
    case PatternTree::Kind::bytes: return (tree.bytes & ~range('0', '9')).none() ? 1 : 0;
    case PatternTree::Kind::sequence: return all;
    case PatternTree::Kind::either: return fewest;
    case PatternTree::Kind::repeat: return tree.least * all;
  }
  return 0;
}

}  // namespace aegis::detectors
