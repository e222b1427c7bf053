// Writes docs/rules.md from the rules, or says whether it is what they are:
//   rules_page FILE            exit 1 when FILE differs
//   rules_page FILE --update   rewrites it
// Of a rule's examples only the reasons are printed: a page full of texts shaped like credentials would be
// refused by hosting services, and taken for findings by every scanner.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/rules/families.h"

namespace {

using namespace aegis::detectors;

// As a cell of a table in Markdown.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_' || c == '`' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string reasons(const std::vector<Example>& examples) {
  // Rules with several prefixes give the same reasons for each.
  std::vector<std::string_view> seen;
  std::string out;
  for (const Example& example : examples) {
    if (seen.size() == 2 || std::find(seen.begin(), seen.end(), example.why) != seen.end()) continue;
    seen.push_back(example.why);
    out += (out.empty() ? "" : "; ") + cell(example.why);
  }
  return out;
}

std::string percent(double confidence) {
  return std::to_string(static_cast<int>(confidence * 100 + 0.5)) + " %";
}

std::string page() {
  const std::vector<Rule> rules = builtin_rules();
  std::map<std::string_view, std::vector<const Rule*>> by_kind;
  for (const Rule& rule : rules) by_kind[name(rule.kind)].push_back(&rule);

  std::string out =
      "# Rules\n\nWritten by `rules_page docs/rules.md --update` from the rules in `detectors/rules/`; a "
      "test fails when this page is no\n"
      "longer true. " +
      std::to_string(rules.size()) +
      " rules. *Finds* and *spares* are the reasons of the first texts that a rule is tested with: what it "
      "must\n"
      "find, and what looks alike and is none. The confidence is the rule's own; its validator may lower it. "
      "What the columns\n"
      "mean is in [detection.md](detection.md).\n";
  for (auto& [kind, of_kind] : by_kind) {
    std::sort(of_kind.begin(), of_kind.end(), [](const Rule* a, const Rule* b) {
      return a->type != b->type ? a->type < b->type : a->id < b->id;
    });
    out += "\n## " + std::string(kind) + " (" + std::to_string(of_kind.size()) +
           ")\n\n| rule | type | severity | confidence | finds | spares |\n|---|---|---|--:|---|---|\n";
    for (const Rule* rule : of_kind) {
      out += "| `" + rule->id + "` | `" + rule->type + "` | " + std::string(name(rule->severity)) + " | " +
             percent(rule->confidence) + " | " + reasons(rule->hits) + " | " + reasons(rule->misses) + " |\n";
    }
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const bool update = argc == 3 && std::string_view(argv[2]) == "--update";
  if (argc != 2 && !update) {
    std::fputs("usage: rules_page FILE [--update]\n", stderr);
    return 2;
  }
  const std::string expected = page();
  if (update) {
    std::ofstream out(argv[1], std::ios::binary | std::ios::trunc);
    out << expected;
    out.close();
    return out.good() ? 0 : 1;
  }
  std::ifstream in(argv[1], std::ios::binary);
  if (std::string(std::istreambuf_iterator<char>(in), {}) == expected) return 0;
  std::fprintf(stderr, "%s is not what the rules are: run rules_page %s --update\n", argv[1], argv[1]);
  return 1;
}
