#include "detectors/coverage.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

#include "detectors/anchors.h"
#include "detectors/scanner.h"

namespace aegis::detectors {
namespace {

// A class of bytes that nothing here tells apart, and one of them to show.
struct ByteClass {
  ByteSet bytes;
  char example = 0;
};

ByteClass class_of(const ByteSet& bytes) {
  for (const char c : std::string_view("x 1.-/,:\n")) {
    if (bytes[static_cast<unsigned char>(c)]) return {bytes, c};
  }
  std::size_t first = 0;
  while (first < bytes.size() && !bytes[first]) ++first;
  return {bytes, static_cast<char>(first)};
}

// A class of each of `lists`, and one of all other bytes.
std::vector<ByteClass> classes_apart(std::initializer_list<std::string_view> lists) {
  std::vector<ByteClass> all;
  ByteSet other;
  other.set();
  for (const std::string_view bytes : lists) {
    ByteSet set;
    for (const char c : bytes) set.set(static_cast<unsigned char>(c));
    other &= ~set;
    all.push_back(class_of(set));
  }
  all.push_back(class_of(other));
  return all;
}

// Watches the bytes of a match for a rule's literals.
class LiteralWatch {
 public:
  explicit LiteralWatch(const Rule& rule) : finder_(literals(rule)) {
    ByteSet other;
    other.set();
    for (const std::string& anchor : rule.anchors) {
      for (const char c : anchor) {
        const auto byte = static_cast<unsigned char>(c);
        if (!other[byte]) continue;
        ByteSet bytes;
        bytes.set(byte);
        if (c >= 'a' && c <= 'z') bytes.set(byte - 'a' + 'A');
        for (const char blank : is_blank(c) ? kBlanks : std::string_view{})
          bytes.set(static_cast<unsigned char>(blank));
        other &= ~bytes;
        classes_.push_back({bytes, c});
      }
    }
    if (other.any()) classes_.push_back(class_of(other));
  }

  [[nodiscard]] const std::vector<ByteClass>& classes() const { return classes_; }
  // `at`: the offset of `byte` in the match.
  [[nodiscard]] std::uint64_t step(std::uint64_t state, char byte, std::size_t /*at*/,
                                   std::size_t /*before*/) const {
    return finder_.step(static_cast<std::uint32_t>(state), byte);
  }
  // Whether a literal that begins in the first `before` bytes of the match, or right after them, ends with
  // its first `length` bytes.
  [[nodiscard]] bool is_anchor(std::uint64_t state, std::size_t length, std::size_t before) const {
    const std::size_t longest = finder_.longest_at(static_cast<std::uint32_t>(state));
    return longest != 0 && length - std::min(length, longest) <= before;
  }

 private:
  static std::vector<LiteralFinder::Literal> literals(const Rule& rule) {
    std::vector<LiteralFinder::Literal> all;
    for (const std::string& anchor : rule.anchors) all.push_back({anchor, 0});
    return all;
  }

  LiteralFinder finder_;
  std::vector<ByteClass> classes_;
};

// The same for the run of digits that a rule needs, as next_digit_run() sees it.
class DigitWatch {
 public:
  explicit DigitWatch(const Rule& rule)
      : rule_(rule), classes_(classes_apart({"0123456789", ".", "-", " /()+"})) {}

  [[nodiscard]] const std::vector<ByteClass>& classes() const { return classes_; }
  [[nodiscard]] std::uint64_t step(std::uint64_t state, char byte, std::size_t at, std::size_t before) const {
    Run run = read(state);
    if (byte >= '0' && byte <= '9') {
      if (run.digits == 0) run.begins_well = at <= before;
      count(run.digits, rule_.min_digits);
      count(run.together, rule_.min_together);
      count(run.spaced, rule_.min_spaced);
      count(run.dashed, rule_.min_dashed);
      run.separators = 0;
    } else if (run.digits == 0 || std::string_view(" ./()+-").find(byte) == std::string_view::npos ||
               ++run.separators > kMaxRunSeparators) {
      run = {};
    } else {
      if (byte == '.') count(run.dots, rule_.min_dots);
      if (byte == '-') count(run.dashes, rule_.min_dashes);
      // A row that was long enough has been there, whatever follows.
      if (run.together < rule_.min_together) run.together = 0;
      if (run.spaced < rule_.min_spaced && (byte != ' ' || run.separators > 1)) run.spaced = 0;
      if (run.dashed < rule_.min_dashed && (byte != '-' || run.separators > 1)) run.dashed = 0;
    }
    return written(run);
  }
  [[nodiscard]] bool is_anchor(std::uint64_t state, std::size_t /*length*/, std::size_t /*before*/) const {
    const Run run = read(state);
    return run.begins_well && run.separators == 0 && run.digits >= rule_.min_digits &&
           run.dots >= rule_.min_dots && run.dashes >= rule_.min_dashes &&
           run.together >= rule_.min_together && run.spaced >= rule_.min_spaced &&
           run.dashed >= rule_.min_dashed;
  }

 private:
  // Each is counted up to what the rule asks for; the digits once at least.
  struct Run {
    std::uint8_t digits = 0;
    std::uint8_t separators = 0;
    std::uint8_t dots = 0;
    std::uint8_t dashes = 0;
    std::uint8_t together = 0;
    std::uint8_t spaced = 0;
    std::uint8_t dashed = 0;
    std::uint8_t begins_well = 0;  // within `before`
  };
  static_assert(sizeof(Run) == sizeof(std::uint64_t));
  static std::uint64_t written(const Run& run) { return std::bit_cast<std::uint64_t>(run); }
  static Run read(std::uint64_t state) { return std::bit_cast<Run>(state); }
  static void count(std::uint8_t& counter, std::size_t up_to) {
    if (counter < up_to) ++counter;
  }

  const Rule& rule_;
  std::vector<ByteClass> classes_;
};

// The same for a run of empty lines, as next_line_run() sees it.
class LineWatch {
 public:
  explicit LineWatch(const Rule& rule) : rule_(rule), classes_(classes_apart({"\n", " \t"})) {}

  [[nodiscard]] const std::vector<ByteClass>& classes() const { return classes_; }
  // The state is twice the number of lines, plus one if the run begins within `before`.
  [[nodiscard]] std::uint64_t step(std::uint64_t state, char byte, std::size_t at, std::size_t before) const {
    if (byte == '\n') {
      if (state == 0) return at <= before ? 3 : 2;
      return state / 2 < rule_.min_lines ? state + 2 : state;
    }
    return byte == ' ' ? state : 0;
  }
  [[nodiscard]] bool is_anchor(std::uint64_t state, std::size_t /*length*/, std::size_t /*before*/) const {
    return state % 2 == 1 && state / 2 >= rule_.min_lines;
  }

 private:
  const Rule& rule_;
  std::vector<ByteClass> classes_;
};

// How a match may come to a state of the graph.
struct Way {
  std::uint64_t watch = 0;
  std::size_t length = 0;  // bytes read
  std::size_t behind = 0;  // of these, after the last anchor that begins in time; kNever: there was none
  bool ended = false;      // the match; what is read now is a look-ahead
  std::uint32_t from = 0;  // the way it came, and by which byte, for the example
  char byte = 0;
  bool has_byte = false;
};

constexpr std::size_t kNever = std::size_t{1} << 30U;

// A match without an anchor that begins `before` bytes or less from its start and ends `after` or less from
// its end; nothing where all matches have one.
template <class Watch>
class Escape {
 public:
  Escape(const PatternGraph& graph, const Watch& watch, std::size_t before, std::size_t after)
      : graph_(graph), watch_(watch), before_(before), after_(after) {}

  // From `start` on, in the graph.
  std::optional<std::string> find(std::uint32_t start) {
    std::vector<std::vector<std::uint32_t>> at(graph_.states.size());
    arena_.push_back({.behind = kNever});
    at[start].push_back(0);
    for (std::size_t number = graph_.states.size(); number-- > 0;) {
      const PatternGraph::State& state = graph_.states[number];
      const std::vector<std::uint32_t> here = worst(std::exchange(at[number], {}));
      for (const std::uint32_t index : here) {
        if (state.next.empty()) {
          if (arena_[index].behind > after_) return example(index);
          continue;
        }
        if (state.bytes.none()) {
          std::uint32_t same = index;
          if (state.ends_match) {
            same = add(arena_[index]);
            arena_[same].ended = true;
          }
          for (const std::uint32_t next : state.next) at[next].push_back(same);
          continue;
        }
        for (const ByteClass& some : watch_.classes()) {
          if ((some.bytes & state.bytes).none()) continue;
          at[state.next.front()].push_back(read(index, some, state.bytes));
        }
      }
    }
    return std::nullopt;
  }

 private:
  std::uint32_t add(Way way) {
    arena_.push_back(way);
    return static_cast<std::uint32_t>(arena_.size() - 1);
  }

  std::uint32_t read(std::uint32_t index, const ByteClass& some, const ByteSet& allowed) {
    Way way = arena_[index];
    way.from = index;
    way.byte = allowed[static_cast<unsigned char>(some.example)] ? some.example
                                                                 : class_of(some.bytes & allowed).example;
    way.has_byte = true;
    way.watch = watch_.step(way.watch, some.example, way.length, before_);
    ++way.length;
    if (watch_.is_anchor(way.watch, way.length, before_)) {
      way.behind = 0;
    } else if (way.behind != kNever && !way.ended) {
      ++way.behind;
    }
    return add(way);
  }

  // Of ways that see the same from here on, and of any beside one that has seen nothing of an anchor yet,
  // those that are longer and farther behind an anchor are worse; the others need not be followed.
  std::vector<std::uint32_t> worst(std::vector<std::uint32_t> ways) const {
    std::sort(ways.begin(), ways.end(), [&](std::uint32_t a, std::uint32_t b) {
      const Way& x = arena_[a];
      const Way& y = arena_[b];
      return std::make_tuple(x.watch, y.length, y.behind) < std::make_tuple(y.watch, x.length, x.behind);
    });
    ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
    std::vector<std::uint32_t> kept;
    std::size_t fresh = 0;  // of those kept, that have seen nothing
    std::size_t group = 0;  // where those with the same watch begin
    for (const std::uint32_t index : ways) {
      const Way& way = arena_[index];
      if (!kept.empty() && arena_[kept.back()].watch != way.watch) group = kept.size();
      const auto is_worse = [&](std::uint32_t other) {
        const Way& known = arena_[other];
        return known.length >= way.length && known.behind >= way.behind && known.ended == way.ended;
      };
      const auto begin = kept.begin();
      if (std::any_of(begin, begin + static_cast<std::ptrdiff_t>(fresh), is_worse) ||
          std::any_of(begin + static_cast<std::ptrdiff_t>(group), kept.end(), is_worse)) {
        continue;
      }
      kept.push_back(index);
      if (way.watch == 0) ++fresh;
    }
    return kept;
  }

  [[nodiscard]] std::string example(std::uint32_t index) const {
    std::string text;
    for (; index != 0; index = arena_[index].from) {
      if (arena_[index].has_byte) text.push_back(arena_[index].byte);
    }
    std::reverse(text.begin(), text.end());
    return text;
  }

  const PatternGraph& graph_;
  const Watch& watch_;
  std::size_t before_;
  std::size_t after_;
  std::vector<Way> arena_;
};

// The example in a sentence: its ends are where anchors would stand.
std::string shown(const std::string& text) {
  constexpr std::size_t kShown = 60;
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.size() > 2 * kShown && i == kShown) {
      out += "…";
      i = text.size() - kShown;
    }
    const char c = text[i];
    out += c == '\n' ? std::string("\\n") : c >= ' ' && c <= '~' ? std::string(1, c) : std::string("?");
  }
  return out + "\"";
}

// The most bytes a match has read when it comes to each state; a look-ahead that ends it adds none.
std::vector<std::size_t> farthest(const PatternGraph& graph) {
  std::vector<std::size_t> read(graph.states.size());
  std::vector<bool> ended(graph.states.size());
  for (std::size_t number = graph.states.size(); number-- > 1;) {
    const PatternGraph::State& state = graph.states[number];
    ended[number] = ended[number] || state.ends_match;
    for (const std::uint32_t next : state.next) {
      read[next] = std::max(read[next], read[number] + (state.bytes.any() && !ended[number] ? 1 : 0));
      if (next != 0) ended[next] = ended[number];  // what follows in a look-ahead belongs to no other way
    }
  }
  return read;
}

template <class Watch>
void check_windows(const Rule& rule, const PatternGraph& graph, const Watch& watch,
                   std::vector<std::string>& faults) {
  constexpr std::size_t kAny = kNever - 1;
  const std::size_t widest = farthest(graph)[0];
  const auto escapes = [&](std::size_t before, std::size_t after) {
    auto found = Escape<Watch>(graph, watch, before, after).find(graph.start);
    // What the pattern says of its beginning has an anchor, and the match is no longer than what follows
    // that.
    if (found && graph.begins_as && widest <= after &&
        !Escape<Watch>(graph, watch, before, kAny).find(*graph.begins_as)) {
      found.reset();
    }
    return found;
  };
  // The least that is enough, when kAny is.
  const auto enough = [](std::size_t low, const std::function<bool(std::size_t)>& is_enough) {
    std::size_t high = std::max<std::size_t>(low * 2, 16);
    while (!is_enough(high)) high *= 2;
    while (low + 1 < high) {
      const std::size_t middle = low + (high - low) / 2;
      (is_enough(middle) ? high : low) = middle;
    }
    return high;
  };
  if (!escapes(rule.before, rule.after)) return;
  if (const auto without = escapes(kAny, kAny)) {
    faults.push_back("a match need not hold an anchor: " + shown(*without));
    return;
  }
  std::size_t before = rule.before;
  if (const auto early = escapes(before, kAny)) {
    before = enough(before, [&](std::size_t width) { return !escapes(width, kAny); });
    faults.push_back("a match begins up to " + std::to_string(before) +
                     " bytes before its first anchor, and `before` is " + std::to_string(rule.before) + ": " +
                     shown(*early));
  }
  if (const auto late = escapes(before, rule.after)) {
    const std::size_t after = enough(rule.after, [&](std::size_t width) { return !escapes(before, width); });
    faults.push_back("a match ends up to " + std::to_string(after) +
                     " bytes after its last anchor within `before`, and `after` is " +
                     std::to_string(rule.after) + ": " + shown(*late));
  }
}

// Bytes that a whole match reads.
struct Reading {
  std::size_t all = 0;
  std::size_t trimmed = 0;  // from the first that is no white space
  std::size_t value = 0;    // to the last of these
  bool digit = false;
  auto operator<=>(const Reading&) const = default;
};

std::set<Reading> readings(const PatternGraph& graph, std::uint32_t start) {
  std::vector<std::set<Reading>> at(graph.states.size());
  at[start].insert(Reading{});
  ByteSet white;
  for (const char c : kWhiteSpace) white.set(static_cast<unsigned char>(c));
  ByteSet digits;
  for (char c = '0'; c <= '9'; ++c) digits.set(static_cast<unsigned char>(c));
  for (std::size_t number = graph.states.size(); number-- > 1;) {
    const PatternGraph::State& state = graph.states[number];
    for (const Reading& read : std::exchange(at[number], {})) {
      for (const std::uint32_t next : state.next) {
        if (state.bytes.none()) at[next].insert(read);
        for (const ByteSet& some : {white, digits, ~(white | digits)}) {
          if ((state.bytes & some).none()) continue;
          Reading more = read;
          ++more.all;
          if (some != white || more.trimmed != 0) ++more.trimmed;
          if (some != white) more.value = more.trimmed;
          more.digit = more.digit || some == digits;
          at[next].insert(more);
        }
      }
    }
  }
  return at[0];
}

// Whether texts without a digit, too long or too short by the rule, are none of its matches.
void check_whole(const Rule& rule, const PatternGraph& graph, std::vector<std::string>& faults) {
  if (!rule.pattern.starts_with("\\A") || !rule.pattern.ends_with("\\z"))
    faults.emplace_back("it is about whole texts, and its pattern does not begin with \\A and end with \\z");
  const std::set<Reading> all = readings(graph, graph.start);
  const auto has_digit = [](const Reading& read) { return read.digit; };
  std::size_t least = kWholeText;
  std::size_t most = 0;
  std::size_t longest = 0;
  for (const Reading& read : all) {
    least = std::min(least, read.value);
    most = std::max(most, read.value);
    longest = std::max(longest, read.all);
  }
  if (least < rule.min_length || most > rule.max_length) {
    faults.push_back("a match has " + std::to_string(least) + " to " + std::to_string(most) +
                     " bytes, and the rule says " + std::to_string(rule.min_length) + " to " +
                     std::to_string(rule.max_length));
  }
  if (longest > kWholeText)
    faults.push_back("a match is up to " + std::to_string(longest) + " bytes of text, more than kWholeText");
  bool digit = std::all_of(all.begin(), all.end(), has_digit);
  if (!digit && graph.begins_as) {
    const std::set<Reading> ahead = readings(graph, *graph.begins_as);
    digit = std::all_of(ahead.begin(), ahead.end(), has_digit);
  }
  if (!digit) faults.emplace_back("a match need not hold a digit");
}

}  // namespace

std::vector<std::string> coverage_faults(const Rule& rule, const PatternGraph& graph) {
  std::vector<std::string> faults;
  switch (rule.anchor) {
    case Anchor::literal: check_windows(rule, graph, LiteralWatch(rule), faults); break;
    case Anchor::digits: check_windows(rule, graph, DigitWatch(rule), faults); break;
    case Anchor::lines: check_windows(rule, graph, LineWatch(rule), faults); break;
    case Anchor::whole: check_whole(rule, graph, faults); return faults;
  }
  const std::vector<std::size_t> read = farthest(graph);
  for (const PatternGraph::Ahead& ahead : graph.aheads) {
    // It sees kLookahead bytes past the match, and past the window, which ends `after` behind an anchor.
    if (ahead.width <= kLookahead || read[ahead.at] + ahead.width <= rule.after + kLookahead) continue;
    faults.push_back("it looks " + std::to_string(ahead.width) +
                     " bytes ahead, farther than the engine may show it");
  }
  if (graph.knows_end) faults.emplace_back("it asks for the end of the text, and sees that of its window");
  return faults;
}

}  // namespace aegis::detectors
