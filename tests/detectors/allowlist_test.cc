#include "detectors/allowlist.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace aegis::detectors {
namespace {

const std::string kText = "key=tok_123 end";
const Finding kFinding{"acme-token", Kind::secret, "acme_token", Severity::high, 0.9, 4, 11};

bool allowed(Allowed entry, const Place& place = {}) {
  auto list = Allowlist::create({std::move(entry)});
  EXPECT_TRUE(list) << list.error().message;
  return list->allows(kFinding, kText, place);
}

TEST(Allowlist, EachConditionDecides) {
  EXPECT_TRUE(allowed({.rule = "acme-token"}));
  EXPECT_TRUE(allowed({.rule = "acme_token"})) << "by type";
  EXPECT_FALSE(allowed({.rule = "acme"}));
  EXPECT_TRUE(allowed({.sha256 = sha256_hex("tok_123")}));
  EXPECT_FALSE(allowed({.sha256 = sha256_hex("tok_124")}));
  EXPECT_TRUE(allowed({.regex = "^tok_\\d+$"}));
  EXPECT_FALSE(allowed({.regex = "key="})) << "the value alone is looked at";
}

TEST(Allowlist, EveryConditionOfAnEntryMustHold) {
  EXPECT_TRUE(allowed({.rule = "acme-token", .regex = "123"}));
  EXPECT_FALSE(allowed({.rule = "acme-token", .regex = "999"}));
}

TEST(Allowlist, PlacesAreGlobs) {
  const Place place{
      .server = "files", .tool = "read_file", .path = [] { return std::string("/content/0/text"); }};
  EXPECT_TRUE(allowed({.server = "files"}, place));
  EXPECT_TRUE(allowed({.tool = "read_*"}, place));
  EXPECT_TRUE(allowed({.path = "/content/*/text"}, place));
  EXPECT_FALSE(allowed({.path = "/content"}, place));
  EXPECT_FALSE(allowed({.tool = "write_*"}, place));
  EXPECT_FALSE(allowed({.tool = "read_*"})) << "a text without a place is nowhere";
  EXPECT_FALSE(allowed({.path = "*"})) << "nor has it a path";
}

TEST(Allowlist, EntriesThatMeanNothingAreRefused) {
  for (const Allowed& entry : {Allowed{}, Allowed{.sha256 = "abc"}, Allowed{.regex = "("}})
    EXPECT_FALSE(Allowlist::create({entry}));
  EXPECT_EQ(Allowlist::create({{.rule = "a"}, {.regex = "("}}).error().message,
            "/1/regex: is no regular expression PCRE2 takes");
}

TEST(Allowlist, Globs) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(matches_glob("**", "x"));
  EXPECT_FALSE(matches_glob("a*b", "a-b-c"));
  EXPECT_FALSE(matches_glob("", "x"));
  // Backtracking to more than the last star would make this take for ever.
  const std::string many(100'000, 'a');
  EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*a*b", many));
}

}  // namespace
}  // namespace aegis::detectors
