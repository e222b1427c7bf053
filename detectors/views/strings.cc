// String literals that source code joins with +.
#include "detectors/views/ascii.h"
#include "detectors/views/transforms.h"

namespace aegis::detectors {
namespace {

constexpr std::size_t kMostBlanks = 64;  // between a literal and its +: a line break and an indentation

bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

struct Joint {
  std::size_t start = 0;  // the closing quote
  std::size_t end = 0;    // after the opening quote; 0: none
};

Joint joint_at(std::string_view text, std::size_t plus) {
  std::size_t left = plus;
  while (left > 0 && plus - left < kMostBlanks && is_space(text[left - 1])) --left;
  std::size_t right = plus + 1;
  while (right < text.size() && right - plus < kMostBlanks && is_space(text[right])) ++right;
  if (left < 2 || right + 1 >= text.size() || !is_quote(text[left - 1]) || !is_quote(text[right])) return {};
  const auto is_inside = [](char c) { return is_alnum(c) || c == ' '; };
  if (!is_inside(text[left - 2]) || !is_inside(text[right + 1])) return {};
  return {left - 1, right + 1};
}

}  // namespace

bool joins_strings(std::string_view text, std::size_t at) { return joint_at(text, at).end != 0; }

std::optional<Rewritten> join_strings(std::string_view text) {
  ViewBuilder out(text);
  for (std::size_t at = text.find('+'); at != text.npos; at = text.find('+', at + 1)) {
    const Joint joint = joint_at(text, at);
    if (joint.end != 0 && joint.start >= out.position()) out.replace(joint.start, joint.end, "");
  }
  return std::move(out).whole();
}

}  // namespace aegis::detectors
