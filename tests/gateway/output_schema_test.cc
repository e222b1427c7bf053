#include "gateway/output_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace aegis::gateway {
namespace {

struct Case {
  const char* what;
  const char* schema;
  const char* pointer;
  const char* value;
  bool allowed;
};

class OutputSchema : public testing::TestWithParam<Case> {};

TEST_P(OutputSchema, SaysWhetherAStringMayStandThere) {
  const auto& c = GetParam();
  EXPECT_EQ(string_allowed(*parse_json(c.schema), c.pointer, c.value), c.allowed) << c.what;
}

INSTANTIATE_TEST_SUITE_P(
    Gateway, OutputSchema,
    testing::Values(
        Case{"no schema for it", R"({"type":"object"})", "/a", "[SSN_REDACTED]", true},
        Case{"plain string", R"({"properties":{"a":{"type":"string"}}})", "/a", "[SSN_REDACTED]", true},
        Case{"string or null", R"({"properties":{"a":{"type":["string","null"]}}})", "/a", "x", true},
        Case{"pattern refuses the label", R"({"properties":{"a":{"pattern":"^\\d{3}-\\d{2}-\\d{4}$"}}})",
             "/a", "[SSN_REDACTED]", false},
        Case{"pattern takes the shape", R"({"properties":{"a":{"pattern":"^\\d{3}-\\d{2}-\\d{4}$"}}})", "/a",
             "000-00-0000", true},
        Case{"enum", R"({"properties":{"a":{"enum":["x","y"]}}})", "/a", "z", false},
        Case{"const", R"({"properties":{"a":{"const":"x"}}})", "/a", "x", true},
        Case{"maxLength in code points", R"({"properties":{"a":{"maxLength":3}}})", "/a", "äöü", true},
        Case{"too long", R"({"properties":{"a":{"maxLength":3}}})", "/a", "long", false},
        Case{"too short", R"({"properties":{"a":{"minLength":5}}})", "/a", "long", false},
        Case{"format email, label", R"({"properties":{"a":{"format":"email"}}})", "/a", "[EMAIL_REDACTED]",
             false},
        Case{"format email, shape", R"({"properties":{"a":{"format":"email"}}})", "/a", "xxx@xxxxxxx.xxx",
             true},
        Case{"format date", R"({"properties":{"a":{"format":"date"}}})", "/a", "0000-00-00", false},
        Case{"in an array", R"({"properties":{"l":{"items":{"properties":{"a":{"maxLength":1}}}}}})",
             "/l/3/a", "xx", false},
        Case{"tuple", R"({"prefixItems":[{"const":"x"},{}]})", "/1", "y", true},
        Case{"additionalProperties", R"({"properties":{"b":{}},"additionalProperties":{"maxLength":1}})",
             "/a", "xx", false},
        Case{"patternProperties", R"({"patternProperties":{"^s_":{"maxLength":1}}})", "/s_key", "xx", false},
        Case{"local reference",
             R"({"$defs":{"id":{"pattern":"^x+$"}},"properties":{"a":{"$ref":"#/$defs/id"}}})", "/a", "yy",
             false},
        Case{"foreign reference is not fetched", R"({"properties":{"a":{"$ref":"http://x.example/s.json"}}})",
             "/a", "y", false},
        Case{"reference to itself ends", R"({"$ref":"#"})", "/a", "y", false},
        Case{"anyOf", R"({"properties":{"a":{"anyOf":[{"const":"q"},{"maxLength":9}]}}})", "/a", "y", true},
        Case{"allOf", R"({"allOf":[{"properties":{"a":{"maxLength":1}}},{}]})", "/a", "yy", false},
        Case{"not is not decided", R"({"properties":{"a":{"not":{"const":"x"}}}})", "/a", "y", false},
        Case{"schema that doubles at every level ends", R"({"anyOf":[{"$ref":"#"},{"$ref":"#"}]})", "/a", "y",
             false},
        Case{"hostile pattern ends", R"({"properties":{"a":{"pattern":"^(a+)+$"}}})", "/a",
             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false},
        Case{"pattern that does not compile", R"({"properties":{"a":{"pattern":"("}}})", "/a", "y", false},
        Case{"escaped pointer", R"({"properties":{"a/b":{"maxLength":1}}})", "/a~1b", "xx", false}));

}  // namespace
}  // namespace aegis::gateway
