// Every rule proves itself by its own hits and misses.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/anchors.h"
#include "detectors/pattern.h"
#include "detectors/rules/families.h"
#include "detectors/scanner.h"
#include "tests/detectors/rule_oracle.h"

namespace aegis::detectors {
namespace {

const std::vector<Rule>& rules() { return Scanner::builtin()->rules(); }

bool fires(const Rule& rule, std::string_view text) {
  const ScanReport report = Scanner::builtin()->scan(text);
  EXPECT_TRUE(report.complete) << rule.id << " on " << text;
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const Finding& finding) { return finding.rule == rule.id; });
}

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

TEST(Rules, EveryHitFires) {
  for (const Rule& rule : rules()) {
    for (const Example& hit : rule.hits) EXPECT_TRUE(fires(rule, hit.text)) << rule.id << ": " << hit.text;
  }
}

TEST(Rules, EveryHitFiresInTheMiddleOfOtherText) {
  for (const Rule& rule : rules()) {
    // Rules about whole texts are about nothing else.
    const bool expected = rule.anchor != Anchor::whole;
    for (const Example& hit : rule.hits) {
      EXPECT_EQ(fires(rule, "Some words first.\n" + hit.text + "\nand more."), expected)
          << rule.id << ": " << hit.text;
    }
  }
}

TEST(Rules, NoMissFires) {
  for (const Rule& rule : rules()) {
    for (const Example& miss : rule.misses)
      EXPECT_FALSE(fires(rule, miss.text)) << rule.id << ": " << miss.text;
  }
}

TEST(Rules, AreWellFormed) {
  std::set<std::string> ids;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_TRUE(
        rule.id.size() > 2 && rule.id.front() != '-' && rule.id.back() != '-' &&
        std::all_of(rule.id.begin(), rule.id.end(),
                    [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }))
        << rule.id;
    EXPECT_FALSE(rule.type.empty()) << rule.id;
    EXPECT_TRUE(rule.confidence > 0 && rule.confidence <= 1) << rule.id;
    EXPECT_TRUE(Pattern(rule.pattern, rule.caseless).valid()) << rule.id << ": " << rule.pattern;
    EXPECT_FALSE(rule.hits.empty()) << rule.id;
    EXPECT_FALSE(rule.misses.empty()) << rule.id;
    for (const auto& examples : {rule.hits, rule.misses}) {
      for (const Example& example : examples) {
        EXPECT_FALSE(example.text.empty() || example.why.empty()) << rule.id << ": " << example.text;
      }
    }
  }
}

// That every match has one is for lint to say (lint_test.cc).
TEST(Rules, AnchorsAreUsable) {
  for (const Rule& rule : rules()) {
    if (rule.anchor == Anchor::digits) {
      EXPECT_GE(rule.min_digits, 4U) << rule.id << ": shorter runs are everywhere";
    }
    if (rule.anchor == Anchor::lines) {
      EXPECT_GE(rule.min_lines, 4U) << rule.id << ": shorter runs are everywhere";
    }
    EXPECT_EQ(rule.anchors.empty(), rule.anchor != Anchor::literal) << rule.id;
    for (const std::string& anchor : rule.anchors) EXPECT_EQ(anchor, lower_case(anchor)) << rule.id;
  }
}

// The engine tries a pattern only around its anchors; the oracle tries it everywhere.
TEST(Rules, MatchesOfHitsLieInTheWindow) {
  for (const Rule& rule : rules()) {
    for (const Example& hit : rule.hits) {
      const std::vector<Finding> everywhere = scan_slowly({&rule, 1}, hit.text);
      ASSERT_FALSE(everywhere.empty()) << rule.id << ": " << hit.text;
      for (const Finding& finding : everywhere) {
        EXPECT_LE(finding.end - finding.start, rule.before + rule.after + hit.text.size()) << rule.id;
      }
      const auto alone = Scanner::create({rule});
      ASSERT_TRUE(alone) << rule.id;
      EXPECT_EQ(describe((*alone)->scan(hit.text).findings), describe(everywhere))
          << rule.id << ": " << hit.text;
    }
  }
}

// An unbounded repetition can match further than any window; "{n,}", "*" and "+" on more than a blank are
// refused.
TEST(Rules, PatternsAreBounded) {
  for (const Rule& rule : rules()) {
    const std::string& p = rule.pattern;
    bool in_class = false;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (p[i] == '\\') {
        ++i;
        continue;
      }
      if (in_class) {
        in_class = p[i] != ']';
        continue;
      }
      if (p[i] == '[') {
        in_class = true;
        i += i + 1 < p.size() && p[i + 1] == '^' ? 1 : 0;
        i += i + 1 < p.size() && p[i + 1] == ']' ? 1 : 0;
        continue;
      }
      const bool possessive = i > 0 && p[i] == '+' && (p[i - 1] == '}' || p[i - 1] == '?');
      EXPECT_FALSE(p[i] == '*' && p[i - 1] != '(') << rule.id << " at " << i << ": " << p;
      EXPECT_FALSE(p[i] == '+' && !possessive) << rule.id << " at " << i << ": " << p;
      if (p[i] == '{') {
        const std::size_t close = p.find('}', i);
        ASSERT_NE(close, std::string::npos) << rule.id;
        EXPECT_NE(p[close - 1], ',') << rule.id << " at " << i << ": " << p;
      }
    }
  }
}

}  // namespace
}  // namespace aegis::detectors
