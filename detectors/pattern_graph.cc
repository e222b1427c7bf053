#include "detectors/pattern_graph.h"

#include <algorithm>
#include <utility>

namespace aegis::detectors {
namespace {

// Patterns of rules have some thousands; a nest of repetitions could ask for any number.
constexpr std::size_t kMaxStates = 400'000;

using Node = PatternTree;

std::size_t widest(const Node& node) {
  std::size_t width = 0;
  for (const Node& part : node.parts) {
    const std::size_t of_part = widest(part);
    width = node.kind == Node::Kind::either ? std::max(width, of_part) : width + of_part;
  }
  if (node.kind == Node::Kind::bytes) return 1;
  return node.kind == Node::Kind::repeat ? width * node.most : width;
}

// The look-ahead before which a pattern reads nothing; null: there is none.
const Node* leading_ahead(const Node& all) {
  if (all.kind != Node::Kind::either || all.parts.size() != 1) return nullptr;
  for (const Node& part : all.parts.front().parts) {
    if (part.kind == Node::Kind::ahead) return part.least == 1 ? &part : nullptr;
    if (part.kind != Node::Kind::nothing) return nullptr;
  }
  return nullptr;
}

// From the end of the pattern to its start, so that a state only knows states before it.
class Builder {
 public:
  Builder() { graph_.states.emplace_back(); }

  bool build(const Node& all) {
    graph_.start = add(all, 0);
    if (const Node* ahead = leading_ahead(all)) graph_.begins_as = add(ahead->parts.front(), 0);
    return graph_.states.size() < kMaxStates;
  }
  PatternGraph finish() && { return std::move(graph_); }

 private:
  std::uint32_t state(PatternGraph::State made) {
    if (graph_.states.size() < kMaxStates) graph_.states.push_back(std::move(made));
    return static_cast<std::uint32_t>(graph_.states.size() - 1);
  }

  std::uint32_t add(const Node& node, std::uint32_t next) {
    if (graph_.states.size() >= kMaxStates) return next;
    switch (node.kind) {
      case Node::Kind::nothing: return next;
      case Node::Kind::bytes: return state({.bytes = node.bytes, .next = {next}});
      case Node::Kind::sequence:
        for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) next = add(*part, next);
        return next;
      case Node::Kind::either: {
        if (node.parts.size() == 1) return add(node.parts.front(), next);
        PatternGraph::State fork;
        for (const Node& part : node.parts) fork.next.push_back(add(part, next));
        return state(std::move(fork));
      }
      case Node::Kind::repeat: {
        std::uint32_t from = next;
        for (std::size_t i = node.least; i < node.most; ++i) {
          const std::uint32_t part = add(node.parts.front(), from);
          from = state({.next = {part, next}});
        }
        for (std::size_t i = 0; i < node.least; ++i) from = add(node.parts.front(), from);
        return from;
      }
      case Node::Kind::ahead: {
        graph_.aheads.push_back({next, widest(node)});
        const bool positive = node.least == 1;
        if (!positive || next != 0) return next;
        return state({.next = {add(node.parts.front(), next)}, .ends_match = true});
      }
    }
    return next;
  }

  PatternGraph graph_;
};

}  // namespace

Result<PatternGraph> pattern_graph(std::string_view pattern, bool caseless) {
  auto all = pattern_tree(pattern, caseless);
  if (!all) return all.error();
  Builder builder;
  if (!builder.build(*all)) return limit_reached("the pattern is too large to be walked through");
  PatternGraph graph = std::move(builder).finish();
  graph.knows_end = all->knows_end;
  return graph;
}

}  // namespace aegis::detectors
