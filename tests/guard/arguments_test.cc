// Arguments as values of the policy language.
#include "guard/arguments.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "policy/printer.h"
#include "policy/value_json.h"

namespace aegis::guard {
namespace {

class Arguments : public testing::Test {
 protected:
  ArgumentValue of(const std::string& json) {
    const auto parsed = parser_.parse(text_ = json);
    EXPECT_TRUE(parsed) << json;
    return argument_value(parsed->root, arena_);
  }
  // The record as the policy language's own JSON reads it.
  bool equals(const ArgumentValue& argument, const char* cedar_json) {
    const auto wanted = policy::context_from_json(cedar_json, arena_);
    EXPECT_TRUE(wanted) << cedar_json;
    std::uint64_t work = 0;
    return wanted && policy::compare(argument.record, *wanted, work) == 0;
  }

  std::string text_;
  JsonParser parser_;
  policy::Arena arena_;
};

TEST_F(Arguments, StandForThemselves) {
  const auto value = of(R"({"b": true, "n": -7, "s": "x", "list": [3, 1, 3], "in": {"side": ["a"]}})");
  EXPECT_TRUE(value.representable());
  EXPECT_TRUE(equals(value, R"({"s": "x", "n": -7, "b": true, "list": [1, 3], "in": {"side": ["a"]}})"));
}

TEST_F(Arguments, NullsAreLeftOut) {
  const auto value = of(R"({"a": null, "b": [1, null], "c": {"d": null}})");
  EXPECT_TRUE(value.representable());
  EXPECT_TRUE(equals(value, R"({"b": [1], "c": {}})"));
  EXPECT_TRUE(of("null").representable());
}

TEST_F(Arguments, FractionsOfFourDecimalsAreDecimals) {
  const auto decimal = [&](const char* json) {
    const auto value = of(std::string("{\"d\":") + json + "}");
    const auto* field = policy::find_field(value.record.as_record(), "d");
    return field == nullptr || field->kind() != policy::Kind::decimal ? "none"
                                                                      : std::to_string(field->as_integer());
  };
  EXPECT_EQ(decimal("0.1"), "1000");
  EXPECT_EQ(decimal("-12.3456"), "-123456");
  EXPECT_EQ(decimal("1.0"), "10000");
  EXPECT_EQ(decimal("1e3"), "10000000");
  EXPECT_EQ(decimal("0.3"), "3000");
  EXPECT_EQ(decimal("900719925474.0991"), "9007199254740991");
  EXPECT_EQ(decimal("900719925474.0993"), "none") << "two decimals would be the same double";
  EXPECT_EQ(decimal("0.00001"), "none");
  EXPECT_EQ(decimal("1e300"), "none");
}

TEST_F(Arguments, OnlyTheMemberThatCannotBeHeldIsLeftOut) {
  const auto value = of(R"({"a": 1, "big": 9223372036854775808, "deep": {"x": [0.12345]}})");
  EXPECT_FALSE(value.representable());
  EXPECT_EQ(value.left_out, (std::vector<std::string_view>{"big", "deep"}));
  EXPECT_TRUE(equals(value, R"({"a": 1})"));
  EXPECT_TRUE(of("[1]").no_object);
  EXPECT_TRUE(of("\"text\"").no_object);
}

TEST_F(Arguments, EscapesOfThePolicyLanguageAreMembersLikeOthers) {
  const auto value = of(
      R"({"who": {"__entity": {"type": "Aegis::Agent", "id": "admin"}}, "n": {"__extn": {"fn": "ip", "arg": "127.0.0.1"}}})");
  EXPECT_TRUE(value.representable());
  const auto* who = policy::find_field(value.record.as_record(), "who");
  ASSERT_NE(who, nullptr);
  ASSERT_EQ(who->kind(), policy::Kind::record);
  EXPECT_NE(policy::find_field(who->as_record(), "__entity"), nullptr);
  EXPECT_EQ(policy::find_field(value.record.as_record(), "n")->kind(), policy::Kind::record);
}

TEST_F(Arguments, AFloodIsLeftOut) {
  std::string many = "{\"few\": 1, \"many\": [0";
  for (std::size_t i = 0; i < kMaxArgumentValues; ++i) many += ",1";
  const auto value = of(many + "]}");
  EXPECT_EQ(value.left_out, std::vector<std::string_view>{"many"});
}

}  // namespace
}  // namespace aegis::guard
