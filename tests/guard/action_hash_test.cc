#include "guard/action_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/hash.h"

namespace aegis::guard {
namespace {

// The form other programs recompute: docs/approvals.md.
TEST(ActionHash, IsThatOfTheContractsCanonicalForm) {
  EXPECT_EQ(action_hash({.server = "github",
                         .operation = "tools/call",
                         .target = "create_pull_request",
                         .arguments = R"({ "title": "Caf\u00e9 ☕", "draft": false, "a": 1.0 })"}),
            sha256_hex(R"({"action":"create_pull_request","mutates_state":true,"parameters":)"
                       R"({"a":1.0,"draft":false,"title":"Café ☕"},"resource":null,"tool":"github"})"));
  EXPECT_EQ(
      action_hash({.server = "files", .operation = "resources/read", .target = "file:///x", .arguments = ""}),
      sha256_hex(R"({"action":"resources/read","mutates_state":false,"parameters":{},)"
                 R"("resource":"file:///x","tool":"files"})"));
}

TEST(ActionHash, DiffersForEveryDifference) {
  const Action action{.server = "s", .operation = "tools/call", .target = "t", .arguments = R"({"a":1})"};
  std::set<std::string> hashes{action_hash(action)};
  const auto differs = [&](auto&& change) {
    Action changed = action;
    change(changed);
    EXPECT_TRUE(hashes.insert(action_hash(changed)).second);
  };
  differs([](Action& a) { a.server = "S"; });
  differs([](Action& a) { a.target = "t "; });
  differs([](Action& a) { a.operation = "prompts/get"; });
  for (const char* arguments :
       {R"({"a":2})", R"({"a":1.0})", R"({"a":"1"})", R"({"a":[1]})", R"({"A":1})", R"({"a":1,"b":null})",
        R"({"a":-1})", R"({"a":10000000000000000000001})", R"({"a":10000000000000000000002})", "{}"}) {
    differs([&](Action& a) { a.arguments = arguments; });
  }
  EXPECT_FALSE(hashes.insert(action_hash({"s", "tools/call", "t", " { \"\\u0061\" : 1 } "})).second)
      << "blanks and escapes say nothing";
}

}  // namespace
}  // namespace aegis::guard
