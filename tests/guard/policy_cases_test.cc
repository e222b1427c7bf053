// Files of cases: what is wrong with one is said, and what comes differently is.
#include "guard/policy_cases.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::guard {
namespace {

std::string error_of(const std::string& text) {
  const auto json = parse_json(text);
  if (!json) return json.error().message;
  const auto cases = read_policy_cases(*json);
  return cases ? "fine" : cases.error().message;
}

std::string run(const std::string& one) {
  const auto cases = read_policy_cases(*parse_json("{\"cases\": [" + one + "]}"));
  return cases ? run_policy_case(*Policies::builtin(Mode::balanced), cases->front()) : cases.error().message;
}

TEST(PolicyCases, MistakesAreNamedWithTheirPlace) {
  EXPECT_EQ(error_of("[]"), "the file: must be an object");
  EXPECT_EQ(error_of("{}"), "the file: needs a list \"cases\"");
  EXPECT_EQ(error_of(R"({"cases": [], "case": 1})"), "the file: has an unknown member 'case'");
  EXPECT_EQ(error_of(R"({"cases": [{"call": {"tool": "x"}, "expect": "allow"}, 7]})"),
            "case 2: must be an object");
  EXPECT_EQ(error_of(R"({"cases": [{"call": {"tool": "x"}}]})"),
            "case 1: expect must be allow, sanitize, require_approval or deny");
  EXPECT_EQ(error_of(R"({"cases": [{"expect": "allow"}]})"),
            "case 1: has one of call, result and definition");
  EXPECT_EQ(error_of(R"({"cases": [{"call": {"tool": "x", "uri": "y"}, "expect": "allow"}]})"),
            "case 1, call: names one of tool, uri and prompt");
  EXPECT_EQ(error_of(R"({"cases": [{"call": {"tool": "x"}, "facts": {"secrets": -1}, "expect": "allow"}]})"),
            "case 1, facts: secrets must be a whole number from 0");
  EXPECT_EQ(
      error_of(
          R"({"cases": [{"call": {"tool": "x"}, "facts": {"source_trust": "good"}, "expect": "allow"}]})"),
      "case 1, facts: source_trust is none of the six levels");
}

TEST(PolicyCases, DataFlowIsAFactLikeOthers) {
  const std::string facts = R"("facts": {"untrusted": true, "private": true, "private_passage": true})";
  EXPECT_EQ(run(R"({"call": {"tool": "post"}, )" + facts +
                R"(, "expect": {"effect": "require_approval", "rule": "private-data-to-sink"}})"),
            "");
  EXPECT_EQ(run(R"({"call": {"tool": "save", "external_sink": false}, )" + facts + R"(, "expect": "allow"})"),
            "");
}

TEST(PolicyCases, WhatComesDifferentlyIsSaid) {
  EXPECT_EQ(run(R"({"call": {"tool": "x"}, "expect": "allow"})"), "");
  EXPECT_EQ(run(R"({"call": {"tool": "x"}, "expect": "deny"})"), "allow, not deny");
  EXPECT_EQ(
      run(R"({"call": {"tool": "x"}, "facts": {"secrets": 1}, "expect": {"effect": "sanitize", "rule": "secret-to-open-world"}})"),
      "");
  EXPECT_NE(
      run(R"({"call": {"tool": "x"}, "facts": {"secrets": 1}, "expect": {"effect": "sanitize", "rule": "other"}})")
          .find("not 'other'"),
      std::string::npos);
  EXPECT_EQ(
      run(R"({"call": {"uri": "file:///x", "open_world": false}, "facts": {"secrets": 1}, "expect": "allow"})"),
      "");
  EXPECT_EQ(run(R"({"definition": {"tool": "x"}, "facts": {"injection": 1}, "expect": "deny"})"), "");
}

}  // namespace
}  // namespace aegis::guard
