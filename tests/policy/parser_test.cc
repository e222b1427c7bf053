// What the parser takes, and what it says about what it does not.
#include "policy/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "policy/limits.h"
#include "policy/policy_json.h"
#include "policy/printer.h"

namespace aegis::policy {
namespace {

std::string error_of(std::string_view text) {
  Arena arena;
  const auto parsed = parse_policies(text, arena);
  return parsed ? "accepted" : parsed.error().message;
}

std::string expression_error(std::string_view text) {
  Arena arena;
  const auto parsed = parse_expression(text, arena);
  return parsed ? "accepted" : parsed.error().message;
}

// How the parser understood it: every operation in parentheses would be hard to read, so as JSON.
std::string json_of(std::string_view text) {
  Arena arena;
  const auto parsed = parse_expression(text, arena);
  return parsed ? dump_json(to_json(**parsed)) : parsed.error().message;
}

TEST(PolicyParser, SaysWhereAndWhatWasExpected) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"permit(principal, action, resource)",
       "1:36: expected `when`, `unless` or `;`, found the end of the text"},
      {"permit(principal, action);", "1:25: expected `,`, found `)`"},
      {"permit(principal,\n  resource, action);", "2:3: expected `action`, found `resource`"},
      {"allow(principal, action, resource);", "1:1: expected `permit` or `forbid`, found `allow`"},
      {"permit(principal: User, action, resource);", "1:17: a type is named with `is`"},
      {"permit(principal = User::\"a\", action, resource);", "1:18: `=` is no operator; `==` compares"},
      {"permit(principal == ?resource, action, resource);",
       "1:21: expected an entity or `?principal`, found `?resource`"},
      {"permit(principal, action == User::\"a\", resource);",
       "1:29: only an entity of the type Action may stand here"},
      {"permit(principal, action is Action, resource);", "1:26: expected `==`, `in`, `,` or `)`, found `is`"},
      {"permit(principal, action, resource) when {};", "1:43: expected an expression, found `}`"},
      {"permit(principal, action, resource) when { ?principal == 1 };",
       "1:44: `?principal` may stand in the scope of a template only"},
      {"@a(\"1\") @a permit(principal, action, resource);", "1:10: this policy has two annotations `a`"},
      {"@a(1) permit(principal, action, resource);", "1:4: expected a string, found a number"},
      {"permit(principal, action, resource) when { \"abc };",
       "1:44: expected an expression, found a string that does not end"},
      {"permit(principal, action, resource) when { # };",
       "1:44: expected an expression, found a character that means nothing here"},
      {"permit(principal, action, resource) when { \"\\q\" };",
       "1:44: the escape \\q in this string is not valid"},
      {"// only a comment", "accepted"},
      {"", "accepted"},
      {"permit(principal, action, resource,);", "accepted"},
  };
  for (const Case& c : cases) EXPECT_EQ(error_of(c.text), c.error) << c.text;
}

TEST(PolicyParser, ExpressionErrors) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"1 < 2 < 3", "1:7: one comparison cannot be compared with another; use parentheses"},
      {"1 == 2 is User", "1:8: one comparison cannot be compared with another; use parentheses"},
      {"5 / 2", "1:3: `/` is not part of the language"},
      {"!!!!!true", "1:1: at most four `!` may follow each other"},
      {"9223372036854775808", "1:1: this number does not fit into 64 bits"},
      {"18446744073709551616", "1:1: this number does not fit into 64 bits"},
      {"-9223372036854775808", "accepted"},
      {"-(9223372036854775808)", "1:3: this number does not fit into 64 bits"},
      {"context.if", "1:9: `if` is reserved; write it as a string in quotes where one may stand"},
      {"context[\"if\"]", "accepted"},
      {"context[a]", "1:9: expected an attribute's name in quotes, found `a`"},
      {"{a: 1, \"a\": 2}", "1:1: this record has two fields of the name \"a\""},
      {"[1].contains(1, 2)", "1:5: `contains` takes 1 argument(s), not 2"},
      {"[1].contain(1)", "1:5: `contain` is no method"},
      {"isIpv4(1)", "1:1: `isIpv4` is a method, not a function"},
      {"context.ip(1)", "1:9: `ip` is a function, not a method"},
      {"foo(1)", "1:1: `foo` is no function"},
      {"foo", "1:1: `foo` is no variable; there are principal, action, resource and context"},
      {"principal(1)", "1:1: `principal` is no function"},
      {"\"a\" like 1", "1:10: expected a pattern in quotes, found a number"},
      {"principal is User::\"a\"", "1:14: expected an entity type, found an entity"},
      {"__cedar::A::\"x\"", "1:1: `__cedar` is reserved and cannot stand here"},
      {"true true", "1:6: expected an operator or the end of the text, found `true`"},
      {"if true then 1", "1:15: expected `else`, found the end of the text"},
  };
  for (const Case& c : cases) EXPECT_EQ(expression_error(c.text), c.error) << c.text;
}

TEST(PolicyParser, Precedence) {
  EXPECT_EQ(
      json_of("1 + 2 * 3 == 7 || !true && false"),
      R"({"||":{"left":{"==":{"left":{"+":{"left":{"Value":1},"right":{"*":{"left":{"Value":2},"right":{"Value":3}}}}},"right":{"Value":7}}},)"
      R"("right":{"&&":{"left":{"!":{"arg":{"Value":true}}},"right":{"Value":false}}}}})");
  EXPECT_EQ(
      json_of("true && (false && true)"),
      R"({"&&":{"left":{"Value":true},"right":{"&&":{"left":{"Value":false},"right":{"Value":true}}}}})");
  // The minus nearest to a number is the number's.
  EXPECT_EQ(json_of("--1"), R"({"neg":{"arg":{"Value":-1}}})");
  EXPECT_EQ(json_of("-(1)"), R"({"neg":{"arg":{"Value":1}}})");
  EXPECT_EQ(json_of("context has a.b"), R"({"has":{"left":{"Var":"context"},"attr":["a","b"]}})");
}

TEST(PolicyParser, BlanksAreUnicodes) {
  EXPECT_EQ(json_of("1\xC2\xA0+\xE3\x80\x80// sum\r\n2"), json_of("1 + 2"));
}

TEST(PolicyParser, InvalidUtf8IsRefused) {
  EXPECT_EQ(error_of("permit(principal, action, resource) when { \"\xFF\" == \"\" };"),
            "the policy text is not valid UTF-8");
}

TEST(PolicyParser, DepthIsBounded) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "1" + std::string(levels, ')');
  };
  EXPECT_EQ(expression_error(nested(kMaxExpressionDepth - 1)), "accepted");
  EXPECT_NE(expression_error(nested(kMaxExpressionDepth)).find("nests more than"), std::string::npos);
  std::string path = "context";
  for (std::size_t i = 1; i < kMaxExpressionDepth; ++i) path += ".a";
  EXPECT_EQ(expression_error(path), "accepted");
  EXPECT_NE(expression_error(path + ".a").find("nests more than"), std::string::npos);
  // Alternatives in a row are one level, however many.
  std::string alternatives = "context.a == 0";
  for (int i = 1; i < 5000; ++i) alternatives += " || context.a == " + std::to_string(i);
  EXPECT_EQ(expression_error(alternatives), "accepted");
}

TEST(PolicyParser, SizeIsBounded) {
  EXPECT_EQ(error_of(std::string(kMaxPolicyBytes, ' ')), "accepted");
  EXPECT_NE(error_of(std::string(kMaxPolicyBytes + 1, ' ')).find("more than"), std::string::npos);
}

TEST(PolicyPrinter, AsFewParenthesesAsItTakes) {
  const auto printed = [](std::string_view text) {
    Arena arena;
    const auto parsed = parse_expression(text, arena);
    return parsed ? to_text(**parsed) : parsed.error().message;
  };
  const char* same[] = {"1 + 2 * 3 - (4 - 5)",
                        "(1 + 2) * -3",
                        "(if true then 1 else 2) + 1",
                        "if true then 1 else if false then 2 else 3",
                        "!(true && false) || context has a.b && context[\"a b\"]",
                        "-(5) == --(5)",
                        "!(!!!!true)",
                        "(1 == 2) == true",
                        "(-1).foo",
                        "\"a\" like \"*\\**\\\\\\n\"",
                        "ip(\"::1\").isInRange(ip(\"::/0\"))",
                        "{a: 1, \"if\": [true, User::\"x\\\"\"]}",
                        "principal is A::B in [C::\"d\"]",
                        "principal.getTag(\"a\").isEmpty()",
                        "true && (false && true)"};
  for (const char* text : same) EXPECT_EQ(printed(text), text);
  EXPECT_EQ(printed("((true && false)) && (true)"), "true && false && true");
}

TEST(PolicyPrinter, APolicy) {
  Arena arena;
  const auto parsed = parse_policies(
      "@id(\"x\")@flag permit(principal is User in ?principal,action in "
      "[Action::\"a\",Action::\"b\"],resource)when{true}unless{false};",
      arena);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_text((*parsed)[0]),
            "@flag\n@id(\"x\")\npermit (\n  principal is User in ?principal,\n  action in [Action::\"a\", "
            "Action::\"b\"],\n  resource\n)\n"
            "when { true }\nunless { false };\n");
}

}  // namespace
}  // namespace aegis::policy
