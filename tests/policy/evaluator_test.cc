// What expressions are worth. The reference's own corpus and the differential test go wider; these name the
// rules.
#include <gtest/gtest.h>

#include <string>

#include "tests/policy/support.h"

namespace aegis::policy {
namespace {

constexpr const char* kEntities = R"([
  {"uid": {"type": "User", "id": "alice"}, "attrs": {"age": 42, "owner": {"__entity": {"type": "User", "id": "bob"}}, "home": {"__extn": {"fn": "ip", "arg": "10.1.2.3"}}},
   "parents": [{"type": "Group", "id": "staff"}], "tags": {"role": "admin"}},
  {"uid": {"type": "Group", "id": "staff"}, "attrs": {}, "parents": [{"__entity": {"type": "Group", "id": "all"}}]}
])";

struct Case {
  const char* expression;
  const char* value;
};

void expect(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(evaluated(c.expression, kEntities), c.value) << c.expression;
}

TEST(PolicyEvaluator, NumbersAreCheckedNotWrapped) {
  expect({{"9223372036854775807 + 1", "error: the result does not fit into 64 bits"},
          {"-9223372036854775808 - 1", "error: the result does not fit into 64 bits"},
          {"9223372036854775807 * 2", "error: the result does not fit into 64 bits"},
          {"-(-9223372036854775808)", "error: the result does not fit into 64 bits"},
          {"-9223372036854775808 + 9223372036854775807", "-1"},
          {"1 + true", "error: expected long, found bool"}});
}

TEST(PolicyEvaluator, LogicStopsAsSoonAsItKnows) {
  expect({{"false && 1", "false"},
          {"true || 1", "true"},
          {"true && 1", "error: expected bool, found long"},
          {"1 && false", "error: expected bool, found long"},
          {"if true then 1 else context.missing", "1"},
          {"if 1 then 1 else 2", "error: expected bool, found long"}});
}

TEST(PolicyEvaluator, EqualityIsOfAnyTwoTypesOrderIsNot) {
  expect(
      {{"1 == \"1\"", "false"},
       {"[1, 2, 1] == [2, 1]", "true"},
       {"{a: 1, b: 2} == {b: 2, a: 1}", "true"},
       {"{a: 1} == {a: 1, b: 2}", "false"},
       {"[] == {}", "false"},
       {"\"a\" < \"b\"", "error: expected long, datetime or duration, found string"},
       {"duration(\"1d\") < duration(\"25h\")", "true"},
       {"datetime(\"2024-01-01\") < duration(\"1d\")", "error: expected datetime, found duration"},
       {"decimal(\"1.0\") < decimal(\"2.0\")", "error: expected long, datetime or duration, found decimal"}});
}

TEST(PolicyEvaluator, Membership) {
  expect({{"principal in Group::\"staff\"", "true"},
          {"principal in Group::\"all\"", "true"},
          {"principal in principal", "true"},
          {"Group::\"all\" in principal", "false"},
          {"principal in [Group::\"x\", Group::\"all\"]", "true"},
          {"principal in [Group::\"all\", 1]", "error: expected entity in the set, found long"},
          {"principal in []", "false"},
          {"principal is User", "true"},
          {"principal is User in Group::\"all\"", "true"},
          {"principal is Group in 1", "false"},
          {"context is User", "error: expected entity, found record"},
          {"Unknown::\"x\" in Unknown::\"x\"", "true"}});
}

TEST(PolicyEvaluator, AttributesAndTags) {
  expect({{"principal.age", "42"},
          {"principal.owner.age", "error: the entity whose attribute \"age\" is read is not known"},
          {"principal.missing", "error: there is no attribute \"missing\""},
          {"principal has age", "true"},
          {"principal.owner has age", "false"},
          {"principal has owner.age", "false"},
          {"principal has age.x", "error: expected record or entity, found long"},
          {"principal has missing.x.y", "false"},
          {"{a: {b: 1}} has a.b", "true"},
          {"principal.hasTag(\"role\")", "true"},
          {"principal.hasTag(\"x\")", "false"},
          {"User::\"z\".hasTag(\"x\")", "false"},
          {"principal.getTag(\"role\") == \"admin\"", "true"},
          {"principal.getTag(\"x\")", "error: the entity has no such tag"},
          {"User::\"z\".getTag(\"x\")", "error: the entity whose tag is read is not known"},
          {"principal.hasTag(1)", "error: expected string, found long"}});
}

TEST(PolicyEvaluator, Patterns) {
  expect({{"\"\" like \"\"", "true"},
          {"\"\" like \"*\"", "true"},
          {"\"abc\" like \"a*c\"", "true"},
          {"\"ac\" like \"a*c\"", "true"},
          {"\"aa\" like \"a*a\"", "true"},
          {"\"a\" like \"a*a\"", "false"},
          {"\"abcbd\" like \"*b*b*\"", "true"},
          {"\"abd\" like \"*b*b*\"", "false"},
          {"\"a*c\" like \"a\\*c\"", "true"},
          {"\"abc\" like \"a\\*c\"", "false"},
          {"\"abc\" like \"**\"", "true"},
          {"\"abab\" like \"*ab\"", "true"},
          {"1 like \"1\"", "error: expected string, found long"}});
}

TEST(PolicyEvaluator, Sets) {
  expect({{"[1, 2].contains(2)", "true"},
          {"[1, [2]].contains([2])", "true"},
          {"[1, 2].containsAll([])", "true"},
          {"[1, 2].containsAll([2, 2, 1])", "true"},
          {"[1].containsAll([1, 2])", "false"},
          {"[1, 2].containsAny([2, 3])", "true"},
          {"[1].containsAny([])", "false"},
          {"[].isEmpty()", "true"},
          {"[context].isEmpty()", "false"},
          {"context.contains(1)", "error: expected set, found record"},
          {"[1].containsAll(1)", "error: expected set, found long"}});
}

TEST(PolicyEvaluator, Addresses) {
  expect({{"principal.home.isInRange(ip(\"10.0.0.0/8\"))", "true"},
          {"ip(\"10.0.0.0/7\").isInRange(ip(\"10.0.0.0/8\"))", "false"},
          {"ip(\"1.2.3.4/24\") == ip(\"1.2.3.0/24\")", "false"},
          {"ip(\"1.2.3.4\") == ip(\"1.2.3.4/32\")", "true"},
          {"ip(\"1:2::\") == ip(\"1:2:0:0:0:0:0:0\")", "true"},
          {"ip(\"1.2.3.4\").isInRange(ip(\"::/0\"))", "false"},
          {"ip(\"127.0.0.1\").isLoopback()", "true"},
          {"ip(\"::1\").isLoopback()", "true"},
          {"ip(\"126.0.0.0/7\").isLoopback()", "false"},
          {"ip(\"ff02::1\").isMulticast()", "true"},
          {"ip(\"01.2.3.4\")", "error: the text is no IP address or range"},
          {"ip(\"::ffff:1.2.3.4\")", "error: the text is no IP address or range"},
          {"ip(\"1.2.3.4/33\")", "error: the text is no IP address or range"},
          {"ip(1)", "error: ip takes a value of type string, not long"},
          {"ip()", "error: ip takes 1 arguments with the value it is called on, not 0"}});
}

TEST(PolicyEvaluator, Decimals) {
  expect({{"decimal(\"1.5\") == decimal(\"1.5000\")", "true"},
          {"decimal(\"-922337203685477.5808\").lessThan(decimal(\"0.0\"))", "true"},
          {"decimal(\"922337203685477.5808\")", "error: the text is no decimal"},
          {"decimal(\"1\")", "error: the text is no decimal"},
          {"decimal(\"1.23456\")", "error: the text is no decimal"},
          {"decimal(\"-0.0\") == decimal(\"0.0\")", "true"}});
}

TEST(PolicyEvaluator, Times) {
  expect({{"datetime(\"2024-01-01T01:30:00+0130\") == datetime(\"2024-01-01\")", "true"},
          {"datetime(\"2023-02-29\")", "error: the text is no datetime"},
          {"datetime(\"2024-01-01\").offset(duration(\"1d\")) == datetime(\"2024-01-02\")", "true"},
          {"datetime(\"1969-12-31T23:00:00Z\").toDate() == datetime(\"1969-12-31\")", "true"},
          {"datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\")", "true"},
          {"datetime(\"2024-01-03\").durationSince(datetime(\"2024-01-01\")).toDays()", "2"},
          {"duration(\"-90m\").toHours()", "-1"},
          {"duration(\"1d2h3m4s5ms\").toMilliseconds()", "93784005"},
          {"duration(\"1h1d\")", "error: the text is no duration"},
          {"duration(\"-\")", "error: the text is no duration"},
          {"duration(\"-9223372036854775808ms\") < duration(\"0ms\")", "true"},
          {"duration(\"9223372036854775808ms\")", "error: the text is no duration"},
          {"datetime(\"2024-01-01\").offset(duration(\"9223372036854775807ms\"))",
           "error: the datetime is out of range"}});
}

TEST(PolicyEvaluator, WorkIsBounded) {
  Arena arena;
  std::vector<Value> numbers;
  for (int i = 0; i < 100'000; ++i) numbers.push_back(Value::integer(i));
  std::vector<Field> fields = {{"many", arena.set(numbers)}};
  const Request request{entity_uid("User", "a"), entity_uid("Action", "v"), entity_uid("Photo", "p"),
                        *arena.record(fields)};
  const auto expr =
      parse_expression("[context.many, [context.many]] == [context.many, [context.many]]", arena);
  ASSERT_TRUE(expr);
  const Entities none;
  Value value;
  Evaluator plenty(request, none, arena);
  EXPECT_TRUE(plenty.evaluate(**expr, value));
  Evaluator little(request, none, arena, 100'000);
  EXPECT_FALSE(little.evaluate(**expr, value));
  EXPECT_EQ(little.error().kind, EvaluationError::Kind::work);
  EXPECT_TRUE(little.exhausted());
}

TEST(PolicyEvaluator, APatternOnALongTextTakesLinearTime) {
  Arena arena;
  const std::string text(1'000'000, 'a');
  std::vector<Field> fields = {{"text", Value::string(text)}};
  const Request request{entity_uid("User", "a"), entity_uid("Action", "v"), entity_uid("Photo", "p"),
                        *arena.record(fields)};
  const std::string pattern =
      "context.text like \"*" + std::string(500, 'a') + "b*" + std::string(500, 'a') + "c\"";
  const auto expr = parse_expression(pattern, arena);
  ASSERT_TRUE(expr) << expr.error().message;
  const Entities none;
  Evaluator evaluator(request, none, arena);
  Value value;
  ASSERT_TRUE(evaluator.evaluate(**expr, value));
  EXPECT_FALSE(value.as_bool());
  EXPECT_LT(evaluator.work(), 20'000u);
}

}  // namespace
}  // namespace aegis::policy
